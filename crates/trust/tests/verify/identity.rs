//! First start, every start after, and what a crash leaves behind.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;

use vouch_trust::identity::{Identity, IdentityError};
use vouch_trust::key::KeyError;

fn open(dir: &Path, id: Option<&str>) -> Result<Identity, IdentityError> {
    Identity::open_or_create_with(dir, id, None)
}

fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("identity");
    (outer, dir)
}

#[test]
fn the_first_start_makes_what_later_starts_find() {
    let (_outer, dir) = folder();
    let first = open(&dir, None).unwrap();
    assert!(first.id.starts_with("vouch-"));
    assert_eq!(first.id, first.signer.public_key().default_device_id());
    assert_eq!(first.chain_der.len(), 2);
    let second = open(&dir, None).unwrap();
    assert_eq!((&first.id, &first.ueid), (&second.id, &second.ueid));
    assert_eq!(first.chain_der, second.chain_der);
    assert_eq!(first.trust_pem, second.trust_pem);

    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("device.key")), 0o600);
    let mut names: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["device.crt", "device.key", "identity.lock", "trust.pem"]);
    // Exactly one private key exists in the folder: the root's was never there.
    for name in ["device.crt", "trust.pem"] {
        let text = std::fs::read_to_string(dir.join(name)).unwrap();
        assert!(!text.contains("PRIVATE"));
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 1);
    }
}

#[test]
fn debug_names_the_device_only() {
    let (_outer, dir) = folder();
    let identity = open(&dir, Some("gate-7")).unwrap();
    let shown = format!("{identity:?}");
    assert!(shown.contains("gate-7") && !shown.contains("signer"));
}

#[test]
fn every_crash_on_the_way_is_repaired() {
    // Key written, nothing else.
    let (_outer, dir) = folder();
    let before = open(&dir, None).unwrap();
    std::fs::remove_file(dir.join("device.crt")).unwrap();
    std::fs::remove_file(dir.join("trust.pem")).unwrap();
    std::fs::write(dir.join("trust.pem.new"), "half").unwrap();
    let after = open(&dir, None).unwrap();
    assert_eq!(before.id, after.id);
    assert_ne!(before.trust_pem, after.trust_pem);

    // Root written, leaf not: the root is set aside, not deleted.
    std::fs::remove_file(dir.join("device.crt")).unwrap();
    let last = open(&dir, None).unwrap();
    assert_ne!(last.trust_pem, after.trust_pem);
    let kept = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .any(|text| text == after.trust_pem);
    assert!(kept);

    // A key cut off before it had its name.
    let (_outer, dir) = folder();
    std::fs::create_dir(&dir).unwrap();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(dir.join("device.key.new"), "-----BEGIN PRI").unwrap();
    assert!(open(&dir, None).is_ok());
}

#[test]
fn what_is_missing_or_mixed_up_is_named() {
    let (_outer, dir) = folder();
    open(&dir, Some("gate-7")).unwrap();
    assert!(matches!(open(&dir, Some("gate-8")), Err(IdentityError::OtherId { .. })));
    assert!(matches!(open(&dir, Some("a/b")), Err(IdentityError::Id(_))));
    assert_eq!(open(&dir, None).unwrap().id, "gate-7");

    let (_outer2, other) = folder();
    open(&other, Some("gate-7")).unwrap();
    let swap = |name: &str, with: &Path| {
        let kept = std::fs::read(dir.join(name)).unwrap();
        std::fs::copy(with.join(name), dir.join(name)).unwrap();
        let error = open(&dir, None).unwrap_err();
        std::fs::write(dir.join(name), kept).unwrap();
        error
    };
    assert!(matches!(swap("trust.pem", &other), IdentityError::Broken { .. }));
    assert!(matches!(swap("device.crt", &other), IdentityError::OtherKey { .. }));
    assert!(matches!(swap("device.key", &other), IdentityError::OtherKey { .. }));

    let hide = |name: &str| {
        std::fs::rename(dir.join(name), dir.join("hidden")).unwrap();
        let error = open(&dir, None).unwrap_err();
        std::fs::rename(dir.join("hidden"), dir.join(name)).unwrap();
        error
    };
    assert!(matches!(hide("trust.pem"), IdentityError::TrustGone { .. }));
    assert!(matches!(hide("device.key"), IdentityError::KeyGone { .. }));

    std::fs::set_permissions(dir.join("device.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(open(&dir, None), Err(IdentityError::Key(KeyError::Exposed { .. }))));
    std::fs::set_permissions(dir.join("device.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o777)).unwrap();
    assert!(matches!(open(&dir, None), Err(IdentityError::OpenFolder { .. })));
}

#[test]
fn a_credential_replaces_the_key_file() {
    let (_outer, elsewhere) = folder();
    let owner = open(&elsewhere, None).unwrap();
    let credential = elsewhere.join("device.key");
    let (_outer2, dir) = folder();
    let identity = Identity::open_or_create_with(&dir, None, Some(&credential)).unwrap();
    assert_eq!(identity.ueid, owner.ueid);
    assert!(!dir.join("device.key").exists());
    // The folder's certificate is the credential's; without it there is no key.
    assert!(matches!(open(&dir, None), Err(IdentityError::KeyGone { .. })));
}

#[test]
fn starts_at_the_same_time_get_the_same_identity() {
    let (_outer, dir) = folder();
    let ids: Vec<String> = thread::scope(|scope| {
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&dir, None).unwrap().ueid)).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[test]
fn a_clock_at_1970_is_told_beforehand() {
    let (_outer, dir) = folder();
    let identity = open(&dir, None).unwrap();
    assert!(!identity.valid_at("1970-01-01T00:00:10Z".parse().unwrap()));
    assert!(identity.valid_at("2025-01-01T00:00:00Z".parse().unwrap()));
    assert!(identity.valid_at("2999-01-01T00:00:00Z".parse().unwrap()));
}
