//! Which segments hold a field's value: beside or below its caption or, if the caption was not
//! read, by the value's form in the expected region. Pure functions.

use image::GrayImage;
use jiff::civil::Date;

use super::captions;
use super::captions::{Caption, Kind};
use super::layouts::{LAYOUTS, Layout, Region};
use super::rows;
use super::segments::{Bounds, Segment};
use super::values;
use vouch_contract::document::fields::{FieldName, PageSize};

/// Largest gap between a caption and the value below it, in caption heights: at most one empty line
/// of the caption's size.
const BELOW: f32 = 2.5;
/// Largest gap between a caption's end and a value to its right, in heights of the taller one.
const BESIDE: f32 = 6.0;
/// How far left of its caption a value below it may begin, in caption heights: an upright page may
/// still be turned by about a degree.
const OUTDENT: f32 = 2.0;
/// Largest gap between the first and second line of a text, in heights of the first, and the
/// largest ratio of their heights.
const NEXT_LINE: f32 = 1.2;
const SAME_SIZE: f32 = 1.35;

/// Limit on rows above values that are read for a caption. A page has about a dozen fields.
const MOST_ROWS: usize = 12;

/// Where a value stands.
#[derive(Debug, Clone)]
pub struct Slot {
    /// The field.
    pub field: FieldName,
    /// The kind of its value.
    pub kind: Kind,
    /// Its lines, from top to bottom.
    pub lines: Vec<Segment>,
    /// Whether its caption was read.
    pub captioned: bool,
}

/// A page's segments with the captions in them.
#[derive(Debug, Default)]
pub struct Page {
    captions: Vec<(&'static Caption, Segment, Option<Segment>)>,
    others: Vec<Segment>,
}

impl Page {
    /// Separates captions from the rest.
    pub fn of(segments: Vec<Segment>) -> Self {
        let mut page = Self::default();
        for segment in segments {
            match captions::find(&segment) {
                Some(found) => {
                    let rest = segment.after(found.words);
                    let label = segment.before(found.words).unwrap_or(segment);
                    page.captions.push((found.caption, label, rest));
                }
                None => page.others.push(segment),
            }
        }
        page
    }

    /// Looks for captions that were missed or read together with their values. `read` reads the row
    /// above a value.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn add_captions<E>(
        &mut self,
        page: &GrayImage,
        mut read: impl FnMut(Bounds) -> Result<Vec<Segment>, E>,
    ) -> Result<(), E> {
        let mut tried = 0;
        for at in 0..self.others.len() {
            let Some(rows) = rows::rows(page, self.others[at].bounds) else { continue };
            let seen = self.captions.iter().any(|(_, label, _)| {
                distance(label, &self.others[at]).is_some() || cover(label.bounds, rows.caption)
            });
            let letters = self.others[at].text().chars().filter(|sign| sign.is_alphanumeric()).count();
            if seen || letters == 0 || tried == MOST_ROWS {
                continue;
            }
            tried += 1;
            // Text in the next column has its own caption.
            let column = self.others.iter().map(|other| other.bounds).filter(|other| {
                other[0] > rows.value[2] && other[1] < rows.value[3] && other[3] > rows.value[1]
            });
            let edge = column.map(|other| other[0].saturating_sub(rows::MARGIN)).min();
            let mut row = rows.caption;
            row[2] = row[2].min(edge.unwrap_or(u32::MAX));
            for segment in read(row)? {
                let Some(found) = captions::find(&segment) else { continue };
                let Some(label) = segment.before(found.words) else { continue };
                self.others[at].bounds = rows.value;
                self.captions.push((found.caption, label, None));
                break;
            }
        }
        self.captions.sort_by_key(|(_, label, _)| label.bounds[1]);
        Ok(())
    }

    /// Mean confidence over all letters.
    pub fn certainty(&self) -> f32 {
        let words = self.others.iter().flat_map(|segment| &segment.words);
        let (sum, letters) = words.fold((0.0, 0.0), |(sum, letters), word| {
            let count = word.text.chars().count() as f32;
            (sum + word.confidence * count, letters + count)
        });
        if letters > 0.0 { sum / letters } else { 0.0 }
    }

    /// Number of captions found.
    pub fn captions(&self) -> usize {
        self.captions.len()
    }

