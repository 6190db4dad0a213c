//! What is shown of a running session.

use super::{Effect, pairs};
use crate::kiosk::protocol::{
    DocumentKind, Input, MAX_FIELDS, MAX_NUMBER, MAX_TEXT, Shown, ShownField, TypingFault, field_name,
};
use vouch_contract::document::fields::Field;
use vouch_contract::gesture::Gesture;
use vouch_session::lighting::{self, Colour};
use vouch_session::types::{Prompt, Step};

/// A session on the screen.
#[derive(Debug)]
pub(super) struct SessionScreen {
    step: Step,
    prompt: Option<Prompt>,
    colour: Option<Colour>,
    gestures: u8,
    fields: Vec<ShownField>,
    fault: Option<TypingFault>,
    // The person has answered and waits for the session to go on.
    answered: bool,
}

/// The screens of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Wait,
    Typing,
    Document(u8),
    Confirm,
    Face,
    Light,
}

impl Kind {
    fn of(step: Step) -> Self {
        match step {
            Step::Claim => Self::Typing,
            Step::Document(side) => Self::Document(side),
            Step::Confirmation => Self::Confirm,
            Step::Position | Step::Gesture(_) | Step::BestFrame | Step::Comparison => Self::Face,
            Step::Light(_) => Self::Light,
            Step::Record | Step::Reference | Step::Checks | Step::Finished => Self::Wait,
        }
    }
}

impl SessionScreen {
    /// A session that has just begun.
    pub(super) fn new(gestures: usize) -> Self {
        Self {
            step: Step::Reference,
            prompt: None,
            colour: None,
            gestures: u8::try_from(gestures).unwrap_or(u8::MAX),
            fields: Vec::new(),
            fault: None,
            answered: false,
        }
    }

    /// To another step. True if that is another screen.
    pub(super) fn turn(&mut self, step: Step) -> bool {
        let (before, after) = (Kind::of(self.step), Kind::of(step));
        if step == self.step {
            return false;
        }
        self.step = step;
        if before == after {
            return false;
        }
        (self.fault, self.answered) = (None, false);
        if before == Kind::Confirm {
            self.fields = Vec::new();
        }
        // A prompt of the step before says nothing here.
        self.prompt = None;
        true
    }

    pub(super) fn prompt(&mut self, prompt: Prompt) {
        self.prompt = Some(prompt);
    }

    pub(super) fn light(&mut self, colour: Colour) {
        self.colour = Some(colour);
    }

    pub(super) fn confirm(&mut self, fields: Vec<(Field, bool)>) {
        let shown = |(field, doubtful): (Field, bool)| ShownField {
            name: field_name(field.name),
            value: field.value,
            doubtful,
        };
        self.fields = fields.into_iter().map(shown).collect();
    }

    pub(super) fn mistyped(&mut self, fault: TypingFault) {
        (self.fault, self.answered) = (Some(fault), false);
    }

    pub(super) fn shows_camera(&self) -> bool {
        matches!(Kind::of(self.step), Kind::Document(_) | Kind::Face)
    }

