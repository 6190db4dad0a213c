//! Rules between fields: what the IIN says about its holder, the order of dates, and whether two
//! sides belong to one document.

use super::{Checked, Readings, compare};
use vouch_contract::document::agreement::Belonging;
use vouch_contract::document::agreement::{Disagreement, Rule, Said};
use vouch_contract::document::fields::{Field, FieldName};
use vouch_contract::document::iin::{Iin, IinError};
use vouch_contract::document::partial_date::PartialDate;

/// Checks the merged fields against each other.
pub(super) fn hold(checked: &mut Checked) {
    if let Some(number) = checked.get(FieldName::IdentificationNumber).cloned() {
        match number.value.parse::<Iin>() {
            Ok(iin) => of_iin(checked, &number, &iin),
            Err(IinError::CheckDigit | IinError::BirthDate | IinError::Century(_)) => {
                broken(checked, Rule::IinCheckDigit, &[&number], &[number.name]);
            }
            // The number of another state.
            Err(IinError::Shape) => {}
        }
    }
    for (earlier, later) in [
        (FieldName::DateOfBirth, FieldName::IssueDate),
        (FieldName::IssueDate, FieldName::ExpireDate),
        (FieldName::DateOfBirth, FieldName::ExpireDate),
    ] {
        let [first, second] = [earlier, later].map(|name| checked.get(name).cloned());
        let (Some(first), Some(second)) = (first, second) else { continue };
        let days = [&first, &second].map(|field| field.value.parse::<PartialDate>());
        if let [Ok(before), Ok(after)] = days
            && before.earliest() > after.latest()
        {
            broken(checked, Rule::DateOrder, &[&first, &second], &[earlier, later]);
        }
    }
    checked.disagreements.sort_by_key(|disagreement| disagreement.field);
}

fn of_iin(checked: &mut Checked, number: &Field, iin: &Iin) {
    if let Some(birth) = checked.get(FieldName::DateOfBirth).cloned() {
        let fits = match (birth.value.parse::<PartialDate>(), iin.birth_date()) {
            (Ok(date), Some(born)) => date.may_be(born.into()),
            // A number that does not state the century.
            (Ok(date), None) => {
                date.whole().is_none_or(|day| day.strftime("%y%m%d").to_string() == iin.birth_digits())
            }
            (Err(_), _) => true,
        };
        if !fits {
            broken(checked, Rule::IinBirthDate, &[number, &birth], &[number.name, birth.name]);
        }
    }
    if let (Some(sex), Some(told)) = (checked.get(FieldName::Gender).cloned(), iin.sex())
        && matches!(sex.value.as_str(), "M" | "F")
        && sex.value != told.letter()
    {
        broken(checked, Rule::IinSex, &[number, &sex], &[number.name, sex.name]);
    }
}

fn broken(checked: &mut Checked, rule: Rule, said: &[&Field], doubted: &[FieldName]) {
    let Some(field) = said.first().map(|field| field.name) else { return };
    for name in doubted {
        checked.doubt(*name);
    }
    let said = said.iter().map(|field| Said { source: field.source, value: field.value.clone() }).collect();
    checked.disagreements.push(Disagreement { field, rule, said });
}

/// Whether the readings of front and back belong to one document.
pub fn belong_together(front: &[Field], back: Readings<'_>) -> Belonging {
    let likeness = |name: FieldName| {
        let ours = front.iter().find(|field| field.name == name)?;
        let theirs =
            [back.mrz, back.zone, back.barcode].into_iter().flatten().find(|field| field.name == name)?;
        let readings = Readings { zone: front, ..back };
        Some(compare::likeness(ours, theirs, &readings))
    };
    let is = |name, expected| likeness(name) == Some(expected);
    let different = [
        FieldName::LastName,
        FieldName::FirstName,
        FieldName::DateOfBirth,
        FieldName::Gender,
        FieldName::ExpireDate,
    ]
    .into_iter()
    .filter(|name| is(*name, compare::Likeness::Different))
    .count();
    let numbers = [FieldName::IdentificationNumber, FieldName::DocumentNumber];
    if numbers.iter().any(|name| is(*name, compare::Likeness::Different)) || different >= 2 {
        return Belonging::Apart;
    }
    // A person with one name has it wherever the issuer puts it. A partly known date proves
    // nothing.
    let value = |name: FieldName| back.mrz.iter().find(|field| field.name == name).map(|field| &field.value);
    let no_surname = value(FieldName::LastName).is_some_and(|surname| surname.is_empty());
    let name = if no_surname { FieldName::FirstName } else { FieldName::LastName };
    let born = front.iter().find(|field| field.name == FieldName::DateOfBirth);
    let is_whole =
        born.is_some_and(|field| field.value.parse::<PartialDate>().is_ok_and(|date| date.whole().is_some()));
    let person =
        is_whole && is(FieldName::DateOfBirth, compare::Likeness::Same) && is(name, compare::Likeness::Same);
    if numbers.iter().any(|name| is(*name, compare::Likeness::Same)) || person {
        Belonging::Together
    } else {
        Belonging::Unknown
    }
}
