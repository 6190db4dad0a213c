//! One to many: compares a probe with every enrolled template in one pass.
//!
//! In: templates of one model. Out: the most similar entries above a threshold, best first, by
//! [`vouch_contract::similarity::similarity`]. The dot products are plain loops over lanes, which
//! the compiler turns into vector instructions. docs/evaluation/matching.md has the times, and the
//! recall of int8.

use vouch_contract::face::{MAX_TEMPLATE, Template};
use vouch_contract::similarity::of_cosine;

/// Most entries: twice the 50,000 that were measured.
pub const MAX_ENTRIES: usize = 100_000;
/// Most candidates per search.
pub const MAX_CANDIDATES: usize = 32;
/// Number of partial sums for f32. With a single one the order of additions would be fixed, and the
/// compiler could not vectorise them.
const LANES: usize = 16;
/// Largest int8 code. The range is symmetric, so that zero stays zero.
const MAX_CODE: f32 = 127.0;

/// How templates are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Four bytes per value: exact.
    Float32,
    /// One byte per value, with a scale for each template: a quarter of the memory.
    Int8,
}

/// Why a template was not enrolled, or a search failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// It comes from another model or has another length.
    #[error("the template comes from another embedding model than the others; enrol again with one model")]
    ModelMismatch,
    /// All values are zero, or one is not finite.
    #[error("the template has no usable values; the embedding model's output is broken")]
    Unsound,
    /// It already has [`MAX_ENTRIES`].
    #[error("the index is full with {MAX_ENTRIES} templates; remove some")]
    Full,
    /// No dimensions, or too many.
    #[error("templates have 1 to {MAX_TEMPLATE} values")]
    Dimensions,
}

/// A similar entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The number it was enrolled under.
    pub id: u64,
    /// Similarity, -1 to 1.
    pub similarity: f32,
}

/// Candidates, best first.
pub type Candidates = heapless::Vec<Candidate, MAX_CANDIDATES>;

enum Store {
    Float32(Vec<f32>),
    Int8 { codes: Vec<i8>, scales: Vec<f32> },
}

/// Enrolled templates of one embedding model.
pub struct Index {
    model: [u8; 8],
    dimensions: usize,
    ids: Vec<u64>,
    // Lengths of the templates; the store holds only their directions.
    lengths: Vec<f32>,
    store: Store,
}

impl Index {
    /// An empty index for templates of `dimensions` values by `model`.
    ///
    /// # Errors
    /// [`IndexError::Dimensions`].
    pub fn new(model: [u8; 8], dimensions: usize, precision: Precision) -> Result<Self, IndexError> {
        if !(1..=MAX_TEMPLATE).contains(&dimensions) {
            return Err(IndexError::Dimensions);
        }
        let store = match precision {
            Precision::Float32 => Store::Float32(Vec::new()),
            Precision::Int8 => Store::Int8 { codes: Vec::new(), scales: Vec::new() },
        };
        Ok(Self { model, dimensions, ids: Vec::new(), lengths: Vec::new(), store })
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Enrols a template under a number chosen by the caller. Several templates may share a number:
    /// those of one person.
    ///
    /// # Errors
    /// [`IndexError`]; the index is then unchanged.
    pub fn enrol(&mut self, id: u64, template: &Template) -> Result<(), IndexError> {
        let (values, length) = self.normalised(template)?;
        if self.ids.len() == MAX_ENTRIES {
            return Err(IndexError::Full);
        }
        match &mut self.store {
            Store::Float32(all) => all.extend_from_slice(&values),
            Store::Int8 { codes, scales } => scales.push(encode(&values, codes)),
        }
        self.ids.push(id);
        self.lengths.push(length);
        Ok(())
    }

    /// The entries most similar to `probe`, with a similarity of at least `threshold`: at most
    /// `most` of them, and never more than [`MAX_CANDIDATES`]. Compares every entry; its own memory
    /// does not depend on the number of entries.
    ///
    /// # Errors
    /// [`IndexError::ModelMismatch`], [`IndexError::Unsound`].
    pub fn identify(&self, probe: &Template, threshold: f32, most: usize) -> Result<Candidates, IndexError> {
        let (probe, length) = self.normalised(probe)?;
        let entries = self.ids.iter().copied().zip(self.lengths.iter().copied());
        let mut best = Best { found: Candidates::new(), most: most.min(MAX_CANDIDATES), threshold };
        match &self.store {
            Store::Float32(all) => {
                for ((id, other), values) in entries.zip(all.chunks_exact(self.dimensions)) {
                    best.offer(id, of_cosine(dot(&probe, values), length, other));
                }
            }
            Store::Int8 { codes, scales } => {
                let mut own = Vec::with_capacity(self.dimensions);
                let scale = encode(&probe, &mut own);
                let stored = codes.chunks_exact(self.dimensions).zip(scales);
                for ((id, other), (codes, step)) in entries.zip(stored) {
                    let cosine = dot_int8(&own, codes) as f32 * scale * step;
                    best.offer(id, of_cosine(cosine, length, other));
                }
            }
        }
        Ok(best.found)
    }

    /// A template's direction and length.
    fn normalised(&self, template: &Template) -> Result<(heapless::Vec<f32, MAX_TEMPLATE>, f32), IndexError> {
        if template.model != self.model || template.values.len() != self.dimensions {
            return Err(IndexError::ModelMismatch);
        }
        let norm = template.values.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !norm.is_finite() || norm <= f32::EPSILON {
            return Err(IndexError::Unsound);
        }
        Ok((template.values.iter().map(|value| value / norm).collect(), norm))
    }
}

struct Best {
    found: Candidates,
    most: usize,
    threshold: f32,
}

impl Best {
    fn offer(&mut self, id: u64, similarity: f32) {
        let full = self.found.len() == self.most;
        let last = self.found.last().map_or(f32::NEG_INFINITY, |candidate| candidate.similarity);
        // True for nearly every entry.
        if similarity < self.threshold || self.most == 0 || (full && similarity <= last) {
            return;
        }
        if full {
            self.found.pop();
        }
        let at = self.found.partition_point(|candidate| candidate.similarity >= similarity);
        // There is room: `most` is at most the capacity.
        let _ = self.found.insert(at, Candidate { id, similarity });
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// At most 512 products of 127 squared: far within the range of i32.
fn dot_int8(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(&x, &y)| i32::from(i16::from(x) * i16::from(y))).sum()
}

/// Appends the codes of `values` and returns the value of one step.
fn encode(values: &[f32], codes: &mut Vec<i8>) -> f32 {
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let scale = largest / MAX_CODE;
    codes.extend(values.iter().map(|value| (value / scale).round() as i8));
    scale
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};