    /// What the person did.
    pub(super) fn take(&mut self, input: Input, number: &mut u64) -> Vec<Effect> {
        match (Kind::of(self.step), input) {
            (_, Input::Cancel) => vec![Effect::Cancel],
            (Kind::Light, Input::Shown) => vec![Effect::Lit],
            _ if self.answered => Vec::new(),
            (Kind::Confirm, Input::Confirm { fields }) => {
                let long = |value: &str| value.chars().count() > MAX_TEXT;
                if fields.len() > MAX_FIELDS || fields.iter().any(|field| long(&field.value)) {
                    return Vec::new();
                }
                self.answered = true;
                vec![Effect::Right(pairs(fields))]
            }
            (Kind::Confirm, Input::Wrong) => {
                self.answered = true;
                vec![Effect::Wrong]
            }
            (Kind::Typing, Input::Claim { name, number: typed }) => {
                let fault = if name.chars().count() > MAX_TEXT {
                    Some(TypingFault::Name)
                } else if typed.chars().count() > MAX_NUMBER {
                    Some(TypingFault::Number)
                } else {
                    None
                };
                if let Some(fault) = fault {
                    self.fault = Some(fault);
                    *number += 1;
                    return Vec::new();
                }
                self.answered = true;
                vec![Effect::Typed(name, typed)]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn shown(&self, kind: Option<DocumentKind>) -> Shown {
        match Kind::of(self.step) {
            _ if self.answered => Shown::Wait { prompt: "one-moment" },
            Kind::Wait => {
                let looks_up = self.step == Step::Record || self.prompt == Some(Prompt::LookingUp);
                Shown::Wait { prompt: if looks_up { "looking-up" } else { "one-moment" } }
            }
            Kind::Typing => Shown::Typing { fault: self.fault },
            Kind::Document(side) => Shown::Document { prompt: self.prompt_or("show-document"), kind, side },
            Kind::Confirm => Shown::Confirm { fields: self.fields.clone() },
            Kind::Light => Shown::Light { colour: lighting::written(self.colour.unwrap_or_default()) },
            Kind::Face => Shown::Face {
                prompt: self.prompt_or("come-into-view"),
                gesture: match self.step {
                    Step::Gesture(index) => index,
                    Step::BestFrame | Step::Comparison => self.gestures,
                    _ => 0,
                },
                gestures: self.gestures,
            },
        }
    }

    fn prompt_or(&self, other: &'static str) -> &'static str {
        self.prompt.and_then(prompt_name).unwrap_or(other)
    }
}

/// The protocol's name of a prompt; none for those that are screens of their own.
pub(in crate::kiosk) fn prompt_name(prompt: Prompt) -> Option<&'static str> {
    Some(match prompt {
        Prompt::ComeIntoView => "come-into-view",
        Prompt::OnePersonOnly => "one-person-only",
        Prompt::ComeCloser => "come-closer",
        Prompt::MoveBack => "move-back",
        Prompt::MoveToTheMiddle => "move-to-the-middle",
        Prompt::MoreLight => "more-light",
        Prompt::LessLight => "less-light",
        Prompt::LookStraight => "look-straight",
        Prompt::OpenEyes => "open-eyes",
        Prompt::UncoverFace => "uncover-face",
        Prompt::HoldStill => "hold-still",
        Prompt::ShowDocument => "show-document",
        Prompt::ShowWholeDocument => "show-whole-document",
        Prompt::DocumentCloser => "document-closer",
        Prompt::HoldDocumentFlat => "hold-document-flat",
        Prompt::HoldDocumentStill => "hold-document-still",
        Prompt::MoreLightOnDocument => "more-light-on-document",
        Prompt::TiltAgainstGlare => "tilt-against-glare",
        Prompt::TurnOver => "turn-over",
        Prompt::OneDocumentOnly => "one-document-only",
        Prompt::NotADocument => "not-a-document",
        Prompt::ShowTheOriginal => "show-the-original",
        Prompt::LookingUp => "looking-up",
        Prompt::Do(gesture) => match gesture {
            Gesture::Blink => "blink",
            Gesture::OpenMouth => "open-mouth",
            Gesture::TurnLeft => "turn-left",
            Gesture::TurnRight => "turn-right",
            Gesture::Nod => "nod",
        },
        Prompt::WellDone => "well-done",
        Prompt::ConfirmDocument | Prompt::TypeClaim | Prompt::Passed | Prompt::NotPassed => return None,
    })
}

/// The names of all prompts, as in the messages `prompt-NAME`.
#[cfg(test)]
pub(in crate::kiosk) fn prompt_names() -> Vec<&'static str> {
    let gestures = Gesture::ALL.into_iter().map(Prompt::Do);
    let prompts = [
        Prompt::ComeIntoView,
        Prompt::OnePersonOnly,
        Prompt::ComeCloser,
        Prompt::MoveBack,
        Prompt::MoveToTheMiddle,
        Prompt::MoreLight,
        Prompt::LessLight,
        Prompt::LookStraight,
        Prompt::OpenEyes,
        Prompt::UncoverFace,
        Prompt::HoldStill,
        Prompt::WellDone,
        Prompt::ShowDocument,
        Prompt::ShowWholeDocument,
        Prompt::DocumentCloser,
        Prompt::HoldDocumentFlat,
        Prompt::HoldDocumentStill,
        Prompt::MoreLightOnDocument,
        Prompt::TiltAgainstGlare,
        Prompt::TurnOver,
        Prompt::OneDocumentOnly,
        Prompt::NotADocument,
        Prompt::ShowTheOriginal,
        Prompt::LookingUp,
    ];
    prompts.into_iter().chain(gestures).filter_map(prompt_name).chain(["one-moment"]).collect()
}
