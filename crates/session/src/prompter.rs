//! One prompt at a time, each shown long enough to be read.

use std::time::Duration;

use crate::policy::Limits;
use crate::types::Prompt;

/// Remembers which prompt is shown.
#[derive(Debug, Default)]
pub struct Prompter {
    shown: Option<(Prompt, Duration)>,
    waiting: Option<(Prompt, Duration)>,
}

impl Prompter {
    /// Shows `prompt` now, unless it is already shown.
    pub fn show(&mut self, prompt: Prompt, now: Duration) -> Option<Prompt> {
        self.waiting = None;
        if self.shown.is_some_and(|(shown, _)| shown == prompt) {
            return None;
        }
        self.shown = Some((prompt, now));
        Some(prompt)
    }

    /// Requests `prompt`. It is shown once it has been requested for a while and the previous
    /// prompt has had its time. The very first one is shown at once.
    pub fn want(&mut self, limits: &Limits, prompt: Prompt, now: Duration) -> Option<Prompt> {
        match self.shown {
            None => return self.show(prompt, now),
            Some((shown, _)) if shown == prompt => {
                self.waiting = None;
                return None;
            }
            Some(_) => {}
        }
        let since = match self.waiting {
            Some((waiting, since)) if waiting == prompt => since,
            _ => {
                self.waiting = Some((prompt, now));
                now
            }
        };
        if now.saturating_sub(since) >= limits.prompt_after && self.is_read(limits, now) {
            self.show(prompt, now)
        } else {
            None
        }
    }

    /// No prompt is needed; the one shown stays.
    pub fn content(&mut self) {
        self.waiting = None;
    }

    /// Whether the prompt has been shown long enough to be read.
    pub fn is_read(&self, limits: &Limits, now: Duration) -> bool {
        self.shown.is_none_or(|(_, since)| now.saturating_sub(since) >= limits.prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_reason_must_last_and_a_prompt_stays() {
        let limits = Limits::default();
        let mut prompter = Prompter::default();
        let first = prompter.want(&limits, Prompt::ComeCloser, ms(0));
        assert_eq!(first, Some(Prompt::ComeCloser));
        assert_eq!(prompter.want(&limits, Prompt::OpenEyes, ms(50)), None);
        assert_eq!(
            prompter.want(&limits, Prompt::OpenEyes, ms(360)),
            None,
            "lasts long enough, but the first prompt is not read yet"
        );
        let second = prompter.want(&limits, Prompt::OpenEyes, ms(400));
        assert_eq!(second, Some(Prompt::OpenEyes));
        assert_eq!(prompter.want(&limits, Prompt::OpenEyes, ms(500)), None);
    }

    #[test]
    fn a_flicker_says_nothing() {
        let limits = Limits::default();
        let mut prompter = Prompter::default();
        prompter.show(Prompt::HoldStill, ms(0));
        for at in (1000..3000).step_by(200) {
            assert_eq!(prompter.want(&limits, Prompt::OpenEyes, ms(at)), None);
            prompter.content();
        }
    }
}
