//! What is kept, for how long, and what leaves.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use vouch_contract::clock::Clock;
use vouch_store::outbox::{Acknowledged, Counts, Entry, Limits, Next, Outbox, OutboxError, Stored};
use vouch_trust::jws::link;
use vouch_trust::key::{FileKey, Signer};
use vouch_trust::twin::twin;

/// A clock that stands where it is put.
#[derive(Debug, Default)]
struct Set(AtomicI64);

impl Clock for Set {
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn wall(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Box {
    dir: TempDir,
    clock: Arc<Set>,
    outbox: Outbox,
}

fn outbox(max_unacknowledged: u64) -> Box {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(Set(AtomicI64::new(1_000_000)));
    let limits = Limits { max_unacknowledged, max_jws_bytes: 1000, ..Limits::default() };
    let path = dir.path().join("outbox.db");
    let outbox = Outbox::open_with_clock(&path, limits, clock.clone()).unwrap();
    Box { dir, clock, outbox }
}

fn plain(next: &Next) -> Entry {
    Entry { jti: format!("id-{}", next.seq), jws: format!("result {} after {:?}", next.seq, next.prev) }
}

fn add(outbox: &mut Outbox) -> Stored {
    outbox.append(|next| Ok(plain(next))).unwrap()
}

#[test]
fn numbers_and_links_follow_each_other() {
    let mut b = outbox(10);
    let mut seen = Vec::new();
    for _ in 0..3 {
        let stored = b
            .outbox
            .append(|next| {
                seen.push(next.clone());
                Ok(plain(next))
            })
            .unwrap();
        assert_eq!(stored.seq, seen.len() as u64);
    }
    assert_eq!(seen[0], Next { seq: 1, prev: None });
    assert_eq!(seen[1].prev, Some(link("result 1 after None")));
    let second = plain(&seen[1]).jws;
    assert_eq!(seen[2].prev, Some(link(&second)));
}

#[test]
fn the_files_are_private() {
    let mut b = outbox(10);
    add(&mut b.outbox);
    let mut count = 0;
    for entry in std::fs::read_dir(b.dir.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
        count += 1;
    }
    assert_eq!(count, 4, "database, -wal, -shm and the lock");
}

#[test]
fn a_result_leaves_only_when_the_hub_has_the_same_bytes() {
    let mut b = outbox(10);
    let first = add(&mut b.outbox);
    let second = add(&mut b.outbox);
    assert_eq!(b.outbox.oldest_unacknowledged().unwrap(), Some(first.clone()));
    let error = b.outbox.acknowledge(&first.jti, &second.sha256).unwrap_err();
    assert!(matches!(error, OutboxError::OtherDigest { seq: 1 }));
    assert_eq!(b.outbox.oldest_unacknowledged().unwrap(), Some(first.clone()));
    let acknowledge = |b: &mut Box| b.outbox.acknowledge(&first.jti, &first.sha256).unwrap();
    assert_eq!(acknowledge(&mut b), Acknowledged::Now);
    assert_eq!(acknowledge(&mut b), Acknowledged::Before);
    assert_eq!(b.outbox.oldest_unacknowledged().unwrap(), Some(second));
    let error = b.outbox.acknowledge("never\u{1b}", &[0; 32]).unwrap_err();
    assert!(matches!(&error, OutboxError::Unknown { .. }));
    assert!(!error.to_string().contains('\u{1b}'));
}

/// The hub may have been given the twin instead: the same result with the other form
/// of its signature.
#[test]
fn an_acknowledged_twin_is_the_result() {
    let mut b = outbox(10);
    let key = FileKey::generate().unwrap();
    let signed = |next: &Next| {
        let content = format!("header.{}", next.seq);
        let signature = URL_SAFE_NO_PAD.encode(key.sign(content.as_bytes()).unwrap());
        Ok(Entry { jti: format!("id-{}", next.seq), jws: format!("{content}.{signature}") })
    };
    for _ in 0..10 {
        let stored = b.outbox.append(signed).unwrap();
        let twin = Sha256::digest(twin(&stored.jws).unwrap()).into();
        assert_ne!(twin, stored.sha256);
        assert_eq!(b.outbox.acknowledge(&stored.jti, &twin).unwrap(), Acknowledged::Now);
        assert_eq!(b.outbox.acknowledge(&stored.jti, &stored.sha256).unwrap(), Acknowledged::Before);
        let content = Sha256::digest(stored.jws.rsplit_once('.').unwrap().0).into();
        let error = b.outbox.acknowledge(&stored.jti, &content).unwrap_err();
        assert!(matches!(error, OutboxError::OtherDigest { .. }));
    }
}

#[test]
fn a_refused_result_steps_aside_and_can_come_back() {
    let mut b = outbox(10);
    let first = add(&mut b.outbox);
    let second = add(&mut b.outbox);
    b.outbox.refuse(&first.jti, &"ä".repeat(600)).unwrap();
    assert_eq!(b.outbox.oldest_unacknowledged().unwrap(), Some(second.clone()));
    let listed = b.outbox.refused(10).unwrap();
    assert_eq!((listed.len(), listed[0].seq), (1, 1));
    assert_eq!(listed[0].reason, "ä".repeat(250), "cut to its bound");
    assert_eq!(listed[0].at, 1_000_000);
    assert!(b.outbox.retry(&first.jti).unwrap());
    assert!(!b.outbox.retry(&first.jti).unwrap());
    assert_eq!(b.outbox.oldest_unacknowledged().unwrap(), Some(first.clone()));
    // What was acknowledged can't be refused any more.
    b.outbox.acknowledge(&first.jti, &first.sha256).unwrap();
    b.outbox.refuse(&first.jti, "late").unwrap();
    assert_eq!(b.outbox.counts().unwrap(), Counts { waiting: 1, acknowledged: 1, refused: 0, last_seq: 2 });
    // And a refused one can be acknowledged: the hub has it after all.
    b.outbox.refuse(&second.jti, "no").unwrap();
    let said = b.outbox.acknowledge(&second.jti, &second.sha256).unwrap();
    assert_eq!(said, Acknowledged::Now);
    assert!(b.outbox.refused(10).unwrap().is_empty());
}

#[test]
fn full_is_full_and_told_beforehand() {
    let mut b = outbox(3);
    let first = add(&mut b.outbox);
    let second = add(&mut b.outbox);
    b.outbox.refuse(&second.jti, "no").unwrap();
    b.outbox.preflight(1).unwrap();
    add(&mut b.outbox);
    let full = |error: OutboxError| {
        assert!(matches!(error, OutboxError::Full { waiting: 2, refused: 1, limit: 3 }), "{error}");
    };
    full(b.outbox.preflight(1).unwrap_err());
    full(b.outbox.append(|_| panic!("not even signed")).unwrap_err());
    b.outbox.acknowledge(&first.jti, &first.sha256).unwrap();
    b.outbox.preflight(1).unwrap();
    assert_eq!(add(&mut b.outbox).seq, 4);
    let error = b.outbox.preflight(u64::MAX);
    assert!(matches!(error, Err(OutboxError::Full { .. })));
}

#[test]
fn too_little_space_is_told_with_numbers() {
    let b = outbox(3);
    let error = b.outbox.preflight(u64::MAX).unwrap_err();
    let OutboxError::DiskFull { path, free, needed } = &error else { panic!("{error}") };
    assert_eq!(*path, b.dir.path().join("outbox.db"));
    assert!(*free > 0 && *needed == u64::MAX);
    assert!(error.to_string().contains(&free.to_string()));
}

#[test]
fn a_failed_signature_leaves_the_place_free() {
    let mut b = outbox(3);
    add(&mut b.outbox);
    let error = b.outbox.append(|_| Err("the token is locked".into())).unwrap_err();
    assert!(matches!(error, OutboxError::Signing(_)));
    assert!(error.to_string().contains("the token is locked"));
    let long = |_: &Next| Ok(Entry { jti: "x".into(), jws: "x".repeat(1001) });
    assert!(matches!(b.outbox.append(long), Err(OutboxError::Unfit { .. })));
    let same = |_: &Next| Ok(Entry { jti: "id-1".into(), jws: "x".into() });
    assert!(matches!(b.outbox.append(same), Err(OutboxError::Database { .. })));
    assert_eq!(add(&mut b.outbox).seq, 2);
}

#[test]
fn pruning_spares_the_young_the_unstored_and_the_head() {
    let mut b = outbox(10);
    let results: Vec<Stored> = (0..5).map(|_| add(&mut b.outbox)).collect();
    for index in [0, 1, 4] {
        b.outbox.acknowledge(&results[index].jti, &results[index].sha256).unwrap();
    }
    b.outbox.refuse(&results[2].jti, "no").unwrap();
    let day = Duration::from_secs(86_400);
    assert_eq!(b.outbox.prune(day).unwrap(), 0, "none is old enough");
    b.clock.0.fetch_add(86_402, Ordering::SeqCst);
    assert_eq!(b.outbox.prune(day).unwrap(), 2);
    assert_eq!(b.outbox.counts().unwrap(), Counts { waiting: 1, acknowledged: 1, refused: 1, last_seq: 5 });
    let next = b.outbox.append(|next| {
        assert_eq!(next.prev, Some(link(&results[4].jws)));
        Ok(plain(next))
    });
    assert_eq!(next.unwrap().seq, 6);
    assert_eq!(b.outbox.prune(Duration::MAX).unwrap(), 0);
}
