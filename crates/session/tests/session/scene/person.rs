//! What the person in front of the camera does.

use super::*;

impl Scene {
    pub fn looks_straight(&mut self, seconds: f32) -> &mut Self {
        self.for_seconds(seconds)
    }

    /// Closes the eyes for two frames.
    pub fn blinks(&mut self) -> &mut Self {
        self.closes_eyes(0.13).looks_straight(0.2)
    }

    pub fn closes_eyes(&mut self, seconds: f32) -> &mut Self {
        self.shows(seconds, |face| face.eyes = [0.04, 0.05])
    }

    pub fn opens_mouth(&mut self) -> &mut Self {
        self.shows(0.1, |face| face.mouth = 0.2).shows(0.4, |face| face.mouth = 0.6).looks_straight(0.2)
    }

    /// To the person's own left: there and back in under a second.
    pub fn turns_left(&mut self, degrees: f32) -> &mut Self {
        for share in [0.3, 0.7, 1.0, 1.0, 1.0, 0.7, 0.3] {
            self.shows(0.06, |face| face.pose.yaw += degrees * share);
        }
        self.looks_straight(0.2)
    }

    pub fn turns_right(&mut self, degrees: f32) -> &mut Self {
        self.turns_left(-degrees)
    }

    /// Chin down and up again.
    pub fn nods(&mut self, degrees: f32) -> &mut Self {
        for share in [0.5, 0.9, 1.0, 0.8, 0.3, 0.0] {
            self.shows(0.06, |face| face.pose.pitch -= degrees * share);
        }
        self.looks_straight(0.2)
    }

    pub fn does(&mut self, gesture: Gesture) -> &mut Self {
        match gesture {
            Gesture::Blink => self.blinks(),
            Gesture::OpenMouth => self.opens_mouth(),
            Gesture::TurnLeft => self.turns_left(28.0),
            Gesture::TurnRight => self.turns_right(28.0),
            Gesture::Nod => self.nods(16.0),
        }
    }

    pub fn leaves(&mut self, seconds: f32) -> &mut Self {
        let before = self.face.take();
        self.for_seconds(seconds);
        self.face = before;
        self
    }

    pub fn has_company(&mut self, seconds: f32) -> &mut Self {
        self.others = 1;
        self.for_seconds(seconds);
        self.others = 0;
        self
    }

    /// The tracker lost the face and found it, or another one, again.
    pub fn is_tracked_anew(&mut self) -> &mut Self {
        if let Some(face) = &mut self.face {
            face.track += 1;
        }
        self
    }

    pub fn is_swapped_for(&mut self, who: usize) -> &mut Self {
        self.who = who;
        self.is_tracked_anew()
    }

    /// Gets into position until the first gesture is asked for.
    pub fn gets_ready(&mut self) -> &mut Self {
        self.waits_for(|prompt| matches!(prompt, Prompt::Do(_)))
    }

    /// Looks straight until this gesture is asked for, then lets the prompt sink in.
    pub fn is_asked_for(&mut self, gesture: Gesture) -> &mut Self {
        self.waits_for(|prompt| prompt == Prompt::Do(gesture)).looks_straight(0.3)
    }

    fn waits_for(&mut self, wanted: impl Fn(Prompt) -> bool) -> &mut Self {
        for _ in 0..5 * RATE {
            if self.outcome.is_some() || self.prompt().is_some_and(&wanted) {
                return self;
            }
            self.frame();
        }
        panic!("not asked within 5 s; asked: {:?}", self.prompts());
    }

    /// Makes all gestures as they are asked for.
    pub fn obeys(&mut self, gestures: &[Gesture]) -> &mut Self {
        for gesture in gestures {
            self.is_asked_for(*gesture).does(*gesture);
        }
        self
    }
}
