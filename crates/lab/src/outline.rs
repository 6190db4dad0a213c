//! The outline of documents in generated frames: whether it is found, how exactly, and whether
//! nothing is found where there is none.
//!
//! `vouch_testkit::specimen` draws the frames from a seed. Each is judged alone; a stream gives
//! more chances than this counts.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

use super::interval::clopper_pearson;
use vouch_contract::document::fields::Quad;
use vouch_perception::camera::{Frame, Picture};
use vouch_perception::document::side::Reader;
use vouch_perception::document::watch::DocumentWatch;
use vouch_perception::eye::core::FaceNetworks;
use vouch_perception::face::perceive::Perception;
use vouch_testkit::specimen::scene::{Conditions, empty, photograph};
use vouch_testkit::specimen::{Fonts, Holder, Layout, Page, print};

/// Confidence of the intervals.
const CONFIDENCE: f64 = 0.95;
/// Largest error of a corner that counts as right, as a share of the page's width.
const RIGHT: f32 = 0.01;
/// Every third frame has 1,080 lines instead of 720.
const LARGE_EVERY: u64 = 3;

/// What `vouch-lab eval outline` gives.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Frames with a whole page in them.
    pub frames: u64,
    /// Of them, those whose corners are all within 1 % of the width.
    pub right: u64,
    /// Their share's exact interval.
    pub right_ci95: (f64, f64),
    /// Of them, those in which no page was found.
    pub missed: u64,
    /// Median of the worst corner's error in the right ones, as a share of the width.
    pub median_error: Option<f32>,
    /// Frames without a document.
    pub empty_frames: u64,
    /// Of them, those in which a page was found.
    pub found_in_empty: u64,
    /// Their share's exact interval.
    pub found_in_empty_ci95: (f64, f64),
    /// Processor time of a frame's guidance, milliseconds: median and 95th of 100. Looks into a
    /// page happen once for each page shown and are counted separately.
    pub cpu_ms: [f32; 2],
    /// Processor time of the looks into pages in one frame, milliseconds, where there were any.
    pub look_cpu_ms: [f32; 2],
}

/// What is measured with.
pub struct Subject<'a> {
    /// Reads zones.
    pub reader: &'a mut Reader,
    /// Finds portraits.
    pub perception: &'a mut Perception,
    /// Prints specimens.
    pub fonts: &'a Fonts,
    /// A portrait for them; otherwise a silhouette.
    pub portrait: Option<&'a image::RgbImage>,
}

/// A random holder's document.
pub(super) struct Drawn {
    /// Which.
    pub layout: Layout,
    /// Its pages, front first.
    pub pages: Vec<Page>,
    /// The page that is shown.
    pub which: usize,
    /// The random source for the rest.
    pub rng: StdRng,
}

impl Subject<'_> {
    /// The document of this number, every layout and every side in turn.
    pub(super) fn draw(&self, seed: u64, number: u64, today: jiff::civil::Date) -> Drawn {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(number));
        let layouts = Layout::MEASURED.len() as u64;
        let layout = Layout::MEASURED[(number % layouts) as usize];
        let holder = Holder::draw(layout, today, false, &mut rng);
        let pages = print(self.fonts, layout, &holder, self.portrait);
        let which = (number / layouts) as usize % pages.len();
        Drawn { layout, pages, which, rng }
    }
}

/// Measures `frames` frames with a document and as many without. `told` is called after each.
pub fn measure(
    subject: &mut Subject<'_>,
    frames: u64,
    seed: u64,
    today: jiff::civil::Date,
    told: &mut dyn FnMut(),
) -> Report {
    let mut watch = DocumentWatch::default();
    let (mut errors, mut times) = (Vec::new(), Times::default());
    let (mut whole, mut missed, mut found_in_empty) = (0, 0, 0);
    for number in 0..frames {
        let Drawn { pages, which, mut rng, .. } = subject.draw(seed, number, today);
        let mut conditions = Conditions::typical();
        if number % LARGE_EVERY == LARGE_EVERY - 1 {
            conditions = conditions.at(1920, 1080);
        }
        let photo = photograph(&pages[which].image, &conditions, &mut rng);
        let (width, height) = (photo.image.width() as f32, photo.image.height() as f32);
        if photo.corners.0.iter().all(|[x, y]| (0.0..width).contains(x) && (0.0..height).contains(y)) {
            whole += 1;
            match look(&mut watch, subject, &photo.image, &mut times) {
                Some(quad) => errors.push(quad.error_from(&photo.corners)),
                None => missed += 1,
            }
        }
        let (nothing, _) = empty(&conditions, &mut rng);
        found_in_empty += u64::from(look(&mut watch, subject, &nothing, &mut times).is_some());
        told();
    }
    let mut right: Vec<f32> = errors.into_iter().filter(|error| *error <= RIGHT).collect();
    right.sort_unstable_by(f32::total_cmp);
    Report {
        frames: whole,
        right: right.len() as u64,
        right_ci95: clopper_pearson(right.len() as u64, whole, CONFIDENCE),
        missed,
        median_error: right.get(right.len() / 2).copied(),
        empty_frames: frames,
        found_in_empty,
        found_in_empty_ci95: clopper_pearson(found_in_empty, frames, CONFIDENCE),
        cpu_ms: spread(&mut times.frames),
        look_cpu_ms: spread(&mut times.looks),
    }
}

/// Processor time, milliseconds.
#[derive(Default)]
struct Times {
    frames: Vec<f32>,
    looks: Vec<f32>,
}

/// Median and 95th of 100; zero without a value.
pub(super) fn spread(values: &mut [f32]) -> [f32; 2] {
    values.sort_unstable_by(f32::total_cmp);
    [0.5, 0.95].map(|part| values.get((values.len() as f32 * part) as usize).copied().unwrap_or(0.0))
}

/// The page found in one frame, judged alone.
fn look(
    watch: &mut DocumentWatch,
    subject: &mut Subject<'_>,
    image: &image::RgbImage,
    times: &mut Times,
) -> Option<Quad> {
    let picture = Picture::try_from(image).ok()?;
    let (reader, perception) = (&mut *subject.reader, &mut *subject.perception);
    let mut buffer = Frame::default();
    let began = processor_ms();
    let mut looks = 0.0;
    watch.forget();
    let seen = watch.see(&picture, &mut |outline| {
        let began = processor_ms();
        let mut portraits = FaceNetworks { perception, page: &mut buffer };
        let holds = reader.holds(&picture, outline, &mut portraits).unwrap_or(false);
        looks += processor_ms() - began;
        holds
    });
    times.frames.push(processor_ms() - began - looks);
    if looks > 0.0 {
        times.looks.push(looks);
    }
    seen.quad
}

fn processor_ms() -> f32 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    (time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6) as f32
}
