//! The field captions in Kazakh, Russian, English and French, as data, and how one is found in a
//! line that was read with errors.

use std::sync::LazyLock;

use super::segments::Segment;
use vouch_contract::document::fields::FieldName;
use vouch_contract::document::transliteration::recommended;

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters, spaces, hyphens, apostrophes.
    Name,
    /// Anything printed.
    Text,
    /// A date. Issuers print it with dots or with the month in letters.
    Date,
    /// Two dates: issue and expiry.
    Period,
    /// Twelve digits.
    Iin,
    /// Capital letters and digits.
    Number,
    /// One letter, Latin or Cyrillic.
    Sex,
    /// Three letters.
    Country,
}

/// A field's captions.
#[derive(Debug)]
pub struct Caption {
    /// Which field; for a period, the date of issue. None for a text that is listed only so that it
    /// is not mistaken for a value.
    pub field: Option<FieldName>,
    /// Kind of its value.
    pub kind: Kind,
    /// Wordings, any of which is enough. A document prints one to three of them side by side.
    pub wordings: &'static [&'static str],
}

const fn caption(field: FieldName, kind: Kind, wordings: &'static [&'static str]) -> Caption {
    Caption { field: Some(field), kind, wordings }
}

/// All known captions. The Kazakh and Russian ones are the field names of the law on identity
/// documents and of the government's descriptions of the cards (docs/DOCUMENTS.md, Visual zone).
/// The English and French ones are those of ICAO 9303 part 4, section 3, and what issuers print.
pub static CAPTIONS: [Caption; 15] = [
    caption(FieldName::LastName, Kind::Name, &["ТЕГІ", "ФАМИЛИЯ", "ФАМИЛИЯСЫ", "SURNAME", "NAME", "NOM"]),
    caption(
        FieldName::FirstName,
        Kind::Name,
        &["АТЫ", "ИМЯ", "GIVEN NAMES", "GIVEN NAME", "FIRST NAME", "PRÉNOMS", "PRÉNOM"],
    ),
    caption(FieldName::Patronymic, Kind::Name, &["ӘКЕСІНІҢ АТЫ", "ОТЧЕСТВО", "PATRONYMIC", "FATHER'S NAME"]),
    caption(
        FieldName::DateOfBirth,
        Kind::Date,
        &["ТУҒАН КҮНІ", "ДАТА РОЖДЕНИЯ", "DATE OF BIRTH", "DATE DE NAISSANCE"],
    ),
    caption(
        FieldName::IdentificationNumber,
        Kind::Iin,
        &["ЖСН", "ИИН", "IIN", "IIN INVENTED", "PERSONAL NO", "PERSONAL NUMBER", "ЖЕКЕ СӘЙКЕСТЕНДІРУ НӨМІРІ"],
    ),
    caption(
        FieldName::PlaceOfBirth,
        Kind::Text,
        &["ТУҒАН ЖЕРІ", "МЕСТО РОЖДЕНИЯ", "PLACE OF BIRTH", "LIEU DE NAISSANCE"],
    ),
    caption(
        FieldName::Nationality,
        Kind::Text,
        &["ҰЛТЫ", "НАЦИОНАЛЬНОСТЬ", "АЗАМАТТЫҒЫ", "ГРАЖДАНСТВО", "NATIONALITY", "NATIONALITÉ", "CITIZENSHIP"],
    ),
    caption(
        FieldName::Authority,
        Kind::Text,
        &["БЕРГЕН ОРГАН", "ОРГАН ВЫДАЧИ", "КЕМ ВЫДАН", "AUTHORITY", "ISSUING AUTHORITY", "AUTORITÉ"],
    ),
    caption(
        FieldName::IssueDate,
        Kind::Date,
        &["БЕРІЛГЕН КҮНІ", "ДАТА ВЫДАЧИ", "DATE OF ISSUE", "DATE DE DÉLIVRANCE"],
    ),
    caption(
        FieldName::ExpireDate,
        Kind::Date,
        &[
            "ҚОЛДАНУ МЕРЗІМІ",
            "ҚОЛДАНЫЛУ МЕРЗІМІ",
            "ЖАРАМДЫЛЫҚ МЕРЗІМІ",
            "СРОК ДЕЙСТВИЯ",
            "ДАТА ОКОНЧАНИЯ СРОКА",
            "DATE OF EXPIRY",
            "EXPIRY",
            "DATE D'EXPIRATION",
        ],
    ),
    caption(
        FieldName::IssueDate,
        Kind::Period,
        &[
            "БЕРІЛГЕН КҮНІ ҚОЛДАНЫЛУ МЕРЗІМІ",
            "БЕРІЛГЕН КҮНІ ҚОЛДАНУ МЕРЗІМІ",
            "ДАТА ВЫДАЧИ СРОК ДЕЙСТВИЯ",
            "ISSUE EXPIRY",
        ],
    ),
    caption(
        FieldName::DocumentNumber,
        Kind::Number,
        &[
            "№",
            "NO",
            "НӨМІРІ",
            "НОМЕР",
            "ҚҰЖАТ НӨМІРІ",
            "НОМЕР ДОКУМЕНТА",
            "ПАСПОРТ №",
            "DOCUMENT NO",
            "NO DU DOCUMENT",
            "PASSPORT NO",
            "DOCUMENT NUMBER",
        ],
    ),
    caption(FieldName::Gender, Kind::Sex, &["ЖЫНЫСЫ", "ПОЛ", "SEX", "SEXE"]),
    caption(
        FieldName::CountryCode,
        Kind::Country,
        &["CODE", "TYPE CODE", "STATE CODE", "КОД ГОСУДАРСТВА", "МЕМЛЕКЕТТІҢ КОДЫ"],
    ),
    Caption {
        field: None,
        kind: Kind::Text,
        wordings: &[
            "SIGNATURE",
            "HOLDER'S SIGNATURE",
            "ҚОЛЫ",
            "ПОДПИСЬ",
            "ҚАЗАҚСТАН РЕСПУБЛИКАСЫ",
            "РЕСПУБЛИКА КАЗАХСТАН",
            "REPUBLIC OF KAZAKHSTAN",
            "ЖЕКЕ КУӘЛІК",
            "УДОСТОВЕРЕНИЕ ЛИЧНОСТИ",
            "ТҰРУҒА ЫҚТИЯРХАТ",
            "ВИД НА ЖИТЕЛЬСТВО",
            "IDENTITY CARD",
            "PASSPORT",
            "PASSEPORT",
        ],
    },
];

