//! Pictures for the person at the screen, encoded and sent on a thread of their own.
//!
//! They are taken where frames are captured, not after perception: the picture stays live however
//! long the networks take. The newest frame wins: while one picture is being encoded, frames are
//! not queued. Capture only copies a frame; it never waits.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::core::jpeg_of_quality;
use crate::camera::Frame;
use vouch_contract::eye::protocol::Preview;

/// Most pictures per second. A person sees 15 as live; a camera at 30 gives 25 this way.
const RATE: u32 = 25;
/// Longest side of a picture. Larger frames are shrunk: a screen shows no more of them.
const MAX_SIDE: u32 = 960;
/// JPEG quality: a face in 640x480 takes about 25 KB, and its blocks are not visible from 1 m.
const QUALITY: u8 = 70;

/// Where the capture threads offer their frames.
#[derive(Default)]
pub(super) struct Tap(Mutex<Option<Open>>);

struct Open {
    /// The number of the camera whose frames are shown.
    camera: usize,
    previewer: Previewer,
}

impl Tap {
    /// Shows frames of this camera from now on.
    pub(super) fn open(&self, camera: usize, previewer: Previewer) {
        *self.lock() = Some(Open { camera, previewer });
    }

    /// Shows nothing from now on.
    pub(super) fn close(&self) {
        *self.lock() = None;
    }

    /// Whether frames are shown.
    pub(super) fn is_open(&self) -> bool {
        self.lock().is_some()
    }

    /// Changes to another camera.
    pub(super) fn select(&self, camera: usize) {
        if let Some(open) = &mut *self.lock() {
            open.camera = camera;
        }
    }

