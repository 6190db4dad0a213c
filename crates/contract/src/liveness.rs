//! What a cue says, and how it crosses the line between eye and terminal:
//! numbers only, of fixed size.

use serde::{Deserialize, Serialize};

/// Most measures one cue tells.
pub const MEASURES: usize = 6;

/// The cues, in the order in which [`Words`] holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cue {
    /// The operator's presentation-attack networks, averaged.
    PassiveNetwork,
    /// Edges of paper or of a device around the face.
    DeviceEdge,
    /// Moiré and the raster of a screen or print.
    ScreenStructure,
    /// Gamut, white point and tone of the skin; black-and-white pictures.
    Colour,
    /// Rigid motion in three dimensions against the motion of a plane; whether
    /// the background moves with the face.
    Motion,
    /// Whether eyelids and lips move as a person's do.
    GesturePhysics,
    /// Whether the skin reflects the colours that the terminal showed.
    LightChallenge,
    /// Remote photoplethysmography.
    Pulse,
    /// Whether the pictures come from a sensor: noise, time stamps, repetition.
    Sensor,
}

impl Cue {
    /// Every cue.
    pub const ALL: [Self; 9] = [
        Self::PassiveNetwork,
        Self::DeviceEdge,
        Self::ScreenStructure,
        Self::Colour,
        Self::Motion,
        Self::GesturePhysics,
        Self::LightChallenge,
        Self::Pulse,
        Self::Sensor,
    ];
}

/// Why a cue could not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Untold {
    /// It has not seen enough frames, or not of the right kind (a cue of motion
    /// on a still).
    #[default]
    TooFewFrames,
    /// It needs a model, a light or a sensor that this terminal does not have.
    NotFitted,
    /// What it saw was too dark, blurred or small.
    PoorPicture,
    /// The person did not do what it watches for (no turn, no blink).
    NothingToWatch,
    /// It failed.
    Failed,
}

/// What one cue says of the presentation so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Nothing, and why.
    Untold(Untold),
    /// Its measures, whose meaning and range the cue's file tells, and how far
    /// they are to be believed. Unused measures are 0.
    Told {
        /// See the cue's own file.
        measures: [f32; MEASURES],
        /// 0 (hardly) to 1 (as good as this cue gets).
        quality: f32,
    },
}

impl Default for Word {
    fn default() -> Self {
        Self::Untold(Untold::default())
    }
}

impl Word {
    /// The measures, unless the cue could not tell or one is no number.
    pub fn measures(&self) -> Option<&[f32; MEASURES]> {
        match self {
            Self::Told { measures, quality }
                if quality.is_finite() && measures.iter().all(|measure| measure.is_finite()) =>
            {
                Some(measures)
            }
            _ => None,
        }
    }
}

/// A word of each cue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words([Word; Cue::ALL.len()]);

impl Words {
    /// What `cue` says.
    pub fn of(&self, cue: Cue) -> &Word {
        &self.0[cue as usize]
    }

    /// Puts in what `cue` says.
    pub fn set(&mut self, cue: Cue, word: Word) {
        self.0[cue as usize] = word;
    }
}
