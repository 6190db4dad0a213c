//! Killed while it writes; two at once; a damaged file.

use std::io::Read;
use std::time::Duration;

use vouch_store::outbox::{Limits, Outbox, OutboxError};

use crate::child::{append, assert_chain, drain, identity, open, reported, start};

/// How often the child is killed.
const KILLS: u64 = 12;

#[test]
fn killed_in_the_middle_nothing_reported_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let identity = identity(dir.path());
    let mut told = Vec::new();
    for round in 0..KILLS {
        let mut child = start(dir.path(), None, None);
        // Each time at another point of its life, the first ones while it opens.
        std::thread::sleep(Duration::from_millis(5 + round * round * 4));
        child.kill().unwrap();
        let mut output = String::new();
        child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        child.wait().unwrap();
        told.extend(reported(&output));
    }
    assert!(told.len() > 20, "the child got to store something: {}", told.len());

    let mut outbox = open(dir.path());
    append(&mut outbox, &identity).unwrap();
    let all = drain(&mut outbox);
    for (seq, jti) in &told {
        let found = &all[usize::try_from(*seq).unwrap() - 1];
        assert_eq!((found.seq, &found.jti), (*seq, jti));
    }
    assert_chain(&all, &identity);
    println!("{KILLS} kills, {} reported, {} on disk", told.len(), all.len());
}

#[test]
fn several_processes_keep_one_sequence() {
    let dir = tempfile::tempdir().unwrap();
    let children: Vec<_> = (0..3).map(|_| start(dir.path(), Some(30), None)).collect();
    let mut told = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        told.extend(reported(&String::from_utf8(output.stdout).unwrap()));
    }
    told.sort();
    let numbers: Vec<u64> = told.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, (1..=90).collect::<Vec<u64>>());
    let identity = identity(dir.path());
    let all = drain(&mut open(dir.path()));
    assert_eq!(all.len(), 90);
    assert_chain(&all, &identity);
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let identity = identity(dir.path());
    let path = dir.path().join("outbox.db");
    let mut outbox = open(dir.path());
    for _ in 0..50 {
        append(&mut outbox, &identity).unwrap();
    }
    drop(outbox);
    let sound = std::fs::read(&path).unwrap();
    assert!(sound.len() > 50_000);

    let mut header = sound.clone();
    header[..16].fill(b'x');
    let mut middle = sound.clone();
    middle[8192..40_000].fill(0x5a);
    let cut = sound[..sound.len() / 2].to_vec();
    for damaged in [header, middle, cut] {
        std::fs::write(&path, &damaged).unwrap();
        let error = Outbox::open(&path, Limits::default()).unwrap_err();
        assert!(matches!(error, OutboxError::Corrupt { .. }), "{error:?}");
        assert!(error.to_string().contains("outbox.db"), "{error}");
        assert!(std::fs::read(&path).unwrap() == damaged, "nothing was written");
    }
    std::fs::write(&path, &sound).unwrap();
    assert_eq!(open(dir.path()).counts().unwrap().last_seq, 50);
}

#[test]
fn other_databases_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("outbox.db");
    drop(open(dir.path()));
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 2).unwrap();
    drop(connection);
    let error = Outbox::open(&path, Limits::default()).unwrap_err();
    assert!(matches!(error, OutboxError::Version { .. }), "{error}");

    let path = dir.path().join("other.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE other (x)").unwrap();
    drop(connection);
    let error = Outbox::open(&path, Limits::default()).unwrap_err();
    assert!(matches!(error, OutboxError::Version { .. }), "{error}");
}
