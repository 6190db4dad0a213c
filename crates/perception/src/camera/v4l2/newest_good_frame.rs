//! The newest good frame among a driver's buffers.

use std::io;
use std::time::Instant;

use v4l::v4l_sys as sys;

use super::capture_clock::CaptureClock;
use super::frame_numbers::FrameNumbers;
use super::node::Filled;
use crate::camera::Frame;
use crate::camera::convert::{ConvertError, Converter, JpegError, Layout};
use vouch_contract::source::SourceCounts;

/// Consecutive bad buffers after which a camera counts as broken: two seconds at the default rate.
/// Single ones are normal on a USB bus, and many cameras start with a handful.
const MAX_BAD_IN_A_ROW: u32 = 60;

/// Consecutive JPEG pictures of another size after which the camera's setting has changed. A single
/// one may have a damaged header.
const RESIZED_IN_A_ROW: u32 = 3;

/// Fewest buffers for which "all were full" means that frames were lost.
const STARVABLE_BUFFERS: usize = 3;

/// A driver's streaming interface, as the reader sees it.
pub(super) trait Buffers {
    /// The layout of a picture in the bytes.
    fn layout(&self) -> &Layout;
    /// Number of buffers in rotation.
    fn count(&self) -> usize;
    /// A buffer that is ready now.
    fn take(&self) -> Taken;
    /// Whether the driver's pictures no longer match [`layout`](Self::layout).
    fn changed(&self) -> bool;
    /// Waits for a buffer until `deadline`.
    fn wait_and_take(&self, deadline: Instant) -> Taken;
    /// Returns a buffer to the driver.
    fn give_back(&self, filled: &Filled) -> io::Result<()>;
    /// Copies the data written by the driver into `target`.
    fn copy(&self, filled: &Filled, target: &mut Vec<u8>);
}

/// A ready buffer, or why there is none.
#[derive(Debug)]
pub(super) enum Taken {
    /// A buffer that we hold until it is returned.
    Buffer(Filled),
    /// None yet.
    Nothing,
    /// The pictures have changed their size or format.
    Changed,
    /// The device or its stream is gone.
    Gone(io::Error),
}

/// Why a call found no frame; it determines the camera's state.
#[derive(Debug)]
pub(super) enum Fault {
    /// The pictures have changed their size or format, so the stream must be restarted.
    Changed,
    /// The device disappeared, or its stream broke.
    Gone(io::Error),
    /// Nothing arrived in time.
    Silent,
    /// Buffers arrived, but none with a picture.
    Garbage(String),
}

/// Reads frames and counts them; outlives the streams it reads from.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) counts: SourceCounts,
    numbers: FrameNumbers,
    clock: CaptureClock,
    converter: Converter,
    /// The last buffer, copied out of the driver's memory.
    bytes: Vec<u8>,
    bad_in_a_row: u32,
    /// Consecutive JPEG pictures of a size that the camera was not set to.
    resized_in_a_row: u32,
    /// Whether this stream has delivered a good frame.
    was_good: bool,
}

impl Reader {
    /// A new stream of the same camera begins.
    pub(super) fn restart(&mut self) {
        self.counts.reopened += 1;
        self.numbers.restart();
        self.resized_in_a_row = 0;
        self.was_good = false;
    }

