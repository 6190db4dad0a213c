//! Documents read completely, as a session reads them: from one photograph, or from the frames of
//! a hand-held clip. Counts how many are right, and what is wrongly accepted.
//!
//! `vouch_testkit::specimen` draws pages, photographs and frames from a seed.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use image::RgbImage;
use jiff::civil::Date;
use serde::Serialize;

use super::interval::clopper_pearson;
use super::outline::{Drawn, Subject, spread};
use vouch_contract::document::fields::{FieldName, FieldSource};
use vouch_contract::document::look::CaptureFault;
use vouch_contract::document::reading::{ReadFault, SideReading};
use vouch_contract::json_name::json_name;
use vouch_perception::camera::{Frame, Picture};
use vouch_perception::document::mrz::MrzReading;
use vouch_perception::document::watch::DocumentWatch;
use vouch_perception::eye::core::{FaceNetworks, KEPT};
use vouch_session::policy::DocumentRules;
use vouch_session::scanning::{Progress, Scanning};
use vouch_testkit::specimen::clip::Clip;
use vouch_testkit::specimen::scene::{Conditions, Photograph, photograph};
use vouch_testkit::specimen::{Content, Layout, Page, Trouble, photograph_trouble};

/// Confidence of the intervals.
const CONFIDENCE: f64 = 0.95;
/// Every third picture has 1,080 lines instead of 720.
const LARGE_EVERY: u64 = 3;
/// Frames of a clip, a whole showing of one side, at 30 a second.
const CLIP: u32 = 120;
/// The part of the clip in which a page is held still: after it came and before it goes.
const HELD_FROM: u32 = 20;
/// Time between frames.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 30);
/// Time that the eye is given to keep a frame.
const ANSWER: Duration = Duration::from_secs(1);
/// Light of a reflection above which print under it may be lost; white paper gives 1.
const REFLECTION: f32 = 0.5;
/// What is measured.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Pictures or clips.
    pub count: u64,
    /// The seed.
    pub seed: u64,
    /// Frames in a clip; none: one photograph each.
    pub frames: Option<u32>,
    /// What is shown instead of the document, if anything.
    pub instead: Option<Trouble>,
    /// How hard.
    pub conditions: Conditions,
    /// Only sides with a machine readable zone.
    pub zones_only: bool,
    /// The day that settles centuries.
    pub today: Date,
}

/// What `vouch-lab eval document` gives.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Sides shown.
    pub shown: u64,
    /// Of them, those with a machine readable zone.
    pub zones: u64,
    /// Of these, zones that are completely visible: no part under a thumb, and no reflection on
    /// them of half the paper's light or more.
    pub readable: u64,
    /// Of the zones, those read with every field as it was printed.
    pub right: u64,
    /// The same among the readable ones.
    pub readable_right: u64,
    /// The exact interval of that share among the readable ones.
    pub readable_right_ci95: (f64, f64),
    /// Read and accepted with a field of the zone that was not printed.
    pub wrong_but_passing: u64,
    /// Copies and screens that were read and taken for the document, where those are shown.
    pub imitations_read: u64,
    /// Sides without a zone that were read: their portrait was found.
    pub portraits: u64,
    /// Of them, those on which enough was read to know whose document it is.
    pub identified: u64,
    /// Sides not read, by their layout and the reason.
    pub faults: BTreeMap<String, u64>,
    /// Wall-clock time of a reading, milliseconds: median and 95th of 100.
    pub milliseconds: [f32; 2],
}

/// Why a side was not read.
enum Unread {
    /// The last reading failed.
    Fault(ReadFault),
    /// No frame was good enough: what was wrong with the last.
    Guidance(Option<CaptureFault>),
}

