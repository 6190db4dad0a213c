//! The marker segments of a JPEG picture (ITU-T T.81, Annex B).

use heapless::Vec;

use super::marker::{DHT, EOI, RST0, SOI, SOS};

/// Why a JPEG picture is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JpegFault {
    /// The headers contradict themselves.
    #[error("broken JPEG headers")]
    Headers,
    /// A coding that the decoder doesn't support or gets wrong; the text names it.
    #[error("an unsupported kind of JPEG ({0})")]
    Coding(&'static str),
    /// More pixels than allowed.
    #[error("{0}x{1} pixels are too many")]
    Pixels(u32, u32),
    /// The data ends before the picture does.
    #[error("JPEG picture cut off")]
    CutOff,
    /// The data can't be a picture's.
    #[error("damaged JPEG data: {0}")]
    Damaged(&'static str),
}

/// How coefficients are transmitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Sequential,
    Progressive,
}

/// One of a picture's components (one to four).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    pub id: u8,
    /// Sampling factors, 1 to 4.
    pub across: u8,
    pub down: u8,
    /// Number of its quantisation table, 0 to 3.
    pub quantisation: u8,
}

/// The frame header (B.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FrameHeader {
    pub coding: Coding,
    pub width: u32,
    pub height: u32,
    pub components: Vec<Component, 4>,
}

/// The components of a scan (B.2.3): index in the frame header, DC and AC table.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanComponent {
    pub place: usize,
    pub dc: usize,
    pub ac: usize,
}

/// The scan header (B.2.3).
#[derive(Debug, Clone)]
pub(super) struct ScanHeader {
    pub components: Vec<ScanComponent, 4>,
    /// First and last coefficient transmitted.
    pub band: (u8, u8),
    /// Bit position of the previous scan (0 if there was none) and of this one.
    pub high: u8,
    pub low: u8,
}

impl FrameHeader {
    /// Parses the frame header of type `kind` (the marker's second byte).
    pub(super) fn parse(kind: u8, body: &[u8]) -> Result<Self, JpegFault> {
        let coding = match kind {
            0xC0 | 0xC1 => Coding::Sequential,
            0xC2 => Coding::Progressive,
            0xC3 => return Err(JpegFault::Coding("lossless coding")),
            0xC5..=0xC7 => return Err(JpegFault::Coding("hierarchical coding")),
            0xC9..=0xCB => return Err(JpegFault::Coding("arithmetic coding")),
            _ => return Err(JpegFault::Coding("hierarchical arithmetic coding")),
        };
        let &[precision, h1, h0, w1, w0, count] = body.first_chunk().ok_or(JpegFault::Headers)?;
        if precision != 8 {
            return Err(JpegFault::Coding("more than 8 bits a sample"));
        }
        let width = u32::from(u16::from_be_bytes([w1, w0]));
        let height = u32::from(u16::from_be_bytes([h1, h0]));
        if height == 0 {
            return Err(JpegFault::Coding("a height that follows the picture"));
        }
        let listed = body[6..].chunks_exact(3);
        if width == 0 || usize::from(count) != listed.len() || !listed.remainder().is_empty() {
            return Err(JpegFault::Headers);
        }
        let mut components = Vec::new();
        for entry in listed {
            let component = Component {
                id: entry[0],
                across: entry[1] >> 4,
                down: entry[1] & 15,
                quantisation: entry[2],
            };
            let sampled = 1..=4;
            if !sampled.contains(&component.across)
                || !sampled.contains(&component.down)
                || component.quantisation > 3
            {
                return Err(JpegFault::Headers);
            }
            components.push(component).map_err(|_| JpegFault::Headers)?;
        }
        let header = Self { coding, width, height, components };
        if !header.sampling_is_read() {
            return Err(JpegFault::Coding("unusual sampling factors"));
        }
        Ok(header)
    }