    /// The side whose fields and titles were found; none if fewer than two were.
    pub fn layout(&self, size: PageSize) -> Option<&'static Layout> {
        let titles: Vec<String> = self
            .others
            .iter()
            .chain(self.captions.iter().map(|(_, label, _)| label))
            .map(|segment| captions::skeleton(&segment.text()))
            .collect();
        let score = |layout: &Layout| {
            let fields = self
                .captions
                .iter()
                .filter(|(caption, ..)| caption.field.and_then(|field| layout.region(field)).is_some());
            let titled = layout.titles.iter().filter(|title| {
                let title = captions::skeleton(title);
                titles.iter().any(|text| text.contains(&title))
            });
            // A title distinguishes sides that have the same fields.
            fields.count() + 2 * titled.count()
        };
        LAYOUTS
            .iter()
            .rev()
            .filter(|layout| layout.page == size)
            .max_by_key(|layout| score(layout))
            .filter(|layout| score(layout) >= 2)
    }

    /// The values of a layout's fields. Each segment is used at most once.
    pub fn slots(&self, layout: &Layout, size: (u32, u32), today: Date) -> Vec<Slot> {
        let mut taken = vec![false; self.others.len()];
        let mut slots: Vec<Slot> = Vec::new();
        for (caption, label, rest) in &self.captions {
            let Some((field, region)) =
                caption.field.and_then(|field| layout.region(field).map(|region| (field, region)))
            else {
                continue;
            };
            if !within(label.bounds, region, size) || slots.iter().any(|slot| slot.field == field) {
                continue;
            }
            let beside = rest.clone().filter(|rest| fits(caption, &rest.text(), today));
            let lines = match beside {
                Some(rest) => vec![rest],
                None => self.lines_by(caption, label, &mut taken, today),
            };
            if !lines.is_empty() {
                slots.push(Slot { field, kind: caption.kind, lines, captioned: true });
            }
        }
        self.without_caption(layout, size, &taken, today, &mut slots);
        slots
    }

    fn lines_by(&self, caption: &Caption, label: &Segment, taken: &mut [bool], today: Date) -> Vec<Segment> {
        let free = |taken: &[bool]| {
            let free: Vec<usize> = (0..self.others.len()).filter(|&at| !taken[at]).collect();
            free
        };
        let value = free(taken)
            .into_iter()
            .filter_map(|at| distance(label, &self.others[at]).map(|distance| (at, distance)))
            .filter(|&(at, _)| fits(caption, &self.others[at].text(), today))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((at, _)) = value else { return Vec::new() };
        taken[at] = true;
        let first = self.others[at].clone();
        let mut lines = vec![first];
        // Other fields are a word or two.
        if matches!(caption.field, Some(FieldName::PlaceOfBirth | FieldName::Authority)) {
            let next = free(taken).into_iter().find(|&next| follows(&lines[0], &self.others[next]));
            let next = next.filter(|&next| !captions::names_a_field(&self.others[next].text()));
            if let Some(next) = next.filter(|&next| !self.between(&lines[0], &self.others[next])) {
                taken[next] = true;
                lines.push(self.others[next].clone());
            }
        }
        lines
    }

    /// Whether a caption stands between two lines.
    fn between(&self, upper: &Segment, lower: &Segment) -> bool {
        self.captions.iter().any(|(_, label, _)| {
            label.bounds[1] >= upper.bounds[1] && label.bounds[1] < lower.bounds[1] && overlap(label, upper)
        })
    }

    /// Dates, IIN and document number without a read caption: accepted only if exactly one segment
    /// in the expected region fits.
    fn without_caption(
        &self,
        layout: &Layout,
        size: (u32, u32),
        taken: &[bool],
        today: Date,
        slots: &mut Vec<Slot>,
    ) {
        for (field, region) in layout.fields {
            let kind = match field {
                FieldName::IdentificationNumber => Kind::Iin,
                FieldName::DateOfBirth if layout.region(FieldName::IssueDate).is_none() => Kind::Date,
                // Its caption is a single sign that may be read as anything.
                FieldName::DocumentNumber => Kind::Number,
                _ => continue,
            };
            if slots.iter().any(|slot| slot.field == *field) {
                continue;
            }
            let caption = Caption { field: Some(*field), kind, wordings: &[] };
            let mut fitting = self.others.iter().zip(taken).filter(|(segment, taken)| {
                let value = value_of(kind, segment, today).map(|value| value.text());
                !**taken
                    && within(segment.bounds, *region, size)
                    && value.is_some_and(|value| fits(&caption, &value, today))
            });
            if let (Some((segment, _)), None) = (fitting.next(), fitting.next()) {
                let lines = value_of(kind, segment, today).into_iter().collect();
                slots.push(Slot { field: *field, kind, lines, captioned: false });
            }
        }
    }
}

