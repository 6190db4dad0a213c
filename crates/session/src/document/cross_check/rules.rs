//! Rules between fields: what the IIN says of its holder, the order of days, and whether two sides
//! are of one document.

use jiff::civil::Date;

use super::{Checked, Readings, compare};
use vouch_contract::document::agreement::Belonging;
use vouch_contract::document::agreement::{Disagreement, Rule, Said};
use vouch_contract::document::fields::{Field, FieldName};
use vouch_contract::document::iin::{Iin, IinError};

/// Holds the merged fields against each other.
pub(super) fn hold(checked: &mut Checked) {
    if let Some(number) = checked.get(FieldName::IdentificationNumber).cloned() {
        match number.value.parse::<Iin>() {
            Ok(iin) => of_iin(checked, &number, &iin),
            Err(IinError::CheckDigit | IinError::BirthDate | IinError::Century(_)) => {
                broken(checked, Rule::IinCheckDigit, &[&number], &[number.name]);
            }
            // Another state's number.
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
        let days = [&first, &second].map(|field| field.value.parse::<Date>());
        if let [Ok(before), Ok(after)] = days
            && before > after
        {
            broken(checked, Rule::DateOrder, &[&first, &second], &[earlier, later]);
        }
    }
    checked.disagreements.sort_by_key(|disagreement| disagreement.field);
}

fn of_iin(checked: &mut Checked, number: &Field, iin: &Iin) {
    if let Some(birth) = checked.get(FieldName::DateOfBirth).cloned() {
        let fits = match (birth.value.parse::<Date>(), iin.birth_date()) {
            (Ok(day), Some(born)) => day == born,
            // A number that tells no century.
            (Ok(day), None) => day.strftime("%y%m%d").to_string() == iin.birth_digits(),
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

/// Whether what was read of the front and of the back belongs to one document.
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
    let person = is(FieldName::DateOfBirth, compare::Likeness::Same)
        && is(FieldName::LastName, compare::Likeness::Same);
    if numbers.iter().any(|name| is(*name, compare::Likeness::Same)) || person {
        Belonging::Together
    } else {
        Belonging::Unknown
    }
}
