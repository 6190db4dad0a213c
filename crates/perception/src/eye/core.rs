//! The eye itself, without threads or sockets. It turns each frame into a sighting and keeps the
//! latest frames to answer questions about them.

use image::ImageEncoder;
use image::codecs::jpeg::JpegEncoder;

use super::documents::Documents;
pub use super::documents::KEPT;
use crate::camera::Frame;
use crate::camera::picture_file::{self, PictureFault};
use crate::document::side::{FoundPortrait, Portraits, Reader};
use crate::face::mesh::Landmarks;
use crate::face::perceive::{Perception, View};
use crate::liveness::cue::Look;
use crate::liveness::watch::Watch;
use crate::runtime::RuntimeError;
use vouch_contract::document::reading::{Portrait, ReadFault, SideReading};
use vouch_contract::eye::protocol::MAX_REFERENCE_BYTES;
use vouch_contract::eye::protocol::{Ask, EyeReport, ReferenceFault, Slot, Subject, Tell};
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::liveness::AllMeasures;
use vouch_contract::source::{SourceCounts, SourceInfo};

/// Frames kept for [`Ask::Keep`]: at 30 frames/s they give the terminal a quarter
/// of a second to decide.
const RING: usize = 8;
/// Slots for gestures: more than any challenge uses.
const GESTURE_SLOTS: usize = 8;
/// JPEG quality of stills: 92 keeps a face's detail at a tenth of the size.
const STILL_QUALITY: u8 = 92;
/// References are shrunk to this longer side: the detector sees 128 pixels, and
/// an embedding chip needs no more.
const REFERENCE_SIDE: u32 = 1280;
/// Fewest pixels between the eyes in a reference. The crop for embedding is 112 pixels wide with
/// the eyes 35 apart (ArcFace's alignment), so a smaller face would be enlarged and its detail
/// invented. The live face must have 40 as well (`position.eye_distance_min`). Passport portraits
/// have 90 and more (ISO/IEC 39794-5).
const MIN_REFERENCE_EYE_DISTANCE: f32 = 40.0;

#[derive(Default)]
struct Remembered {
    frame: Frame,
    landmarks: Landmarks,
    has_face: bool,
    valid: bool,
}

impl Remembered {
    fn copy_from(&mut self, other: &Self) {
        self.frame.resize(other.frame.width, other.frame.height);
        self.frame.rgb.copy_from_slice(&other.frame.rgb);
        (self.frame.sequence, self.frame.at) = (other.frame.sequence, other.frame.at);
        self.frame.captured = other.frame.captured;
        self.has_face = other.has_face;
        self.valid = other.valid;
    }
}

/// Perception, cues and the frames that are kept.
pub struct Eye {
    perception: Perception,
    watch: Watch,
    source: SourceInfo,
    document_source: Option<SourceInfo>,
    subject: Subject,
    documents: Option<Documents>,
    ring: [Remembered; RING],
    next: usize,
    best: Remembered,
    gestures: [Remembered; GESTURE_SLOTS],
    // References go through the same networks; afterwards a new track begins.
    reference: Frame,
}

impl Eye {
    /// Creates an eye from loaded networks and the source of its frames.
    pub fn new(perception: Perception, watch: Watch, source: SourceInfo) -> Self {
        Self {
            perception,
            watch,
            source,
            document_source: None,
            subject: Subject::Face,
            documents: None,
            ring: Default::default(),
            next: 0,
            best: Remembered::default(),
            gestures: Default::default(),
            reference: Frame::default(),
        }
    }

    /// The same eye with a document reader. `source` is the document's own camera, if it has one.
    #[must_use]
    pub fn with_documents(mut self, reader: Reader, source: Option<SourceInfo>) -> Self {
        self.documents = Some(Documents::new(reader));
        self.document_source = source;
        self
    }

    /// What the eye is looking for at present.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The description of this eye.
    pub fn report(&self, counts: SourceCounts) -> EyeReport {
        let mut runtime = self.perception.report().clone();
        runtime.models.extend_from_slice(self.watch.models());
        runtime.models.extend(self.documents.iter().map(|documents| documents.model().clone()));
        EyeReport {
            source: self.source.clone(),
            document_source: self.document_source.clone(),
            counts,
            runtime,
        }
    }

    /// The networks.
    pub fn perception(&mut self) -> &mut Perception {
        &mut self.perception
    }

