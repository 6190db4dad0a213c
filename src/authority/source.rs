//! Queries an authority on a thread of its own, one question at a time.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use super::{Authority, Claim, Folder, GalleryRecords, Https, Record, Survey};
use crate::config;
use vouch_contract::record::{Kind, RecordFault};

/// An authority that can be asked during a session.
#[derive(Clone)]
pub struct Source {
    authority: Arc<dyn Authority>,
    busy: Arc<AtomicBool>,
}

/// Delivers the answer to a claim; stays silent if the thread died.
pub type Answer = Receiver<Result<Record, RecordFault>>;

impl Source {
    /// The source named in the configuration, if any. `state`: the folder of the gallery.
    pub fn configured(config: &config::Authority, state: &Path) -> Option<Self> {
        if config.gallery {
            return Some(Self::new(Arc::new(GalleryRecords::new(state))));
        }
        let folder = config.folder.as_deref().map(|folder| Self::new(Arc::new(Folder::new(folder))));
        folder.or_else(|| Https::configured(config).map(|service| Self::new(Arc::new(service))))
    }

    /// A source that asks this authority.
    pub fn new(authority: Arc<dyn Authority>) -> Self {
        Self { authority, busy: Arc::default() }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.authority.kind()
    }

    /// Its state, for the operator.
    ///
    /// # Errors
    /// As [`Authority::survey`].
    pub fn survey(&self) -> Result<Survey, RecordFault> {
        self.authority.survey()
    }

    /// Looks the claim up: first the number, then whether the record is under that name. Returns at
    /// once. While an earlier question hangs (for example on a missing network folder), the answer
    /// is that the source can't be reached, so that hanging threads don't pile up.
    pub fn ask(&self, claim: Claim) -> Answer {
        let (sender, answer) = sync_channel(1);
        if self.busy.swap(true, Ordering::Acquire) {
            refuse(&sender, "it has not answered the previous question");
            return answer;
        }
        let (authority, free) = (Arc::clone(&self.authority), FreeOnDrop(Arc::clone(&self.busy)));
        let tell = sender.clone();
        let look_up = move || {
            let found = authority.find(&claim.number);
            let found = found.and_then(|record| record.agrees_with(&claim).map(|()| record));
            drop(free);
            // After the session's end nobody listens any more.
            let _ = tell.send(found);
        };
        if let Err(error) = Builder::new().name("authority".to_owned()).spawn(look_up) {
            refuse(&sender, &error.to_string());
        }
        answer
    }
}

fn refuse(sender: &SyncSender<Result<Record, RecordFault>>, why: &str) {
    let _ = sender.send(Err(RecordFault::Unreachable(why.to_owned())));
}

/// Frees the source, however the question ended.
struct FreeOnDrop(Arc<AtomicBool>);

impl Drop for FreeOnDrop {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::authority::{FullName, Number, RecordedFace};

    /// Answers once it is released.
    struct Slow(Mutex<Receiver<()>>);

    impl Authority for Slow {
        fn kind(&self) -> Kind {
            Kind::Folder
        }

        fn find(&self, number: &Number) -> Result<Record, RecordFault> {
            self.0.lock().unwrap().recv().unwrap();
            Ok(Record {
                number: number.clone(),
                name: FullName::new("ERIKSSON", "ANNA", None)?,
                face: RecordedFace::Portrait(Vec::new()),
                portrait_day: jiff::civil::date(2025, 1, 1),
            })
        }

        fn survey(&self) -> Result<Survey, RecordFault> {
            Ok(Survey::default())
        }
    }

    #[test]
    fn one_question_at_a_time_and_the_name_is_always_compared() {
        let (go, wait) = sync_channel(4);
        let source = Source::new(Arc::new(Slow(Mutex::new(wait))));
        let claim = |name| Claim::new(name, "1").unwrap();
        let first = source.ask(claim("ANNA ERIKSSON"));
        let second = source.ask(claim("ANNA ERIKSSON")).recv().unwrap();
        assert!(matches!(second, Err(RecordFault::Unreachable(_))), "{second:?}");
        go.send(()).unwrap();
        assert!(first.recv().unwrap().is_ok());
        go.send(()).unwrap();
        assert_eq!(source.ask(claim("ANNA")).recv().unwrap(), Err(RecordFault::NameDiffers));
    }

    #[test]
    fn a_source_that_dies_leaves_the_next_question_free() {
        let (go, wait) = sync_channel::<()>(1);
        let source = Source::new(Arc::new(Slow(Mutex::new(wait))));
        drop(go);
        let claim = || Claim::new("ANNA ERIKSSON", "1").unwrap();
        assert!(source.ask(claim()).recv().is_err(), "no answer");
        assert!(!source.busy.load(Ordering::Acquire));
    }
}
