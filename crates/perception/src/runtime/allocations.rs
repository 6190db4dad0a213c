//! Counts this program's heap allocations while somebody asks.
//!
//! The promise is that the eye allocates nothing for a frame in its steady
//! state; this is how `vouch-lab bench` and `tests/steady_state.rs` check it in the
//! real binary. It lies in this room because an allocator is unsafe. What the
//! inference library allocates for itself by `malloc` is not seen here.

#![expect(unsafe_code, reason = "an allocator's interface is unsafe; every call goes on to the system's")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// The system's allocator, counted while [`count`] runs. Otherwise it costs the
/// reading of a flag that nobody writes: no time that can be measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counting;

static COUNTING: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ONE_COUNT: Mutex<()> = Mutex::new(());

fn note() {
    if COUNTING.load(Relaxed) {
        ALLOCATIONS.fetch_add(1, Relaxed);
    }
}

// SAFETY: every call is handed on to `System` unchanged, whose contract is this
// trait's; counting touches two statics and allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's promises, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: the caller's promises, handed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note();
        // SAFETY: the caller's promises, handed on.
        unsafe { System.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises, handed on.
        unsafe { System.dealloc(place, layout) }
    }
}

/// Allocations (and reallocations) of all threads while `work` runs, with what
/// it gives. None when [`Counting`] is not this program's allocator. One count
/// at a time; another waits.
pub fn count<T>(work: impl FnOnce() -> T) -> (Option<u64>, T) {
    let _one = ONE_COUNT.lock().unwrap_or_else(PoisonError::into_inner);
    let done = || ALLOCATIONS.load(Relaxed);
    COUNTING.store(true, Relaxed);
    let before = done();
    drop(black_box(Box::new(0_u8)));
    let installed = done() > before;
    let before = done();
    let given = work();
    let counted = done() - before;
    COUNTING.store(false, Relaxed);
    (installed.then_some(counted), given)
}
