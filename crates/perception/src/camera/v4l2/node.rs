//! The V4L2 system calls, each behind a safe function.
//!
//! Only the lower layer of the `v4l` crate is used: its structures, request numbers and `mmap`. Its
//! upper layer panics on data that a device may well send (a card name cut in the middle of a UTF-8
//! character, an unknown colour space or field order, any error but `ENODEV` when a stream is
//! dropped). It also opens devices so that child processes inherit them, queues a buffer twice
//! after a time-out, and can't distinguish a hung-up device from a ready one.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{major, minor};
use rustix::io::Errno;
use v4l::v4l_sys as sys;

use super::ioctl::{
    DQBUF, ENUM_FMT, ENUM_RATES, ENUM_SIZES, G_FMT, G_PARM, Plain, QBUF, QUERYBUF, QUERYCAP, REQBUFS,
    Request, S_FMT, S_PARM, STREAMOFF, STREAMON, ioctl, zeroed,
};
use super::mapping::Mapping;

/// `V4L2_BUF_TYPE_VIDEO_CAPTURE`: single-planar capture.
const CAPTURE: u32 = 1;
/// `V4L2_MEMORY_MMAP`.
const MMAP: u32 = 1;
/// `V4L2_PIX_FMT_PRIV_MAGIC`: the colour fields of a format are valid.
const PRIV_MAGIC: u32 = 0xFEED_CAFE;
/// Limit on entries read from any list of a driver, so that a list without an end can't block us.
/// The longest genuine list (vivid's formats) has 83.
pub(super) const MAX_LISTED: u32 = 256;

/// A device's identity and capabilities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Capability {
    pub driver: String,
    pub card: String,
    pub bus: String,
    /// `V4L2_CAP_*` of this node (not of the whole device).
    pub flags: u32,
}

/// The sizes a driver lists for a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sizes {
    One(u32, u32),
    /// Smallest, largest and step: width, then height.
    Grid((u32, u32, u32), (u32, u32, u32)),
}

/// The picture format chosen by the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    pub fourcc: [u8; 4],
    pub width: u32,
    pub height: u32,
    pub stride: u32,
    /// Bytes of a whole picture in the driver's layout.
    pub image_bytes: u32,
    pub field: u32,
    pub colorspace: u32,
    pub ycbcr_enc: u32,
    pub quantization: u32,
}

/// A buffer filled by the driver.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filled {
    pub index: u32,
    pub bytes_used: u32,
    pub flags: u32,
    pub sequence: u32,
    /// The driver's time stamp.
    pub stamp: Duration,
}

/// An open V4L2 node.
#[derive(Debug)]
pub(super) struct Device {
    file: File,
}

