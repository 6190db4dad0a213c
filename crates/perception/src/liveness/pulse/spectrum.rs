//! From mean colours over time to a pulse signal and its spectrum.

/// Samples per second after resampling.
pub const RATE: f32 = 20.0;
/// Samples analysed: eight seconds, about eight beats.
pub const SAMPLES: usize = 160;
/// Window of POS in samples: 1.6 s, as in the paper.
const WINDOW: usize = 32;
/// Range of a human pulse in Hz: 42 to 210 beats per minute.
pub const BAND: (f32, f32) = (0.7, 3.5);
/// Spacing of the analysed frequencies, in Hz.
const STEP: f32 = 0.05;
/// Number of frequencies.
pub const BINS: usize = 57;
/// Half the width of a peak, in Hz: the resolution of a Hann window of eight seconds.
const PEAK: f32 = 0.2;

/// Where a signal's power lies.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Peak {
    /// Frequency of the strongest part, in Hz.
    pub hertz: f32,
    /// Power at it and at its double, relative to all power in the band, 0 to 1.
    pub share: f32,
}

/// The pulse signal of colours over time by POS, "plane orthogonal to skin" (Wang, den Brinker,
/// Stuijk and de Haan 2017, algorithm 1).
pub fn pos(colours: &[[f32; 3]; SAMPLES]) -> [f32; SAMPLES] {
    let mut signal = [0.0; SAMPLES];
    for start in 0..=SAMPLES - WINDOW {
        let window = &colours[start..start + WINDOW];
        let mut mean = [0.0_f32; 3];
        for colour in window {
            for (mean, value) in mean.iter_mut().zip(colour) {
                *mean += value / WINDOW as f32;
            }
        }
        let [r, g, b] = mean.map(|mean| mean.max(1.0));
        let project = |c: &[f32; 3]| {
            let (r, g, b) = (c[0] / r, c[1] / g, c[2] / b);
            (g - b, -2.0 * r + g + b)
        };
        let (mut first, mut second) = (Spread::default(), Spread::default());
        for colour in window {
            let (x, y) = project(colour);
            first.add(x);
            second.add(y);
        }
        let alpha = first.deviation() / second.deviation().max(1e-9);
        let middle = first.mean() + alpha * second.mean();
        for (slot, colour) in signal[start..].iter_mut().zip(window) {
            let (x, y) = project(colour);
            *slot += x + alpha * y - middle;
        }
    }
    signal
}

#[derive(Default)]
struct Spread {
    sum: f32,
    squares: f32,
    count: f32,
}

impl Spread {
    fn add(&mut self, value: f32) {
        self.sum += value;
        self.squares += value * value;
        self.count += 1.0;
    }

    fn mean(&self) -> f32 {
        self.sum / self.count.max(1.0)
    }

    fn deviation(&self) -> f32 {
        (self.squares / self.count.max(1.0) - self.mean().powi(2)).max(0.0).sqrt()
    }
}

/// Power of `signal` over the band, with a Hann window.
pub fn spectrum(signal: &[f32; SAMPLES]) -> [f32; BINS] {
    let mut power = [0.0; BINS];
    let mut windowed = [0.0_f32; SAMPLES];
    for (at, (out, value)) in windowed.iter_mut().zip(signal).enumerate() {
        let phase = std::f32::consts::TAU * at as f32 / SAMPLES as f32;
        *out = value * (0.5 - 0.5 * phase.cos());
    }
    for (bin, power) in power.iter_mut().enumerate() {
        // Goertzel's recurrence.
        let omega = std::f32::consts::TAU * hertz_of(bin) / RATE;
        let twice = 2.0 * omega.cos();
        let (mut before, mut last) = (0.0_f32, 0.0_f32);
        for value in windowed {
            let now = value + twice * last - before;
            (before, last) = (last, now);
        }
        *power = (last * last + before * before - twice * last * before).max(0.0);
    }
    power
}

/// The peak of a spectrum; all zero if it has no power.
pub fn peak_of(power: &[f32; BINS]) -> Peak {
    let total: f32 = power.iter().sum();
    let best = (0..BINS).max_by(|&a, &b| power[a].total_cmp(&power[b])).unwrap_or(0);
    if !(total.is_finite() && total > 0.0) {
        return Peak::default();
    }
    let hertz = hertz_of(best);
    let at = |bin: usize| {
        let here = hertz_of(bin);
        (here - hertz).abs() <= PEAK || (here - 2.0 * hertz).abs() <= PEAK
    };
    let own: f32 = power.iter().enumerate().filter(|&(bin, _)| at(bin)).map(|(_, power)| power).sum();
    Peak { hertz, share: (own / total).clamp(0.0, 1.0) }
}

fn hertz_of(bin: usize) -> f32 {
    BAND.0 + STEP * bin as f32
}

/// Correlation of two signals, -1 to 1.
pub fn correlation(a: &[f32; SAMPLES], b: &[f32; SAMPLES]) -> f32 {
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    let scale = (aa * bb).sqrt();
    if scale > 0.0 && scale.is_finite() { (ab / scale).clamp(-1.0, 1.0) } else { 0.0 }
}
