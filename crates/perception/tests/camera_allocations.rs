//! In the steady state a raw frame allocates nothing.

#![expect(unsafe_code, reason = "counting allocations takes an allocator")]

use std::alloc::{GlobalAlloc, Layout as Memory, System};
use std::cell::Cell;

use vouch_perception::camera::convert::{Colour, Converter, Layout};
use vouch_perception::camera::{Frame, Orientation, PixelFormat, Rotation};

struct Counting;

// Of this thread alone: the test runner's own threads allocate when they like.
thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn allocations() -> usize {
    ALLOCATIONS.with(Cell::get)
}

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, memory: Memory) -> *mut u8 {
        // A thread that is ending has no counter any more; nobody asks it.
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
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

#[test]
fn raw_frames_cost_no_allocation() {
    let mut converter = Converter::default();
    let (mut frame, mut turned) = (Frame::default(), Frame::default());
    let sideways = Orientation { rotate: Rotation::Right, mirrored: true };
    let bytes = vec![128; 1312 * 480];
    for format in PixelFormat::ALL.into_iter().filter(|format| !format.is_compressed()) {
        let layout = Layout {
            format,
            width: if format == PixelFormat::Rgb24 { 400 } else { 640 },
            height: 320,
            stride: 1312,
            luma_rows: 320,
            colour: Colour::default(),
        };
        let mut before = 0;
        for round in 0..10 {
            if round == 1 {
                before = allocations();
            }
            converter.convert(&layout, &bytes, &mut frame).expect("a picture");
            sideways.apply(&frame, &mut turned);
        }
        let after = allocations();
        assert_eq!(after, before, "{format}");
    }
}
