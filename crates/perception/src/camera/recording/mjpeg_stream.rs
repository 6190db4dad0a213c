//! Raw MJPEG: JPEG pictures one after the other, as `v4l2-ctl --stream-to`, picamera
//! and network cameras write them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::camera::Frame;
use crate::camera::jpeg::camera_frame::{FrameDecoder, JpegError, MAX_JPEG};
use crate::camera::jpeg::marker::{APP2, EOI, RST0, SOI};
use crate::camera::jpeg::{JpegFault, first_size};

/// Most zero bytes between two pictures: drivers pad a frame to their buffer's size.
const MAX_PADDING: usize = MAX_JPEG;

/// The pictures of a file, read one by one.
#[derive(Debug)]
pub(super) struct MjpegStream {
    file: BufReader<File>,
    /// The last picture read.
    picture: Vec<u8>,
    /// Whether the next picture's first marker was already read, after a picture without an end.
    begun: bool,
    decoder: FrameDecoder,
    /// Whether the last picture read declares others that belong to it.
    has_companions: bool,
}

impl MjpegStream {
    /// Opens a file that holds at least two pictures of one size. None for a single picture, also
    /// if previews or a gain map follow it, as phones write them.
    pub(super) fn open(path: &Path) -> io::Result<Option<(Self, u32, u32)>> {
        let mut stream = Self::new(File::open(path)?);
        if !stream.next_picture()? || stream.has_companions {
            return Ok(None);
        }
        let first = first_size(&stream.picture);
        let Some((width, height)) = first.filter(|_| stream.next_picture().unwrap_or(false)) else {
            return Ok(None);
        };
        if first_size(&stream.picture) != first {
            return Ok(None);
        }
        Ok(Some((Self::new(File::open(path)?), width, height)))
    }

    fn new(file: File) -> Self {
        Self {
            file: BufReader::new(file),
            picture: Vec::new(),
            begun: false,
            decoder: FrameDecoder::default(),
            has_companions: false,
        }
    }

    /// Decodes the next picture; None after the last. An incomplete picture is an error, and the
    /// call may be repeated.
    pub(super) fn read(&mut self, frame: &mut Frame) -> io::Result<Option<Result<(), JpegError>>> {
        if !self.next_picture()? {
            return Ok(None);
        }
        let Some(size) = first_size(&self.picture) else {
            return Ok(Some(Err(JpegFault::Headers.into())));
        };
        Ok(Some(self.decoder.decode(&self.picture, size, frame)))
    }

    /// Reads the next picture's bytes, from its first marker to its last; false if there is none.
    fn next_picture(&mut self) -> io::Result<bool> {
        if !std::mem::take(&mut self.begun) && !self.find_start()? {
            return Ok(false);
        }
        self.picture.clear();
        self.picture.extend_from_slice(&[0xFF, SOI]);
        self.has_companions = false;
        // A picture cut off by the end of the file is still passed on: the decoder reports what is
        // missing.
        while self.picture.len() <= MAX_JPEG {
            let Some(kind) = self.next_marker()? else { break };
            match kind {
                EOI => break,
                SOI => {
                    // This picture has no end marker, and the next one has begun.
                    self.picture.truncate(self.picture.len() - 2);
                    self.begun = true;
                    break;
                }
                // Markers without a length, and bytes that may not be a segment.
                0x01..0xC0 => {}
                kind if (RST0..RST0 + 8).contains(&kind) => {}
                kind => self.segment(kind)?,
            }
        }
        Ok(true)
    }

    /// Advances to the start of the next picture. Between pictures there may be nothing or zeros;
    /// the rest of a damaged picture counts as padding too.
    fn find_start(&mut self) -> io::Result<bool> {
        let mut passed = 0;
        let mut before = 0;
        loop {
            let Some(byte) = self.next_byte()? else { return Ok(false) };
            if before == 0xFF && byte == SOI {
                return Ok(true);
            }
            if byte != 0 && byte != 0xFF || passed > MAX_PADDING {
                return Ok(false);
            }
            (passed, before) = (passed + 1, byte);
        }
    }

    /// Copies everything up to and including the next marker; returns its second byte.
    fn next_marker(&mut self) -> io::Result<Option<u8>> {
        loop {
            let room = (MAX_JPEG + 1).saturating_sub(self.picture.len()) as u64;
            self.file.by_ref().take(room).read_until(0xFF, &mut self.picture)?;
            if self.picture.last() != Some(&0xFF) {
                return Ok(None);
            }
            loop {
                let Some(byte) = self.next_byte()? else { return Ok(None) };
                self.picture.push(byte);
                match byte {
                    // A stuffed byte in the data, or a fill byte.
                    0 => break,
                    0xFF if self.picture.len() <= MAX_JPEG => {}
                    0xFF => return Ok(None),
                    kind => return Ok(Some(kind)),
                }
            }
        }
    }

    fn segment(&mut self, kind: u8) -> io::Result<()> {
        let start = self.picture.len();
        self.copy(2)?;
        let Some(&[high, low]) = self.picture.get(start..).and_then(|length| length.first_chunk()) else {
            return Ok(());
        };
        self.copy(u64::from(u16::from_be_bytes([high, low])).saturating_sub(2))?;
        self.has_companions |= kind == APP2 && self.picture[start + 2..].starts_with(b"MPF\0");
        Ok(())
    }

    fn copy(&mut self, length: u64) -> io::Result<()> {
        self.file.by_ref().take(length).read_to_end(&mut self.picture).map(|_| ())
    }

    fn next_byte(&mut self) -> io::Result<Option<u8>> {
        let mut byte = [0];
        Ok((self.file.read(&mut byte)? == 1).then_some(byte[0]))
    }
}