    /// The liveness cues.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Processes `frame` and keeps it for a while. Returns an older frame, whose memory the caller
    /// reuses. Allocates nothing in the steady state.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`]; only this frame is lost then.
    pub fn see(&mut self, frame: Frame, dropped: u32) -> Result<(Sighting, Frame), RuntimeError> {
        let (view, document) = match (self.subject, &mut self.documents) {
            (Subject::Face, _) => (self.perception.look(&frame)?, None),
            (Subject::Document, documents) => {
                let mut portraits =
                    FaceNetworks { perception: &mut self.perception, page: &mut self.reference };
                let look = documents.as_mut().and_then(|documents| documents.see(&frame, &mut portraits));
                (View::default(), look)
            }
        };
        let cues = match &view.face {
            Some(face) => {
                let landmarks = self.perception.landmarks();
                *self.watch.see(&Look { frame: &frame, landmarks, face, at: frame.at })
            }
            None => AllMeasures::default(),
        };
        let sighting = Sighting {
            subject: self.subject,
            sequence: frame.sequence,
            at: frame.at,
            width: u16::try_from(frame.width).unwrap_or(u16::MAX),
            height: u16::try_from(frame.height).unwrap_or(u16::MAX),
            dropped,
            faces: view.faces,
            face: view.face,
            cues,
            document,
        };
        let entry = &mut self.ring[self.next];
        self.next = (self.next + 1) % RING;
        let older = std::mem::replace(&mut entry.frame, frame);
        entry.valid = true;
        entry.has_face = view.face.is_some();
        if entry.has_face {
            let seen = self.perception.landmarks();
            entry.landmarks.points.copy_from_slice(&seen.points[..]);
            (entry.landmarks.presence, entry.landmarks.region) = (seen.presence, seen.region);
        }
        Ok((sighting, older))
    }

    /// Answers a question of the terminal.
    pub fn answer(&mut self, ask: &Ask) -> Option<Tell> {
        match ask {
            Ask::Keep { sequence, slot, embed } => Some(self.keep(*sequence, *slot, *embed)),
            Ask::Still { slot } => Some(Tell::Still { slot: *slot, jpeg: self.still(*slot) }),
            Ask::Reference { image } => Some(Tell::Reference(self.embed_reference(image).map(Box::new))),
            Ask::Read { slot } => Some(Tell::Read(self.read_document(*slot).inspect_err(|fault| {
                tracing::info!(%fault, "a side of a document was not read");
            }))),
            // Pictures for the screen are sent by the eye's process, not by this.
            Ask::Preview(_) => None,
            Ask::Lit { colour } => {
                self.watch.lit(*colour);
                None
            }
            Ask::Watch(subject) => {
                self.look_for(*subject);
                None
            }
            Ask::Forget => {
                if self.subject != Subject::Face {
                    self.look_for(Subject::Face);
                }
                self.watch.forget();
                if let Some(documents) = &mut self.documents {
                    documents.forget();
                }
                self.best.valid = false;
                self.gestures.iter_mut().for_each(|slot| slot.valid = false);
                None
            }
        }
    }

    fn keep(&mut self, sequence: u64, slot: Slot, embed: bool) -> Tell {
        let found = self.ring.iter().position(|entry| entry.valid && entry.frame.sequence == sequence);
        let Some(index) = found else {
            return Tell::Kept { sequence, slot, found: false, template: None };
        };
        let entry = &self.ring[index];
        if let Slot::Document(side) = slot {
            let found = self.documents.as_mut().map(|documents| documents.keep(side, &entry.frame)).is_some();
            return Tell::Kept { sequence, slot, found, template: None };
        }
        let to = match slot {
            Slot::Best => Some(&mut self.best),
            Slot::Gesture(number) => self.gestures.get_mut(usize::from(number)),
            Slot::Continuity | Slot::Document(_) => None,
        };
        if let Some(to) = to {
            to.copy_from(entry);
        }
        let template = (embed && entry.has_face)
            .then(|| self.perception.embed(&entry.frame, &entry.landmarks))
            .and_then(|made| match made {
                Ok(template) => template.map(Box::new),
                Err(error) => {
                    tracing::error!(%error, "a face could not be embedded");
                    None
                }
            });
        Tell::Kept { sequence, slot, found: true, template }
    }

    fn still(&self, slot: Slot) -> Option<Vec<u8>> {
        let kept = match slot {
            Slot::Best => &self.best,
            Slot::Gesture(number) => self.gestures.get(usize::from(number))?,
            Slot::Document(side) => return encode_jpeg(self.documents.as_ref()?.picture(side)?),
            Slot::Continuity => return None,
        };
        if !kept.valid {
            return None;
        }
        encode_jpeg(&kept.frame)
    }

    /// Changes the subject and forgets the previous one's frames.
    fn look_for(&mut self, subject: Subject) {
        self.subject = subject;
        self.ring.iter_mut().for_each(|entry| entry.valid = false);
        self.perception.reset();
        self.watch.forget();
    }

