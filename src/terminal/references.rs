//! The portraits that a session's live face is compared with: embedded one by one by the eye,
//! combined here.

use std::time::{Duration, Instant};

use vouch_contract::eye::protocol::{Ask, ReferenceFault, Tell};
use vouch_contract::face::Template;
use vouch_perception::eye::port::{EyeError, EyePort};
use vouch_session::fuse::{FuseError, MAX_REFERENCES, fuse};
use vouch_session::types::Event;

/// Time for the eye to embed one portrait; it takes about 30 ms on x86-64, a second on a slow
/// board.
const CHECK_WAIT: Duration = Duration::from_secs(5);

/// Up to [`MAX_REFERENCES`] pictures of one person, encoded; none for a scheme without comparison.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// The files' bytes: JPEG, PNG, ….
    pub images: Vec<Vec<u8>>,
    /// Least similarity of each pair, -1 to 1.
    pub least: f32,
}

/// Why the bound portraits can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ReferencesFault {
    /// One of them can't be used.
    #[error("{}{fault}", number_of(*number, *count))]
    Unusable {
        /// Which one, from 1.
        number: usize,
        /// How many there are.
        count: usize,
        /// What is wrong with it.
        fault: ReferenceFault,
    },
    /// They are not of one person, or too many.
    #[error(transparent)]
    Together(#[from] FuseError),
    /// The eye failed.
    #[error(transparent)]
    Eye(#[from] EyeError),
    /// The eye is running but does not answer.
    #[error("the eye does not answer")]
    Silent,
}

fn number_of(number: usize, count: usize) -> String {
    if count > 1 { format!("portrait {number}: ") } else { String::new() }
}

impl References {
    /// Checks the portraits before anybody is asked to stand in front of the camera: an unusable
    /// one is the requester's mistake.
    ///
    /// # Errors
    /// [`ReferencesFault`].
    pub fn check(&self, eye: &mut dyn EyePort) -> Result<(), ReferencesFault> {
        let mut templates = Vec::new();
        for (image, number) in self.images.iter().zip(1..) {
            eye.ask(Ask::Reference { image: image.clone() })?;
            let until = Instant::now() + CHECK_WAIT;
            let answer = loop {
                match eye.next(until.saturating_duration_since(Instant::now()))? {
                    Some(Tell::Reference(answer)) => break answer,
                    Some(_) if Instant::now() < until => {}
                    _ => return Err(ReferencesFault::Silent),
                }
            };
            let count = self.images.len();
            templates.push(*answer.map_err(|fault| ReferencesFault::Unusable { number, count, fault })?);
        }
        if templates.len() > 1 {
            fuse(&templates, self.least)?;
        }
        Ok(())
    }

    /// Asks the eye for each picture's template, one message per picture, so that no message is
    /// larger than one picture.
    pub(super) fn ask(&mut self, ask: impl FnMut(Ask)) -> Fusing {
        let images = std::mem::take(&mut self.images);
        let (count, least) = (images.len(), self.least);
        images.into_iter().take(MAX_REFERENCES).map(|image| Ask::Reference { image }).for_each(ask);
        Fusing { count, least, taken: Vec::new() }
    }
}

/// The answers so far.
#[derive(Debug)]
pub(super) struct Fusing {
    count: usize,
    least: f32,
    taken: Vec<Template>,
}

impl Fusing {
    /// Takes the eye's next answer. The session gets the reference after the last picture, or as
    /// soon as one can't be used.
    pub(super) fn take(&mut self, answer: Result<Box<Template>, ReferenceFault>) -> Event {
        match answer {
            Ok(template) if self.count == 1 => Event::Reference(Ok(template)),
            Ok(template) => {
                if self.taken.len() < MAX_REFERENCES {
                    self.taken.push(*template);
                }
                if self.taken.len() < self.count.min(MAX_REFERENCES) { Event::Tick } else { self.fused() }
            }
            Err(fault) => Event::Reference(Err(fault)),
        }
    }

    fn fused(&self) -> Event {
        let fused = if self.count > MAX_REFERENCES {
            Err(FuseError::Count(self.count))
        } else {
            fuse(&self.taken, self.least)
        };
        Event::Reference(fused.map(Box::new).map_err(|why| ReferenceFault::NotOnePerson(why.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(x: f32, y: f32) -> Box<Template> {
        Box::new(Template { model: [1; 8], values: [x, y].into_iter().collect() })
    }

    fn answers(count: usize, least: f32, templates: &[(f32, f32)]) -> Event {
        let mut asked = 0;
        let mut references = References { images: vec![vec![1]; count], least };
        let mut fusing = references.ask(|_| asked += 1);
        assert_eq!(asked, count.min(MAX_REFERENCES));
        let mut last = Event::Tick;
        for (index, (x, y)) in templates.iter().enumerate() {
            last = fusing.take(Ok(template(*x, *y)));
            assert_eq!(last == Event::Tick, index + 1 < templates.len(), "only the last one reports");
        }
        last
    }

    #[test]
    fn the_session_hears_of_all_pictures_at_once() {
        assert_eq!(answers(1, 0.9, &[(0.6, 0.8)]), Event::Reference(Ok(template(0.6, 0.8))));
        let Event::Reference(Ok(fused)) = answers(2, 0.5, &[(1.0, 0.0), (0.6, 0.8)]) else {
            panic!("a template");
        };
        assert!((fused.values[0] / fused.values[1] - 2.0).abs() < 1e-4, "{fused:?}");
    }

    #[test]
    fn strangers_and_too_many_are_refused() {
        let refused = |event: Event| match event {
            Event::Reference(Err(ReferenceFault::NotOnePerson(why))) => why,
            other => panic!("{other:?}"),
        };
        assert!(refused(answers(2, 0.9, &[(1.0, 0.0), (0.0, 1.0)])).contains("same person"));
        assert!(refused(answers(6, -1.0, &[(1.0, 0.0); 5])).contains("not 6"));
    }
}
