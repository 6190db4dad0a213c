//! Keeps a session's pictures and its clip, sealed, for the one who asked for the session.

use sha2::{Digest, Sha256};

use super::clip::MEDIA_TYPE;
use super::drive::Still;
use vouch_contract::claims::Media;
use vouch_session::result::slot_name;
use vouch_store::media::MediaStore;

/// The slot of the clip.
pub const CLIP: &str = "clip";

impl Still {
    /// What a result says of this picture.
    pub fn media(&self) -> Media {
        media(slot_name(self.slot), "image/jpeg", &self.jpeg)
    }
}

/// Stores them; what was stored is listed in the result. What could not be is only logged.
pub(super) fn keep(store: &MediaStore, session: &str, stills: &[Still], clip: Option<Vec<u8>>) -> Vec<Media> {
    let put = |slot: &str, bytes: &[u8]| {
        let kept = store.put(session, slot, bytes);
        kept.inspect_err(|error| tracing::error!(%error, slot, "a picture could not be kept")).is_ok()
    };
    let mut kept: Vec<Media> = Vec::new();
    for still in stills {
        if put(&slot_name(still.slot), &still.jpeg) {
            kept.push(still.media());
        }
    }
    if let Some(clip) = clip.filter(|clip| put(CLIP, clip)) {
        kept.push(media(CLIP.to_owned(), MEDIA_TYPE, &clip));
    }
    kept
}

fn media(slot: String, media_type: &str, bytes: &[u8]) -> Media {
    Media {
        slot,
        media_type: media_type.to_owned(),
        sha256: hex::encode(Sha256::digest(bytes)),
        bytes: bytes.len() as u64,
    }
}
