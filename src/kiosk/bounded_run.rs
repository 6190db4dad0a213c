//! Runs a program for a limited time and takes a limited amount of its output.

use std::io::{Error, ErrorKind, Read as _, Result};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often to look whether it has ended.
const POLL: Duration = Duration::from_millis(5);

/// How the program ended, and at most `most` bytes of its standard output. It gets no input, and
/// its standard error is dropped.
///
/// # Errors
/// The system's; [`ErrorKind::TimedOut`] if it ran longer than `limit`, and was ended.
pub(super) fn output(program: &mut Command, limit: Duration, most: u64) -> Result<(ExitStatus, Vec<u8>)> {
    let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let stdout = child.stdout.take();
    // Read beside, so that a full pipe can't stop it.
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.map_or(Ok(0), |stdout| stdout.take(most).read_to_end(&mut bytes)).map(|_| bytes)
    });
    let until = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Err(Error::new(
                ErrorKind::TimedOut,
                format!("it took longer than {} s", limit.as_secs()),
            ));
        }
        std::thread::sleep(POLL);
    };
    let bytes = reader.join().map_err(|_| Error::other("its output could not be read"))??;
    Ok((status, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_is_taken_up_to_its_bound_and_time_is_limited() {
        let (status, bytes) = output(&mut sh("printf hello; exit 3"), Duration::from_secs(10), 4).unwrap();
        assert_eq!((status.code(), bytes.as_slice()), (Some(3), b"hell".as_slice()));
        let error = output(&mut sh("exec sleep 60"), Duration::from_millis(50), 4).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}
