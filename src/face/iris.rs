//! How far each eye is open, from the iris network's eye contour.
//!
//! The mesh's own eyelid points can't tell a closed eye from a smile
//! (models/README.md); the contour of the 64 x 64 eye network can.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::geometry::{Point, Region};
use super::mesh::{Landmarks, index};
use super::warp::warp;
use crate::camera::Frame;
use crate::runtime::RuntimeError;
use crate::runtime::model::Model;

/// The crop's side over the eye's width between its corners.
const CROP_MARGIN: f32 = 2.3;
/// Numbers of the contour output: 71 points x, y, z.
const CONTOUR_VALUES: usize = 213;
/// Points along the lower lid, between the corners 0 and 8.
const LOWER_LID: std::ops::RangeInclusive<usize> = 1..=7;
/// First point along the upper lid; each stands above its lower one.
const UPPER_LID_START: usize = 9;

/// Both eyes, the second one on a thread of its own: the two networks are too
/// small to gain from two threads each, but run well side by side.
pub struct IrisNet {
    first: Model,
    second: Second,
    size: usize,
}

enum Second {
    // One thread allowed: the first network does both eyes.
    None,
    Beside(Worker),
}

impl IrisNet {
    /// Wraps one loaded model, or two for two threads.
    ///
    /// # Errors
    /// [`RuntimeError::Contract`] when the output is not the eye contour's.
    pub fn new(first: Model, second: Option<Model>) -> Result<Self, RuntimeError> {
        let entry = first.entry();
        let fits = !entry.outputs.is_empty()
            && entry.input.width == entry.input.height
            && first.output(0).len() == CONTOUR_VALUES;
        if !fits {
            return Err(RuntimeError::Contract {
                name: entry.name.clone(),
                reason: "role iris needs a square input and a first output of 213 numbers".into(),
            });
        }
        let size = entry.input.width as usize;
        let second = second.map_or(Second::None, |model| Second::Beside(Worker::start(model)));
        Ok(Self { first, second, size })
    }

    /// Openness of the left and the right eye (the picture's): lid distance
    /// over eye width.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn openness(&mut self, frame: &Frame, landmarks: &Landmarks) -> Result<[f32; 2], RuntimeError> {
        let left = eye_region(landmarks.at(index::LEFT_EYE_OUTER), landmarks.at(index::LEFT_EYE_INNER));
        let right = eye_region(landmarks.at(index::RIGHT_EYE_INNER), landmarks.at(index::RIGHT_EYE_OUTER));
        let size = self.size;
        // The network knows one eye only: the other one is shown mirrored.
        // Openness is the same either way round.
        let cut = |region: Region, mirrored: bool, input: &mut [u8]| {
            warp(frame, &region.from_crop(size, mirrored), size, size, 0x80, input);
        };
        match &self.second {
            Second::Beside(worker) => {
                worker.begin(|input| cut(right, true, input));
                cut(left, false, self.first.input_mut());
                let done = self.first.run();
                let right = worker.finish();
                done?;
                Ok([openness_of(&self.first), right?])
            }
            Second::None => {
                cut(left, false, self.first.input_mut());
                self.first.run()?;
                let left = openness_of(&self.first);
                cut(right, true, self.first.input_mut());
                self.first.run()?;
                Ok([left, openness_of(&self.first)])
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

/// One network on one thread. Hand-over by a mutex and a condition variable:
/// neither allocates, and an idle worker sleeps.
struct Worker {
    shared: Arc<(Mutex<Job>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    model: Model,
    state: State,
    result: Result<(), RuntimeError>,
}

#[derive(PartialEq)]
enum State {
    Idle,
    Ready,
    Quit,
}

impl Worker {
    fn start(model: Model) -> Self {
        let shared =
            Arc::new((Mutex::new(Job { model, state: State::Idle, result: Ok(()) }), Condvar::new()));
        let theirs = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let (mutex, changed) = &*theirs;
            let mut job = lock(mutex);
            loop {
                match job.state {
                    State::Quit => return,
                    State::Ready => {
                        job.result = job.model.run();
                        job.state = State::Idle;
                        changed.notify_all();
                    }
                    State::Idle => job = changed.wait(job).unwrap_or_else(PoisonError::into_inner),
                }
            }
        });
        Self { shared, thread: Some(thread) }
    }

    fn begin(&self, fill: impl FnOnce(&mut [u8])) {
        let (mutex, changed) = &*self.shared;
        let mut job = lock(mutex);
        fill(job.model.input_mut());
        job.state = State::Ready;
        changed.notify_all();
    }

    fn finish(&self) -> Result<f32, RuntimeError> {
        let (mutex, changed) = &*self.shared;
        let mut job = lock(mutex);
        while job.state == State::Ready {
            job = changed.wait(job).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::replace(&mut job.result, Ok(())).map(|()| openness_of(&job.model))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let (mutex, changed) = &*self.shared;
        lock(mutex).state = State::Quit;
        changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has nothing left to clean up.
            let _ = thread.join();
        }
    }
}

/// A panic elsewhere leaves numbers behind, never a broken structure.
fn lock(mutex: &Mutex<Job>) -> MutexGuard<'_, Job> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
