//! A face that stays in front of the camera begins a session (`session.start = "presence"`).

use std::time::Duration;

use vouch_contract::eye::sighting::Sighting;

/// A face that stays this long begins a session.
const PRESENT: Duration = Duration::from_secs(1);
/// The view must be empty this long before another session begins by itself.
const ABSENT: Duration = Duration::from_millis(1500);

/// Detects that a new person is standing there.
#[derive(Debug, Default)]
pub(super) struct Presence {
    // Capture time at which the face came or went.
    since: Option<Duration>,
    there: bool,
    served: bool,
}

impl Presence {
    /// True if a face has stayed long enough and has not had a session yet.
    pub(super) fn see(&mut self, sighting: &Sighting) -> bool {
        let there = sighting.face.is_some();
        if self.since.is_none() || there != self.there {
            self.since = Some(sighting.at);
            self.there = there;
        }
        let lasted = sighting.at.saturating_sub(self.since.unwrap_or_default());
        if !there && lasted >= ABSENT {
            self.served = false;
        }
        there && lasted >= PRESENT && !self.served
    }

    /// A new eye has a new clock: count from now on.
    pub(super) fn begin_anew(&mut self) {
        self.since = None;
    }

    pub(super) fn session_over(&mut self) {
        self.served = true;
        self.since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouch_contract::face::Face;

    fn at(ms: u64, there: bool) -> Sighting {
        Sighting { at: Duration::from_millis(ms), face: there.then(Face::default), ..Sighting::default() }
    }

    #[test]
    fn a_face_that_stays_is_served_once_until_it_leaves() {
        let mut presence = Presence::default();
        assert!(!presence.see(&at(0, true)));
        assert!(!presence.see(&at(900, true)));
        assert!(presence.see(&at(1000, true)));
        presence.session_over();
        assert!(!presence.see(&at(9000, true)) && !presence.see(&at(12_000, true)));
        assert!(!presence.see(&at(12_100, false)) && !presence.see(&at(13_700, false)));
        assert!(!presence.see(&at(14_000, true)));
        assert!(presence.see(&at(15_000, true)));
    }

    #[test]
    fn a_blink_of_the_detector_begins_nothing_new() {
        let mut presence = Presence::default();
        presence.see(&at(0, true));
        presence.session_over();
        presence.see(&at(100, false));
        presence.see(&at(300, true));
        assert!(!presence.see(&at(5000, true)));
    }
}
