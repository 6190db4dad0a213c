//! How far each eye is open, from the iris network's eye contour.
//!
//! The mesh's own eyelid points can't distinguish a closed eye from a smile (models/README.md). The
//! contour from the 64 x 64 eye network can.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::geometry::{Point, Region};
use super::mesh::{Landmarks, index};
use super::warp::warp;
use crate::camera::Frame;
use crate::runtime::RuntimeError;
use crate::runtime::model::Model;

/// The crop's side relative to the eye's width between its corners.
const CROP_MARGIN: f32 = 2.3;
/// Numbers of the contour output: 71 points x, y, z.
const CONTOUR_VALUES: usize = 213;
/// Points along the lower lid, between the corners 0 and 8.
const LOWER_LID: std::ops::RangeInclusive<usize> = 1..=7;
/// First point along the upper lid, in the order of the lower lid's points.
const UPPER_LID_START: usize = 9;

/// Networks for both eyes, the second on its own thread. The two are too small to gain from two
/// threads each, but run well side by side.
pub struct IrisNet {
    first: Model,
    second: Second,
    size: usize,
}

enum Second {
    // Only one thread is allowed: the first network processes both eyes.
    None,
    Beside(Worker),
}

impl IrisNet {
    /// Wraps one loaded model, or two for two threads.
    ///
    /// # Errors
    /// [`RuntimeError::Contract`] if the output is not the eye contour's.
    pub fn new(first: Model, second: Option<Model>) -> Result<Self, RuntimeError> {
        let entry = first.entry();
        let fits = !entry.outputs.is_empty()
            && entry.input.width == entry.input.height
            && first.output(0).len() == CONTOUR_VALUES;
        if !fits {
            return Err(RuntimeError::role_needs(entry, "a square input and a first output of 213 numbers"));
        }
        let size = entry.input.width as usize;
        let second = second.map_or(Second::None, |model| Second::Beside(Worker::start(model)));
        Ok(Self { first, second, size })
    }

    /// Announces that [`Self::openness`] will be called within microseconds, so that the second
    /// eye's thread wakes while its crop is still being cut.
    pub fn rouse(&self) {
        if let Second::Beside(worker) = &self.second {
            worker.rouse();
        }
    }

    /// Openness of the left and the right eye (as in the picture): lid distance over eye width.
    /// `meanwhile` runs while the second eye is pending.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn openness<T>(
        &mut self,
        frame: &Frame,
        landmarks: &Landmarks,
        meanwhile: impl FnOnce() -> T,
    ) -> Result<([f32; 2], T), RuntimeError> {
        let left = eye_region(landmarks.at(index::LEFT_EYE_OUTER), landmarks.at(index::LEFT_EYE_INNER));
        let right = eye_region(landmarks.at(index::RIGHT_EYE_INNER), landmarks.at(index::RIGHT_EYE_OUTER));
        let size = self.size;
        // The network was trained on one eye, so the other is mirrored, which doesn't change its
        // openness.
        let cut = |region: Region, mirrored: bool, input: &mut [u8]| {
            warp(frame, &region.from_crop(size, mirrored), size, size, 0x80, input);
        };
        match &self.second {
            Second::Beside(worker) => {
                worker.begin(|input| cut(right, true, input));
                cut(left, false, self.first.input_mut());
                let done = self.first.run();
                let other = meanwhile();
                let right = worker.finish();
                done?;
                Ok(([openness_of(&self.first), right?], other))
            }
            Second::None => {
                cut(left, false, self.first.input_mut());
                self.first.run()?;
                let left = openness_of(&self.first);
                cut(right, true, self.first.input_mut());
                self.first.run()?;
                Ok(([left, openness_of(&self.first)], meanwhile()))
            }
        }
    }

    /// The model inside.
    pub fn model(&self) -> &Model {
        &self.first
    }
}

fn eye_region(from: Point, to: Point) -> Region {
    Region { centre: from.middle(to), side: CROP_MARGIN * from.distance(to), angle: from.angle_to(to) }
}

