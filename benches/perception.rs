//! What a frame costs outside and inside the networks, piece by piece.
//!
//!     cargo bench --bench perception
//!
//! `vouch bench` gives the figures that are promised; this is for finding out
//! where time goes.

use criterion::{Criterion, criterion_group, criterion_main};
use vouch::camera::Frame;
use vouch::face::geometry::{Point, Region};
use vouch::face::warp::{letterbox, warp};

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

criterion_group!(benches, cutting);
criterion_main!(benches);
