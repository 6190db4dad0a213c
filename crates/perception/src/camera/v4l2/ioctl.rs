//! The structure for each V4L2 request, checked at compile time.

use std::io;
use std::marker::PhantomData;
use std::mem;
use std::os::fd::{AsRawFd, BorrowedFd};

use v4l::v4l_sys as sys;
use v4l::v4l2::vidioc;
use v4l::v4l2::vidioc::_IOC_TYPE;

/// A structure of the kernel's V4L2 interface: plain numbers, any bit pattern valid.
///
/// # Safety
/// Only for `repr(C)` structures for which all-zero bytes are a value.
#[expect(unsafe_code, reason = "marks the kernel's plain structures")]
pub(super) unsafe trait Plain: Copy {}

macro_rules! plain {
    ($($name:ident),*) => {$(
        #[expect(unsafe_code, reason = "a bindgen structure of numbers and unions of numbers")]
        // SAFETY: `repr(C)`, made of integers (and raw pointers in unions that stay
        // zero here), for which zero is a value.
        unsafe impl Plain for sys::$name {}
    )*};
}
plain!(
    v4l2_capability,
    v4l2_fmtdesc,
    v4l2_frmsizeenum,
    v4l2_frmivalenum,
    v4l2_format,
    v4l2_streamparm,
    v4l2_requestbuffers,
    v4l2_buffer,
    v4l2_event,
    v4l2_event_subscription,
    v4l2_dv_timings
);
#[expect(unsafe_code, reason = "STREAMON and STREAMOFF take a bare int")]
// SAFETY: an integer.
unsafe impl Plain for std::os::raw::c_int {}

pub(super) fn zeroed<T: Plain>() -> T {
    #[expect(unsafe_code, reason = "the kernel wants reserved fields zero")]
    // SAFETY: `Plain` says that zero is a value.
    unsafe {
        mem::zeroed()
    }
}

/// An ioctl number together with the structure it takes.
pub(super) struct Request<T> {
    code: _IOC_TYPE,
    takes: PhantomData<T>,
}

impl<T: Plain> Request<T> {
    /// A request with this number that reads (`READ`) and writes (`WRITE`) its structure, from the
    /// program's point of view (include/uapi/asm-generic/ioctl.h). For requests that the crate
    /// doesn't list.
    const fn numbered(direction: u8, number: u8) -> Self {
        let size = mem::size_of::<T>() as _IOC_TYPE;
        let code =
            (direction as _IOC_TYPE) << 30 | size << 16 | (b'V' as _IOC_TYPE) << 8 | number as _IOC_TYPE;
        Self::new(code)
    }

    const fn new(code: _IOC_TYPE) -> Self {
        // Linux encodes the structure's size in bits 16..30 of the number, so a mismatch fails to
        // compile.
        assert!((code as usize >> 16) & 0x3FFF == mem::size_of::<T>());
        Self { code, takes: PhantomData }
    }
}

pub(super) const QUERYCAP: Request<sys::v4l2_capability> = Request::new(vidioc::VIDIOC_QUERYCAP);
pub(super) const ENUM_FMT: Request<sys::v4l2_fmtdesc> = Request::new(vidioc::VIDIOC_ENUM_FMT);
pub(super) const ENUM_SIZES: Request<sys::v4l2_frmsizeenum> = Request::new(vidioc::VIDIOC_ENUM_FRAMESIZES);
pub(super) const ENUM_RATES: Request<sys::v4l2_frmivalenum> =
    Request::new(vidioc::VIDIOC_ENUM_FRAMEINTERVALS);
pub(super) const G_FMT: Request<sys::v4l2_format> = Request::new(vidioc::VIDIOC_G_FMT);
pub(super) const S_FMT: Request<sys::v4l2_format> = Request::new(vidioc::VIDIOC_S_FMT);
pub(super) const G_PARM: Request<sys::v4l2_streamparm> = Request::new(vidioc::VIDIOC_G_PARM);
pub(super) const S_PARM: Request<sys::v4l2_streamparm> = Request::new(vidioc::VIDIOC_S_PARM);
pub(super) const REQBUFS: Request<sys::v4l2_requestbuffers> = Request::new(vidioc::VIDIOC_REQBUFS);
pub(super) const QUERYBUF: Request<sys::v4l2_buffer> = Request::new(vidioc::VIDIOC_QUERYBUF);
pub(super) const QBUF: Request<sys::v4l2_buffer> = Request::new(vidioc::VIDIOC_QBUF);
pub(super) const DQBUF: Request<sys::v4l2_buffer> = Request::new(vidioc::VIDIOC_DQBUF);
pub(super) const STREAMON: Request<std::os::raw::c_int> = Request::new(vidioc::VIDIOC_STREAMON);
pub(super) const STREAMOFF: Request<std::os::raw::c_int> = Request::new(vidioc::VIDIOC_STREAMOFF);

pub(super) const G_INPUT: Request<std::os::raw::c_int> = Request::numbered(READ, 38);
pub(super) const DQEVENT: Request<sys::v4l2_event> = Request::numbered(READ, 89);
pub(super) const SUBSCRIBE_EVENT: Request<sys::v4l2_event_subscription> = Request::numbered(WRITE, 90);
pub(super) const S_DV_TIMINGS: Request<sys::v4l2_dv_timings> = Request::numbered(READ | WRITE, 87);
pub(super) const QUERY_DV_TIMINGS: Request<sys::v4l2_dv_timings> = Request::numbered(READ, 99);

/// The kernel reads the structure.
const WRITE: u8 = 1;
/// The kernel fills it.
const READ: u8 = 2;

/// Makes the call, and repeats it if a signal interrupted it.
pub(super) fn ioctl<T: Plain>(fd: BorrowedFd<'_>, request: &Request<T>, argument: &mut T) -> io::Result<()> {
    loop {
        #[expect(unsafe_code, reason = "every V4L2 operation is an ioctl")]
        // SAFETY: the number encodes the size of `T` (checked when it was made),
        // so the kernel reads and writes within `argument`. No structure used
        // here carries a pointer for the kernel to follow: buffers are
        // memory-mapped and single-planar.
        let done =
            unsafe { v4l::v4l2::ioctl(fd.as_raw_fd(), request.code, std::ptr::from_mut(argument).cast()) };
        match done {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
