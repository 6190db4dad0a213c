//! Video files, decoded by an `ffmpeg` process.
//!
//! A process instead of a library: decoding videos from somebody else is the largest attack surface
//! that a camera program can have. In a separate process, a decoder that is compromised or aborts
//! has no access to our memory or sockets. It is limited to certain containers and protocols (files
//! only) and to an amount of memory, and it is killed if it stalls.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::decoder_process::DecoderProcess;
use crate::camera::{CameraError, MAX_SIDE};

/// Time limit for `ffprobe` to describe a file.
const PROBE_TIMEOUT: Duration = Duration::from_secs(15);
/// Most bytes read from `ffprobe`'s answer; one stream takes about 500.
const MAX_PROBE: usize = 64 << 10;
/// Largest single allocation allowed for `ffmpeg`, in bytes.
const MAX_ALLOC: &str = "268435456";
/// Highest frame rate, per second. Slow-motion clips (120/s and more) lose frames that no camera of
/// a terminal would have delivered.
const MAX_RATE: f64 = 60.0;
/// Frame rate if the file gives none.
const DEFAULT_RATE: f64 = 25.0;
/// The containers `ffmpeg` may open. Deliberately left out: playlists (they name other files), text
/// (drawn as video), pictures and raw MJPEG (read by Vouch itself), devices.
const CONTAINERS: &str = "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,ogg,flv,asf,yuv4mpegpipe,h264,hevc";
/// Accepted pixel aspect ratios. Television and cinema formats range from 3:4 to 2:1; anything
/// outside this range is a damaged header.
const PIXEL_ASPECTS: std::ops::RangeInclusive<f64> = 0.2..=5.0;

/// Size and rate of a video's frames after decoding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    pub codec: String,
    /// Upright size after scaling, in pixels.
    pub width: u32,
    pub height: u32,
    /// Frames per second.
    pub rate: f64,
}