/// The wordings' letters, in the order of [`CAPTIONS`].
static SKELETONS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    CAPTIONS
        .iter()
        .map(|caption| caption.wordings.iter().map(|wording| skeleton(wording)).collect())
        .collect()
});

/// Length in letters from which one wrong letter is allowed. Shorter captions (АТЫ, ПОЛ, NO) must
/// be read correctly, or every name would contain one. Captions on the generated cards are 1 mm
/// high and are read with up to one wrong letter in six.
const LETTERS_FOR_ONE_ERROR: usize = 6;
/// Least length in letters of a wording that also counts as a caption after the first position.
const SURE_LETTERS: usize = 6;
/// Most words of a wording.
const MAX_WORDS: usize = 4;
/// Most words of a line that are examined. A caption in three languages has about twelve.
const MAX_LINE_WORDS: usize = 24;

/// A caption found at the beginning of a line.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The entry of [`CAPTIONS`].
    pub caption: &'static Caption,
    /// Words of the line up to the caption's end.
    pub words: usize,
    /// Letters that matched: the more, the more certain.
    pub letters: usize,
}

/// The caption that a line begins with, if any. Of several, the one with the most letters.
pub fn find(line: &Segment) -> Option<Found> {
    // Languages are separated by a slash, often without spaces. Each part remembers its word.
    let parts: Vec<(String, usize, bool)> = line
        .words
        .iter()
        .enumerate()
        .flat_map(|(at, word)| {
            let parts = word.text.split(['/', '|', '\\']).enumerate();
            parts.map(move |(part, text)| (skeleton(text), at, part > 0))
        })
        .take(MAX_LINE_WORDS)
        .collect();
    let words: Vec<String> = parts.iter().map(|part| part.0.clone()).collect();
    // A slash that stands alone leaves an empty word.
    let after_stroke = |at: usize| parts[at].2 || at > 0 && words[at - 1].is_empty();
    let first = words.iter().position(|word| !word.is_empty())?;
    let all: usize = words.iter().map(|word| word.chars().count()).sum();
    let found = CAPTIONS
        .iter()
        .filter_map(|caption| matches(caption, &words, first, &after_stroke))
        // A value may begin like a title: PASSPORT OFFICE.
        .filter(|found| found.caption.field.is_some() || found.letters * 3 >= all * 2)
        .max_by_key(|found| found.letters)?;
    Some(Found { words: parts.get(found.words.checked_sub(1)?)?.1 + 1, ..found })
}

/// Whether a text names a field anywhere. If so, it is a badly read caption, not a value.
pub fn names_a_field(text: &str) -> bool {
    let words: Vec<String> = text
        .split([' ', '/', '|'])
        .map(skeleton)
        .filter(|word| !word.is_empty())
        .take(MAX_LINE_WORDS)
        .collect();
    CAPTIONS.iter().any(|caption| {
        (0..words.len())
            .any(|at| longest(caption, &words, at).is_some_and(|(_, letters)| letters >= SURE_LETTERS))
    })
}

