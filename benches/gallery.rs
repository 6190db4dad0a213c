//! One probe against 50,000 templates of 128 values, f32 and int8.

use criterion::{Criterion, criterion_group, criterion_main};
use rand::{Rng as _, SeedableRng as _};
use vouch_contract::face::Template;
use vouch_store::gallery::index::{Index, Precision};

/// What a large site enrols.
const ENTRIES: u64 = 50_000;
const DIMENSIONS: usize = 128;

fn identify(criterion: &mut Criterion) {
    let mut rng = rand::rngs::StdRng::seed_from_u64(1);
    let mut random = || Template {
        model: [1; 8],
        values: (0..DIMENSIONS).map(|_| rng.random_range(-1.0..1.0_f32)).collect(),
    };
    let probe = random();
    for precision in [Precision::Float32, Precision::Int8] {
        let mut gallery = Index::new([1; 8], DIMENSIONS, precision).expect("it has dimensions");
        for id in 0..ENTRIES {
            gallery.enrol(id, &random()).expect("it fits");
        }
        criterion.bench_function(&format!("identify in 50,000, {precision:?}"), |bencher| {
            bencher.iter(|| gallery.identify(&probe, 0.3, 10).expect("it can be compared"));
        });
    }
}

criterion_group!(benches, identify);
criterion_main!(benches);
