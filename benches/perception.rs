//! What a frame costs outside and inside the networks, piece by piece.
//!
//!     cargo bench -p vouch-lab --bench perception
//!
//! `vouch-lab bench` gives the figures that are promised; this is for finding out
//! where time goes.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use vouch::config::Config;
use vouch::eye::load_perception;
use vouch_contract::face::{Face, Template};
use vouch_contract::similarity::similarity;
use vouch_lab::picture;
use vouch_perception::camera::Frame;
use vouch_perception::face::geometry::{Point, Region};
use vouch_perception::face::mesh::Landmarks;
use vouch_perception::face::quality::{Look, quality_of};
use vouch_perception::face::warp::{letterbox, warp};
use vouch_testkit::media::CHECKOUT;

const STILL: &str = "target/demo-media/astronaut.png";

fn frame() -> Frame {
    let mut frame = Frame::default();
    frame.resize(640, 480);
    // Any bytes do: no step's time depends on the pixels.
    for (index, byte) in frame.rgb.iter_mut().enumerate() {
        *byte = (index * 7 + index / 1920 * 3) as u8;
    }
    frame
}

fn cutting(criterion: &mut Criterion) {
    let frame = frame();
    let face = Region { centre: Point::new(331.7, 243.2), side: 271.0, angle: 0.07 };
    let eye = Region { centre: Point::new(301.4, 221.9), side: 61.0, angle: 0.07 };
    let mut out = vec![0; 192 * 192 * 3];
    criterion.bench_function("warp 192 x 192", |bencher| {
        let map = face.from_crop(192, false);
        bencher.iter(|| warp(&frame, &map, 192, 192, 0x80, &mut out));
    });
    let mut out = vec![0; 64 * 64 * 3];
    criterion.bench_function("warp 64 x 64", |bencher| {
        let map = eye.from_crop(64, true);
        bencher.iter(|| warp(&frame, &map, 64, 64, 0x80, &mut out));
    });
    let mut out = vec![0; 128 * 128 * 3];
    criterion.bench_function("letterbox 128 x 128", |bencher| {
        bencher.iter(|| letterbox(&frame, 128, 0x80, &mut out));
    });
}

fn judging(criterion: &mut Criterion) {
    let crop: Vec<u8> = frame().rgb[..192 * 192 * 3].to_vec();
    let landmarks = Landmarks {
        region: Region { centre: Point::new(320.0, 240.0), side: 271.0, angle: 0.0 },
        ..Landmarks::default()
    };
    criterion.bench_function("quality", |bencher| {
        bencher.iter(|| {
            let look = Look::of(black_box(&crop), 192, &landmarks);
            quality_of(&look, &Face::default(), 640, 480)
        });
    });
    let template = Template {
        values: (0_u8..128).map(|value| f32::from(value) / 128.0).collect(),
        ..Template::default()
    };
    criterion.bench_function("similarity of 128", |bencher| {
        bencher.iter(|| similarity(black_box(&template), black_box(&template)));
    });
}

/// Needs the models and the demo's still; without them only a line is printed.
fn looking(criterion: &mut Criterion) {
    let mut config = Config::default();
    config.runtime.models_dir = Path::new(CHECKOUT).join("models");
    let (frame, mut perception) =
        match (picture::read(&Path::new(CHECKOUT).join(STILL)), load_perception(&config.runtime)) {
            (Ok(frame), Ok(perception)) => (frame, perception),
            (Err(error), _) => return eprintln!("track frame: left out: {error}"),
            (_, Err(error)) => return eprintln!("track frame: left out: {error}"),
        };
    criterion.bench_function("track frame", |bencher| bencher.iter(|| perception.look(&frame)));
    criterion.bench_function("frame without a track", |bencher| {
        bencher.iter(|| {
            perception.reset();
            perception.look(&frame)
        });
    });
}

criterion_group!(benches, cutting, judging, looking);
criterion_main!(benches);