#[derive(Debug, Default, Deserialize)]
struct Probe {
    #[serde(default)]
    streams: Vec<ProbedStream>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProbedStream {
    codec_type: String,
    codec_name: String,
    width: u32,
    height: u32,
    avg_frame_rate: String,
    r_frame_rate: String,
    sample_aspect_ratio: String,
    disposition: Disposition,
    side_data_list: Vec<SideData>,
    tags: Tags,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Disposition {
    /// 1 for a cover picture of a sound or video file.
    attached_pic: u8,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SideData {
    rotation: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tags {
    /// Where ffmpeg before version 5 reports the rotation.
    rotate: Option<String>,
}

/// Asks `ffprobe` to describe the file; the longer side is scaled down to at most `max_side`.
pub(super) fn probe(path: &Path, max_side: u32) -> Result<Shape, CameraError> {
    let shown = path.display().to_string();
    let mut command = tool("ffprobe");
    command
        .args(["-v", "error", "-show_entries"])
        .arg("stream=codec_type,codec_name,width,height,avg_frame_rate,r_frame_rate,sample_aspect_ratio")
        .args(["-show_entries", "stream_disposition=attached_pic"])
        .args(["-show_entries", "stream_side_data=rotation:stream_tags=rotate"])
        .args(["-of", "json"])
        .args(input(path));
    let mut process = DecoderProcess::spawn(command, "ffprobe", &shown)?;
    let mut answer = vec![0; MAX_PROBE];
    let length = process.read(&mut answer, Instant::now() + PROBE_TIMEOUT)?;
    let complaint = process.complaint();
    answer.truncate(length);
    shape(&answer, max_side).map_err(|reason| {
        let reason = if complaint.is_empty() { reason.to_owned() } else { format!("{reason} ({complaint})") };
        CameraError::unusable(&shown, reason)
    })
}

/// Parses `ffprobe`'s answer.
fn shape(answer: &[u8], max_side: u32) -> Result<Shape, &'static str> {
    let probe: Probe = serde_json::from_slice(answer).unwrap_or_default();
    let is_video =
        |stream: &&ProbedStream| stream.codec_type == "video" && stream.disposition.attached_pic == 0;
    let Some(stream) = probe.streams.iter().find(is_video) else {
        return Err(match probe.streams.len() {
            0 => "neither an image nor a video; give a picture, a folder of pictures or a video",
            _ => "not a video: it holds sound, or sound with a cover; give a picture or a video",
        });
    };
    let sides = 1..=MAX_SIDE;
    if !sides.contains(&stream.width) || !sides.contains(&stream.height) {
        return Err("a video without a size, or larger than Vouch reads (8192 pixels a side)");
    }
    let degrees = stream
        .side_data_list
        .iter()
        .find_map(|data| data.rotation)
        .or_else(|| stream.tags.rotate.as_ref()?.parse().ok())
        .unwrap_or(0.0);
    // ffmpeg rotates frames upright by itself; only the resulting size must be computed here.
    let sideways = (degrees.rem_euclid(180.0) - 90.0).abs() < 45.0;
    let shown_width = square(stream.width, &stream.sample_aspect_ratio);
    let (width, height) = if sideways { (stream.height, shown_width) } else { (shown_width, stream.height) };
    let (width, height) = scaled(width, height, max_side.max(1));
    let rate =
        fraction(&stream.avg_frame_rate).or_else(|| fraction(&stream.r_frame_rate)).unwrap_or(DEFAULT_RATE);
    Ok(Shape { codec: stream.codec_name.clone(), width, height, rate: rate.clamp(1.0, MAX_RATE) })
}

/// `30000/1001` as a number; None for `0/0` and the like.
fn fraction(text: &str) -> Option<f64> {
    let (numerator, denominator) = text.split_once('/')?;
    let value = numerator.parse::<f64>().ok()? / denominator.parse::<f64>().ok()?;
    (value.is_finite() && value > 0.0).then_some(value)
}

/// The width that makes pixels of this aspect (`16:9`: wider than high) square.
fn square(width: u32, aspect: &str) -> u32 {
    let aspect = fraction(&aspect.replace(':', "/")).filter(|aspect| PIXEL_ASPECTS.contains(aspect));
    (f64::from(width) * aspect.unwrap_or(1.0)).round().max(1.0) as u32
}

fn scaled(width: u32, height: u32, max_side: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= max_side {
        return (width, height);
    }
    let shrink = |side: u32| {
        let side = (u64::from(side) * u64::from(max_side) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(side).unwrap_or(max_side).max(1)
    };
    (shrink(width), shrink(height))
}

/// A video that is being decoded: raw RGB frames, one after the other.
#[derive(Debug)]
pub(super) struct Decoding {
    process: DecoderProcess,
}

impl Decoding {
    /// Starts decoding `path` into frames of `shape`.
    pub(super) fn start(path: &Path, shape: &Shape) -> Result<Self, CameraError> {
        let mut command = tool("ffmpeg");
        command
            .args(["-nostdin", "-loglevel", "error", "-max_alloc", MAX_ALLOC])
            .args(input(path))
            .args(["-map", "0:V:0", "-an", "-sn", "-dn"])
            // A constant rate, so that a frame's number gives its time. One size, because a stream
            // may change its own midway. ffmpeg rotates frames upright before these filters.
            .arg("-vf")
            .arg(format!("fps={:.6},scale={}:{}", shape.rate, shape.width, shape.height))
            .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]);
        let shown = path.display().to_string();
        Ok(Self { process: DecoderProcess::spawn(command, "ffmpeg", &shown)? })
    }

    /// Reads one frame; returns the number of bytes, fewer than asked for at the end.
    pub(super) fn read(&mut self, target: &mut [u8], timeout: Duration) -> Result<usize, CameraError> {
        self.process.read(target, Instant::now() + timeout)
    }

    /// The first lines of `ffmpeg`'s error output so far.
    pub(super) fn complaint(&self) -> String {
        self.process.complaint()
    }
}

/// `ffmpeg` or `ffprobe`, with only `PATH` and `LD_LIBRARY_PATH` from our environment.
fn tool(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env_clear();
    for kept in ["PATH", "LD_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The file as an input. `file:` keeps a name with a dash from being taken as an option, and one
/// with a colon from being taken as a protocol.
fn input(path: &Path) -> Vec<std::ffi::OsString> {
    let mut url = std::ffi::OsString::from("file:");
    url.push(path);
    vec![
        "-protocol_whitelist".into(),
        "file,pipe".into(),
        "-format_whitelist".into(),
        CONTAINERS.into(),
        "-i".into(),
        url,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phones_portrait_video_is_told_from_its_rotation() {
        let answer = br#"{"streams":[{"codec_type":"video","codec_name":"h264","width":480,"height":360,
            "avg_frame_rate":"78300/3131","side_data_list":[{"rotation":-90}]}]}"#;
        let shape = shape(answer, 1280).expect("a video");
        assert_eq!((shape.width, shape.height), (360, 480));
        assert!((shape.rate - 25.008).abs() < 0.001);
        let tagged =
            br#"{"streams":[{"codec_type":"video","width":480,"height":360,"tags":{"rotate":"270"}}]}"#;
        assert_eq!(super::shape(tagged, 1280).expect("a video").width, 360);
        let half = br#"{"streams":[{"codec_type":"video","width":480,"height":360,"side_data_list":[{},{"rotation":180}]}]}"#;
        assert_eq!(super::shape(half, 1280).expect("a video").width, 480);
    }

    #[test]
    fn large_videos_are_scaled_down() {
        assert_eq!(scaled(3840, 2160, 1280), (1280, 720));
        assert_eq!(scaled(1080, 1920, 1280), (720, 1280));
        assert_eq!(scaled(8000, 1, 1280), (1280, 1));
        assert_eq!(scaled(640, 480, 1280), (640, 480));
    }

    #[test]
    fn senseless_answers_are_refused_or_defaulted() {
        assert!(shape(b"", 1280).is_err());
        assert!(shape(b"{}", 1280).is_err());
        assert!(shape(br#"{"streams":[{"codec_type":"video","width":0,"height":9}]}"#, 1280).is_err());
        assert!(shape(br#"{"streams":[{"codec_type":"video","width":9,"height":99999}]}"#, 1280).is_err());
        let still = br#"{"streams":[{"codec_type":"video","width":9,"height":9,"avg_frame_rate":"0/0"}]}"#;
        assert_eq!(shape(still, 1280).expect("a video").rate, DEFAULT_RATE);
        let slow_motion =
            br#"{"streams":[{"codec_type":"video","width":9,"height":9,"avg_frame_rate":"240/1"}]}"#;
        assert_eq!(shape(slow_motion, 1280).expect("a video").rate, MAX_RATE);
    }
}
