//! Has the person at the console look over what was read from a document.

use std::io::{BufRead, IsTerminal, Write};

use super::words::say;
use vouch_contract::document::fields::{Field, FieldName, FieldSource};
use vouch_contract::document::reading::Document;
use vouch_contract::json_name::json_name;
use vouch_session::types::Confirmation;

/// Most fields that can be changed in one go.
const MOST_CHANGES: usize = 32;
/// Longest line read, bytes.
const MOST_BYTES: u64 = 512;

/// Shows the fields and takes the person's word; nobody is asked where standard input is no
/// terminal.
pub fn at_console(document: &Document) -> Confirmation {
    if !std::io::stdin().is_terminal() {
        return Confirmation::Unattended;
    }
    for field in &document.fields {
        let disagrees = document.disagreements.iter().any(|d| d.field == field.name);
        let mark = if disagrees { " ?" } else { "" };
        say(&format!("  {:<22}{}{mark}", json_name(&field.name), field.value));
    }
    ask(&mut std::io::stdin().lock())
}

/// Empty or `y`: right. `n`: wrong. `name=value`: that field is changed, and it asks again.
fn ask(input: &mut dyn BufRead) -> Confirmation {
    let mut changes: Vec<Field> = Vec::new();
    for _ in 0..=MOST_CHANGES {
        let _ = write!(std::io::stderr(), "Is this right? [y, n, or field=value] ");
        let mut line = String::new();
        let read = std::io::Read::take(&mut *input, MOST_BYTES).read_line(&mut line);
        match (read, line.trim()) {
            // Gone in the middle of a correction is no consent.
            (Err(_) | Ok(0), _) if !changes.is_empty() => return Confirmation::Wrong,
            (Err(_) | Ok(0), _) => return Confirmation::Unattended,
            (_, "" | "y" | "Y") => return Confirmation::Right(changes),
            (_, "n" | "N") => return Confirmation::Wrong,
            (_, text) => match change(text) {
                Some(field) => {
                    changes.retain(|other| other.name != field.name);
                    changes.push(field);
                }
                None => say("Say y or n, or name a field as it is shown and its value: lastName=ERIKSSON"),
            },
        }
    }
    Confirmation::Wrong
}

fn change(text: &str) -> Option<Field> {
    let (name, value) = text.split_once('=')?;
    let name = serde_json::from_value::<FieldName>(serde_json::Value::String(name.trim().to_owned())).ok()?;
    Some(Field { name, value: value.trim().to_owned(), confidence: 1.0, source: FieldSource::Person })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Confirmation {
        ask(&mut text.as_bytes())
    }

    #[test]
    fn a_person_confirms_refuses_or_changes() {
        assert_eq!(answer("\n"), Confirmation::Right(Vec::new()));
        assert_eq!(answer("n\n"), Confirmation::Wrong);
        assert_eq!(answer(""), Confirmation::Unattended);
        assert_eq!(answer("lastName=TESTOVA\n"), Confirmation::Wrong);
        let Confirmation::Right(changes) = answer("lastName = TESTOV\nwhat\nlastName=TESTOVA\ny\n") else {
            panic!("it is confirmed")
        };
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].name, changes[0].value.as_str()), (FieldName::LastName, "TESTOVA"));
        assert_eq!(changes[0].source, FieldSource::Person);
    }

    #[test]
    fn an_endless_talk_ends() {
        assert_eq!(answer(&"what\n".repeat(100)), Confirmation::Wrong);
    }
}