    use super::*;

    const MODEL: [u8; 8] = [3; 8];

    fn random(rng: &mut rand::rngs::StdRng) -> Template {
        // Length about 1: a value's mean square is 1/3 * 0.153^2 = 1/128.
        let values = (0..128).map(|_| rng.random_range(-0.153..0.153_f32)).collect();
        Template { model: MODEL, values }
    }

    /// The same face again, with a cosine of about 0.9.
    fn again(template: &Template, rng: &mut rand::rngs::StdRng) -> Template {
        let values =
            template.values.iter().map(|value| value + rng.random_range(-0.0765..0.0765_f32)).collect();
        Template { model: MODEL, values }
    }

    #[test]
    fn both_precisions_find_the_one_who_is_enrolled() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(7);
        let people: Vec<Template> = (0..2000).map(|_| random(&mut rng)).collect();
        for precision in [Precision::Float32, Precision::Int8] {
            let mut index = Index::new(MODEL, 128, precision).expect("128 dimensions");
            for (id, template) in (0..).zip(&people) {
                index.enrol(id, template).expect("it fits");
            }
            for id in (0..2000).step_by(97) {
                let probe = again(&people[id], &mut rng);
                let found = index.identify(&probe, 0.6, 5).expect("a search");
                assert_eq!(found.first().map(|c| c.id), Some(id as u64), "{precision:?}");
                let exact = vouch_contract::similarity::similarity(&probe, &people[id]).expect("comparable");
                assert!((found[0].similarity - exact).abs() < 0.01, "{precision:?}");
            }
            let stranger = random(&mut rng);
            assert!(index.identify(&stranger, 0.6, 5).expect("a search").is_empty());
        }
    }

    #[test]
    fn candidates_are_bounded_and_in_order() {
        let mut index = Index::new(MODEL, 2, Precision::Float32).expect("2 dimensions");
        let of =
            |angle: f32| Template { model: MODEL, values: [angle.cos(), angle.sin()].into_iter().collect() };
        for id in 0..100 {
            index.enrol(id, &of(id as f32 / 100.0)).expect("it fits");
        }
        let found = index.identify(&of(0.0), 0.0, 1000).expect("a search");
        let ids: Vec<u64> = found.iter().map(|candidate| candidate.id).collect();
        assert_eq!(ids, (0..MAX_CANDIDATES as u64).collect::<Vec<_>>());
        assert!(index.identify(&of(0.0), 0.0, 0).expect("a search").is_empty());
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let mut index = Index::new(MODEL, 2, Precision::Int8).expect("2 dimensions");
        let template = |model, values: &[f32]| Template { model, values: values.iter().copied().collect() };
        assert_eq!(index.enrol(1, &template([4; 8], &[1.0, 0.0])), Err(IndexError::ModelMismatch));
        assert_eq!(index.enrol(1, &template(MODEL, &[1.0])), Err(IndexError::ModelMismatch));
        assert_eq!(index.enrol(1, &template(MODEL, &[0.0, 0.0])), Err(IndexError::Unsound));
        assert_eq!(index.enrol(1, &template(MODEL, &[f32::NAN, 0.0])), Err(IndexError::Unsound));
        assert!(index.is_empty() && Index::new(MODEL, 0, Precision::Int8).is_err());
    }
}
