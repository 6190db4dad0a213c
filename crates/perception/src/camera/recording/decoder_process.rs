//! A decoder in a separate process, read with deadlines.

use std::io::Read;
use std::os::fd::AsFd;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::camera::CameraError;

/// Most bytes kept of `ffmpeg`'s error output.
const MAX_COMPLAINT: usize = 2 << 10;
/// A child whose output is read with a deadline; killed and reaped on drop.
#[derive(Debug)]
pub(super) struct DecoderProcess {
    child: Child,
    path: String,
    complaint: Vec<u8>,
    /// Its standard error is closed.
    silent: bool,
}

impl DecoderProcess {
    /// Starts `command`, the program `name`, for the file `path`.
    pub(super) fn spawn(mut command: Command, name: &str, path: &str) -> Result<Self, CameraError> {
        let child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CameraError::unusable(
                path,
                format!("reading a video needs {name}, which is not installed: apt install ffmpeg"),
            ),
            _ => CameraError::Io { path: name.to_owned(), source: error },
        })?;
        Ok(Self { child, path: path.to_owned(), complaint: Vec::new(), silent: false })
    }

    /// Fills `target` from the child's output; returns fewer bytes at its end.
    pub(super) fn read(&mut self, target: &mut [u8], deadline: Instant) -> Result<usize, CameraError> {
        let started = Instant::now();
        let mut filled = 0;
        while filled < target.len() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(CameraError::TimedOut {
                    path: self.path.clone(),
                    waited_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
                });
            }
            let (output, complaint) = self.wait(left)?;
            // Its error output is read too, so that a talkative child doesn't block on a full pipe.
            if complaint {
                self.listen();
            }
            if output {
                let read = self.child.stdout.as_mut().map_or(Ok(0), |out| out.read(&mut target[filled..]));
                match read {
                    Ok(0) => break,
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(self.failed(error)),
                }
            }
        }
        if filled < target.len() {
            // The output has ended; this collects the error messages written before.
            while !self.silent && self.wait(Duration::ZERO)?.1 {
                self.listen();
            }
        }
        Ok(filled)
    }

    /// Waits for output or error output; returns which of them can be read.
    fn wait(&self, time: Duration) -> Result<(bool, bool), CameraError> {
        let limit = Timespec::try_from(time).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 });
        let (Some(out), Some(err)) = (&self.child.stdout, &self.child.stderr) else {
            return Ok((true, false));
        };
        let mut fds = [
            PollFd::from_borrowed_fd(out.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(err.as_fd(), PollFlags::IN),
        ];
        let watched = if self.silent { 1 } else { 2 };
        match poll(&mut fds[..watched], Some(&limit)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {
                Ok((!fds[0].revents().is_empty(), !self.silent && !fds[1].revents().is_empty()))
            }
            Err(error) => Err(self.failed(error.into())),
        }
    }

    fn listen(&mut self) {
        let mut said = [0; 512];
        match self.child.stderr.as_mut().map(|err| err.read(&mut said)) {
            Some(Ok(count)) if count > 0 => {
                let room = MAX_COMPLAINT.saturating_sub(self.complaint.len());
                self.complaint.extend_from_slice(&said[..count.min(room)]);
            }
            _ => self.silent = true,
        }
    }

    /// The first line of its error output.
    pub(super) fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.complaint)
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    fn failed(&self, source: std::io::Error) -> CameraError {
        CameraError::Io { path: self.path.clone(), source }
    }
}

impl Drop for DecoderProcess {
    fn drop(&mut self) {
        // Fails if it has already ended; it is reaped in either case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    fn shell(script: &str) -> DecoderProcess {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        DecoderProcess::spawn(command, "sh", "clip.mp4").expect("starts")
    }

    fn in_ms(ms: u64) -> Instant {
        Instant::now() + Duration::from_millis(ms)
    }

    #[test]
    fn a_stalled_child_times_out_and_is_gone_after() {
        let mut child = shell("printf ab; exec sleep 60");
        let outcome = child.read(&mut [0; 4], in_ms(100));
        assert!(matches!(outcome, Err(CameraError::TimedOut { .. })));
        let id = child.child.id();
        drop(child);
        assert!(!std::path::Path::new(&format!("/proc/{id}")).exists());
    }

    #[test]
    fn a_talkative_child_does_not_stop_on_a_full_pipe() {
        // A mebibyte of error output, then the output.
        let mut child = shell("yes broken | head -c 1048576 >&2; printf abcd");
        let mut output = [0; 4];
        assert_eq!(child.read(&mut output, in_ms(10_000)).expect("reads"), 4);
        assert_eq!(&output, b"abcd");
        assert_eq!(child.complaint(), "broken");
        assert!(child.complaint.len() <= MAX_COMPLAINT);
    }

    #[test]
    fn the_end_comes_short_with_the_last_words() {
        let mut child = shell("printf abc; echo cut off >&2");
        assert_eq!(child.read(&mut [0; 8], in_ms(5_000)).expect("reads"), 3);
        assert_eq!(child.complaint(), "cut off");
    }

    #[test]
    fn a_missing_program_says_how_to_get_it() {
        let missing = DecoderProcess::spawn(Command::new("no-such-ffmpeg"), "ffmpeg", "clip.mp4");
        let message = missing.expect_err("missing").to_string();
        assert!(message.contains("apt install ffmpeg"), "{message}");
    }
}