/// Reads what `plan` says. `told` is called after each.
pub fn measure(subject: &mut Subject<'_>, plan: &Plan, told: &mut dyn FnMut()) -> Report {
    let mut report = Report::default();
    let mut times = Vec::new();
    let mut number = 0;
    while report.shown < plan.count {
        number += 1;
        let Drawn { layout, pages, which, mut rng } = subject.draw(plan.seed, number, plan.today);
        let mut conditions = plan.conditions.clone();
        if number.is_multiple_of(LARGE_EVERY) {
            conditions = conditions.at(1920, 1080);
        }
        let page = &pages[which];
        if plan.zones_only && page.mrz.is_empty() {
            continue;
        }
        let (reading, is_readable) = match plan.frames {
            Some(frames) => {
                let clip = Clip::new(&pages[which..=which], &conditions, CLIP, &mut rng);
                let hidden = page.zone(Content::Mrz).map_or(0.0, |zone| clip.hidden(zone.area));
                (from_frames(subject, &clip, frames, plan.today, &mut times), hidden == 0.0)
            }
            None => {
                let photo = match plan.instead {
                    None => photograph(&page.image, &conditions, &mut rng),
                    Some(trouble) => {
                        let (fonts, portrait) = (subject.fonts, subject.portrait);
                        photograph_trouble(fonts, &page.image, portrait, trouble, &conditions, &mut rng)
                    }
                };
                let reading = read(subject, &[&photo.image], plan.today, &mut times).map_err(Unread::Fault);
                (reading, is_readable(page, &photo))
            }
        };
        report.shown += 1;
        report.imitations_read += u64::from(plan.instead.is_some() && reading.is_ok());
        report.count(layout, page, is_readable, &reading, plan.today);
        subject.reader.forget();
        told();
    }
    report.readable_right_ci95 = clopper_pearson(report.readable_right, report.readable, CONFIDENCE);
    report.milliseconds = spread(&mut times);
    report
}

/// Whether the zone is seen whole.
fn is_readable(page: &Page, photo: &Photograph) -> bool {
    page.zone(Content::Mrz).is_some_and(|zone| {
        let area = photo.place(page.image.dimensions(), zone.area);
        photo.shot.hidden(photo.extent, area) == 0.0 && photo.shot.worst_glare(area) < REFLECTION
    })
}

fn read(
    subject: &mut Subject<'_>,
    images: &[&RgbImage],
    today: Date,
    times: &mut Vec<f32>,
) -> Result<SideReading, ReadFault> {
    let pictures: Vec<Picture<'_>> =
        images.iter().filter_map(|&image| Picture::try_from(image).ok()).collect();
    let mut buffer = Frame::default();
    let mut portraits = FaceNetworks { perception: subject.perception, page: &mut buffer };
    let began = Instant::now();
    let reading = subject.reader.read(&pictures, &mut portraits, today);
    times.push(began.elapsed().as_secs_f32() * 1e3);
    reading
}

/// Reads a side from the frames in which it is held, as a session does: the guidance chooses the
/// frames, and a failed reading is followed by another.
fn from_frames(
    subject: &mut Subject<'_>,
    clip: &Clip,
    frames: u32,
    today: Date,
    times: &mut Vec<f32>,
) -> Result<SideReading, Unread> {
    let rules = DocumentRules::default();
    let (mut watch, mut scanning) = (DocumentWatch::default(), Scanning::new(Duration::ZERO));
    let mut kept: VecDeque<RgbImage> = VecDeque::new();
    let mut last = Unread::Guidance(None);
    for number in 0..frames {
        let (image, _) = clip.frame(HELD_FROM + number);
        let Ok(picture) = Picture::try_from(&image) else { continue };
        let mut buffer = Frame::default();
        let (reader, perception) = (&mut *subject.reader, &mut *subject.perception);
        let look = watch.see(&picture, &mut |outline| {
            let mut portraits = FaceNetworks { perception, page: &mut buffer };
            reader.holds(&picture, outline, &mut portraits).unwrap_or(false)
        });
        let sequence = u64::from(number);
        match scanning.see(&rules, ANSWER, Some(&look), sequence, FRAME * number) {
            Progress::Keep => {
                scanning.answer(sequence, true);
                kept.push_front(image);
                kept.truncate(KEPT);
            }
            Progress::Read => {
                let images: Vec<&RgbImage> = kept.iter().collect();
                match read(subject, &images, today, times) {
                    Ok(side) => return Ok(side),
                    Err(fault) => {
                        last = Unread::Fault(fault);
                        scanning.read(&rules, &Err(fault), FRAME * number);
                    }
                }
                kept.clear();
            }
            Progress::Waiting | Progress::Tell(_) => {
                if let Unread::Guidance(fault) = &mut last {
                    *fault = look.fault;
                }
            }
        }
    }
    Err(last)
}

