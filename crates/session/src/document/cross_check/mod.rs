//! Compares the readings of one document: MRZ, visual zone, barcode, front and back.
//!
//! In: the fields of each source. Out: each field once, and every disagreement with what each
//! source says. Agreement of two sources raises a field's confidence, disagreement lowers it. Pure;
//! called once all sides are read.

mod compare;
mod rules;

use std::collections::BTreeSet;

pub use compare::CutNames;
use compare::Likeness;
pub use rules::belong_together;
use vouch_contract::document::agreement::{Disagreement, Rule, Said};
use vouch_contract::document::fields::{Field, FieldName, Format};

/// Factor on a field's confidence when another source disagrees. The result is below the limit at
/// which schemes ask the person to confirm, whatever the reading's own confidence was.
pub const AFTER_DISAGREEMENT: f32 = 0.5;
/// Most fields considered per source; there are thirteen names.
const MAX_FIELDS: usize = 32;

/// The readings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Readings<'a> {
    /// From the machine readable zone, with names in its Latin spelling.
    pub mrz: &'a [Field],
    /// From the visual zone, front and back together.
    pub zone: &'a [Field],
    /// From barcodes.
    pub barcode: &'a [Field],
    /// The MRZ's format, which tells whether names had to be truncated; `None` means never.
    pub format: Option<Format>,
}

/// The outcome.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked {
    /// Each field once, in CID's order.
    pub fields: Vec<Field>,
    /// Disagreements, in the order of the fields.
    pub disagreements: Vec<Disagreement>,
}

impl Checked {
    /// A field by its name.
    pub fn get(&self, name: FieldName) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Lowers a field's confidence, once per disagreement.
    fn doubt(&mut self, name: FieldName) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.confidence *= AFTER_DISAGREEMENT;
        }
    }
}

/// Compares the readings with each other.
pub fn cross_check(readings: Readings<'_>) -> Checked {
    let sources = [readings.mrz, readings.zone, readings.barcode]
        .map(|fields| fields.get(..MAX_FIELDS).unwrap_or(fields));
    let names: BTreeSet<FieldName> =
        sources.iter().flat_map(|fields| fields.iter().map(|field| field.name)).collect();
    let mut checked = Checked::default();
    for name in names {
        let said: Vec<&Field> =
            sources.iter().filter_map(|fields| fields.iter().find(|field| field.name == name)).collect();
        merge(&said, &readings, &mut checked);
    }
    rules::hold(&mut checked);
    checked
}

/// Merges one field from all its sources, in the order MRZ, zone, barcode.
fn merge(said: &[&Field], readings: &Readings<'_>, checked: &mut Checked) {
    let Some(&first) = said.first() else { return };
    // Compare each source with the one that is kept. Two that both differ from it count twice.
    let kept = said.iter().fold(first, |kept, &other| compare::preferred(kept, other, readings));
    let mut doubt = 1.0 - unit(kept.confidence);
    let mut differs = false;
    for other in said.iter().filter(|other| !std::ptr::eq(**other, kept)) {
        match compare::likeness(kept, other, readings) {
            Likeness::Same => doubt *= 1.0 - unit(other.confidence),
            // A misread letter: neither proof nor contradiction.
            Likeness::Near | Likeness::Unrelated => {}
            Likeness::Different => differs = true,
        }
    }
    let confidence = if differs { unit(kept.confidence) * AFTER_DISAGREEMENT } else { 1.0 - doubt };
    checked.fields.push(Field { confidence, ..kept.clone() });
    if differs {
        let said = said.iter().map(|field| Said { source: field.source, value: field.value.clone() });
        checked.disagreements.push(Disagreement {
            field: kept.name,
            rule: Rule::SameValue,
            said: said.collect(),
        });
    }
}

/// Limits a confidence to 0 to 1; NaN becomes 0.
fn unit(confidence: f32) -> f32 {
    if confidence.is_nan() { 0.0 } else { confidence.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod open_tests;
#[cfg(test)]
mod tests;
