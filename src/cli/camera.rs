//! `vouch camera`: lists the cameras, and grabs frames from one.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use vouch_contract::source::SourceKind;
use vouch_perception::camera::{
    CameraError, CameraListing, GrabOptions, GrabReport, OpenOptions, Orientation, Pace, PixelFormat,
    Rotation, grab, list_cameras, open,
};

/// Tests cameras without loading any model.
#[derive(Debug, Args)]
pub struct CameraArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lists the cameras with their formats
    List {
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Grabs frames from a camera or recording, through outages, and reports
    Grab(GrabArgs),
}

#[derive(Debug, Args)]
struct GrabArgs {
    /// Camera, image, folder of images or video
    #[arg(long, default_value = "/dev/video0")]
    source: String,
    /// Pixel format (YUYV, MJPEG, NV12, NV21, YUV420, GREY, RGB24); by default the camera's best
    #[arg(long)]
    format: Option<PixelFormat>,
    /// Requested size, WIDTHxHEIGHT in pixels
    #[arg(long, default_value = "640x480", value_parser = parse_size)]
    size: (u32, u32),
    /// Requested frames per second
    #[arg(long, default_value_t = 30.0)]
    rate: f32,
    /// Number of frames
    #[arg(long, default_value_t = 30)]
    frames: u64,
    /// Folder for the last frame (`last.png`); without it, nothing is written
    #[arg(long)]
    out: Option<PathBuf>,
    /// Time limit in seconds, outages included
    #[arg(long, default_value_t = 30)]
    limit_s: u64,
    /// Clockwise rotation: 0, 90, 180 or 270 degrees
    #[arg(long, default_value = "0")]
    rotate: Rotation,
    /// Mirrors left and right
    #[arg(long)]
    mirrored: bool,
    /// Plays a recording in real time instead of as fast as possible
    #[arg(long)]
    real_time: bool,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command, writing to standard output.
///
/// # Errors
/// The camera's error. [`CameraError::TimedOut`] if too few frames came within the limit (after the
/// report is written); [`CameraError::Io`] if standard output is closed.
pub fn run(args: CameraArgs) -> Result<(), CameraError> {
    let mut out = std::io::stdout().lock();
    match args.action {
        Action::List { json } => {
            let cameras = list_cameras();
            written(if json { write_json(&mut out, &cameras) } else { write_list(&mut out, &cameras) })
        }
        Action::Grab(args) => {
            let report = run_grab(&args)?;
            written(if args.json { write_json(&mut out, &report) } else { write_report(&mut out, &report) })?;
            if !report.complete && report.kind != SourceKind::Recording {
                return Err(CameraError::TimedOut { path: args.source, waited_ms: report.elapsed_ms });
            }
            Ok(())
        }
    }
}

fn run_grab(args: &GrabArgs) -> Result<GrabReport, CameraError> {
    let mut options = OpenOptions {
        orientation: Orientation { rotate: args.rotate, mirrored: args.mirrored },
        ..OpenOptions::default()
    };
    (options.camera.width, options.camera.height) = args.size;
    options.camera.rate = args.rate;
    options.camera.format = args.format;
    if args.real_time {
        options.recording.pace = Pace::Real;
    }
    let mut source = open(&args.source, &options)?;
    let is_recording = source.info().kind == SourceKind::Recording;
    let options = GrabOptions {
        frames: args.frames,
        limit: Duration::from_secs(args.limit_s),
        node: (!is_recording).then(|| PathBuf::from(&args.source)),
        out: args.out.clone(),
    };
    grab(&mut source, &options)
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    text.split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .ok_or_else(|| format!("{text}: not a size; give it as 640x480"))
}

fn written(outcome: std::io::Result<()>) -> Result<(), CameraError> {
    outcome.map_err(|source| CameraError::Io { path: "standard output".to_owned(), source })
}

fn write_json(out: &mut impl Write, value: &impl serde::Serialize) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn write_list(out: &mut impl Write, cameras: &[CameraListing]) -> std::io::Result<()> {
    if cameras.is_empty() {
        return writeln!(out, "no camera: /dev has no video node");
    }
    for camera in cameras {
        let kind = match camera.kind {
            Some(SourceKind::Camera) => "camera",
            Some(SourceKind::VirtualCamera) => "virtual camera",
            _ => "",
        };
        writeln!(
            out,
            "{}  {}  [{}; {}]  {kind}",
            camera.path.display(),
            camera.card,
            camera.driver,
            camera.bus
        )?;
        if let Some(problem) = &camera.problem {
            writeln!(out, "    {problem}")?;
        }
        for format in &camera.formats {
            let sizes = format
                .sizes
                .iter()
                .map(|size| format!("{}x{}@{:.0}", size.width, size.height, size.rate))
                .collect::<Vec<_>>()
                .join(" ");
            let note = if format.readable { "" } else { " (not read)" };
            writeln!(out, "    {}{note}  {sizes}", format.fourcc)?;
        }
    }
    Ok(())
}

fn write_report(out: &mut impl Write, report: &GrabReport) -> std::io::Result<()> {
    writeln!(
        out,
        "{} [{}]: {} {}x{} at {:.1}/s nominal",
        report.card, report.driver, report.format, report.width, report.height, report.rate
    )?;
    writeln!(
        out,
        "{} frames in {} ms ({:.1}/s): {} damaged, {} missed, {} stale",
        report.frames, report.elapsed_ms, report.measured_rate, report.skipped, report.missed, report.stale
    )?;
    for (recovered, outage) in report.recovered_ms.iter().zip(&report.outage_ms) {
        writeln!(out, "lost for {outage} ms; a frame {recovered} ms after the camera was back")?;
    }
    if let Some(last) = &report.last {
        writeln!(out, "last frame: {}", last.display())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Vouch {
        #[command(flatten)]
        camera: CameraArgs,
    }

    #[test]
    fn a_grab_is_asked_for_in_full() {
        let line = "vouch grab --source /dev/video2 --format MJPG --size 640x360 --rate 15 \
                    --frames 9 --out shots --limit-s 20 --rotate 90 --mirrored --json";
        let parsed = Vouch::try_parse_from(line.split_whitespace()).expect("parses");
        let Action::Grab(args) = parsed.camera.action else {
            panic!("not a grab");
        };
        assert_eq!(args.source, "/dev/video2");
        assert_eq!(args.format, Some(PixelFormat::Mjpeg));
        assert_eq!((args.size, args.rate, args.frames), ((640, 360), 15.0, 9));
        assert_eq!(args.rotate, Rotation::Right);
        assert!(Vouch::try_parse_from(["vouch", "grab", "--format", "H264"]).is_err());
        assert!(Vouch::try_parse_from(["vouch", "list", "--json"]).is_ok());
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(parse_size("640x360"), Ok((640, 360)));
        assert!(parse_size("640").is_err());
        assert!(parse_size("640x").is_err());
        assert!(parse_size("-1x9").is_err());
    }
}
