//! In the steady state a raw frame allocates nothing.

#![expect(unsafe_code, reason = "counting allocations takes an allocator")]

use std::alloc::{GlobalAlloc, Layout as Memory, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use vouch::camera::convert::{Colour, Converter, Layout};
use vouch::camera::{Frame, Orientation, PixelFormat, Rotation};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, memory: Memory) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise, handed on.
        unsafe { System.alloc(memory) }
    }

    unsafe fn dealloc(&self, at: *mut u8, memory: Memory) {
        // SAFETY: the caller's promise, handed on.
        unsafe { System.dealloc(at, memory) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// One test alone in this file: another thread's allocations would be counted too.
#[test]
fn raw_frames_cost_no_allocation() {
    let mut converter = Converter::default();
    let (mut frame, mut turned) = (Frame::default(), Frame::default());
    let sideways = Orientation { rotate: Rotation::Right, mirrored: true };
    let bytes = vec![128; 1312 * 480];
    for format in [PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Grey, PixelFormat::Rgb24] {
        let layout = Layout {
            format,
            width: if format == PixelFormat::Rgb24 { 400 } else { 640 },
            height: 320,
            stride: 1312,
            colour: Colour::default(),
        };
        let mut before = 0;
        for round in 0..10 {
            if round == 1 {
                before = ALLOCATIONS.load(Ordering::Relaxed);
            }
            converter.convert(&layout, &bytes, &mut frame).expect("a picture");
            sideways.apply(&frame, &mut turned);
        }
        let after = ALLOCATIONS.load(Ordering::Relaxed);
        assert_eq!(after, before, "{format}");
    }
}
