//! An order for specimens: documents of invented people, printed, photographed and filmed into a
//! folder, with their ground truth. `vouch-lab specimen` parses it from the command line, tests from text.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use image::{ImageEncoder, RgbImage};
use jiff::civil::Date;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;
use vouch_trust::regular::{self, Links};

use super::clip::{Clip, FrameTruth, RATE, Recorder};
use super::scene::{Conditions, photograph};
use super::truth::{COLUMNS, Truth};
use super::{Fonts, Holder, Layout, Open, Page, Side, SpecimenError, Trouble, photograph_trouble, print};

/// Most documents at once: each may take some megabytes on the disk.
const MAX_COUNT: u32 = 10_000;
/// Most frames of a clip: a minute.
const MAX_FRAMES: u32 = 1_800;
/// Quality of the JPEGs that are written.
const QUALITY: u8 = 95;
/// Documents between two lines of progress.
const TELL_EVERY: u32 = 100;

/// Makes specimens of identity documents, of the imaginary state UTO or marked SPECIMEN.
///
/// Pages are written as PNG at 300 dots per inch, photographs as JPEG, and the ground truth
/// into truth.json and truth.csv. The same seed and day give the same specimens.
///
/// Exit code: 0 made, 2 wrong use, 3 no typefaces, no ffmpeg, no room on the disk.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch-lab specimen --layout kz-id --out specimens --photograph --conditions typical
  vouch-lab specimen --layout td1 --out specimens --clip specimens/clip.mp4 --frames 120")]
pub struct SpecimenOrder {
    /// Which document
    #[arg(long, value_enum)]
    layout: Layout,
    /// How many holders
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_COUNT)))]
    count: u32,
    /// The first holder's seed; the others follow
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write into; created if it is missing
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The portrait on it [default: a silhouette]
    #[arg(long, value_name = "FILE")]
    portrait: Option<PathBuf>,
    /// Photographs each side too
    #[arg(long)]
    photograph: bool,
    /// How hard the photographs are
    #[arg(long, value_enum, default_value_t = ConditionsName::Typical)]
    conditions: ConditionsName,
    /// What is wrong in the photographs
    #[arg(long, value_enum, requires = "photograph")]
    trouble: Option<Trouble>,
    /// Photographs of 1920 by 1080 pixels instead of 1280 by 720
    #[arg(long)]
    full_hd: bool,
    /// What the documents leave open
    #[arg(long, value_enum)]
    open: Option<Open>,
    /// The documents have expired
    #[arg(long)]
    expired: bool,
    /// The day on which they are valid or expired [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Films the first holder's document into an MP4, with its truth in FILE.json
    #[arg(long, value_name = "FILE")]
    clip: Option<PathBuf>,
    /// Frames of the clip, 30 in a second
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_FRAMES)))]
    frames: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ConditionsName {
    /// On a calm desk, well lit
    Easy,
    /// Held by hand
    Typical,
    /// Dim, tilted, glaring, moving
    Hard,
}

/// The truth file of a clip.
#[derive(Debug, Serialize)]
struct ClipTruth {
    rate: u16,
    frame: (u32, u32),
    pages: Vec<Truth>,
    frames: Vec<FrameTruth>,
}

/// Makes the specimens and reports progress to `say`. Returns the number of pictures written.
///
/// # Errors
/// [`SpecimenError`].
pub fn fill(args: &SpecimenOrder, say: impl Fn(&str)) -> Result<usize, SpecimenError> {
    let portrait = args.portrait.as_deref().map(read_portrait).transpose()?;
    let fonts = Fonts::open()?;
    std::fs::create_dir_all(&args.out).map_err(|error| cannot(&args.out, &error))?;
    let today = args.today.unwrap_or_else(|| jiff::Zoned::now().date());
    let layout = args.layout;
    let conditions = conditions(args);
    let mut truths = Vec::new();
    for number in 0..args.count {
        if number > 0 && number.is_multiple_of(TELL_EVERY) {
            say(&format!("{number}/{}", args.count));
        }
        let mut rng = StdRng::seed_from_u64(args.seed.wrapping_add(u64::from(number)));
        let holder = Holder::draw(layout, today, args.expired, &mut rng);
        let holder = match args.open {
            Some(open) => holder.leaving(open),
            None => holder,
        };
        let pages = print(&fonts, layout, &holder, portrait.as_ref());
        let mut written = Vec::new();
        for page in &pages {
            let stem = format!("{}_{number:05}_{}", name(layout), side(page.side));
            let file = format!("{stem}.png");
            write_png(&args.out.join(&file), &page.image)?;
            written.push(Truth::new(file, layout, (&holder, args.expired), page, None));
            if args.photograph {
                let trouble = args.trouble;
                let photo = match trouble {
                    None => photograph(&page.image, &conditions, &mut rng),
                    Some(trouble) => photograph_trouble(
                        &fonts,
                        &page.image,
                        portrait.as_ref(),
                        trouble,
                        &conditions,
                        &mut rng,
                    ),
                };
                let file = format!("{stem}_photo.jpg");
                write_jpeg(&args.out.join(&file), &photo.image)?;
                let of = (&holder, args.expired);
                written.push(Truth::new(file, layout, of, page, Some((&photo, trouble))));
            }
        }
        if let (0, Some(path)) = (number, &args.clip) {
            film(path, &pages, written.clone(), &conditions, args.frames, &mut rng)?;
        }
        truths.extend(written);
    }
    write_truth(&args.out, &truths)?;
    Ok(truths.len())
}

