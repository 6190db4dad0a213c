//! Each picture to its template, once.

use std::collections::HashMap;
use std::path::Path;

use crate::pairs::Pair;
use vouch_contract::face::Template;
use vouch_perception::camera::{Frame, Recording, RecordingOptions, Source};
use vouch_perception::face::embed::EmbedNet;
use vouch_perception::face::perceive::Perception;

/// A picture's template, or why there is none (a failure to acquire).
pub type Acquired = Result<Template, String>;

/// The templates of these pictures, each made once, by the name in the table.
/// `done` is told after each picture.
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
        .and_then(|mut recording| recording.next(&mut frame))
        .map_err(|e| e.to_string())?;
    perception.reset();
    let view = perception.look(&frame).map_err(|e| e.to_string())?;
    view.face.ok_or("no face found")?;
    let template = embed.embed(&frame, perception.landmarks()).map_err(|e| e.to_string())?;
    template.ok_or_else(|| "the face gives no template".into())
}
