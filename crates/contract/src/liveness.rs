//! A cue's measures on their way from the eye to the terminal: numbers only, fixed size.

use serde::{Deserialize, Serialize};

/// Most measures of one cue.
pub const MEASURES: usize = 6;

/// The cues, in the order of [`AllMeasures`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cue {
    /// The operator's presentation-attack detection networks, averaged.
    PassiveNetwork,
    /// Edges of paper or of a device around the face.
    DeviceEdge,
    /// Moiré and the raster of a screen or print.
    ScreenStructure,
    /// Gamut, white point and tone of the skin; black-and-white pictures.
    Colour,
    /// Rigid motion in three dimensions against the motion of a plane; whether the background moves
    /// with the face.
    Motion,
    /// Whether eyelids and lips move like a person's.
    GesturePhysics,
    /// Whether the skin reflects the colours that the terminal shows.
    LightChallenge,
    /// Remote photoplethysmography.
    Pulse,
    /// Whether the pictures come from a sensor: noise, time stamps, repetition.
    Sensor,
    /// Vouch's own network, trained on simulated screens and prints.
    OwnNetwork,
    /// The network of an open package, as a second opinion.
    OpenNetwork,
}

impl Cue {
    /// Every cue.
    pub const ALL: [Self; 11] = [
        Self::PassiveNetwork,
        Self::DeviceEdge,
        Self::ScreenStructure,
        Self::Colour,
        Self::Motion,
        Self::GesturePhysics,
        Self::LightChallenge,
        Self::Pulse,
        Self::Sensor,
        Self::OwnNetwork,
        Self::OpenNetwork,
    ];

    /// The cues that are networks with the role `pad`.
    pub const NETWORKS: [Self; 3] = [Self::PassiveNetwork, Self::OwnNetwork, Self::OpenNetwork];
}

/// Why a cue has no measures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unavailable {
    /// It has not seen enough frames of the right kind (a motion cue on a still picture).
    #[default]
    TooFewFrames,
    /// It needs a model, a light or a sensor that this terminal lacks.
    NotFitted,
    /// What it saw was too dark, blurred or small.
    PoorPicture,
    /// The person did not make the movement it watches for (no turn, no blink).
    NothingToWatch,
    /// It failed.
    Failed,
}

/// What one cue has measured on the presentation so far. In JSON the variants keep the names
/// `untold` and `told`: session logs and the input table of the liveness fit contain them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CueMeasures {
    /// No measures, and why.
    #[serde(rename = "untold")]
    Unavailable(Unavailable),
    /// Its measures, and how reliable they are.
    #[serde(rename = "told")]
    Measured {
        /// The cue's own file documents their meaning and range. Unused ones are 0.
        measures: [f32; MEASURES],
        /// 0 (unreliable) to 1 (as good as this cue gets).
        quality: f32,
    },
}

impl Default for CueMeasures {
    fn default() -> Self {
        Self::Unavailable(Unavailable::default())
    }
}

impl CueMeasures {
    /// The measures; `None` if they are unavailable or one is not finite.
    pub fn values(&self) -> Option<&[f32; MEASURES]> {
        match self {
            Self::Measured { measures, quality }
                if quality.is_finite() && measures.iter().all(|measure| measure.is_finite()) =>
            {
                Some(measures)
            }
            _ => None,
        }
    }
}

/// The measures of all cues. In JSON a list in the order of [`Cue::ALL`]. A shorter list is an older
/// program's: it had no such cues, so their measures are [`Unavailable::NotFitted`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "List", into = "List")]
pub struct AllMeasures([CueMeasures; Cue::ALL.len()]);

/// What is written. It carries its length, so that a shorter list can be read.
type List = heapless::Vec<CueMeasures, { Cue::ALL.len() }>;

impl From<List> for AllMeasures {
    fn from(list: List) -> Self {
        let mut all = Self::NOT_FITTED;
        for (place, measures) in all.0.iter_mut().zip(list) {
            *place = measures;
        }
        all
    }
}

impl From<AllMeasures> for List {
    fn from(all: AllMeasures) -> Self {
        all.0.into_iter().collect()
    }
}

impl AllMeasures {
    /// No cue is fitted.
    pub const NOT_FITTED: Self = Self([CueMeasures::Unavailable(Unavailable::NotFitted); Cue::ALL.len()]);

    /// The measures of `cue`.
    pub fn of(&self, cue: Cue) -> &CueMeasures {
        &self.0[cue as usize]
    }

    /// Replaces the measures of `cue`.
    pub fn set(&mut self, cue: Cue, measures: CueMeasures) {
        self.0[cue as usize] = measures;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_an_older_program_lack_the_newer_cues() {
        let old = "[{\"untold\":\"poor-picture\"}]";
        let all: AllMeasures = serde_json::from_str(old).expect("a shorter list");
        assert_eq!(*all.of(Cue::PassiveNetwork), CueMeasures::Unavailable(Unavailable::PoorPicture));
        assert_eq!(*all.of(Cue::OpenNetwork), CueMeasures::Unavailable(Unavailable::NotFitted));
        let written = serde_json::to_string(&all).expect("JSON");
        assert_eq!(serde_json::from_str::<AllMeasures>(&written).expect("read again"), all);
        let longer = format!("[{}]", vec!["{\"untold\":\"failed\"}"; Cue::ALL.len() + 1].join(","));
        assert!(serde_json::from_str::<AllMeasures>(&longer).is_err());
    }
}
