//! The console as a session's screen: prompts on standard error, answers from standard input.
//!
//! Input is read on a thread of its own. The session continues while somebody types, so a cancel, a
//! limit or a lost camera can still end it. What was typed becomes an order.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::words::say;
use crate::authority::Claim;
use crate::terminal::order::{Order, OrderSender, Steer};
use crate::terminal::records::Typed;
use crate::terminal::screen::Screen;
use vouch_contract::document::fields::{Field, FieldName, FieldSource};
use vouch_contract::document::reading::Document;
use vouch_contract::document::unstated::Unstated;
use vouch_contract::json_name::json_name;
use vouch_session::policy::Policy;
use vouch_session::types::{Confirmation, Prompt};

/// Longest input line, bytes.
const MAX_LINE_BYTES: u64 = 512;
/// Attempts to type name and number.
const MAX_TRIES: usize = 3;
/// Most fields that can be changed at once.
const MAX_CHANGES: usize = 32;

/// What the person is asked, and the time for the answer.
enum Question {
    Confirm(Duration),
    Claim(Duration),
}

/// Prompts go to `say`, questions to the person at standard input.
pub struct Console<'a> {
    say: &'a mut dyn FnMut(Prompt),
    limits: (Duration, Duration),
    questions: Option<SyncSender<Question>>,
}

impl<'a> Console<'a> {
    /// A console whose answers go to `orders`. If standard input is not a terminal, nobody is
    /// asked.
    ///
    /// # Errors
    /// The system's, if no thread can be started.
    pub fn open(
        say: &'a mut dyn FnMut(Prompt),
        policy: &Policy,
        orders: OrderSender,
    ) -> std::io::Result<Self> {
        let limits = (policy.document.confirm, policy.record.claim);
        if !std::io::stdin().is_terminal() {
            return Ok(Self { say, limits, questions: None });
        }
        // One question at a time; the next one comes after this one was answered or abandoned.
        let (questions, asked) = sync_channel(1);
        std::thread::Builder::new().name("console".into()).spawn(move || answer_all(&asked, &orders))?;
        Ok(Self { say, limits, questions: Some(questions) })
    }

    fn ask(&self, question: Question) -> bool {
        self.questions.as_ref().is_some_and(|questions| questions.try_send(question).is_ok())
    }
}

impl Screen for Console<'_> {
    fn prompt(&mut self, prompt: Prompt) {
        (self.say)(prompt);
    }

    fn confirm(&mut self, document: &Document) -> bool {
        if self.questions.is_some() {
            for field in &document.fields {
                let disagrees = document.disagreements.iter().any(|d| d.field == field.name);
                let mark = if disagrees { " ?" } else { "" };
                say(&format!("  {:<22}{}{mark}", json_name(&field.name), Unstated::beside(field)));
            }
        }
        self.ask(Question::Confirm(self.limits.0))
    }

    fn ask_claim(&mut self) -> bool {
        self.ask(Question::Claim(self.limits.1))
    }
}

fn answer_all(asked: &Receiver<Question>, orders: &OrderSender) {
    let stdin = std::io::stdin();
    while let Ok(question) = asked.recv() {
        let (Question::Confirm(limit) | Question::Claim(limit)) = question;
        let end = Instant::now() + limit;
        // A terminal becomes ready when a line is complete.
        let mut is_ready = || {
            let left = Timespec::try_from(end.saturating_duration_since(Instant::now())).ok();
            let mut watched = [PollFd::new(&stdin, PollFlags::IN)];
            left.is_some_and(|left| poll(&mut watched, Some(&left)).is_ok_and(|ready| ready > 0))
        };
        let mut lines = Lines { input: &mut stdin.lock(), is_ready: &mut is_ready };
        let steer = match question {
            Question::Confirm(_) => Steer::Confirmed(confirmation(&mut lines)),
            Question::Claim(_) => Steer::Typed(claim(&mut lines)),
        };
        if let Err(error) = orders.send(Order::Steer(steer)) {
            tracing::warn!(%error, "typed input was dropped");
        }
    }
}

/// Lines typed by a person, each in answer to a question.
struct Lines<'a> {
    input: &'a mut dyn BufRead,
    /// Waits for input; false if it took too long.
    is_ready: &'a mut dyn FnMut() -> bool,
}

