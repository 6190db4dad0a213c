//! The geometry of a flat rectangle seen through a camera: whether four corners can be one, of
//! which aspect ratio, and how far it is tilted.

pub use vouch_contract::document::fields::distance;

/// Focal lengths tried, in multiples of the picture's longer side: 71, 55 and 42 degrees of view,
/// from a phone's wide lens to a document camera.
const FOCAL: [f32; 3] = [0.7, 0.95, 1.3];
/// Aspect ratios (width over height) of the page sizes ID-1, ID-2 and ID-3 (ISO/IEC 7810).
const ASPECTS: [f32; 3] = [85.60 / 53.98, 105.0 / 74.0, 125.0 / 88.0];

/// The pose of a page before the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Width over height, as far as perspective reveals it.
    pub aspect: f32,
    /// Angle between the page's normal and the line of sight, degrees.
    pub tilt: f32,
    /// How badly the corners fit a page: the logarithm of the aspect ratio's error plus the cosine
    /// of the angle between the sides.
    pub misfit: f32,
    /// Length of the longer side as seen, pixels.
    pub width: f32,
    /// Whether a corner lies outside the picture.
    pub cut_off: bool,
}

/// The pose of the page with these corners (clockwise, beginning with a long side) in a picture of
/// `size`. None if they don't form a convex quadrangle.
pub fn held(quad: &[[f32; 2]; 4], size: (f32, f32)) -> Option<Held> {
    if !is_convex(quad) {
        return None;
    }
    let longer = size.0.max(size.1);
    let centred = quad.map(|[x, y]| [x - size.0 / 2.0, y - size.1 / 2.0]);
    let square = unit_square(&centred)?;
    let mut best: Option<Held> = None;
    for focal in FOCAL {
        let focal = focal * longer;
        let across = [square[0] / focal, square[3] / focal, square[6]];
        let down = [square[1] / focal, square[4] / focal, square[7]];
        let (wide, high) = (norm(across), norm(down));
        if wide < f32::EPSILON || high < f32::EPSILON {
            continue;
        }
        let aspect = wide / high;
        let skew = (dot(across, down) / (wide * high)).abs();
        let error = ASPECTS.iter().map(|a| (aspect / a).ln().abs()).fold(f32::MAX, f32::min);
        let misfit = error + skew;
        if best.is_none_or(|held| misfit < held.misfit) {
            let normal = cross(across, down);
            let tilt = (normal[2].abs() / norm(normal)).clamp(0.0, 1.0).acos().to_degrees();
            let [a, b, c, d] = *quad;
            let width = distance(a, b).max(distance(c, d));
            let inside = |[x, y]: [f32; 2]| (0.0..size.0).contains(&x) && (0.0..size.1).contains(&y);
            best = Some(Held { aspect, tilt, misfit, width, cut_off: !quad.iter().all(|&c| inside(c)) });
        }
    }
    best
}

/// Predicts the fourth side of a page whose first side goes from `p` to `q`. The two neighbouring
/// sides lie on the lines `a` (through `p`) and `c` (through `q`), each given as `[cos, sin,
/// distance]` of its normal. Their vanishing point and their right angle with `pq` give the page's
/// plane (Hartley and Zisserman, "Multiple View Geometry", 8.6); the aspect ratio gives the rest.
/// Calls `found` with the corners next to `p` and next to `q`.
pub(super) fn fourth_side(
    [p, q]: [[f32; 2]; 2],
    [a, c]: [[f32; 3]; 2],
    size: (f32, f32),
    mut found: impl FnMut([f32; 2], [f32; 2]),
) {
    let longer = size.0.max(size.1);
    let (cx, cy) = (size.0 / 2.0, size.1 / 2.0);
    for focal in FOCAL {
        let focal = focal * longer;
        let ray = |[x, y]: [f32; 2]| [(x - cx) / focal, (y - cy) / focal, 1.0];
        let plane = |[cos, sin, distance]: [f32; 3]| [cos, sin, (cx * cos + cy * sin - distance) / focal];
        let along = cross(plane(a), plane(c));
        let across = cross(cross(ray(p), ray(q)), along);
        let normal = cross(along, across);
        let (depth_p, depth_q) = (dot(normal, ray(p)), dot(normal, ray(q)));
        if depth_p * depth_q <= 0.0 {
            continue;
        }
        let (at_p, at_q) = (ray(p).map(|v| v / depth_p), ray(q).map(|v| v / depth_q));
        let length = norm(std::array::from_fn(|i| at_q[i] - at_p[i]));
        for aspect in [ASPECTS[0], ASPECTS[2], 1.0 / ASPECTS[0], 1.0 / ASPECTS[2]] {
            for sense in [-1.0, 1.0] {
                let step = along.map(|v| v * sense * length / aspect / norm(along));
                let seen = |from: [f32; 3]| {
                    let at: [f32; 3] = std::array::from_fn(|i| from[i] + step[i]);
                    (at[2] * from[2] > 0.0).then(|| [cx + focal * at[0] / at[2], cy + focal * at[1] / at[2]])
                };
                if let (Some(r), Some(s)) = (seen(at_p), seen(at_q)) {
                    found(r, s);
                }
            }
        }
    }
}

/// The homography from the unit square to four corners, row by row, the last entry 1 (Heckbert,
/// "Fundamentals of Texture Mapping and Image Warping", 1989, 2.2.3). None if the corners enclose
/// no area.
///
/// Four corners have this closed form. A fit to many points is an eigenvalue problem
/// (`liveness::motion::homography`, with nalgebra), which is too slow for every quadrangle tried in
/// a frame.
pub fn unit_square(quad: &[[f32; 2]; 4]) -> Option<[f32; 9]> {
    let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = *quad;
    let (dx1, dx2, sx) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
    let (dy1, dy2, sy) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
    let area = dx1 * dy2 - dx2 * dy1;
    if area.abs() < f32::EPSILON {
        return None;
    }
    let g = (sx * dy2 - dx2 * sy) / area;
    let h = (dx1 * sy - sx * dy1) / area;
    Some([x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0])
}

/// Whether the corners turn the same way all round (clockwise as seen, with `y` pointing down).
pub fn is_convex(quad: &[[f32; 2]; 4]) -> bool {
    (0..4).all(|i| {
        let ([ax, ay], [bx, by], [cx, cy]) = (quad[i], quad[(i + 1) % 4], quad[(i + 2) % 4]);
        (bx - ax) * (cy - by) - (by - ay) * (cx - bx) > 0.0
    })
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn norm(a: [f32; 3]) -> f32 {
    dot(a, a).sqrt()
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
