//! The eye's memory of a document: the frames kept of the side being shown.

use crate::camera::{Frame, Picture};
use crate::document::side::{Portraits, Reader};
use crate::document::watch::DocumentWatch;
use vouch_contract::document::look::DocumentLook;
use vouch_contract::document::reading::{MAX_SIDES, ReadFault, SideReading};
use vouch_contract::runtime::ModelReport;

/// Frames of one side that are read together. A reflection or motion blur is rarely in the same
/// place in all of them.
pub const KEPT: usize = 3;

/// What the eye knows about documents.
pub(super) struct Documents {
    watch: DocumentWatch,
    reader: Reader,
    side: Option<u8>,
    kept: [Frame; KEPT],
    filled: usize,
    // Index for the next frame, which replaces the oldest.
    next: usize,
    // For each side, the frame that was read best: the session's picture of it.
    pictures: [Option<Frame>; MAX_SIDES],
}

impl Documents {
    pub(super) fn new(reader: Reader) -> Self {
        Self {
            watch: DocumentWatch::default(),
            reader,
            side: None,
            kept: Default::default(),
            filled: 0,
            next: 0,
            pictures: Default::default(),
        }
    }

    /// Forgets everything, because another subject or session begins.
    pub(super) fn forget(&mut self) {
        self.watch.forget();
        self.reader.forget();
        (self.side, self.filled, self.next) = (None, 0, 0);
        self.pictures = Default::default();
    }

    pub(super) fn see(&mut self, frame: &Frame, portraits: &mut dyn Portraits) -> Option<DocumentLook> {
        let picture = Picture::try_from(frame).ok()?;
        let reader = &mut self.reader;
        // If the reader fails, that is reported when the page is read.
        Some(
            self.watch
                .see(&picture, &mut |outline| reader.holds(&picture, outline, portraits).unwrap_or(true)),
        )
    }

    pub(super) fn keep(&mut self, side: u8, frame: &Frame) {
        if self.side.replace(side) != Some(side) {
            (self.filled, self.next) = (0, 0);
        }
        let kept = &mut self.kept[self.next];
        kept.resize(frame.width, frame.height);
        kept.rgb.copy_from_slice(&frame.rgb);
        (kept.sequence, kept.at) = (frame.sequence, frame.at);
        self.next = (self.next + 1) % KEPT;
        self.filled = (self.filled + 1).min(KEPT);
    }

    /// The picture of `side`: the frame it was read from.
    pub(super) fn picture(&self, side: u8) -> Option<&Frame> {
        self.pictures.get(usize::from(side))?.as_ref()
    }

    /// The model in use and where it runs.
    pub(super) fn model(&self) -> &ModelReport {
        self.reader.mrz().report()
    }

    /// Reads the kept frames of `side`, then drops all but the best one.
    pub(super) fn read(
        &mut self,
        side: u8,
        portraits: &mut dyn Portraits,
    ) -> Result<Box<SideReading>, ReadFault> {
        if self.side != Some(side) || self.filled == 0 {
            return Err(ReadFault::Lost);
        }
        // The latest first: it was the best one when it was kept.
        let reading = {
            let order = (1..=self.filled).map(|back| &self.kept[(self.next + KEPT - back) % KEPT]);
            let pictures: heapless::Vec<Picture<'_>, KEPT> =
                order.filter_map(|frame| Picture::try_from(frame).ok()).collect();
            self.reader.read(&pictures, portraits, jiff::Zoned::now().date())
        };
        let best = (self.next + KEPT - 1) % KEPT;
        if reading.is_ok()
            && let Some(picture) = self.pictures.get_mut(usize::from(side))
        {
            *picture = Some(std::mem::take(&mut self.kept[best]));
        }
        (self.filled, self.next) = (0, 0);
        reading.map(Box::new)
    }
}