impl Lines<'_> {
    /// What was typed, possibly blank; `None` at the end of input, or if nothing was typed in time.
    fn ask(&mut self, question: &str) -> Option<String> {
        let _ = write!(std::io::stderr(), "{question}");
        if !(self.is_ready)() {
            return None;
        }
        let mut line = String::new();
        let read = std::io::Read::take(&mut *self.input, MAX_LINE_BYTES).read_line(&mut line);
        matches!(read, Ok(1..)).then(|| line.trim().to_owned())
    }
}

fn claim(lines: &mut Lines<'_>) -> Typed {
    for _ in 0..MAX_TRIES {
        let mut wanted = |question| lines.ask(question).filter(|line| !line.is_empty());
        let Some(name) = wanted("Your name: ") else { return Typed::Refused };
        let Some(number) = wanted("Your identification number: ") else { return Typed::Refused };
        match Claim::new(&name, &number) {
            Ok(claim) => return Typed::Claim(claim),
            Err(fault) => say(&format!("{fault}.")),
        }
    }
    Typed::Refused
}

/// Empty or `y`: right. `n`: wrong. `name=value` changes that field, and the question is asked
/// again.
fn confirmation(lines: &mut Lines<'_>) -> Confirmation {
    let mut changes: Vec<Field> = Vec::new();
    for _ in 0..=MAX_CHANGES {
        match lines.ask("Is this right? [y, n, or field=value] ").as_deref() {
            // Leaving in the middle of a correction is not consent.
            None if !changes.is_empty() => return Confirmation::Wrong,
            None => return Confirmation::Unattended,
            Some("" | "y" | "Y") => return Confirmation::Right(changes),
            Some("n" | "N") => return Confirmation::Wrong,
            Some(text) => match change(text) {
                Some(field) => {
                    changes.retain(|other| other.name != field.name);
                    changes.push(field);
                }
                None => say("Type y or n, or a field as it is shown and its value: lastName=ERIKSSON"),
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

    fn said<T>(text: &str, ready: usize, ask: impl Fn(&mut Lines<'_>) -> T) -> T {
        let mut left = ready;
        let mut is_ready = || {
            left = left.saturating_sub(1);
            left > 0
        };
        ask(&mut Lines { input: &mut text.as_bytes(), is_ready: &mut is_ready })
    }

    fn confirms(text: &str) -> Confirmation {
        said(text, usize::MAX, confirmation)
    }

    fn types(text: &str) -> Option<Claim> {
        match said(text, usize::MAX, claim) {
            Typed::Claim(claim) => Some(claim),
            Typed::Refused => None,
            Typed::Unattended => panic!("somebody is there"),
        }
    }

    #[test]
    fn a_person_confirms_refuses_or_changes() {
        assert_eq!(confirms("\n"), Confirmation::Right(Vec::new()));
        assert_eq!(confirms("n\n"), Confirmation::Wrong);
        assert_eq!(confirms(""), Confirmation::Unattended);
        assert_eq!(confirms("lastName=TESTOVA\n"), Confirmation::Wrong);
        let Confirmation::Right(changes) = confirms("lastName = TESTOV\nwhat\nlastName=TESTOVA\ny\n") else {
            panic!("it is confirmed")
        };
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].name, changes[0].value.as_str()), (FieldName::LastName, "TESTOVA"));
        assert_eq!(changes[0].source, FieldSource::Person);
    }

    #[test]
    fn a_person_types_and_mends() {
        let right = Claim::new("ANNA ERIKSSON", "900101300007").unwrap();
        assert_eq!(types("ANNA ERIKSSON\n900101 300007\n"), Some(right.clone()));
        assert_eq!(types("ANNA ERIKSSON\n../etc/passwd\nANNA ERIKSSON\n900101300007\n"), Some(right));
        assert_eq!(types(""), None);
        assert_eq!(types("ANNA ERIKSSON\n"), None);
        assert_eq!(types("\n\n"), None);
    }

    #[test]
    fn an_endless_talk_ends() {
        assert_eq!(confirms(&"what\n".repeat(100)), Confirmation::Wrong);
        assert_eq!(types(&"x\n/\n".repeat(9)), None);
    }

    #[test]
    fn whoever_types_nothing_is_not_waited_for() {
        assert!(matches!(said("ANNA\n1\n", 2, claim), Typed::Refused));
        assert_eq!(said("lastName=X\ny\n", 2, confirmation), Confirmation::Wrong);
        assert_eq!(said("y\n", 1, confirmation), Confirmation::Unattended);
    }
}
