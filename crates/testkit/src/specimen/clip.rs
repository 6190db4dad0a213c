//! Frames of a document held before the terminal's camera: it comes near, is held as still as a
//! hand can, flashes once in a lamp's light, is turned over, and goes.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use image::RgbImage;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Serialize;

use super::SpecimenError;
use super::layout::Side;
use super::page::Page;
use super::scene::{Conditions, Glare, Photograph, Pose, Print, Shot, Source, Stage};
use vouch_contract::document::fields::Quad;

/// Frames in a second.
pub const RATE: u16 = 30;
/// Yaw in degrees above which a page is too edge-on to be drawn.
const EDGE_ON: f32 = 84.0;
/// Share of the time between frames in which light falls on the sensor.
const SHUTTER: f32 = 0.4;

/// What is true of a frame.
#[derive(Debug, Clone, Serialize)]
pub struct FrameTruth {
    /// From 0.
    pub number: u32,
    /// The visible side; `None` while it is edge-on.
    pub side: Option<Side>,
    /// Its corners in pixels of the frame.
    pub corners: Option<Quad>,
    /// All of it is in the frame.
    pub whole: bool,
    /// Brightest reflection within the page; white paper gives 1.
    pub glare: f32,
    /// Path of the motion blur in pixels.
    pub motion: f32,
}

/// A clip to be drawn frame by frame.
pub struct Clip {
    prints: Vec<(Side, Print)>,
    stage: Stage,
    shot: Shot,
    seed: u64,
    sway: [f32; 8],
    frames: u32,
}

impl Clip {
    /// A clip of a document's pages, front first, with this many frames.
    pub fn new(pages: &[Page], conditions: &Conditions, frames: u32, rng: &mut StdRng) -> Self {
        let prints: Vec<_> = pages.iter().map(|page| (page.side, Print::new(&page.image))).collect();
        let size = prints.first().map_or((1011, 638), |(_, print)| print.size());
        // Turning it over takes a hand.
        let mut shot = Shot::draw(size, &Conditions { held: 1.0, ..conditions.clone() }, rng);
        // One lamp, which reflects at one moment only.
        shot.glare.clear();
        let mean = prints.first().map_or([0.5; 3], |(_, print)| print.mean());
        let stage = Stage::new(&shot, mean);
        let sway = std::array::from_fn(|_| rng.random_range(0.0..std::f32::consts::TAU));
        Self { prints, stage, shot, seed: rng.random(), sway, frames: frames.max(1) }
    }

    /// How many frames there are, at least one.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// The share of an area of the first page (x, y, width, height) that the thumb hides, 0 to 1.
    pub fn hidden(&self, area: [f32; 4]) -> f32 {
        let size = self.prints.first().map_or((1011, 638), |(_, print)| print.size());
        self.shot.hidden(size, area)
    }

    /// Draws a frame.
    pub fn frame(&self, number: u32) -> (RgbImage, FrameTruth) {
        let mut rng = StdRng::seed_from_u64(self.seed ^ u64::from(number).wrapping_mul(0x9e37_79b9));
        let (side, pose) = self.pose(number as f32);
        let (_, next) = self.pose(number as f32 + SHUTTER);
        let mut shot = self.shot.clone();
        let size = self.prints.first().map_or((1011, 638), |(_, print)| print.size());
        let moved: [f32; 2] = {
            let across = (next.centre[0] - pose.centre[0]) * shot.frame.0 as f32;
            let down = (next.centre[1] - pose.centre[1]) * shot.frame.1 as f32;
            [across, down]
        };
        let length = moved[0].hypot(moved[1]);
        shot.motion = (length, moved[1].atan2(moved[0]).to_degrees());
        shot.pose = pose;
        shot.glare = self.glare(number, size);
        let print = self.prints.get(side).filter(|_| pose.yaw.abs() < EDGE_ON);
        let laid: Vec<_> = print.iter().map(|(_, print)| (print, pose)).collect();
        let Photograph { image, corners, shot, .. } = self.stage.take(&laid, shot, &mut rng);
        let (width, height) = (shot.frame.0 as f32, shot.frame.1 as f32);
        let inside = |[x, y]: &[f32; 2]| (0.0..width).contains(x) && (0.0..height).contains(y);
        let truth = FrameTruth {
            number,
            side: print.map(|(side, _)| *side),
            corners: print.map(|_| corners),
            whole: print.is_some() && corners.0.iter().all(inside),
            glare: shot.worst_glare([0.0, 0.0, size.0 as f32, size.1 as f32]),
            motion: length,
        };
        (image, truth)
    }