    /// A camera's frame; left out unless this camera is shown.
    pub(super) fn offer(&self, camera: usize, frame: &Frame) {
        if let Some(open) = &mut *self.lock()
            && open.camera == camera
        {
            open.previewer.offer(frame);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Encodes frames for the screen.
pub(super) struct Previewer {
    frames: SyncSender<Frame>,
    // Buffers on their way back, so that no frame is allocated in the steady state.
    spare: Receiver<Frame>,
    held: Option<Frame>,
    due: Instant,
}

impl Previewer {
    /// Starts the encoder's thread, which hands each picture to `deliver`. It ends with this value,
    /// or when `deliver` returns false.
    ///
    /// # Errors
    /// The system's, if no thread can be started.
    pub(super) fn start(mut deliver: impl FnMut(Preview) -> bool + Send + 'static) -> std::io::Result<Self> {
        let (frames, to_encode) = sync_channel::<Frame>(1);
        let (back, spare) = sync_channel(2);
        std::thread::Builder::new().name("preview".into()).spawn(move || {
            let mut small = Frame::default();
            while let Ok(frame) = to_encode.recv() {
                let preview = encode(&frame, &mut small);
                let _ = back.try_send(frame);
                if preview.is_some_and(|preview| !deliver(preview)) {
                    return;
                }
            }
        })?;
        Ok(Self { frames, spare, held: Some(Frame::default()), due: Instant::now() })
    }

    /// Offers a frame. It is left out if the last one is still being encoded, or came just before.
    fn offer(&mut self, frame: &Frame) {
        let now = Instant::now();
        if now < self.due {
            return;
        }
        self.held = self.held.take().or_else(|| self.spare.try_recv().ok());
        let Some(mut copy) = self.held.take() else { return };
        copy.resize(frame.width, frame.height);
        copy.rgb.copy_from_slice(&frame.rgb);
        (copy.sequence, copy.captured) = (frame.sequence, frame.captured);
        // After a late frame the next one may come sooner, but only once.
        self.due = (self.due + Duration::from_secs(1) / RATE).max(now - Duration::from_secs(1) / RATE);
        if let Err(TrySendError::Full(copy) | TrySendError::Disconnected(copy)) = self.frames.try_send(copy) {
            self.held = Some(copy);
        }
    }
}

fn encode(frame: &Frame, small: &mut Frame) -> Option<Preview> {
    let shown = if shrink(frame, small) { &*small } else { frame };
    let jpeg = jpeg_of_quality(shown, QUALITY)?;
    let (width, height) = (u16::try_from(shown.width).ok()?, u16::try_from(shown.height).ok()?);
    let age = frame.captured.map_or(Duration::ZERO, |captured| captured.elapsed());
    let captured = SystemTime::now().checked_sub(age)?.duration_since(UNIX_EPOCH).ok()?;
    let captured_us = u64::try_from(captured.as_micros()).ok()?;
    Some(Preview { sequence: frame.sequence, captured_us, width, height, jpeg })
}

/// Averages blocks of pixels if the frame is larger than the screen needs; false if it is not.
fn shrink(frame: &Frame, small: &mut Frame) -> bool {
    let factor = frame.width.max(frame.height).div_ceil(MAX_SIDE);
    if factor <= 1 || frame.rgb.is_empty() {
        return false;
    }
    let (width, height) = (frame.width / factor, frame.height / factor);
    small.resize(width, height);
    let (factor, row) = (factor as usize, frame.width as usize * 3);
    let area = (factor * factor) as u32;
    for (y, line) in small.rgb.chunks_exact_mut(width as usize * 3).enumerate() {
        for (x, pixel) in line.chunks_exact_mut(3).enumerate() {
            let mut sums = [0_u32; 3];
            for source in frame.rgb[y * factor * row..].chunks(row).take(factor) {
                for of in source[x * factor * 3..(x + 1) * factor * 3].chunks_exact(3) {
                    sums.iter_mut().zip(of).for_each(|(sum, value)| *sum += u32::from(*value));
                }
            }
            // A mean of bytes is a byte.
            pixel.iter_mut().zip(sums).for_each(|(value, sum)| *value = (sum / area) as u8);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(width: u32, height: u32, value: u8) -> Frame {
        let mut frame = Frame { sequence: 7, captured: Some(Instant::now()), ..Frame::default() };
        frame.resize(width, height);
        frame.rgb.fill(value);
        frame
    }

    /// A previewer and its pictures.
    fn previewer() -> (Previewer, Receiver<Preview>) {
        let (sender, pictures) = sync_channel(64);
        (Previewer::start(move |preview| sender.send(preview).is_ok()).unwrap(), pictures)
    }

    #[test]
    fn a_frame_becomes_a_picture_with_its_number_and_time() {
        let (mut previewer, pictures) = previewer();
        previewer.offer(&frame(640, 480, 120));
        let preview = pictures.recv_timeout(Duration::from_secs(10)).expect("a picture");
        let picture = image::load_from_memory(&preview.jpeg).unwrap().to_rgb8();
        assert_eq!((preview.sequence, picture.dimensions()), (7, (640, 480)));
        assert!(picture.get_pixel(320, 240).0.iter().all(|value| value.abs_diff(120) < 4));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as u64;
        assert!(preview.captured_us <= now && now - preview.captured_us < 60_000_000);
    }

    #[test]
    fn only_the_camera_that_is_shown_is_encoded() {
        let (previewer, pictures) = previewer();
        let tap = Tap::default();
        tap.offer(0, &frame(64, 48, 1));
        tap.open(1, previewer);
        tap.offer(0, &frame(64, 48, 1));
        assert!(pictures.recv_timeout(Duration::from_millis(50)).is_err());
        tap.select(0);
        tap.offer(0, &frame(64, 48, 1));
        assert!(pictures.recv_timeout(Duration::from_secs(10)).is_ok());
        tap.close();
        assert!(!tap.is_open() && pictures.recv_timeout(Duration::from_secs(10)).is_err(), "its thread ends");
    }

    #[test]
    fn a_large_frame_is_shrunk_and_an_empty_one_left_out() {
        let mut small = Frame::default();
        assert!(shrink(&frame(1921, 1081, 9), &mut small));
        assert_eq!((small.width, small.height), (640, 360));
        assert!(small.rgb.iter().all(|value| *value == 9));
        assert!(encode(&Frame::default(), &mut small).is_none());
    }

    #[test]
    fn frames_that_come_too_fast_are_left_out() {
        let (mut previewer, pictures) = previewer();
        let picture = frame(64, 48, 1);
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(400) {
            previewer.offer(&picture);
            std::thread::sleep(Duration::from_micros(200));
        }
        let most = (began.elapsed().as_secs_f64() * f64::from(RATE)).ceil() as usize + 2;
        drop(previewer);
        let taken = pictures.iter().count();
        assert!(taken >= 1 && taken <= most, "{taken} of at most {most}");
    }
}
