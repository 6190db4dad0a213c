//! Who a session's person claims to be, and that person's record. Kept outside the machine, which
//! only learns that there is one.

use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::Duration;

use jiff::civil::Date;

use crate::authority::{Answer, Claim, Record, RecordedFace, Source};
use vouch_contract::document::reading::Document;
use vouch_contract::record::RecordFacts;
use vouch_contract::record::RecordFault;
use vouch_session::types::{Claimed, Event, Seek};

/// The person's answer when asked for name and number.
#[derive(Debug)]
pub enum Typed {
    /// Name and number.
    Claim(Claim),
    /// The person refuses.
    Refused,
    /// Nobody can be asked.
    Unattended,
}

/// A session's claim, the pending question and the record.
#[derive(Default)]
pub struct Records {
    /// The source to ask.
    pub source: Option<Source>,
    /// The claim bound to the session or typed.
    pub claim: Option<Claim>,
    pending: Option<Answer>,
    found: Option<Record>,
}

impl Records {
    /// For a session with this claim, if one is bound.
    pub fn new(source: Option<Source>, claim: Option<Claim>) -> Self {
        Self { source, claim, pending: None, found: None }
    }

    /// Takes what was typed.
    pub(super) fn take(&mut self, typed: Typed) -> Event {
        Event::Claimed(match typed {
            Typed::Claim(claim) => {
                self.claim = Some(claim);
                Claimed::Given
            }
            Typed::Refused => Claimed::Refused,
            Typed::Unattended => Claimed::Unattended,
        })
    }

    /// Asks the source. The answer comes from [`Records::answer`], or at once if there is no source
    /// to ask.
    pub(super) fn ask(&mut self, seek: Seek, today: Date) -> Option<Event> {
        let claim = match seek {
            Seek::Claim => {
                self.claim.clone().ok_or_else(|| missing("the session was begun without name and number"))
            }
            Seek::Document(document) => Claim::of_document(&document),
        };
        let source = self.source.as_ref().ok_or_else(|| missing("none is configured ([authority])"));
        match (claim, source) {
            (Ok(claim), Ok(source)) => {
                self.pending = Some(source.ask(claim));
                None
            }
            (Err(fault), _) | (_, Err(fault)) => Some(Event::Record { today, found: Err(fault) }),
        }
    }

    /// Whether an answer is pending.
    pub(super) fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// The source's answer, waiting at most `wait`.
    pub(super) fn answer(&mut self, wait: Duration, today: Date) -> Option<Event> {
        let pending = self.pending.as_ref()?;
        let died = || Err(RecordFault::Unreachable("the look-up ended without an answer".to_owned()));
        let told = if wait.is_zero() {
            match pending.try_recv() {
                Ok(found) => found,
                Err(TryRecvError::Empty) => return None,
                Err(TryRecvError::Disconnected) => died(),
            }
        } else {
            match pending.recv_timeout(wait) {
                Ok(found) => found,
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => died(),
            }
        };
        self.pending = None;
        let kind = self.source.as_ref()?.kind();
        let found = told.map(|record| {
            let facts = RecordFacts {
                authority: kind,
                portrait_sha256: hex::encode(record.face.sha256()),
                portrait_day: record.portrait_day,
            };
            self.found = Some(record);
            facts
        });
        Some(Event::Record { today, found })
    }

    /// The face of the record that was found; can be taken once.
    pub(super) fn face(&mut self) -> RecordedFace {
        let nothing = || RecordedFace::Portrait(Vec::new());
        self.found.as_mut().map_or_else(nothing, |record| std::mem::replace(&mut record.face, nothing()))
    }

    /// Compares a document with the record that was found.
    pub(super) fn matches(&self, document: &Document) -> Event {
        let none = || missing("no record was found before the document was read");
        let found = self.found.as_ref().ok_or_else(none);
        Event::RecordMatched(found.and_then(|record| record.agrees_with_document(document)))
    }
}

fn missing(why: &str) -> RecordFault {
    RecordFault::Unreachable(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use vouch_contract::document::fields::{Field, FieldName, FieldSource};

    const TODAY: Date = date(2026, 11, 25);

    fn register() -> (tempfile::TempDir, Source) {
        let folder = tempfile::tempdir().unwrap();
        let json = r#"{"version": 1, "number": "900101300007", "lastName": "ERIKSSON",
            "firstName": "ANNA", "portraitDay": "2025-03-01"}"#;
        std::fs::write(folder.path().join("900101300007.json"), json).unwrap();
        std::fs::write(folder.path().join("900101300007.jpg"), [0xFF, 0xD8, 0xFF, 7]).unwrap();
        let config =
            crate::config::Authority { folder: Some(folder.path().to_owned()), ..Default::default() };
        let source = Source::configured(&config, folder.path()).unwrap();
        (folder, source)
    }

    fn document(number: &str) -> Box<Document> {
        let values = [
            (FieldName::LastName, "ERIKSSON"),
            (FieldName::FirstName, "ANNA"),
            (FieldName::IdentificationNumber, number),
        ];
        let field = |(name, value): (FieldName, &str)| Field {
            name,
            value: value.to_owned(),
            confidence: 1.0,
            source: FieldSource::Mrz,
        };
        Box::new(Document { fields: values.map(field).to_vec(), ..Document::default() })
    }

    fn found(records: &mut Records) -> Result<RecordFacts, RecordFault> {
        match records.answer(Duration::from_secs(30), TODAY) {
            Some(Event::Record { today: TODAY, found }) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_typed_claim_is_looked_up_and_a_document_held_against_it() {
        let (_kept, source) = register();
        let mut records = Records::new(Some(source), None);
        let claim = Claim::new("anna eriksson", "900101-300007").unwrap();
        assert_eq!(records.take(Typed::Claim(claim)), Event::Claimed(Claimed::Given));
        assert_eq!(records.ask(Seek::Claim, TODAY), None);
        let facts = found(&mut records).unwrap();
        assert_eq!((facts.portrait_day, facts.portrait_sha256.len()), (date(2025, 3, 1), 64));
        assert_eq!(records.face(), RecordedFace::Portrait(vec![0xFF, 0xD8, 0xFF, 7]));
        assert_eq!(records.matches(&document("900101300007")), Event::RecordMatched(Ok(())));
        let differs = Event::RecordMatched(Err(RecordFault::NumberDiffers));
        assert_eq!(records.matches(&document("850615400006")), differs);
    }

    #[test]
    fn a_document_is_looked_up_by_its_own_number() {
        let (_kept, source) = register();
        let mut records = Records::new(Some(source), None);
        assert_eq!(records.ask(Seek::Document(document("900101300007")), TODAY), None);
        assert!(found(&mut records).is_ok());
        assert_eq!(records.ask(Seek::Document(document("850615400006")), TODAY), None);
        assert_eq!(found(&mut records), Err(RecordFault::NotFound));
    }

    #[test]
    fn what_is_not_there_is_told_at_once() {
        let nobody = Records::new(None, Claim::new("ANNA", "1").ok()).ask(Seek::Claim, TODAY);
        assert!(matches!(nobody, Some(Event::Record { found: Err(RecordFault::Unreachable(_)), .. })));
        let (_kept, source) = register();
        let mut unbound = Records::new(Some(source), None);
        let answer = unbound.ask(Seek::Claim, TODAY);
        assert!(matches!(answer, Some(Event::Record { found: Err(RecordFault::Unreachable(_)), .. })));
        assert!(!unbound.is_pending());
        let unmatched = unbound.matches(&document("1"));
        assert!(matches!(unmatched, Event::RecordMatched(Err(_))));
    }
}
