//! A page's pose before the camera: a pinhole view of a flat object.

use crate::specimen::page::PX_PER_MM;
use vouch_contract::document::fields::Quad;

/// Focal length in widths of the frame: a webcam's 55° across.
const FOCAL: f32 = 0.96;

/// Where a page is and how it is turned.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Pose {
    /// Its middle, as shares of the frame's width and height.
    pub centre: [f32; 2],
    /// Its width as a share of the frame's, if it faced the camera.
    pub reach: f32,
    /// Degrees: its upper edge moves away from the camera.
    pub pitch: f32,
    /// Degrees: its right edge moves away from the camera.
    pub yaw: f32,
    /// Degrees, clockwise in the picture.
    pub roll: f32,
}

/// A projective map of the plane, row by row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Homography(pub(super) [[f32; 3]; 3]);

impl Pose {
    /// From pixels of a page of size `page` to pixels of a frame of size `frame`.
    pub(super) fn view(&self, page: (f32, f32), frame: (f32, f32)) -> Homography {
        let (sp, cp) = self.pitch.to_radians().sin_cos();
        let (sy, cy) = self.yaw.to_radians().sin_cos();
        let (sr, cr) = self.roll.to_radians().sin_cos();
        // Columns of Rz(roll) Rx(pitch) Ry(yaw); x right, y down, z away.
        let across = [cr * cy - sr * sp * sy, sr * cy + cr * sp * sy, cp * sy];
        let down = [-sr * cp, cr * cp, -sp];
        let focal = FOCAL * frame.0;
        let scale = 1.0 / PX_PER_MM;
        let distance = focal * page.0 * scale / (self.reach * frame.0);
        let middle = [self.centre[0] * frame.0, self.centre[1] * frame.1];
        let at = [
            (middle[0] - frame.0 / 2.0) / focal * distance,
            (middle[1] - frame.1 / 2.0) / focal * distance,
            distance,
        ];
        let corner: [f32; 3] =
            std::array::from_fn(|i| at[i] - (across[i] * page.0 + down[i] * page.1) * scale / 2.0);
        let columns = [across.map(|v| v * scale), down.map(|v| v * scale), corner];
        let row = |i: usize, middle: f32| columns.map(|column| focal * column[i] + middle * column[2]);
        Homography([row(0, frame.0 / 2.0), row(1, frame.1 / 2.0), columns.map(|column| column[2])])
    }

    /// The corners of a page in a frame.
    pub fn corners(&self, page: (u32, u32), frame: (u32, u32)) -> Quad {
        let (width, height) = (page.0 as f32, page.1 as f32);
        let view = self.view((width, height), (frame.0 as f32, frame.1 as f32));
        view.quad([0.0, 0.0, width, height])
    }
}

impl Homography {
    pub(super) fn map(&self, x: f32, y: f32) -> [f32; 2] {
        let [a, b, c] = self.0.map(|row| row[0] * x + row[1] * y + row[2]);
        [a / c, b / c]
    }

    /// How the image (u, v) of (x, y) moves with x and with y.
    pub(super) fn slopes(&self, x: f32, y: f32, [u, v]: [f32; 2]) -> [[f32; 2]; 2] {
        let [a, b, c] = self.0;
        let depth = c[0] * x + c[1] * y + c[2];
        std::array::from_fn(|i| [(a[i] - u * c[i]) / depth, (b[i] - v * c[i]) / depth])
    }

    /// The corners of a rectangle: left, top, right, bottom.
    pub(super) fn quad(&self, [left, top, right, bottom]: [f32; 4]) -> Quad {
        Quad([self.map(left, top), self.map(right, top), self.map(right, bottom), self.map(left, bottom)])
    }

    /// The inverse; `None` where the page is seen edge-on.
    pub(super) fn inverse(&self) -> Option<Self> {
        let m = self.0.map(|row| row.map(f64::from));
        let minor = |r: usize, c: usize| {
            let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
            m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
        };
        let determinant = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
        (determinant.abs() > 1e-12).then(|| {
            Self(std::array::from_fn(|r| std::array::from_fn(|c| (minor(c, r) / determinant) as f32)))
        })
    }
}

/// The box around some points, widened by `margin` and clipped to the frame: ranges of x and y.
pub(super) fn around(
    points: &[[f32; 2]],
    margin: f32,
    (width, height): (usize, usize),
) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let range = |axis: usize, end: usize| {
        let low = points.iter().map(|p| p[axis]).fold(f32::INFINITY, f32::min) - margin;
        let high = points.iter().map(|p| p[axis]).fold(f32::NEG_INFINITY, f32::max) + margin;
        low.clamp(0.0, end as f32) as usize..high.clamp(0.0, end as f32).ceil() as usize
    };
    (range(0, width), range(1, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: (u32, u32) = (1011, 638);
    const FRAME: (u32, u32) = (1280, 720);

    fn flat() -> Pose {
        Pose { centre: [0.5, 0.5], reach: 0.5, pitch: 0.0, yaw: 0.0, roll: 0.0 }
    }

    #[test]
    fn a_page_that_faces_the_camera_is_as_wide_as_told_and_central() {
        let Quad([a, b, c, _]) = flat().corners(PAGE, FRAME);
        assert!((b[0] - a[0] - 640.0).abs() < 0.1, "{a:?} {b:?}");
        assert!((a[0] - 320.0).abs() < 0.1 && (a[1] + c[1] - 720.0).abs() < 0.1);
    }

    #[test]
    fn what_goes_away_looks_smaller() {
        let Quad([a, b, c, d]) = Pose { pitch: 30.0, ..flat() }.corners(PAGE, FRAME);
        assert!(b[0] - a[0] < c[0] - d[0], "upper edge away");
        let Quad([a, b, c, d]) = Pose { yaw: 30.0, ..flat() }.corners(PAGE, FRAME);
        assert!(c[1] - b[1] < d[1] - a[1], "right edge away");
        let Quad([a, b, ..]) = Pose { roll: 180.0, ..flat() }.corners(PAGE, FRAME);
        assert!(a[0] > b[0] && a[1] > 360.0, "upside down");
    }

    #[test]
    fn there_and_back_is_the_same_place() {
        let pose = Pose { pitch: 20.0, yaw: -25.0, roll: 12.0, ..flat() };
        let view = pose.view((1011.0, 638.0), (1280.0, 720.0));
        let [x, y] = view.map(200.0, 500.0);
        let [u, v] = view.inverse().unwrap().map(x, y);
        assert!((u - 200.0).abs() < 0.05 && (v - 500.0).abs() < 0.05, "{u} {v}");
    }
}
