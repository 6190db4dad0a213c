//! How closely a surface's chroma follows a light's.

/// Chroma: red against green, and blue against both. For a surface these are logarithms of ratios,
/// which do not depend on the strength of the light.
pub type Chroma = [f32; 2];

/// Chroma of a surface's mean colour (0 to 255).
pub fn chroma_of(colour: [f32; 3]) -> Chroma {
    let [r, g, b] = colour.map(|value| value.max(1.0).ln());
    [r - g, b - f32::midpoint(r, g)]
}

/// Sums over pairs of light and surface, for each chroma direction.
#[derive(Debug, Clone, Copy, Default)]
pub struct ColourSeries {
    sums: [ResponseSums; 2],
}

#[derive(Debug, Clone, Copy, Default)]
struct ResponseSums {
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl ResponseSums {
    fn add(&mut self, x: f32, y: f32) {
        let (x, y) = (f64::from(x), f64::from(y));
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    /// Variances of light and surface, and their covariance.
    fn moments(&self) -> (f64, f64, f64) {
        let n = self.count.max(1.0);
        let (x, y) = (self.x / n, self.y / n);
        ((self.xx / n - x * x).max(0.0), (self.yy / n - y * y).max(0.0), self.xy / n - x * y)
    }
}

impl ColourSeries {
    /// Adds a pair, unless it is not finite.
    pub fn add(&mut self, light: Chroma, seen: Chroma) {
        if light.iter().chain(&seen).all(|value| value.is_finite()) {
            for (sums, (x, y)) in self.sums.iter_mut().zip(light.into_iter().zip(seen)) {
                sums.add(x, y);
            }
        }
    }

    /// Correlation of light and surface in each direction, -1 to 1; 0 if either never changed.
    pub fn follows(&self) -> [f32; 2] {
        self.sums.map(|sums| {
            let (xx, yy, xy) = sums.moments();
            let scale = (xx * yy).sqrt();
            if scale > 1e-12 { (xy / scale).clamp(-1.0, 1.0) as f32 } else { 0.0 }
        })
    }

    /// Mean change of the surface's chroma per full change of the light's, at least 0.
    pub fn gain(&self) -> f32 {
        let slopes = self.sums.map(|sums| {
            let (xx, _, xy) = sums.moments();
            if xx > 1e-12 { (xy / xx) as f32 } else { 0.0 }
        });
        f32::midpoint(slopes[0], slopes[1]).max(0.0)
    }
}
