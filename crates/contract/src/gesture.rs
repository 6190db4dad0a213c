//! The gestures that a session may ask for.

use serde::{Deserialize, Serialize};

/// A movement that a session asks for. Left and right are the person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Gesture {
    /// Close both eyes and open them again.
    Blink,
    /// Open the mouth and close it.
    OpenMouth,
    /// Turn the head to the person's own left.
    TurnLeft,
    /// Turn the head to the person's own right.
    TurnRight,
    /// Nod: chin down and up again (or up and down).
    Nod,
}

impl Gesture {
    /// Every gesture.
    pub const ALL: [Self; 5] = [Self::Blink, Self::OpenMouth, Self::TurnLeft, Self::TurnRight, Self::Nod];
}