/// The words of a segment that can hold a value whose caption was not recognised. Parts of the
/// caption before an IIN may have been read as digits.
fn value_of(kind: Kind, segment: &Segment, today: Date) -> Option<Segment> {
    let is_value = |text: &str| values::clean(kind, text, true, today).is_some();
    let last = segment.after(segment.words.len().saturating_sub(1));
    match kind {
        Kind::Iin => last.filter(|last| is_value(&last.text())).or_else(|| segment.with_digits()),
        _ => segment.with_digits(),
    }
}

/// Whether a text can be a value of this kind. Digits read as letters are read again later, so
/// numbers and dates need only some digits here.
fn fits(caption: &Caption, text: &str, today: Date) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match caption.kind {
        Kind::Date => (4..=10).contains(&digits),
        Kind::Period => digits >= 10,
        // Nine characters after a sign.
        Kind::Number if caption.wordings.is_empty() => (8..=10).contains(&digits) && !text.contains('.'),
        Kind::Number => digits >= 4,
        // Without a caption, the check digit must agree.
        Kind::Iin if caption.wordings.is_empty() => values::clean(Kind::Iin, text, true, today).is_some(),
        Kind::Iin => digits >= 9,
        // Letters of the other alphabet may have been read as digits: UTO as 0Т0.
        Kind::Name | Kind::Text => {
            text.chars().filter(|letter| letter.is_alphanumeric()).count() >= 2
                && !(caption.kind == Kind::Name && captions::names_a_field(text))
        }
        Kind::Sex | Kind::Country => {
            values::clean(caption.kind, text, true, today).is_some() || text.len() < 8
        }
    }
}

/// Distance of a segment from the caption it may belong to, pixels; none if it can't belong to it.
fn distance(label: &Segment, value: &Segment) -> Option<f32> {
    let [left, top, right, bottom] = label.bounds.map(|edge| edge as f32);
    let [value_left, value_top, _, value_bottom] = value.bounds.map(|edge| edge as f32);
    let height = label.height();
    let middle = (value_top + value_bottom) / 2.0;
    let higher = height.max(value.height());
    if middle > top && middle < bottom && value_left >= right && value_left - right < higher * BESIDE {
        return Some(value_left - right);
    }
    let below = value_top - bottom;
    let aligned = value_left > left - height * OUTDENT && value_left < right;
    // The boxes of two lines may overlap because of descenders.
    (aligned && below > -height * 0.5 && below < height * BELOW)
        .then(|| below.max(0.0) + (value_left - left).abs() * 0.25)
}

fn follows(first: &Segment, next: &Segment) -> bool {
    let gap = next.bounds[1] as f32 - first.bounds[3] as f32;
    let ratio = first.height() / next.height();
    let aligned = first.bounds[0].abs_diff(next.bounds[0]) as f32;
    gap > -first.height() * 0.5
        && gap < first.height() * NEXT_LINE
        && ratio < SAME_SIZE
        && ratio > 1.0 / SAME_SIZE
        && aligned < first.height()
}

fn cover(a: Bounds, b: Bounds) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

fn overlap(a: &Segment, b: &Segment) -> bool {
    a.bounds[0] < b.bounds[2] && b.bounds[0] < a.bounds[2]
}

fn within(bounds: Bounds, region: Region, (width, height): (u32, u32)) -> bool {
    let x = (bounds[0] + bounds[2]) as f32 / 2.0 / width.max(1) as f32;
    let y = (bounds[1] + bounds[3]) as f32 / 2.0 / height.max(1) as f32;
    x >= region[0] && x <= region[2] && y >= region[1] && y <= region[3]
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
