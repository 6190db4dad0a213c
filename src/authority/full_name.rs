//! A registered name, and whether a claimed or printed name can be the same.

use std::fmt;

use super::claim::ClaimedName;
use vouch_contract::document::transliteration::same_name;
use vouch_contract::record::{MAX_NAME, RecordFault};

/// A registered name, in any letters.
#[derive(Clone, PartialEq, Eq)]
pub struct FullName {
    last: String,
    first: String,
    patronymic: Option<String>,
}

impl FullName {
    /// A name from its parts. Surname or given names may be empty: many people have a single name,
    /// and authorities differ in where they put it.
    ///
    /// # Errors
    /// [`RecordFault::Unreadable`] if the name is empty, has control characters, or is too long.
    pub fn new(last: &str, first: &str, patronymic: Option<&str>) -> Result<Self, RecordFault> {
        let tidy = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
        let (last, first) = (tidy(last), tidy(first));
        let patronymic = patronymic.map(tidy).filter(|part| !part.is_empty());
        let name = Self { last, first, patronymic };
        let whole = name.in_order([Some(&name.last), Some(&name.first), name.patronymic.as_ref()]);
        if (name.last.is_empty() && name.first.is_empty()) || whole.chars().any(char::is_control) {
            return Err(RecordFault::Unreadable("its name is empty or has control characters".to_owned()));
        }
        if whole.chars().count() > MAX_NAME {
            return Err(RecordFault::Unreadable(format!("its name is longer than {MAX_NAME} characters")));
        }
        Ok(name)
    }

    /// Surname, given names and patronymic.
    pub fn parts(&self) -> (&str, &str, Option<&str>) {
        (&self.last, &self.first, self.patronymic.as_deref())
    }

    fn in_order(&self, parts: [Option<&String>; 3]) -> String {
        let parts = parts.into_iter().flatten().map(String::as_str).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" ")
    }

    /// Whether the claimed name can be this one: either letter by letter, or as a spelling by
    /// ICAO's tables. A name that is only close belongs to another person.
    pub(super) fn is(&self, claimed: &ClaimedName) -> bool {
        let (last, first) = (Some(&self.last), Some(&self.first));
        let patronymic = self.patronymic.as_ref();
        match claimed {
            ClaimedName::Line(line) => [
                [last, first, None],
                [first, last, None],
                [last, first, patronymic],
                [first, patronymic, last],
            ]
            .into_iter()
            .any(|order| same_name(&self.in_order(order), line, false)),
            ClaimedName::Document { last: document_last, first: document_first, cut } => {
                let same_last = same_name(&self.last, document_last, cut.last);
                // A surname that fills the zone's name field leaves no room for given names.
                if document_first.is_empty() && cut.first {
                    return same_last;
                }
                if let Some(only) = only_name(document_last, document_first) {
                    return only_name(&self.last, &self.first)
                        .is_some_and(|ours| same_name(ours, only, false));
                }
                // Some issuers put the patronymic among the given names of the zone.
                let with_patronymic = self.in_order([first, patronymic, None]);
                let same_first = |ours: &str| same_name(ours, document_first, cut.first);
                same_last && (same_first(&self.first) || same_first(&with_patronymic))
            }
        }
    }
}

/// The single name of a person who has only one.
fn only_name<'a>(last: &'a str, first: &'a str) -> Option<&'a str> {
    match (last.is_empty(), first.is_empty()) {
        (false, true) => Some(last),
        (true, false) => Some(first),
        _ => None,
    }
}

/// Hides the name, because this may be logged.
impl fmt::Debug for FullName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FullName(…)")
    }
}
