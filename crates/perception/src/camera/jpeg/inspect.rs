//! Walks through a whole JPEG picture without decoding a pixel: is it of a kind that the decoder
//! handles correctly, and is it complete?

use super::super::{MAX_PIXELS, MAX_SIDE};
use super::JpegFault;
use super::headers::{Coding, FrameHeader, ScanHeader, skip_segment};
use super::huffman::Table;
use super::marker::{APP2, DAC, DHT, DNL, DQT, DRI, EOI, SOI, SOS};
use super::progressive::{BLOCK_BYTES, Progress};
use super::sequential::{ScanTables, walk};
use super::standard_tables::STANDARD_TABLES;

/// Whole bytes that a camera may leave before a restart marker. Logitech's C270 and C910 leave up
/// to 10 in good pictures (Motion-Project/motion#65, libavg/libavg#782, pupil-labs/pupil#1816).
const STRAY_IN_INTERVALS: usize = 10;
/// Likewise before the end of a picture without restart markers. A frame with foreign data after a
/// cut has whole surplus blocks, so a handful of bytes still reveals it.
const STRAY_AT_END: usize = 4;
/// Likewise in a file: some programs leave a few bytes. More of them are the rest of a picture that
/// was lost and padded.
const STRAY_IN_FILE: usize = 64;
/// Limit on the scans of one picture. The longest scan scripts of encoders have about 100; a
/// hostile file could send the whole picture again in each of thousands.
const MAX_SCANS: usize = 256;

/// How strictly the data must end with the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::camera) enum Care {
    /// A camera's frame: surplus bytes come from another frame.
    Frame,
    /// A file: some programs leave bytes before a marker, although the picture is fine for a
    /// viewer.
    File,
}

/// The result for a complete picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::camera) struct Inspection {
    pub width: u32,
    pub height: u32,
    /// Whether it contains its Huffman tables; MJPEG may leave them out.
    pub has_tables: bool,
    /// Position of the first scan's marker.
    pub scan_at: usize,
    /// End of the picture's bytes.
    pub end: usize,
    /// Memory that the decoder needs besides the pixels, in bytes.
    pub beside: u64,
    /// Whether it declares that more pictures belong to it (Multi-Picture Format, CIPA DC-007:
    /// previews and gain maps after a phone's photograph).
    pub has_companions: bool,
}

/// Inspects pictures. Created once, because its tables take 120 KB.
#[derive(Debug, Default)]
pub(in crate::camera) struct Inspector {
    dc: Box<[Table; 4]>,
    ac: Box<[Table; 4]>,
}

impl Inspector {
    /// Inspects the picture at the beginning of `bytes`; what follows its end is ignored.
    pub(in crate::camera) fn inspect(&mut self, bytes: &[u8], care: Care) -> Result<Inspection, JpegFault> {
        if bytes.get(..2) != Some(&[0xFF, SOI]) {
            return Err(JpegFault::Headers);
        }
        self.dc.iter_mut().chain(self.ac.iter_mut()).for_each(Table::clear);
        let mut seen = Seen::default();
        let mut at = 2;
        loop {
            at = next_marker(bytes, at, care)?;
            let (kind, body, next) = skip_segment(bytes, at).ok_or(JpegFault::CutOff)?;
            match kind {
                EOI => return seen.whole(next),
                SOI => return Err(if seen.scans > 0 { JpegFault::CutOff } else { JpegFault::Headers }),
                DHT => {
                    self.define(body)?;
                    seen.has_tables = true;
                }
                DQT => seen.quantisation(body)?,
                DRI => {
                    let &[high, low] = body.first_chunk().ok_or(JpegFault::Headers)?;
                    seen.restart_interval = usize::from(u16::from_be_bytes([high, low]));
                }
                DAC => return Err(JpegFault::Coding("arithmetic coding")),
                DNL => return Err(JpegFault::Coding("a height that follows the picture")),
                0xDE | 0xDF => return Err(JpegFault::Coding("hierarchical coding")),
                0xF7 => return Err(JpegFault::Coding("JPEG-LS")),
                APP2 if body.starts_with(b"MPF\0") => seen.has_companions = true,
                SOS => {
                    // The scan ends at the second byte of the next marker.
                    at = self.scan(bytes, body, at, next, care, &mut seen)? - 1;
                    continue;
                }
                0xC0..=0xCF if kind != 0xC8 => seen.frame(FrameHeader::parse(kind, body)?)?,
                _ => {}
            }
            at = next;
        }
    }

