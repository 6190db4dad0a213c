//! Makes the template of each picture, once.

use std::collections::HashMap;
use std::path::Path;

use crate::pairs::Pair;
use vouch_contract::face::Template;
use vouch_perception::camera::{CameraError, Frame, Recording, RecordingOptions, Source};
use vouch_perception::face::embed::EmbedNet;
use vouch_perception::face::perceive::Perception;
use vouch_perception::runtime::RuntimeError;

/// Why a picture gives no template (a failure to acquire).
#[derive(Debug, thiserror::Error)]
pub enum AcquireError {
    /// The file is not a readable picture.
    #[error(transparent)]
    Picture(#[from] CameraError),
    /// A network failed.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The detector finds no face.
    #[error("no face found")]
    NoFace,
    /// The embedding network gives no usable values.
    #[error("the face gives no template")]
    NoTemplate,
}

/// A picture's template, or why there is none.
pub type Acquired = Result<Template, AcquireError>;

/// The templates of these pictures, each made once, by the name in the table.
/// `done` is called after each picture.
pub fn acquire<'a>(
    names: impl IntoIterator<Item = &'a str>,
    root: &Path,
    perception: &mut Perception,
    embed: &mut EmbedNet,
    mut done: impl FnMut(),
) -> HashMap<String, Acquired> {
    let mut acquired = HashMap::new();
    for name in names {
        if !acquired.contains_key(name) {
            acquired.insert(name.to_owned(), template_of(&root.join(name), perception, embed));
        }
        done();
    }
    acquired
}

/// The pictures of a table, each once, in its order.
pub fn names(pairs: &[Pair]) -> Vec<&str> {
    let mut seen = std::collections::HashSet::new();
    let all = pairs.iter().flat_map(|pair| [pair.first.as_str(), pair.second.as_str()]);
    all.filter(|name| seen.insert(*name)).collect()
}

fn template_of(path: &Path, perception: &mut Perception, embed: &mut EmbedNet) -> Acquired {
    let mut frame = Frame::default();
    Recording::open(path, RecordingOptions::default())
        .and_then(|mut recording| recording.next(&mut frame))?;
    perception.reset();
    perception.look(&frame)?.face.ok_or(AcquireError::NoFace)?;
    embed.embed(&frame, perception.landmarks())?.ok_or(AcquireError::NoTemplate)
}
