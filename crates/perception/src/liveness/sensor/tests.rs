//! Streams from a camera, a loop and a drawing.

use super::*;

struct Camera {
    seed: u32,
    jitter_us: u64,
}

impl Camera {
    fn random(&mut self) -> u32 {
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.seed >> 16
    }

    fn frame(&mut self, number: u64, noisy: bool, stage: u64) -> Frame {
        let mut frame = Frame::default();
        frame.resize(160, 120);
        for at in 0..frame.rgb.len() {
            let ground = 100 + ((at / 3 % 160) as u64 / 8 + stage * 3) % 60;
            let noise = if noisy { self.random() % 7 } else { 3 };
            frame.rgb[at] = (ground as u32 + noise) as u8;
        }
        frame.sequence = number;
        let jitter = if self.jitter_us > 0 { u64::from(self.random()) % self.jitter_us } else { 0 };
        frame.at = Duration::from_micros(1000 + number * 40_000 + jitter);
        frame
    }
}

fn measures(sensor: &Sensor) -> [f32; 6] {
    *sensor.measures().values().expect("measured")
}

#[test]
fn a_camera_has_noise_and_jitter_and_never_repeats() {
    let mut camera = Camera { seed: 1, jitter_us: 4000 };
    let mut sensor = Sensor::new();
    for number in 0..120 {
        sensor.add(&camera.frame(number, true, number));
    }
    let m = measures(&sensor);
    assert!(m[0] == 0.0 && m[1] == 0.0 && m[3] < 0.3 && m[4] == 0.0 && m[5] < 0.4, "{m:?}");
}

#[test]
fn a_loop_is_found() {
    let mut camera = Camera { seed: 1, jitter_us: 0 };
    let recorded: Vec<Frame> = (0..40).map(|number| camera.frame(number, true, number)).collect();
    let mut sensor = Sensor::new();
    for number in 0..160_u64 {
        let mut frame = recorded[number as usize % 40].clone();
        frame.at = Duration::from_millis(number * 40);
        frame.sequence = number;
        sensor.add(&frame);
    }
    let m = measures(&sensor);
    assert!(m[0] == 0.0 && m[1] > 0.6 && m[2] > 0.6 && m[3] > 0.99, "{m:?}");
}

#[test]
fn a_frozen_picture_is_found() {
    let mut camera = Camera { seed: 1, jitter_us: 0 };
    let still = camera.frame(0, true, 0);
    let mut sensor = Sensor::new();
    for number in 0..60 {
        sensor.add(&Frame { sequence: number, at: Duration::from_millis(40 * number), ..still.clone() });
    }
    let m = measures(&sensor);
    assert!(m[0] > 0.9 && m[5] == 1.0, "{m:?}");
}

#[test]
fn drawn_pictures_have_no_noise_and_time_must_run() {
    let mut camera = Camera { seed: 1, jitter_us: 0 };
    let mut sensor = Sensor::new();
    for number in 0..60 {
        let mut frame = camera.frame(number, false, number);
        frame.at = Duration::ZERO;
        sensor.add(&frame);
    }
    let m = measures(&sensor);
    assert!(m[4] == 1.0 && m[5] > 0.7, "{m:?}");
}

#[test]
fn odd_frames_are_passed_over() {
    let mut sensor = Sensor::new();
    for (width, height) in [(0, 0), (1, 1), (3, 900), (40, 40)] {
        let mut frame = Frame::default();
        frame.resize(width, height);
        frame.rgb.truncate(7);
        sensor.add(&frame);
    }
    assert_eq!(sensor.measures(), CueMeasures::Unavailable(Unavailable::TooFewFrames));
}