    /// Waits until `deadline` for a good frame.
    pub(super) fn read(
        &mut self,
        stream: &impl Buffers,
        frame: &mut Frame,
        deadline: Instant,
    ) -> Result<(), Fault> {
        let mut starved = false;
        loop {
            let first = match stream.wait_and_take(deadline) {
                Taken::Buffer(filled) => filled,
                Taken::Nothing => return Err(Fault::Silent),
                Taken::Changed => return Err(Fault::Changed),
                Taken::Gone(error) => return Err(Fault::Gone(error)),
            };
            let (newest, drained) = self.newest(stream, first).map_err(Fault::Gone)?;
            let Some((filled, number)) = newest else {
                self.still_bearable("only short or damaged buffers")?;
                continue;
            };
            // If every buffer is full the driver has had nowhere to write, so even the newest may
            // be as old as the reader's absence. Draining once is enough.
            if drained == stream.count() && drained >= STARVABLE_BUFFERS && !starved {
                starved = true;
                self.counts.stale += 1;
                stream.give_back(&filled).map_err(Fault::Gone)?;
                continue;
            }
            // Read with the old layout, a picture in a new one becomes stripes or noise.
            if stream.changed() {
                stream.give_back(&filled).map_err(Fault::Gone)?;
                return Err(Fault::Changed);
            }
            stream.copy(&filled, &mut self.bytes);
            stream.give_back(&filled).map_err(Fault::Gone)?;
            match self.converter.convert(stream.layout(), &self.bytes, frame) {
                Ok(()) => {
                    frame.sequence = number;
                    frame.at = self.clock.at(filled.flags, filled.stamp);
                    frame.captured = Instant::now().checked_sub(self.clock.age());
                    self.counts.frames += 1;
                    (self.bad_in_a_row, self.resized_in_a_row) = (0, 0);
                    self.was_good = true;
                    return Ok(());
                }
                Err(error) => {
                    tracing::debug!(%error, "a camera buffer holds no valid picture");
                    self.bad();
                    let resized = matches!(error, ConvertError::Jpeg(JpegError::Size(..)));
                    self.resized_in_a_row = if resized { self.resized_in_a_row + 1 } else { 0 };
                    // A camera that never kept to its setting won't do so when asked again.
                    if self.was_good && self.resized_in_a_row >= RESIZED_IN_A_ROW {
                        return Err(Fault::Changed);
                    }
                    self.still_bearable(&error.to_string())?;
                }
            }
        }
    }

    /// Takes all buffers that are ready. Returns the newest good one with its number, and how many
    /// there were. The others are returned to the driver.
    fn newest(&mut self, stream: &impl Buffers, first: Filled) -> io::Result<(Option<(Filled, u64)>, usize)> {
        let mut newest: Option<(Filled, u64)> = None;
        let mut drained = 0;
        let mut next = Some(first);
        while let Some(filled) = next {
            drained += 1;
            let (number, missed) = self.numbers.step(filled.sequence);
            self.counts.missed += missed;
            if intact(&filled, stream.layout().needed().unwrap_or(usize::MAX)) {
                if let Some((older, _)) = newest.replace((filled, number)) {
                    self.counts.stale += 1;
                    stream.give_back(&older)?;
                }
            } else {
                self.bad();
                stream.give_back(&filled)?;
            }
            // A driver that always has one more buffer must not keep us here.
            if drained >= stream.count() {
                break;
            }
            next = match stream.take() {
                Taken::Buffer(filled) => Some(filled),
                Taken::Nothing | Taken::Changed => None,
                // The frame we have is good; the next call will meet the error again.
                Taken::Gone(_) if newest.is_some() => None,
                Taken::Gone(error) => return Err(error),
            };
        }
        Ok((newest, drained))
    }

    fn bad(&mut self) {
        self.counts.corrupt += 1;
        self.bad_in_a_row += 1;
    }

    fn still_bearable(&mut self, last: &str) -> Result<(), Fault> {
        if self.bad_in_a_row < MAX_BAD_IN_A_ROW {
            return Ok(());
        }
        self.bad_in_a_row = 0;
        Err(Fault::Garbage(format!(
            "{MAX_BAD_IN_A_ROW} damaged frames in a row ({last}); try another cable or USB port, \
             another format, or another camera"
        )))
    }
}