fn matches(
    caption: &'static Caption,
    words: &[String],
    first: usize,
    after_stroke: &dyn Fn(usize) -> bool,
) -> Option<Found> {
    let mut begins = false;
    let mut found = Found { caption, words: 0, letters: 0 };
    let mut at = first;
    while at < words.len() {
        if words[at].is_empty() {
            at += 1;
            continue;
        }
        match longest(caption, words, at) {
            Some((end, letters)) => {
                // The first language may be unknown here: SOYADI / SURNAME.
                begins |= at == first || (letters >= SURE_LETTERS && after_stroke(at));
                found.words = end;
                found.letters += letters;
                at = end;
            }
            // The slash between two languages may be read as any short text.
            None => at += 1,
        }
    }
    // An unread first word still counts as the beginning if most of the line is caption.
    let all: usize = words.iter().take(found.words).map(|word| word.chars().count()).sum();
    (found.letters > 0 && (begins || found.letters * 3 >= all * 2)).then_some(found)
}

/// The longest wording that begins at this word: the index after it, and its letters.
fn longest(caption: &Caption, words: &[String], at: usize) -> Option<(usize, usize)> {
    let mut best = None;
    let known = CAPTIONS.iter().position(|known| std::ptr::eq(known.wordings, caption.wordings))?;
    for expected in SKELETONS.get(known)? {
        let allowed = expected.chars().count() / LETTERS_FOR_ONE_ERROR;
        for end in at + 1..=(at + MAX_WORDS).min(words.len()) {
            let joined = words[at..end].concat();
            if words[end - 1].is_empty()
                || joined.chars().count().abs_diff(expected.chars().count()) > allowed
            {
                continue;
            }
            let letters = expected.chars().count();
            if strsim::levenshtein(&joined, expected) <= allowed
                && best.is_none_or(|(_, most)| most < letters)
            {
                best = Some((end, letters));
            }
        }
    }
    best
}

/// Letters only, transliterated as in an MRZ, so that Kazakh letters and the Russian ones they are
/// mistaken for become the same. The number sign, which Tesseract reads in many ways, is kept.
pub(super) fn skeleton(text: &str) -> String {
    text.split('№').map(|part| recommended(part).replace(' ', "")).collect::<Vec<_>>().join("№")
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::document::zone::segments::cut;
    use crate::runtime::tesseract::Piece;

    fn line(text: &str) -> Segment {
        let piece = |(at, word): (u32, &str)| Piece {
            text: word.into(),
            confidence: 0.9,
            bounds: [at * 100, 0, at * 100 + 95, 20],
            line: 0,
        };
        cut((0..).zip(text.split(' ')).map(piece).collect()).remove(0)
    }

    fn field(text: &str) -> Option<(FieldName, String)> {
        let line = line(text);
        let found = find(&line)?;
        let rest = line.after(found.words).map(|rest| rest.text()).unwrap_or_default();
        found.caption.field.map(|field| (field, rest))
    }

    #[test]
    fn captions_are_found_as_tesseract_reads_them() {
        for (text, name, rest) in [
            ("ТЕГІ /. ФАМИЛИЯ", FieldName::LastName, ""),
            ("АТЫ “ИМЯ", FieldName::FirstName, ""),
            ("ӘКЕСІНІҢ АТЫ 7 ОТЧЕСТВО.", FieldName::Patronymic, ""),
            ("ТУҒАН КҮНР/ ДАТА РӨЖДЕНИЯ", FieldName::DateOfBirth, ""),
            ("жсн/иин 900714300005", FieldName::IdentificationNumber, "900714300005"),
            ("БЕРІЛГЕН КҰНҒ/-ДАТА ВЫДАЧИ", FieldName::IssueDate, ""),
            ("№ 045678901", FieldName::DocumentNumber, "045678901"),
            ("Given. names / Prénoms", FieldName::FirstName, ""),
            ("Soyadi / Surname", FieldName::LastName, ""),
            ("Sex / Sexe", FieldName::Gender, ""),
        ] {
            assert_eq!(field(text), Some((name, rest.to_owned())), "{text}");
        }
    }

    #[test]
    fn values_are_no_captions() {
        for text in [
            "ҮЛГІБАЕВ",
            "ҚАРАҒАНДЫ ОБЛЫСЫ",
            "PASSPORT OFFICE ZENITH",
            "14.07.1990",
            "ERIKSSON",
            "/ .",
            "АТЫРАУ",
        ] {
            assert_eq!(field(text), None, "{text}");
            assert!(!names_a_field(text) || text.starts_with("PASSPORT"), "{text}");
        }
        // A title is recognised but names no field.
        assert!(find(&line("ЖЕКЕ КУӘЛІК / УДОСТОВЕРЕНИЕ ЛИЧНОСТИ")).unwrap().caption.field.is_none());
        assert!(names_a_field("Ooguldugu tarix/Date of birth"));
    }
}