    /// The visible page at a time, counted in frames, and its position.
    fn pose(&self, frame: f32) -> (usize, Pose) {
        let share = frame / self.frames as f32;
        let base = self.shot.pose;
        let seconds = frame / f32::from(RATE);
        // A hand's tremor: slow sway and faster shaking.
        let wave = |index: usize, rate: f32| (seconds * rate + self.sway[index % 8]).sin();
        let mut pose = Pose {
            centre: [
                0.5 + (base.centre[0] - 0.5) * 0.4 + 0.012 * wave(0, 2.1) + 0.0025 * wave(1, 17.0),
                0.5 + (base.centre[1] - 0.5) * 0.4 + 0.015 * wave(2, 1.7) + 0.003 * wave(3, 14.0),
            ],
            reach: base.reach * (1.0 + 0.03 * wave(4, 1.3)),
            pitch: base.pitch + 3.0 * wave(5, 1.9),
            yaw: base.yaw + 3.0 * wave(6, 1.5),
            roll: base.roll + 1.5 * wave(7, 1.1),
        };
        // It comes from below and goes the same way.
        let away = 1.0 - ease(share / 0.13) + ease((share - 0.92) / 0.08);
        pose.centre[1] += 1.1 * away;
        pose.reach *= 1.0 - 0.45 * away;
        pose.pitch += 25.0 * away;
        let mut side = 0;
        if self.prints.len() > 1 {
            let turn = 180.0 * ease((share - 0.46) / 0.14);
            side = usize::from(turn > 90.0);
            pose.yaw = if side == 0 {
                pose.yaw * (1.0 - turn / 90.0) + turn
            } else {
                turn - 180.0 + pose.yaw * (turn / 90.0 - 1.0)
            };
        }
        (side, pose)
    }

    /// A lamp's reflection that wanders over the page for a moment.
    fn glare(&self, number: u32, (width, height): (u32, u32)) -> Vec<Glare> {
        let share = number as f32 / self.frames as f32;
        let along = (share - 0.22) / 0.10;
        if !(0.0..1.0).contains(&along) {
            return Vec::new();
        }
        let (width, height) = (width as f32, height as f32);
        vec![Glare {
            source: Source::Lamp,
            centre: [width * (1.1 - 1.2 * along), height * (0.25 + 0.4 * along)],
            half: [width * 0.17, width * 0.11],
            turn: -20.0,
            strength: 2.2 * (along * std::f32::consts::PI).sin(),
        }]
    }
}

/// From 0 to 1, slow at both ends.
fn ease(along: f32) -> f32 {
    let along = along.clamp(0.0, 1.0);
    along * along * (3.0 - 2.0 * along)
}

/// A video being written by an `ffmpeg` process (docs/decisions/0005).
#[derive(Debug)]
pub struct Recorder {
    child: Child,
    path: String,
}

impl Recorder {
    /// Starts writing H.264 into `path`, which is overwritten.
    ///
    /// # Errors
    /// [`SpecimenError::Video`] where ffmpeg can't be started.
    pub fn start(path: &Path, (width, height): (u32, u32)) -> Result<Self, SpecimenError> {
        let shown = path.display().to_string();
        let mut target = OsString::from("file:");
        target.push(path);
        let mut command = Command::new("ffmpeg");
        command.env_clear();
        for kept in ["PATH", "LD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        let child = command
            .args(["-nostdin", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"])
            .arg("-s")
            .arg(format!("{width}x{height}"))
            .args(["-r", &RATE.to_string(), "-i", "pipe:0", "-c:v", "libx264", "-preset", "veryfast"])
            // One thread and no version strings: the same frames give the same file.
            .args(["-crf", "18", "-pix_fmt", "yuv420p", "-threads", "1", "-bitexact"])
            .arg(target)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => {
                    video(&shown, "ffmpeg is not installed: apt install ffmpeg".to_owned())
                }
                _ => video(&shown, format!("ffmpeg can't be started: {error}")),
            })?;
        Ok(Self { child, path: shown })
    }

    /// Adds a frame, which must have the video's size.
    ///
    /// # Errors
    /// [`SpecimenError::Video`] where ffmpeg has ended.
    pub fn write(&mut self, frame: &RgbImage) -> Result<(), SpecimenError> {
        let Some(pipe) = &mut self.child.stdin else { return Ok(()) };
        pipe.write_all(frame.as_raw())
            .map_err(|error| video(&self.path, format!("ffmpeg takes no more frames: {error}")))
    }

    /// Waits until the file is complete.
    ///
    /// # Errors
    /// [`SpecimenError::Video`] where ffmpeg failed; it has said why on standard error.
    pub fn finish(mut self) -> Result<(), SpecimenError> {
        drop(self.child.stdin.take());
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(video(&self.path, format!("ffmpeg ended with {status}"))),
            Err(error) => Err(video(&self.path, error.to_string())),
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // Fails when it has ended by itself; reaped in either case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn video(path: &str, reason: String) -> SpecimenError {
    SpecimenError::Video { path: path.to_owned(), reason }
}