impl Report {
    fn count(
        &mut self,
        layout: Layout,
        page: &Page,
        is_readable: bool,
        reading: &Result<SideReading, Unread>,
        today: Date,
    ) {
        let mut fault = |what: &str| {
            *self.faults.entry(format!("{} {what}", json_name(&layout))).or_default() += 1;
        };
        let has_zone = !page.mrz.is_empty();
        self.zones += u64::from(has_zone);
        self.readable += u64::from(has_zone && is_readable);
        let side = match reading {
            Ok(side) => side,
            Err(why) => {
                return match why {
                    Unread::Fault(why) => fault(&json_name(why)),
                    Unread::Guidance(Some(why)) => fault(&format!("guidance {}", json_name(why))),
                    Unread::Guidance(None) => fault("guidance, too few frames"),
                };
            }
        };
        if side.format.is_none() {
            self.portraits += u64::from(!has_zone);
            self.identified += u64::from(!has_zone && side.identifies());
            if has_zone {
                fault("zone-not-found");
            }
            return;
        }
        if is_right(side, page, today) {
            self.right += 1;
            self.readable_right += u64::from(is_readable);
        } else {
            self.wrong_but_passing += 1;
        }
    }
}

/// Whether the zone's fields are those of its printed lines.
fn is_right(side: &SideReading, page: &Page, today: Date) -> bool {
    let lines: Vec<&str> = page.mrz.iter().map(String::as_str).collect();
    let Some(printed) = MrzReading::of_text(&lines, today) else { return false };
    let fields = |fields: &[vouch_contract::document::fields::Field]| -> BTreeMap<FieldName, String> {
        let of_zone = fields.iter().filter(|field| field.source == FieldSource::Mrz);
        of_zone.map(|field| (field.name, field.value.clone())).collect()
    };
    side.format == Some(printed.format) && fields(&side.fields) == fields(&printed.fields)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use vouch_testkit::specimen::{Fonts, Holder, print};

    #[test]
    fn a_zone_is_right_only_as_it_was_printed() {
        let Ok(fonts) = Fonts::open() else { return };
        let today = jiff::civil::date(2026, 11, 25);
        let holder = Holder::draw(Layout::Td3, today, false, &mut StdRng::seed_from_u64(5));
        let page = &print(&fonts, Layout::Td3, &holder, None)[0];
        let lines: Vec<&str> = page.mrz.iter().map(String::as_str).collect();
        let printed = MrzReading::of_text(&lines, today).unwrap();
        let mut side = SideReading {
            format: Some(printed.format),
            fields: printed.fields.clone(),
            ..SideReading::default()
        };
        assert!(is_right(&side, page, today));
        let mut report = Report::default();
        report.count(Layout::Td3, page, true, &Ok(side.clone()), today);
        side.fields[1].value.push('0');
        report.count(Layout::Td3, page, true, &Ok(side), today);
        report.count(Layout::Td3, page, true, &Err(Unread::Fault(ReadFault::Copy)), today);
        assert_eq!((report.zones, report.right, report.wrong_but_passing), (3, 1, 1));
        assert_eq!(report.faults["td3 copy"], 1);
    }
}