    /// The largest sampling factors.
    pub(super) fn sampling(&self) -> (u8, u8) {
        let most = |of: fn(&Component) -> u8| self.components.iter().map(of).max().unwrap_or(1);
        (most(|component| component.across), most(|component| component.down))
    }

    /// Whether the decoder handles these sampling factors correctly: 4:4:4, 4:2:2, 4:4:0 and 4:2:0,
    /// which cameras and phones write, also if chroma has the factor 2 (FFmpeg). `zune-jpeg` 0.5
    /// refuses some of the others and gives wrong colours for more.
    fn sampling_is_read(&self) -> bool {
        /// Factors of luma and of chroma.
        const READ: [((u8, u8), (u8, u8)); 9] = [
            ((1, 1), (1, 1)),
            ((2, 1), (1, 1)),
            ((1, 2), (1, 1)),
            ((2, 2), (1, 1)),
            ((1, 2), (1, 2)),
            ((2, 1), (2, 1)),
            ((2, 2), (2, 2)),
            ((2, 2), (1, 2)),
            ((2, 2), (2, 1)),
        ];
        let factors = |component: &Component| (component.across, component.down);
        match self.components.as_slice() {
            [_] => true,
            [first, others @ ..] if matches!(others.len(), 2 | 3) => {
                let chroma = factors(&others[0]);
                READ.contains(&(factors(first), chroma))
                    && factors(&others[1]) == chroma
                    && others[2..].iter().all(|component| factors(component) == factors(first))
            }
            _ => false,
        }
    }
}

impl ScanHeader {
    pub(super) fn parse(body: &[u8], frame: &FrameHeader) -> Result<Self, JpegFault> {
        let (&count, rest) = body.split_first().ok_or(JpegFault::Headers)?;
        let count = usize::from(count);
        let Some((listed, &[start, end, bits])) = rest.split_last_chunk::<3>() else {
            return Err(JpegFault::Headers);
        };
        if !(1..=4).contains(&count) || listed.len() != count * 2 {
            return Err(JpegFault::Headers);
        }
        let mut components = Vec::<ScanComponent, 4>::new();
        for entry in listed.chunks_exact(2) {
            let place = frame.components.iter().position(|c| c.id == entry[0]).ok_or(JpegFault::Headers)?;
            let (dc, ac) = (usize::from(entry[1] >> 4), usize::from(entry[1] & 15));
            if dc > 3 || ac > 3 || components.iter().any(|c| c.place == place) {
                return Err(JpegFault::Headers);
            }
            components.push(ScanComponent { place, dc, ac }).map_err(|_| JpegFault::Headers)?;
        }
        let (high, low) = (bits >> 4, bits & 15);
        Ok(Self { components, band: (start, end), high, low })
    }
}

/// Finds the segment at or after `at`: its marker's second byte, its body, and the start of the
/// next segment. None at the end of the bytes.
pub(super) fn skip_segment(bytes: &[u8], mut at: usize) -> Option<(u8, &[u8], usize)> {
    // Any number of fill bytes may precede a marker.
    while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
        at += 1;
    }
    let kind = *bytes.get(at + 1)?;
    // Markers without a body.
    if matches!(kind, SOI | EOI | 0x01) || (RST0..RST0 + 8).contains(&kind) {
        return Some((kind, &[], at + 2));
    }
    let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?])).max(2);
    Some((kind, bytes.get(at + 4..at + 2 + length)?, at + 2 + length))
}

/// Width and height from the headers before the first scan.
pub(in crate::camera) fn first_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 0;
    loop {
        if bytes.get(at) != Some(&0xFF) {
            return None;
        }
        let (kind, body, next) = skip_segment(bytes, at)?;
        match kind {
            SOS | EOI => return None,
            0xC0..=0xCF if !matches!(kind, DHT | 0xC8 | 0xCC) => {
                let &[h1, h0, w1, w0] = body.get(1..)?.first_chunk()?;
                let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
                return Some((side(w1, w0), side(h1, h0)));
            }
            _ => at = next,
        }
    }
}
