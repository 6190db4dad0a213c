//! A medium that is full.

use std::path::Path;
use std::process::Command;

use vouch_store::outbox::OutboxError;

use crate::child::{append, assert_chain, drain, identity, open, reported, start};

/// A small file system in memory, taken away at the end.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(at)
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
            .then_some(Self(at))
    }

    fn resize(&self, size: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,size={size}")]).arg(self.0).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_is_named_and_nothing_stored_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let Some(small) = Small::mount(dir.path(), "512k") else {
        println!("skipped: 1 (needs the right to mount a tmpfs)");
        return;
    };
    let identity = identity(dir.path());
    let mut outbox = open(dir.path());
    outbox.preflight(100 * 1024).unwrap();
    let mut stored = Vec::new();
    let error = loop {
        match append(&mut outbox, &identity) {
            Ok(result) => stored.push(result),
            Err(error) => break error,
        }
        assert!(stored.len() < 10_000);
    };
    assert!(matches!(error, OutboxError::DiskFull { .. }), "{error:?}");
    assert!(error.to_string().contains("outbox.db"), "{error}");
    assert!(stored.len() > 10);
    assert_eq!(outbox.counts().unwrap().last_seq, stored.len() as u64);
    let early = outbox.preflight(100 * 1024).unwrap_err();
    let OutboxError::DiskFull { free, needed, .. } = early else { panic!("{early}") };
    assert!(free < needed);

    // With room again the sequence goes on where it stood.
    small.resize("4m");
    outbox.preflight(100 * 1024).unwrap();
    stored.push(append(&mut outbox, &identity).unwrap());
    drop(outbox);
    let mut outbox = open(dir.path());
    assert_eq!(drain(&mut outbox), stored);
    assert_chain(&stored, &identity);
    drop(outbox);
    drop(small);
}

#[test]
fn a_file_that_may_not_grow_is_an_error_not_a_loss() {
    let dir = tempfile::tempdir().unwrap();
    drop(identity(dir.path()));
    // 256 KiB for any file; the signal ignored, as a service without limits has it.
    let child = start(dir.path(), None, Some("trap '' XFSZ; ulimit -f 512"));
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let told = reported(&output);
    assert!(told.len() > 10, "{output}");
    let failed = output.lines().find(|line| line.starts_with("failed: ")).unwrap();
    assert!(failed.contains("outbox.db"), "{failed}");
    assert!(failed.contains("no space") || failed.contains("does not read or write"), "{failed}");
    let all = drain(&mut open(dir.path()));
    for ((seq, jti), stored) in told.iter().zip(&all) {
        assert_eq!((*seq, jti), (stored.seq, &stored.jti));
    }
    assert!(all.len() >= told.len());
}