/// Whether a buffer can hold a picture of `needed` bytes.
fn intact(filled: &Filled, needed: usize) -> bool {
    filled.flags & sys::V4L2_BUF_FLAG_ERROR == 0 && filled.bytes_used as usize >= needed
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::VecDeque;
    use std::time::Duration;

    use super::*;
    use crate::camera::PixelFormat;
    use crate::camera::colour::Colour;

    /// A scripted driver with four buffers of 2x1 GREY pixels.
    struct Driver {
        layout: Layout,
        /// The buffers that become ready at each wait, all at once. An empty list means silence, no
        /// list at all an unplugged device.
        waits: RefCell<VecDeque<Vec<Filled>>>,
        ready: RefCell<VecDeque<Filled>>,
        /// Buffers that we hold.
        held: RefCell<Vec<u32>>,
        /// Whether its pictures have changed.
        changed: Cell<bool>,
        /// The frame at which they change.
        changes_at: Option<u32>,
    }

    const BUFFERS: usize = 4;
    const STAMPED: u32 = sys::V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;

    fn filled(sequence: u32) -> Filled {
        Filled {
            index: sequence % BUFFERS as u32,
            bytes_used: 2,
            flags: STAMPED,
            sequence,
            stamp: Duration::from_millis(u64::from(sequence) * 33),
        }
    }

    fn driver(waits: &[&[Filled]]) -> Driver {
        Driver {
            layout: Layout {
                format: PixelFormat::Grey,
                width: 2,
                height: 1,
                stride: 2,
                luma_rows: 1,
                colour: Colour::default(),
            },
            waits: RefCell::new(waits.iter().map(|ready| ready.to_vec()).collect()),
            ready: RefCell::default(),
            held: RefCell::default(),
            changed: Cell::new(false),
            changes_at: None,
        }
    }

    impl Buffers for Driver {
        fn layout(&self) -> &Layout {
            &self.layout
        }

        fn count(&self) -> usize {
            BUFFERS
        }

        fn take(&self) -> Taken {
            match self.ready.borrow_mut().pop_front() {
                Some(filled) => {
                    self.changed.set(self.changes_at.is_some_and(|at| filled.sequence >= at));
                    self.held.borrow_mut().push(filled.index);
                    Taken::Buffer(filled)
                }
                None => Taken::Nothing,
            }
        }

        fn changed(&self) -> bool {
            self.changed.get()
        }

        fn wait_and_take(&self, _deadline: Instant) -> Taken {
            if self.ready.borrow().is_empty() {
                match self.waits.borrow_mut().pop_front() {
                    Some(ready) => self.ready.borrow_mut().extend(ready),
                    None => return Taken::Gone(io::ErrorKind::NotConnected.into()),
                }
            }
            self.take()
        }

        fn give_back(&self, filled: &Filled) -> io::Result<()> {
            let mut held = self.held.borrow_mut();
            let at = held.iter().position(|index| *index == filled.index);
            // Real drivers refuse a buffer that is not held.
            held.swap_remove(at.expect("a buffer that is held"));
            Ok(())
        }

        fn copy(&self, filled: &Filled, target: &mut Vec<u8>) {
            target.clear();
            target.extend([filled.sequence as u8; 2]);
        }
    }

    fn read(reader: &mut Reader, driver: &Driver) -> Result<(u64, u8), Fault> {
        let mut frame = Frame::default();
        let outcome = reader.read(driver, &mut frame, Instant::now());
        if !matches!(outcome, Err(Fault::Gone(_))) {
            assert!(driver.held.borrow().is_empty(), "a buffer was kept");
        }
        outcome.map(|()| (frame.sequence, frame.rgb[0]))
    }

    #[test]
    fn each_frame_is_handed_out_once() {
        let driver = driver(&[&[filled(0)], &[filled(1)]]);
        let mut reader = Reader::default();
        assert_eq!(read(&mut reader, &driver).expect("a frame"), (0, 0));
        assert_eq!(read(&mut reader, &driver).expect("a frame"), (1, 1));
        assert!(matches!(read(&mut reader, &driver), Err(Fault::Gone(_))));
        assert_eq!(reader.counts.frames, 2);
    }

    #[test]
    fn a_slow_reader_gets_the_newest() {
        let driver = driver(&[&[filled(0), filled(1), filled(2)]]);
        let mut reader = Reader::default();
        assert_eq!(read(&mut reader, &driver).expect("a frame"), (2, 2));
        assert_eq!(reader.counts.stale, 2);
        assert_eq!(reader.counts.missed, 0);
    }

    #[test]
    fn after_a_long_absence_a_fresh_frame_is_awaited() {
        let all = [filled(0), filled(1), filled(2), filled(3)];
        let driver = driver(&[&all, &[filled(9)]]);
        let mut reader = Reader::default();
        assert_eq!(read(&mut reader, &driver).expect("a frame"), (9, 9));
        assert_eq!(reader.counts.stale, 4);
        assert_eq!(reader.counts.missed, 5);
    }

    #[test]
    fn damaged_buffers_are_counted_and_passed_over() {
        let flagged = Filled { flags: STAMPED | sys::V4L2_BUF_FLAG_ERROR, ..filled(1) };
        let short = Filled { bytes_used: 1, ..filled(2) };
        let driver = driver(&[&[filled(0)], &[flagged], &[short], &[filled(3)]]);
        let mut reader = Reader::default();
        read(&mut reader, &driver).expect("a frame");
        assert_eq!(read(&mut reader, &driver).expect("a frame"), (3, 3));
        assert_eq!(reader.counts.corrupt, 2);
        assert_eq!(reader.counts.missed, 0);
    }

    #[test]
    fn a_good_frame_is_not_given_up_for_a_newer_damaged_one() {
        let flagged = Filled { flags: sys::V4L2_BUF_FLAG_ERROR, ..filled(1) };
        let driver = driver(&[&[filled(0), flagged]]);
        let mut reader = Reader::default();
        assert_eq!(read(&mut reader, &driver).expect("a frame"), (0, 0));
    }

    #[test]
    fn nothing_but_garbage_ends() {
        let short: Vec<Filled> =
            (0..1000).map(|sequence| Filled { bytes_used: 0, ..filled(sequence) }).collect();
        let waits: Vec<&[Filled]> = short.chunks(1).collect();
        let driver = driver(&waits);
        let mut reader = Reader::default();
        let Err(Fault::Garbage(reason)) = read(&mut reader, &driver) else {
            panic!("not called garbage");
        };
        assert!(reason.contains("another cable"), "{reason}");
        assert_eq!(reader.counts.corrupt, u64::from(MAX_BAD_IN_A_ROW));
    }

    #[test]
    fn a_picture_of_another_layout_is_never_read() {
        let driver = Driver { changes_at: Some(1), ..driver(&[&[filled(0)], &[filled(1)]]) };
        let mut reader = Reader::default();
        assert_eq!(read(&mut reader, &driver).expect("a frame"), (0, 0));
        assert!(matches!(read(&mut reader, &driver), Err(Fault::Changed)));
        assert_eq!((reader.counts.frames, reader.counts.corrupt), (1, 0));
    }

    #[test]
    fn silence_is_told_from_loss() {
        let driver = driver(&[&[]]);
        let mut reader = Reader::default();
        assert!(matches!(read(&mut reader, &driver), Err(Fault::Silent)));
        assert!(matches!(read(&mut reader, &driver), Err(Fault::Gone(_))));
    }

    #[test]
    fn a_new_stream_goes_on_counting() {
        let mut reader = Reader::default();
        read(&mut reader, &driver(&[&[filled(7)]])).expect("a frame");
        reader.restart();
        let (number, _) = read(&mut reader, &driver(&[&[filled(0)]])).expect("a frame");
        assert_eq!(number, 1);
        assert_eq!((reader.counts.reopened, reader.counts.missed), (1, 0));
    }
}
