//! A driver's buffers in our address space.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// A driver's buffer in our address space.
#[derive(Debug)]
pub(super) struct Mapping {
    start: *const u8,
    len: usize,
}

#[expect(unsafe_code, reason = "a pointer is not Send by itself")]
// SAFETY: the mapping belongs to the process, not to a thread, and is read through
// one owner only.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps `len` bytes for reading, at the offset that the driver gave for a buffer.
    pub(super) fn new(fd: BorrowedFd<'_>, offset: u32, len: usize) -> io::Result<Self> {
        const PROT_READ: i32 = 1;
        const MAP_SHARED: i32 = 1;
        #[expect(unsafe_code, reason = "V4L2 streams through mapped memory")]
        // SAFETY: a fresh mapping at an address of the kernel's choosing; the kernel
        // refuses what is not a buffer of this device.
        let start = unsafe {
            v4l::v4l2::mmap(std::ptr::null_mut(), len, PROT_READ, MAP_SHARED, fd.as_raw_fd(), offset as _)?
        };
        Ok(Self { start: start.cast(), len })
    }

    /// Copies the first `len` bytes (at most the whole buffer) into `target`.
    ///
    /// A copy instead of a slice of the mapping, for two reasons. Some drivers (v4l2loopback) let
    /// another process write into a buffer we hold, which Rust's references forbid. And DMA buffers
    /// may be uncached, where a decoder's scattered reads are very slow but one straight copy is
    /// not.
    pub(super) fn copy_to(&self, len: usize, target: &mut Vec<u8>) {
        let len = len.min(self.len);
        target.resize(len, 0);
        #[expect(unsafe_code, reason = "reads memory that the driver mapped")]
        // SAFETY: `start..start + self.len` is mapped for reading until drop, `len`
        // is not more, and `target` was just made as long.
        unsafe {
            std::ptr::copy_nonoverlapping(self.start, target.as_mut_ptr(), len);
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "undoes the mmap")]
        // SAFETY: exactly the range that was mapped, and no reference to it exists.
        let undone = unsafe { v4l::v4l2::munmap(self.start.cast_mut().cast(), self.len) };
        if let Err(error) = undone {
            tracing::warn!(%error, "a camera buffer could not be unmapped");
        }
    }
}