    fn read_document(&mut self, slot: Slot) -> Result<Box<SideReading>, ReadFault> {
        let Some(documents) = &mut self.documents else { return Err(ReadFault::Unavailable) };
        let Slot::Document(side) = slot else { return Err(ReadFault::Lost) };
        let mut portraits = FaceNetworks { perception: &mut self.perception, page: &mut self.reference };
        documents.read(side, &mut portraits)
    }

    fn embed_reference(&mut self, image: &[u8]) -> Result<vouch_contract::face::Template, ReferenceFault> {
        if !self.perception.can_embed() {
            return Err(ReferenceFault::NoModel);
        }
        decode_reference(image, &mut self.reference)?;
        self.perception.reset();
        let seen = self.perception.look(&self.reference);
        let result = match seen {
            Err(error) => Err(ReferenceFault::Unreadable(error.to_string())),
            Ok(view) if view.faces > 1 => Err(ReferenceFault::SeveralFaces(view.faces)),
            Ok(View { face: None, .. }) => Err(ReferenceFault::NoFace),
            Ok(View { face: Some(face), .. }) if face.eye_distance < MIN_REFERENCE_EYE_DISTANCE => {
                Err(ReferenceFault::TooSmall {
                    eye_distance: face.eye_distance.round() as u16,
                    needed: MIN_REFERENCE_EYE_DISTANCE as u16,
                })
            }
            Ok(_) => {
                let landmarks = self.perception.landmarks().clone();
                match self.perception.embed(&self.reference, &landmarks) {
                    Ok(Some(template)) => Ok(template),
                    Ok(None) => Err(ReferenceFault::NoFace),
                    Err(error) => Err(ReferenceFault::Unreadable(error.to_string())),
                }
            }
        };
        self.perception.reset();
        result
    }
}

/// The eye's networks, lent to the document reader.
pub struct FaceNetworks<'a> {
    /// The networks.
    pub perception: &'a mut Perception,
    /// A buffer for the page.
    pub page: &'a mut Frame,
}

impl Portraits for FaceNetworks<'_> {
    fn portrait(&mut self, page: &image::RgbImage) -> Option<FoundPortrait> {
        self.page.resize(page.width(), page.height());
        self.page.rgb.copy_from_slice(page.as_raw());
        self.perception.reset();
        let seen = self.perception.look(self.page);
        let portrait = match seen {
            Ok(view) => view.face.and_then(|face| {
                let landmarks = self.perception.landmarks().clone();
                let template = self.perception.embed(self.page, &landmarks).ok().flatten()?;
                let portrait = Portrait {
                    template: Box::new(template),
                    quality: face.quality.unified,
                    eye_distance: face.eye_distance,
                };
                Some(FoundPortrait { portrait, upside_down: face.pose.roll.abs() > 90.0 })
            }),
            Err(error) => {
                tracing::error!(%error, "a page could not be searched for a face");
                None
            }
        };
        self.perception.reset();
        portrait
    }
}

/// A frame as JPEG, in the quality of stills; none if it can't be encoded (an empty frame).
pub fn encode_jpeg(frame: &Frame) -> Option<Vec<u8>> {
    jpeg_of_quality(frame, STILL_QUALITY)
}

/// A frame as JPEG of this quality, 1 to 100; none if it can't be encoded.
pub(super) fn jpeg_of_quality(frame: &Frame, quality: u8) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .write_image(&frame.rgb, frame.width, frame.height, image::ExtendedColorType::Rgb8)
        .ok()?;
    Some(bytes)
}

/// Decodes a picture file into `frame`, upright and no larger than needed.
fn decode_reference(bytes: &[u8], frame: &mut Frame) -> Result<(), ReferenceFault> {
    let unreadable = |fault: PictureFault| ReferenceFault::Unreadable(fault.to_string());
    if bytes.len() > MAX_REFERENCE_BYTES {
        return Err(unreadable(PictureFault::Bytes(bytes.len() as u64)));
    }
    let mut picture = picture_file::decode(bytes).map_err(unreadable)?;
    let longer = picture.width().max(picture.height());
    if longer > REFERENCE_SIDE {
        let scaled = |side: u32| {
            let side = f64::from(side) * f64::from(REFERENCE_SIDE) / f64::from(longer);
            side.round().max(1.0) as u32
        };
        let (width, height) = (scaled(picture.width()), scaled(picture.height()));
        picture = image::imageops::resize(&picture, width, height, image::imageops::FilterType::Triangle);
    }
    frame.take(picture);
    Ok(())
}