    fn scan(
        &mut self,
        bytes: &[u8],
        body: &[u8],
        at: usize,
        data_at: usize,
        care: Care,
        seen: &mut Seen,
    ) -> Result<usize, JpegFault> {
        let frame = seen.frame.as_ref().ok_or(JpegFault::Headers)?;
        let scan = ScanHeader::parse(body, frame)?;
        if seen.scans == 0 {
            seen.scan_at = at;
            if !seen.has_tables {
                self.define(&STANDARD_TABLES[4..])?;
            }
        }
        seen.scans += 1;
        if seen.scans > MAX_SCANS {
            return Err(JpegFault::Damaged("hundreds of scans"));
        }
        let stray = match care {
            Care::File => STRAY_IN_FILE,
            Care::Frame if seen.restart_interval > 0 => STRAY_IN_INTERVALS,
            Care::Frame => STRAY_AT_END,
        };
        let tables = ScanTables {
            dc: &self.dc,
            ac: &self.ac,
            dc_steps: seen.dc_steps,
            restart_interval: seen.restart_interval,
            stray,
        };
        if let Some(progress) = &mut seen.progress {
            return progress.walk(bytes, data_at, frame, &scan, &tables);
        }
        for of in &scan.components {
            if std::mem::replace(&mut seen.sent[of.place], true) {
                return Err(JpegFault::Damaged("a component that is sent twice"));
            }
        }
        // zune-jpeg 0.5 loses rows of such pictures and gives others wrong colours.
        if scan.components.len() != frame.components.len() {
            return Err(JpegFault::Coding("its colours in separate scans"));
        }
        walk(bytes, data_at, frame, &scan, &tables)
    }

    /// Parses a DHT segment (B.2.4.2).
    fn define(&mut self, mut body: &[u8]) -> Result<(), JpegFault> {
        while let Some((&head, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(JpegFault::Headers)?;
            let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
            if total > 256 || head & 15 > 3 || head >> 4 > 1 {
                return Err(JpegFault::Headers);
            }
            let (values, rest) = rest.split_at_checked(total).ok_or(JpegFault::Headers)?;
            let tables = if head >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            tables[usize::from(head & 15)].define(counts, values)?;
            body = rest;
        }
        Ok(())
    }
}

/// What has been read of a picture so far.
#[derive(Debug, Default)]
struct Seen {
    frame: Option<FrameHeader>,
    progress: Option<Progress>,
    /// Components of a sequential picture whose data has been read.
    sent: [bool; 4],
    scans: usize,
    scan_at: usize,
    has_tables: bool,
    has_companions: bool,
    dc_steps: [u16; 4],
    restart_interval: usize,
}

impl Seen {
    fn frame(&mut self, frame: FrameHeader) -> Result<(), JpegFault> {
        if self.frame.is_some() {
            return Err(JpegFault::Headers);
        }
        // Checked before anything is allocated by the picture's size.
        if frame.width.max(frame.height) > MAX_SIDE || pixels(frame.width, frame.height) > MAX_PIXELS {
            return Err(JpegFault::Pixels(frame.width, frame.height));
        }
        if frame.coding == Coding::Progressive {
            self.progress = Some(Progress::new(&frame));
        }
        self.frame = Some(frame);
        Ok(())
    }

    /// Parses a DQT segment (B.2.4.1).
    fn quantisation(&mut self, mut body: &[u8]) -> Result<(), JpegFault> {
        while let Some((&head, rest)) = body.split_first() {
            let length = if head >> 4 == 0 { 64 } else { 128 };
            let (values, rest) = rest.split_at_checked(length).ok_or(JpegFault::Headers)?;
            let step =
                if length == 64 { u16::from(values[0]) } else { u16::from_be_bytes([values[0], values[1]]) };
            *self.dc_steps.get_mut(usize::from(head & 15)).ok_or(JpegFault::Headers)? = step;
            body = rest;
        }
        Ok(())
    }

    /// The result, if nothing is missing at the picture's end.
    fn whole(&self, end: usize) -> Result<Inspection, JpegFault> {
        let frame = self.frame.as_ref().ok_or(JpegFault::Headers)?;
        let sent = match &self.progress {
            Some(progress) => progress.is_whole(),
            None => self.sent[..frame.components.len()].iter().all(|sent| *sent),
        };
        if !sent {
            return Err(JpegFault::CutOff);
        }
        Ok(Inspection {
            width: frame.width,
            height: frame.height,
            has_tables: self.has_tables,
            scan_at: self.scan_at,
            end,
            beside: coefficient_bytes(frame),
            has_companions: self.has_companions,
        })
    }
}

/// Memory for the coefficients of a progressive picture: 16 bits per sample, plus what [`Progress`]
/// takes. 0 for a picture that is decoded as it is read.
fn coefficient_bytes(frame: &FrameHeader) -> u64 {
    if frame.coding == Coding::Sequential {
        return 0;
    }
    let (across, down) = frame.sampling();
    let pixels = pixels(frame.width, frame.height);
    let samples: u64 = frame
        .components
        .iter()
        .map(|c| pixels * u64::from(c.across) * u64::from(c.down) / (u64::from(across) * u64::from(down)))
        .sum();
    samples * 2 + samples / 64 * BLOCK_BYTES
}

fn pixels(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

/// Position of the next marker at or after `at`. In files, bytes between segments are skipped, as
/// every decoder does.
fn next_marker(bytes: &[u8], at: usize, care: Care) -> Result<usize, JpegFault> {
    let rest = bytes.get(at..).ok_or(JpegFault::CutOff)?;
    if rest.is_empty() {
        return Err(JpegFault::CutOff);
    }
    if rest[0] == 0xFF && rest.get(1) != Some(&0) {
        return Ok(at);
    }
    if care == Care::Frame {
        return Err(JpegFault::Headers);
    }
    let marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF);
    rest.windows(2).position(marker).map(|gap| at + gap).ok_or(JpegFault::CutOff)
}