impl Device {
    /// Opens the node in non-blocking mode; child processes don't inherit it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32)
            .open(path)?;
        Ok(Self { file })
    }

    /// The device's path in `/sys`: of the open file, even if its name now belongs to another
    /// device.
    ///
    /// # Errors
    /// System errors, if `/sys` is missing or hides the device.
    pub(super) fn place(&self) -> io::Result<String> {
        place_in(Path::new("/sys"), self.file.metadata()?.rdev())
    }

    pub(super) fn call<T: Plain>(&self, request: &Request<T>, argument: &mut T) -> io::Result<()> {
        ioctl(self.file.as_fd(), request, argument)
    }

    pub(super) fn capability(&self) -> io::Result<Capability> {
        let mut raw: sys::v4l2_capability = zeroed();
        self.call(&QUERYCAP, &mut raw)?;
        let flags = if raw.capabilities & sys::V4L2_CAP_DEVICE_CAPS != 0 {
            raw.device_caps
        } else {
            raw.capabilities
        };
        Ok(Capability { driver: text(&raw.driver), card: text(&raw.card), bus: text(&raw.bus_info), flags })
    }

    /// The four-character codes that the device offers.
    pub(super) fn formats(&self) -> Vec<[u8; 4]> {
        let mut found = Vec::new();
        for index in 0..MAX_LISTED {
            let mut raw: sys::v4l2_fmtdesc = zeroed();
            raw.index = index;
            raw.type_ = CAPTURE;
            if self.call(&ENUM_FMT, &mut raw).is_err() {
                break;
            }
            found.push(raw.pixelformat.to_le_bytes());
        }
        found
    }

    /// The sizes offered for a format; empty if the driver doesn't list them.
    pub(super) fn sizes(&self, fourcc: [u8; 4]) -> Vec<Sizes> {
        let mut found = Vec::new();
        for index in 0..MAX_LISTED {
            let mut raw: sys::v4l2_frmsizeenum = zeroed();
            raw.index = index;
            raw.pixel_format = u32::from_le_bytes(fourcc);
            if self.call(&ENUM_SIZES, &mut raw).is_err() {
                break;
            }
            #[expect(unsafe_code, reason = "the size is a union selected by its type")]
            // SAFETY: both arms are plain integers, and the whole was zeroed.
            found.push(unsafe {
                if raw.type_ == sys::v4l2_frmsizetypes_V4L2_FRMSIZE_TYPE_DISCRETE {
                    let one = raw.__bindgen_anon_1.discrete;
                    Sizes::One(one.width, one.height)
                } else {
                    let grid = raw.__bindgen_anon_1.stepwise;
                    Sizes::Grid(
                        (grid.min_width, grid.max_width, grid.step_width),
                        (grid.min_height, grid.max_height, grid.step_height),
                    )
                }
            });
        }
        found
    }

    /// Slowest and fastest frame rate of each entry for a format and size; empty if the driver
    /// doesn't list them.
    pub(super) fn rates(&self, fourcc: [u8; 4], width: u32, height: u32) -> Vec<(f32, f32)> {
        let mut found = Vec::new();
        for index in 0..MAX_LISTED {
            let mut raw: sys::v4l2_frmivalenum = zeroed();
            raw.index = index;
            raw.pixel_format = u32::from_le_bytes(fourcc);
            raw.width = width;
            raw.height = height;
            if self.call(&ENUM_RATES, &mut raw).is_err() {
                break;
            }
            #[expect(unsafe_code, reason = "the interval is a union selected by its type")]
            // SAFETY: both arms are plain integers, and the whole was zeroed.
            let (shortest, longest) = unsafe {
                if raw.type_ == sys::v4l2_frmivaltypes_V4L2_FRMIVAL_TYPE_DISCRETE {
                    let one = raw.__bindgen_anon_1.discrete;
                    (one, one)
                } else {
                    let steps = raw.__bindgen_anon_1.stepwise;
                    (steps.min, steps.max)
                }
            };
            found.push((rate(longest), rate(shortest)));
        }
        found
    }

    /// Requests a picture format; the driver may choose another.
    pub(super) fn set_picture(&self, fourcc: [u8; 4], width: u32, height: u32) -> io::Result<Picture> {
        let mut raw: sys::v4l2_format = zeroed();
        raw.type_ = CAPTURE;
        raw.fmt.pix = sys::v4l2_pix_format {
            width,
            height,
            pixelformat: u32::from_le_bytes(fourcc),
            field: sys::v4l2_field_V4L2_FIELD_NONE,
            priv_: PRIV_MAGIC,
            ..pixels(&zeroed())
        };
        self.call(&S_FMT, &mut raw)?;
        Ok(picture(&raw))
    }

    /// The driver's current picture format.
    pub(super) fn picture(&self) -> io::Result<Picture> {
        let mut raw: sys::v4l2_format = zeroed();
        raw.type_ = CAPTURE;
        self.call(&G_FMT, &mut raw)?;
        Ok(picture(&raw))
    }

    /// Requests a frame rate; returns the one chosen by the driver, 0 if it doesn't say.
    pub(super) fn set_rate(&self, wanted: f32) -> f32 {
        /// Resolution of the requested interval in parts of a second: exact for whole rates, and to
        /// a thousandth of a frame otherwise.
        const PARTS: u32 = 1000;
        let mut raw: sys::v4l2_streamparm = zeroed();
        raw.type_ = CAPTURE;
        if self.call(&G_PARM, &mut raw).is_err() {
            return 0.0;
        }
        let mut capture = capture(&raw);
        if capture.capability & sys::V4L2_CAP_TIMEPERFRAME != 0 {
            capture.timeperframe =
                sys::v4l2_fract { numerator: PARTS, denominator: (wanted * PARTS as f32) as u32 };
            raw.parm.capture = capture;
            // A driver that refuses keeps the rate reported above.
            let _ = self.call(&S_PARM, &mut raw);
        }
        rate(self::capture(&raw).timeperframe)
    }

    /// Requests `count` buffers; returns how many were allocated.
    pub(super) fn request_buffers(&self, count: u32) -> io::Result<u32> {
        let mut raw: sys::v4l2_requestbuffers = zeroed();
        raw.count = count;
        raw.type_ = CAPTURE;
        raw.memory = MMAP;
        self.call(&REQBUFS, &mut raw)?;
        Ok(raw.count)
    }

    /// Maps a buffer for reading.
    pub(super) fn map(&self, index: u32) -> io::Result<Mapping> {
        let mut raw = buffer(index);
        self.call(&QUERYBUF, &mut raw)?;
        #[expect(unsafe_code, reason = "the offset is an arm of a union")]
        // SAFETY: plain integers, and `offset` is the arm for MMAP.
        let offset = unsafe { raw.m.offset };
        Mapping::new(self.file.as_fd(), offset, raw.length as usize)
    }

    pub(super) fn queue(&self, index: u32) -> io::Result<()> {
        self.call(&QBUF, &mut buffer(index))
    }

    /// Takes a filled buffer; `EAGAIN` (would block) if there is none.
    pub(super) fn dequeue(&self) -> io::Result<Filled> {
        let mut raw = buffer(0);
        self.call(&DQBUF, &mut raw)?;
        let micros = u64::try_from(raw.timestamp.tv_usec).unwrap_or(0);
        let seconds = u64::try_from(raw.timestamp.tv_sec).unwrap_or(0);
        Ok(Filled {
            index: raw.index,
            bytes_used: raw.bytesused,
            flags: raw.flags,
            sequence: raw.sequence,
            stamp: Duration::from_secs(seconds).saturating_add(Duration::from_micros(micros)),
        })
    }

    pub(super) fn stream_on(&self) -> io::Result<()> {
        self.call(&STREAMON, &mut (CAPTURE as i32))
    }

    pub(super) fn stream_off(&self) -> io::Result<()> {
        self.call(&STREAMOFF, &mut (CAPTURE as i32))
    }

    /// Waits until there is a buffer or an event, or the device has a problem.
    pub(super) fn wait(&self, time: Duration) -> io::Result<Readiness> {
        let limit = Timespec::try_from(time).map_err(|_| io::ErrorKind::InvalidInput)?;
        let mut fds = [PollFd::from_borrowed_fd(self.file.as_fd(), PollFlags::IN | PollFlags::PRI)];
        match poll(&mut fds, Some(&limit)) {
            Ok(0) | Err(Errno::INTR) => Ok(Readiness::Nothing),
            Ok(_) => {
                let events = fds[0].revents();
                if events.contains(PollFlags::PRI) {
                    Ok(Readiness::Event)
                } else if events.contains(PollFlags::IN) {
                    Ok(Readiness::Buffer)
                } else {
                    Ok(Readiness::Trouble)
                }
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The resolved path of the character device `number` in the kernel's tree at `sys`.
fn place_in(sys: &Path, number: u64) -> io::Result<String> {
    let link = sys.join("dev/char").join(format!("{}:{}", major(number), minor(number)));
    match std::fs::canonicalize(&link) {
        Ok(place) => Ok(place.display().to_string()),
        Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", link.display()))),
    }
}

/// The result of a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readiness {
    /// A buffer can be taken.
    Buffer,
    /// An event can be read; there may be a buffer too.
    Event,
    /// The device hung up or stopped streaming; the next call tells which.
    Trouble,
    /// Nothing yet.
    Nothing,
}

fn buffer(index: u32) -> sys::v4l2_buffer {
    let mut raw: sys::v4l2_buffer = zeroed();
    raw.index = index;
    raw.type_ = CAPTURE;
    raw.memory = MMAP;
    raw
}

fn pixels(format: &sys::v4l2_format) -> sys::v4l2_pix_format {
    #[expect(unsafe_code, reason = "the format is a union selected by its buffer type")]
    // SAFETY: plain integers, and every value here began as zeroes.
    unsafe {
        format.fmt.pix
    }
}

fn picture(format: &sys::v4l2_format) -> Picture {
    let pix = pixels(format);
    #[expect(unsafe_code, reason = "the encoding is a union of two integers")]
    // SAFETY: both arms are the same integer type.
    let ycbcr_enc = unsafe { pix.__bindgen_anon_1.ycbcr_enc };
    Picture {
        fourcc: pix.pixelformat.to_le_bytes(),
        width: pix.width,
        height: pix.height,
        stride: pix.bytesperline,
        image_bytes: pix.sizeimage,
        field: pix.field,
        colorspace: pix.colorspace,
        ycbcr_enc,
        quantization: pix.quantization,
    }
}

fn capture(parameters: &sys::v4l2_streamparm) -> sys::v4l2_captureparm {
    #[expect(unsafe_code, reason = "the parameters are a union selected by its buffer type")]
    // SAFETY: plain integers, and every value here began as zeroes.
    unsafe {
        parameters.parm.capture
    }
}

/// Frames per second for an interval in seconds; 0 if there is no interval.
fn rate(interval: sys::v4l2_fract) -> f32 {
    if interval.numerator == 0 { 0.0 } else { interval.denominator as f32 / interval.numerator as f32 }
}

/// A fixed-size kernel field as text, up to its first NUL. A name that fills its field may end in
/// the middle of a UTF-8 character.
fn text(field: &[u8]) -> String {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_name_cut_amid_a_character_is_still_text() {
        let mut card = [b'x'; 32];
        card[31] = 0xC3;
        assert!(text(&card).starts_with("xxx"));
        assert_eq!(text(b"UVC Camera\0\0junk"), "UVC Camera");
    }

    #[test]
    fn what_is_no_v4l2_device_says_so() {
        let device = Device::open(Path::new("/dev/null")).expect("opens");
        assert!(device.capability().is_err());
        assert!(device.formats().is_empty());
        assert!(device.request_buffers(4).is_err());
    }

    #[test]
    fn a_device_is_found_in_sys_by_its_number() {
        let sys = tempfile::tempdir().expect("a folder");
        let place = sys.path().join("devices/virtual/video4linux/video7");
        std::fs::create_dir_all(&place).expect("a folder");
        std::fs::create_dir_all(sys.path().join("dev/char")).expect("a folder");
        std::os::unix::fs::symlink(
            "../../devices/virtual/video4linux/video7",
            sys.path().join("dev/char/81:7"),
        )
        .expect("a link");
        let number = |minor| rustix::fs::makedev(81, minor);
        let found = place_in(sys.path(), number(7)).expect("it is there");
        assert!(found.ends_with("/devices/virtual/video4linux/video7"), "{found}");
        let error = place_in(sys.path(), number(8)).expect_err("it is not there").to_string();
        assert!(error.contains("dev/char/81:8"), "{error}");
    }

    #[test]
    fn an_interval_of_nothing_is_no_rate() {
        let interval = |numerator, denominator| sys::v4l2_fract { numerator, denominator };
        assert_eq!(rate(interval(1, 30)), 30.0);
        assert_eq!(rate(interval(0, 0)), 0.0);
    }
}