fn conditions(args: &SpecimenOrder) -> Conditions {
    let conditions = match args.conditions {
        ConditionsName::Easy => Conditions::easy(),
        ConditionsName::Typical => Conditions::typical(),
        ConditionsName::Hard => Conditions::hard(),
    };
    if args.full_hd { conditions.at(1920, 1080) } else { conditions }
}

fn film(
    path: &Path,
    pages: &[Page],
    mut truths: Vec<Truth>,
    conditions: &Conditions,
    frames: u32,
    rng: &mut StdRng,
) -> Result<(), SpecimenError> {
    truths.retain(|truth| truth.photo.is_none());
    let clip = Clip::new(pages, conditions, frames, rng);
    let mut recorder = Recorder::start(path, conditions.frame)?;
    let mut truth = ClipTruth { rate: RATE, frame: conditions.frame, pages: truths, frames: Vec::new() };
    for number in 0..clip.frames() {
        let (image, of) = clip.frame(number);
        recorder.write(&image)?;
        truth.frames.push(of);
    }
    recorder.finish()?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".json");
    write_json(Path::new(&beside), &truth)
}

fn write_truth(folder: &Path, truths: &[Truth]) -> Result<(), SpecimenError> {
    write_json(&folder.join("truth.json"), &truths)?;
    let path = folder.join("truth.csv");
    let mut table = csv::Writer::from_path(&path).map_err(|error| cannot(&path, &error))?;
    table.write_record(COLUMNS).map_err(|error| cannot(&path, &error))?;
    for truth in truths {
        table.write_record(truth.row()).map_err(|error| cannot(&path, &error))?;
    }
    table.flush().map_err(|error| cannot(&path, &error))
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), SpecimenError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| cannot(path, &error))?;
    std::fs::write(path, text).map_err(|error| cannot(path, &error))
}

fn write_png(path: &Path, image: &RgbImage) -> Result<(), SpecimenError> {
    image.save(path).map_err(|error| cannot(path, &error))
}

fn write_jpeg(path: &Path, image: &RgbImage) -> Result<(), SpecimenError> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(image, image.width(), image.height(), image::ExtendedColorType::Rgb8)
        .map_err(|error| cannot(path, &error))?;
    std::fs::write(path, bytes).map_err(|error| cannot(path, &error))
}

fn cannot(path: &Path, error: &impl std::fmt::Display) -> SpecimenError {
    SpecimenError::Write { path: path.to_owned(), reason: error.to_string() }
}

/// The portrait for specimens.
///
/// # Errors
/// [`SpecimenError::Portrait`].
pub fn read_portrait(path: &Path) -> Result<RgbImage, SpecimenError> {
    let fail = |reason: String| SpecimenError::Portrait { path: path.to_owned(), reason };
    let file = regular::open(path, Links::Followed).map_err(|error| fail(error.to_string()))?;
    let picture = image::ImageReader::new(BufReader::new(file)).with_guessed_format();
    let picture = picture.map_err(|error| fail(error.to_string()))?.decode();
    picture.map(|image| image.into_rgb8()).map_err(|error| fail(error.to_string()))
}

fn name(layout: Layout) -> &'static str {
    match layout {
        Layout::Td1 => "td1",
        Layout::Td2 => "td2",
        Layout::Td3 => "td3",
        Layout::MrvA => "mrv-a",
        Layout::MrvB => "mrv-b",
        Layout::KzId => "kz-id",
        Layout::KzPermit => "kz-permit",
        Layout::FrenchId => "french-id",
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Front => "front",
        Side::Back => "back",
    }
}
