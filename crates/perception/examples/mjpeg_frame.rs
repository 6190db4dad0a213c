//! Whether a file would be taken as one MJPEG frame of a camera: `mjpeg_frame WIDTH HEIGHT FILE`.
//! Exit code 0 when it would, else 1 with the reason.

use std::process::ExitCode;

use vouch_perception::camera::convert::{Colour, Converter, Layout};
use vouch_perception::camera::{Frame, PixelFormat};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [width, height, path] = words.as_slice() else {
        eprintln!("mjpeg_frame WIDTH HEIGHT FILE");
        return ExitCode::from(2);
    };
    match look(width, height, path) {
        Ok(()) => {
            println!("{path}: a frame");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            println!("{path}: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn look(width: &str, height: &str, path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path)?;
    let (width, height) = (width.parse()?, height.parse()?);
    let layout = Layout {
        format: PixelFormat::Mjpeg,
        width,
        height,
        stride: 0,
        luma_rows: 0,
        colour: Colour::default(),
    };
    Converter::default().convert(&layout, &bytes, &mut Frame::default())?;
    Ok(())
}
