//! Points, square regions, and the maps between frame and crop.

/// A point in pixels; the centre of the upper left pixel is (0.5, 0.5).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// A point.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Distance to `other`.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The midpoint between this point and `other`.
    pub fn middle(self, other: Self) -> Self {
        Self::new(self.x.midpoint(other.x), self.y.midpoint(other.y))
    }

    /// Angle of the line to `other`, in radians, clockwise from the right.
    pub fn angle_to(self, other: Self) -> f32 {
        (other.y - self.y).atan2(other.x - self.x)
    }
}

/// An affine map of the plane: x' = a x + b y + c, y' = d x + e y + f.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// First row.
    pub x: [f32; 3],
    /// Second row.
    pub y: [f32; 3],
}

impl Affine {
    /// Applies the map.
    pub fn apply(&self, p: Point) -> Point {
        Point::new(
            self.x[0] * p.x + self.x[1] * p.y + self.x[2],
            self.y[0] * p.x + self.y[1] * p.y + self.y[2],
        )
    }

    /// Mean scale: the square root of the area that a unit square maps to.
    pub fn scale(&self) -> f32 {
        (self.x[0] * self.y[1] - self.x[1] * self.y[0]).abs().sqrt()
    }

    /// The same map for a mirrored picture `width` pixels wide.
    pub fn mirrored(&self, width: f32) -> Self {
        let mirror = |[a, b, c]: [f32; 3]| [-a, b, c + a * width];
        Self { x: mirror(self.x), y: mirror(self.y) }
    }

    /// The inverse map; none if this one collapses the plane.
    pub fn inverse(&self) -> Option<Self> {
        let determinant = self.x[0] * self.y[1] - self.x[1] * self.y[0];
        if !determinant.is_finite() || determinant.abs() < 1e-12 {
            return None;
        }
        let (a, b) = (self.y[1] / determinant, -self.x[1] / determinant);
        let (d, e) = (-self.y[0] / determinant, self.x[0] / determinant);
        Some(Self {
            x: [a, b, -(a * self.x[2] + b * self.y[2])],
            y: [d, e, -(d * self.x[2] + e * self.y[2])],
        })
    }
}

/// A square region of the frame, rotated by `angle`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Its centre.
    pub centre: Point,
    /// Side in pixels.
    pub side: f32,
    /// Clockwise rotation in radians.
    pub angle: f32,
}

impl Region {
    /// The map from a crop of `size` x `size` pixels to the frame. `mirrored` swaps the crop's left
    /// and right.
    pub fn from_crop(&self, size: usize, mirrored: bool) -> Affine {
        let size = size as f32;
        let scale = self.side / size;
        let (sin, cos) = self.angle.sin_cos();
        let across = if mirrored { -scale } else { scale };
        let (a, b) = (cos * across, -sin * scale);
        let (d, e) = (sin * across, cos * scale);
        let half = size / 2.0;
        Affine { x: [a, b, self.centre.x - (a + b) * half], y: [d, e, self.centre.y - (d + e) * half] }
    }

    /// Whether the numbers are usable at all (a lost track may give anything).
    pub fn is_plausible(&self) -> bool {
        self.side.is_finite()
            && self.side >= 8.0
            && self.side < 16_384.0
            && self.centre.x.is_finite()
            && self.centre.y.is_finite()
            && self.angle.is_finite()
    }
}
