//! What the terminal can state about itself: the running program and the state of its clock. Kept
//! here so that the result's builder needs no I/O.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

use rustix::time::{ClockId, clock_gettime};
use sha2::{Digest, Sha256};

use vouch_contract::claims::{ClockEvidence, Firmware};

/// The running program, even if an update has replaced its file.
const RUNNING: &str = "/proc/self/exe";
/// The kernel creates a new one at each boot.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
/// Where systemd-timesyncd keeps its state while it runs.
const TIMESYNC: &str = "/run/systemd/timesync";

/// Name, version and SHA-256 of the running executable. Reads the whole file, so call it once, at
/// start.
///
/// # Errors
/// The system's, when the executable can't be read.
pub fn firmware() -> io::Result<Firmware> {
    let mut file = File::open(RUNNING)?;
    let mut digest = Sha256::new();
    let mut block = vec![0; 64 * 1024];
    loop {
        match file.read(&mut block)? {
            0 => break,
            length => digest.update(&block[..length]),
        }
    }
    Ok(Firmware {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sha256: hex::encode(digest.finalize()),
    })
}

/// The clock's state now.
///
/// `synchronised` comes from systemd-timesyncd: its marker file exists once the clock was set from
/// the network in this boot. If another program (chrony, PTP) keeps the time, there is no such
/// folder, and the state is unknown. The kernel's own flag (adjtimex(2)) is no better: chrony
/// leaves it unset unless configured otherwise.
pub fn clock() -> ClockEvidence {
    let now = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanoseconds = u64::try_from(now.tv_nsec).unwrap_or(0);
    ClockEvidence {
        synchronised: synchronised(Path::new(TIMESYNC)),
        boot_id: std::fs::read_to_string(BOOT_ID).map(|id| id.trim().to_owned()).unwrap_or_default(),
        monotonic_ms: seconds * 1000 + nanoseconds / 1_000_000,
    }
}

fn synchronised(folder: &Path) -> Option<bool> {
    if folder.join("synchronized").exists() {
        Some(true)
    } else if folder.exists() {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_firmware_is_this_program() {
        let firmware = firmware().unwrap();
        assert_eq!(firmware.name, "vouch");
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(firmware.sha256, hex::encode(Sha256::digest(own)));
    }

    #[test]
    fn the_clock_runs_and_the_boot_has_a_name() {
        let first = clock();
        let second = clock();
        assert!(second.monotonic_ms >= first.monotonic_ms);
        assert_eq!(first.boot_id, second.boot_id);
    }

    #[test]
    fn an_unknown_clock_is_not_called_synchronised() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(synchronised(&dir.path().join("none")), None);
        assert_eq!(synchronised(dir.path()), Some(false));
        std::fs::write(dir.path().join("synchronized"), "").unwrap();
        assert_eq!(synchronised(dir.path()), Some(true));
    }
}
