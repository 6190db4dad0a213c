//! The holder's portrait on the page, and its ghost.

use image::RgbImage;
use image::imageops;
use image::imageops::FilterType;

use super::canvas::Canvas;

/// Width over height of a portrait (ICAO 9303 part 3: 35 mm by 45 mm).
const ASPECT: f32 = 35.0 / 45.0;

/// The middle of `given`, cropped to a portrait's shape; without one a silhouette.
pub(super) fn source(given: Option<&RgbImage>) -> RgbImage {
    let Some(given) = given.filter(|image| image.width() > 1 && image.height() > 1) else {
        return silhouette();
    };
    let (width, height) = (given.width() as f32, given.height() as f32);
    let (across, down) =
        if width / height > ASPECT { (height * ASPECT, height) } else { (width, width / ASPECT) };
    let left = (width - across) / 2.0;
    // Heads are above the middle of tall pictures.
    let top = (height - down) * 0.3;
    imageops::crop_imm(given, left as u32, top as u32, (across as u32).max(1), (down as u32).max(1))
        .to_image()
}

/// Prints the portrait into a box (x, y, width, height) with edges that fade a little, as laser
/// engraving and ink jets leave them.
pub(super) fn print(canvas: &mut Canvas, portrait: &RgbImage, [x, y, width, height]: [f32; 4]) {
    let picture = imageops::resize(portrait, width as u32, height as u32, FilterType::CatmullRom);
    let soft = width * 0.02;
    for (dx, dy, pixel) in picture.enumerate_pixels() {
        let edge = (dx as f32).min(dy as f32).min(width - dx as f32).min(height - dy as f32);
        let opacity = (0.55 + edge / soft).clamp(0.0, 1.0) * 0.97;
        canvas.dot(x as i32 + dx as i32, y as i32 + dy as i32, pixel.0, opacity);
    }
}

/// A small grey picture that multiplies what is under it.
pub(super) fn ghost(canvas: &mut Canvas, portrait: &RgbImage, [x, y, width, height]: [f32; 4]) {
    let picture = imageops::resize(portrait, width as u32, height as u32, FilterType::Triangle);
    canvas.lay(&picture, (x as u32, y as u32), |over, under| {
        let grey = luma(over);
        let factor = 0.52 + 0.48 * grey / 255.0;
        under.map(|value| (f32::from(value) * factor).round() as u8)
    });
}

pub(super) fn luma([red, green, blue]: [u8; 3]) -> f32 {
    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
}

fn silhouette() -> RgbImage {
    let mut canvas = Canvas::new(420, 540, [206, 212, 216]);
    let grey = [112, 118, 126];
    canvas.ellipse((210.0, 590.0), (190.0, 210.0), grey, 1.0);
    canvas.rectangle([160.0, 300.0, 260.0, 430.0], 30.0, grey, 1.0);
    canvas.ellipse((210.0, 220.0), (98.0, 130.0), grey, 1.0);
    canvas.image
}