fn openness_of(model: &Model) -> f32 {
    let contour = model.output(0);
    let point = |at: usize| Point::new(contour.value(at * 3), contour.value(at * 3 + 1));
    let width = point(0).distance(point(8));
    if width <= 0.0 {
        return 0.0;
    }
    let lids: f32 = LOWER_LID.map(|lower| point(lower).distance(point(lower + UPPER_LID_START - 1))).sum();
    lids / LOWER_LID.count() as f32 / width
}

/// How long each thread polls for the other before it sleeps. Waking a sleeping thread takes about
/// 30 us, as long as the work it waits for. Longer polling only wastes CPU time.
const LOOK_OUT: Duration = Duration::from_micros(60);

/// One network on one thread. Jobs are handed over with a mutex and a condition variable: neither
/// allocates, and an idle worker sleeps.
struct Worker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    job: Mutex<Job>,
    changed: Condvar,
    // Hints for polling without the lock; only `job` is authoritative.
    begun: AtomicBool,
    done: AtomicBool,
}

struct Job {
    model: Model,
    state: State,
    result: Result<(), RuntimeError>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Idle,
    /// Awake, because a crop is about to arrive.
    Roused,
    Ready,
    Quit,
}

impl Worker {
    fn start(model: Model) -> Self {
        let shared = Arc::new(Shared {
            job: Mutex::new(Job { model, state: State::Idle, result: Ok(()) }),
            changed: Condvar::new(),
            begun: AtomicBool::new(false),
            done: AtomicBool::new(false),
        });
        let theirs = Arc::clone(&shared);
        let thread = std::thread::spawn(move || theirs.work());
        Self { shared, thread: Some(thread) }
    }

    fn rouse(&self) {
        let mut job = self.shared.lock();
        if job.state == State::Idle {
            job.state = State::Roused;
            self.shared.begun.store(false, Ordering::Relaxed);
            self.shared.changed.notify_all();
        }
    }

    fn begin(&self, fill: impl FnOnce(&mut [u8])) {
        let mut job = self.shared.lock();
        fill(job.model.input_mut());
        let before = std::mem::replace(&mut job.state, State::Ready);
        self.shared.done.store(false, Ordering::Relaxed);
        drop(job);
        self.shared.begun.store(true, Ordering::Release);
        if before == State::Idle {
            self.shared.changed.notify_all();
        }
    }

    fn finish(&self) -> Result<f32, RuntimeError> {
        look_out(&self.shared.done);
        // The worker holds the lock while it runs the network, so this waits for it to finish.
        let mut job = self.shared.lock();
        if job.state == State::Ready {
            // The thread has not been scheduled yet: doing its work here is faster.
            job.result = job.model.run();
            job.state = State::Idle;
        }
        std::mem::replace(&mut job.result, Ok(())).map(|()| openness_of(&job.model))
    }
}

impl Shared {
    fn work(&self) {
        let mut job = self.lock();
        loop {
            match job.state {
                State::Quit => return,
                State::Ready => {
                    job.result = job.model.run();
                    job.state = State::Idle;
                    drop(job);
                    self.done.store(true, Ordering::Release);
                    job = self.lock();
                }
                State::Roused => {
                    drop(job);
                    look_out(&self.begun);
                    job = self.lock();
                    if job.state == State::Roused {
                        job.state = State::Idle;
                    }
                }
                State::Idle => job = self.changed.wait(job).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// A panic in the other thread can only leave wrong numbers behind, so the lock is still
    /// usable.
    fn lock(&self) -> MutexGuard<'_, Job> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Polls `sign` for a short while instead of sleeping.
fn look_out(sign: &AtomicBool) {
    let start = Instant::now();
    while !sign.load(Ordering::Acquire) && start.elapsed() < LOOK_OUT {
        std::hint::spin_loop();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.lock().state = State::Quit;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A worker that panicked leaves nothing to clean up.
            let _ = thread.join();
        }
    }
}
