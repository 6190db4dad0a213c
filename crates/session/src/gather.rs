//! Templates of the person in front of the camera, gathered during a session for an enrolment.
//!
//! A template counts if its frame met the position rules and the quality that a best frame needs,
//! and if it matched the anchor. So a stranger who steps in leaves no template.

use std::time::Duration;

use crate::fuse::MAX_REFERENCES;
use vouch_contract::face::Template;

/// Least templates for an enrolment.
pub const LEAST: usize = 3;
/// Most templates taken.
pub const MOST: usize = MAX_REFERENCES;
/// Least time between two of them. Chosen: a face at rest looks much the same for half a second.
const APART: Duration = Duration::from_millis(600);

/// The templates so far.
#[derive(Debug, Clone, Default)]
pub struct Gather {
    templates: heapless::Vec<Template, MOST>,
    last: Option<Duration>,
    asked: Option<(u64, Duration)>,
}

impl Gather {
    /// Whether a template from now would be taken.
    pub fn is_due(&self, now: Duration) -> bool {
        !self.templates.is_full() && self.last.is_none_or(|last| now.saturating_sub(last) >= APART)
    }

    /// A good frame was asked for at `now`; its template may be taken.
    pub fn expect(&mut self, sequence: u64, now: Duration) {
        if self.is_due(now) {
            self.asked = Some((sequence, now));
        }
    }

    /// The template of a frame that showed the person.
    pub fn take(&mut self, sequence: u64, template: &Template) {
        if let Some((_, at)) = self.asked.take_if(|(asked, _)| *asked == sequence)
            && self.templates.push(template.clone()).is_ok()
        {
            self.last = Some(at);
        }
    }

    /// Whether there are enough.
    pub fn is_enough(&self) -> bool {
        self.templates.len() >= LEAST
    }

    /// Forgets all: another person stands there.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The templates.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(value: f32) -> Template {
        Template { model: [1; 8], values: [value].into_iter().collect() }
    }

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn good_frames_are_taken_some_time_apart_up_to_a_number() {
        let mut gather = Gather::default();
        for (sequence, ms) in (0_u64..).zip((0..6000).step_by(100)) {
            gather.expect(sequence, at(ms));
            gather.take(sequence, &template(ms as f32));
        }
        let taken: Vec<f32> = gather.templates().iter().map(|template| template.values[0]).collect();
        assert_eq!(taken, [0.0, 600.0, 1200.0, 1800.0, 2400.0]);
        assert!(gather.is_enough() && !gather.is_due(at(100_000)));
        gather.forget();
        assert!(gather.templates().is_empty() && gather.is_due(at(0)));
    }

    #[test]
    fn a_template_of_a_frame_that_was_not_good_is_not_taken() {
        let mut gather = Gather::default();
        gather.expect(1, at(0));
        gather.take(2, &template(2.0));
        assert!(gather.templates().is_empty());
        gather.take(1, &template(1.0));
        gather.take(1, &template(1.0));
        assert_eq!(gather.templates().len(), 1);
    }
}
