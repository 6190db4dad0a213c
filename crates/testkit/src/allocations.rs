//! Counts a program's heap allocations during [`count`].
//!
//! The eye must not allocate for a frame once it runs; `vouch-lab bench` and the
//! tests of allocations check that with this allocator. The inference library's
//! own calls of `malloc` are not counted.

#![expect(unsafe_code, reason = "an allocator's interface is unsafe; every call goes on to the system's")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// The system's allocator, counted while [`count`] runs. At other times it only
/// reads one flag, which takes no measurable time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counting;

static COUNTING: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ONE_COUNT: Mutex<()> = Mutex::new(());

thread_local! {
    static ON_THIS_THREAD: Cell<u64> = const { Cell::new(0) };
}

fn note() {
    if COUNTING.load(Relaxed) {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // A thread that is ending no longer has a counter.
        let _ = ON_THIS_THREAD.try_with(|counted| counted.set(counted.get() + 1));
    }
}

// SAFETY: every call goes to `System` unchanged, which fulfils this trait's
// contract; counting touches two statics and allocates nothing.
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

/// Runs `work` and counts the allocations and reallocations of all threads
/// meanwhile. None when [`Counting`] is not this program's allocator. A second
/// caller waits until the first is done.
pub fn count<T>(work: impl FnOnce() -> T) -> (Option<u64>, T) {
    count_by(|| ALLOCATIONS.load(Relaxed), work)
}

/// The same for this thread only: a test runner's threads allocate meanwhile.
pub fn count_on_this_thread<T>(work: impl FnOnce() -> T) -> (Option<u64>, T) {
    count_by(|| ON_THIS_THREAD.with(Cell::get), work)
}

fn count_by<T>(done: impl Fn() -> u64, work: impl FnOnce() -> T) -> (Option<u64>, T) {
    let _one = ONE_COUNT.lock().unwrap_or_else(PoisonError::into_inner);
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
