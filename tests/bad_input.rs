//! Bad input from people and broken disks: Vouch names the thing and the remedy, ends
//! with the right exit code, and loses no result.
//!
//! 2 is wrong use or configuration, 3 a device that can't do its work, 1 a session
//! that ran and failed (signed like any other).

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use common::desk::{CHECKOUT, Desk, Said};
use common::media::{RECORDED, have_models, portrait, recording};
use common::skipped;

/// A grey picture: it gives the shortest session with a result.
fn grey(desk: &Desk) -> PathBuf {
    let path = desk.path("grey.png");
    image::RgbImage::from_pixel(64, 64, image::Rgb([90; 3])).save(&path).expect("a picture");
    path
}

/// A terminal that already has one result.
fn desk(test: &str) -> Option<Desk> {
    if !have_models(test) {
        return None;
    }
    let desk = Desk::new();
    assert_eq!(Said::by(desk.session(&grey(&desk))).code, Some(1), "nobody is in a grey picture");
    assert_eq!(desk.counts().waiting, 1);
    Some(desk)
}

/// Checks that the one result is still there, first in the queue, and verifies.
#[track_caller]
fn nothing_is_lost(desk: &Desk) {
    let counts = desk.counts();
    assert_eq!((counts.waiting, counts.last_seq), (1, 1));
    let kept = desk.outbox().oldest_unacknowledged().expect("it reads").expect("it is there");
    let verified = Said::by(desk.verify(&[&kept.jws]));
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn a_camera_that_is_not_there() {
    let Some(desk) = desk("a_camera_that_is_not_there") else { return };
    Said::by(desk.session(Path::new("/dev/video97")))
        .refuses(3, &["/dev/video97", "no such camera", "vouch doctor"]);
    Said::by(desk.session(Path::new("/dev/null"))).refuses(3, &["/dev/null", "not a V4L2 device"]);
    nothing_is_lost(&desk);
}

#[test]
fn files_that_are_no_recordings() {
    let Some(desk) = desk("files_that_are_no_recordings") else { return };
    let folder = desk.path("folder");
    std::fs::create_dir(&folder).expect("a folder");
    Said::by(desk.session(&folder)).refuses(3, &["folder", "without a readable image"]);

    let noise: Vec<u8> = (0..60_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let garbage = desk.write("garbage.mp4", noise);
    Said::by(desk.session(&garbage)).refuses(3, &["garbage.mp4", "neither an image nor a video"]);

    let text = desk.write("words.jpg", "these are words\n");
    Said::by(desk.session(&text)).refuses(3, &["words.jpg", "neither an image nor a video"]);

    let empty = desk.write("empty.mp4", "");
    Said::by(desk.session(&empty)).refuses(3, &["empty.mp4", "empty file"]);

    let picture = std::fs::read(grey(&desk)).expect("it is there");
    let half = desk.write("half.png", &picture[..picture.len() / 2]);
    let said = Said::by(desk.session(&half));
    assert!(said.err.contains("half.png"), "{said:?}");
    assert_ne!(said.code, Some(0));
}

#[test]
fn a_video_that_breaks_off_fails_with_a_result() {
    let test = "a_video_that_breaks_off_fails_with_a_result";
    let (Some(desk), Some(recording)) = (desk(test), recording(test)) else { return };
    let whole = std::fs::read(recording).expect("it is there");
    // The recording's index is at the front, so its first third still plays.
    let cut = desk.write("cut.mp4", &whole[..whole.len() / 3]);
    let mut session = desk.session(&cut);
    session.args(["--challenge", RECORDED]);
    let said = Said::by(session);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("the video is damaged"), "{}", said.err);
    let claims = said.claims();
    assert_eq!((&claims["sessionStatus"], &claims["seq"]), (&"FAILED".into(), &2.into()));
    let message = claims["errorInfo"]["errorMessage"].as_str().expect("words");
    assert!(message.contains("ended too early"), "{message}");
    assert_eq!(desk.counts().waiting, 2);
}

/// The outcome of a session with this reference.
fn with_reference(test: &str, make: impl FnOnce(&Desk) -> Option<PathBuf>) -> Option<(Desk, Said)> {
    let recording = recording(test)?;
    let desk = desk(test)?;
    let reference = make(&desk)?;
    let mut session = desk.session(&recording);
    session.args(["--challenge", RECORDED, "--scheme", "FVBioOnly", "--reference"]).arg(reference);
    let said = Said::by(session);
    Some((desk, said))
}

/// An unusable portrait is the caller's mistake: nobody is asked to come to the camera.
#[track_caller]
fn no_session_begins(desk: &Desk, said: &Said, words: &[&str]) {
    said.refuses(2, words);
    assert!(!said.err.contains("Come into view") && !said.err.contains("Blink"), "{}", said.err);
    nothing_is_lost(desk);
}

#[test]
fn a_reference_that_is_no_picture() {
    let heic = "\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat";
    for (text, words) in
        [("these are words\n", "JPEG, PNG, GIF, BMP, WebP or PNM"), (heic, "HEIC is not read")]
    {
        let write = |desk: &Desk| Some(desk.write("portrait.jpg", text));
        let Some((desk, said)) = with_reference("a_reference_that_is_no_picture", write) else { return };
        no_session_begins(&desk, &said, &[words]);
    }
}

#[test]
fn a_reference_without_a_face() {
    let made = with_reference("a_reference_without_a_face", |desk| Some(grey(desk)));
    let Some((desk, said)) = made else { return };
    no_session_begins(&desk, &said, &["no face found"]);
}

#[test]
fn a_reference_with_two_faces() {
    let test = "a_reference_with_two_faces";
    let made = with_reference(test, |desk| {
        let open = |person| Some(image::open(portrait(test, person)?).expect("a picture").to_rgb8());
        let (one, other) = (open("astronaut")?, open("other")?);
        let mut both = image::RgbImage::new(one.width() + other.width(), one.height());
        image::imageops::replace(&mut both, &one, 0, 0);
        image::imageops::replace(&mut both, &other, i64::from(one.width()), 0);
        let path = desk.path("both.png");
        both.save(&path).expect("a picture");
        Some(path)
    });
    let Some((desk, said)) = made else { return };
    no_session_begins(&desk, &said, &["2 faces", "crop"]);
}

#[test]
fn a_reference_with_too_many_pixels() {
    // A few kilobytes on disk, 300 MB in memory: refused by its header.
    let made = with_reference("a_reference_with_too_many_pixels", |desk| {
        let path = desk.path("wide.png");
        image::GrayImage::new(20_000, 500).save(&path).expect("a picture");
        Some(path)
    });
    let Some((desk, said)) = made else { return };
    no_session_begins(&desk, &said, &["20000x500 pixels", "at most 8192"]);
}

#[test]
fn a_reference_that_is_cut_off() {
    let test = "a_reference_that_is_cut_off";
    let made = with_reference(test, |desk| {
        let whole = std::fs::read(portrait(test, "astronaut")?).expect("a picture");
        Some(desk.write("half.jpg", &whole[..whole.len() / 2]))
    });
    let Some((desk, said)) = made else { return };
    no_session_begins(&desk, &said, &["the picture is cut off; give it again"]);
}

#[test]
fn a_reference_of_a_dozen_pixels() {
    let test = "a_reference_of_a_dozen_pixels";
    let made = with_reference(test, |desk| {
        let whole = image::open(portrait(test, "astronaut")?).expect("a picture");
        let path = desk.path("thumbnail.png");
        whole.thumbnail(80, 80).save(&path).expect("a picture");
        Some(path)
    });
    let Some((desk, said)) = made else { return };
    no_session_begins(
        &desk,
        &said,
        &["too small in the reference", "pixels between the eyes, 40 are needed"],
    );
}

#[test]
fn a_reference_with_too_many_bytes_or_none() {
    let test = "a_reference_with_too_many_bytes_or_none";
    let Some((desk, said)) = with_reference(test, |desk| Some(desk.write("big.jpg", vec![0xFF; 9 << 20])))
    else {
        return;
    };
    said.refuses(2, &["big.jpg", "larger than 8388608 bytes"]);
    nothing_is_lost(&desk);
    let Some((desk, said)) = with_reference(test, |desk| Some(desk.path("nowhere.jpg"))) else { return };
    said.refuses(2, &["nowhere.jpg", "No such file"]);
    nothing_is_lost(&desk);
}

#[test]
fn challenges_that_are_none() {
    let Some(desk) = desk("challenges_that_are_none") else { return };
    for (challenge, words) in [("wink", "blink"), ("blink,blink", "twice in a row"), ("", "possible values")]
    {
        let mut session = desk.session(&grey(&desk));
        session.args(["--challenge", challenge]);
        Said::by(session).refuses(2, &[words]);
    }
    nothing_is_lost(&desk);
}

#[test]
fn a_key_that_others_may_read() {
    let Some(desk) = desk("a_key_that_others_may_read") else { return };
    let key = desk.state().join("device.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    Said::by(desk.session(&grey(&desk))).refuses(3, &["device.key", "0644", "chmod 600"]);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    nothing_is_lost(&desk);
}

#[test]
fn a_key_that_is_damaged_or_gone() {
    let Some(desk) = desk("a_key_that_is_damaged_or_gone") else { return };
    let key = desk.state().join("device.key");
    let whole = std::fs::read(&key).expect("it is there");
    std::fs::write(&key, &whole[..100]).expect("it can be written");
    Said::by(desk.session(&grey(&desk))).refuses(3, &["device.key", "truncated or damaged", "backup"]);
    std::fs::remove_file(&key).expect("it was there");
    Said::by(desk.session(&grey(&desk))).refuses(3, &["device.key", "restore"]);
    std::fs::write(&key, whole).expect("it can be written");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    nothing_is_lost(&desk);
}

#[test]
fn a_full_outbox_begins_no_session() {
    let Some(desk) = desk("a_full_outbox_begins_no_session") else { return };
    desk.patch("store", "[store]\nmax_pending = 1\n");
    let said = Said::by(desk.session(&grey(&desk)));
    said.refuses(3, &["outbox is full", "1 results wait"]);
    assert!(!said.err.contains("Come into view"), "nobody is asked for what can't be kept: {}", said.err);
    nothing_is_lost(&desk);
}

#[test]
fn a_damaged_outbox_is_kept_as_it_is() {
    let Some(desk) = desk("a_damaged_outbox_is_kept_as_it_is") else { return };
    let outbox = desk.state().join("outbox.db");
    let whole = std::fs::read(&outbox).expect("it is there");
    let mut damaged = whole.clone();
    damaged[..100].fill(0x55);
    std::fs::write(&outbox, &damaged).expect("it can be written");
    Said::by(desk.session(&grey(&desk))).refuses(3, &["outbox.db", "sqlite3"]);
    assert_eq!(std::fs::read(&outbox).expect("it is there"), damaged, "Vouch deletes nothing");
    std::fs::write(&outbox, whole).expect("it can be written");
    nothing_is_lost(&desk);
}

#[test]
fn too_little_space_begins_no_session() {
    let Some(desk) = desk("too_little_space_begins_no_session") else { return };
    // More than any disk has, but within the key's range.
    desk.patch("store", "[store]\nmin_free_mb = 1000000\n");
    let free = rustix::fs::statvfs(desk.state()).expect("a file system");
    if free.f_bavail.saturating_mul(free.f_frsize) >= 1_000_000 << 20 {
        return skipped("too_little_space_begins_no_session", "this disk has a terabyte free");
    }
    Said::by(desk.session(&grey(&desk))).refuses(3, &["no space", "outbox.db", "free some space"]);
    nothing_is_lost(&desk);
}

/// A tmpfs for the state folder, taken away at the end. Needs root.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir_all(&at).expect("a folder");
        let done = Process::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size},mode=700"), "tmpfs"])
            .arg(&at)
            .output();
        done.is_ok_and(|output| output.status.success()).then_some(Self(at))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Process::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_is_full() {
    let test = "a_disk_that_is_full";
    if !have_models(test) {
        return;
    }
    let desk = Desk::new();
    let Some(disk) = SmallDisk::mount(desk.state(), "2m") else {
        return skipped(test, "a tmpfs can't be mounted here (not root)");
    };
    desk.patch("store", "[store]\nmin_free_mb = 1\n");
    assert_eq!(Said::by(desk.session(&grey(&desk))).code, Some(1));
    let filler = disk.0.join("filler");
    // The last pages of a full disk: written until none is left.
    let _ = std::fs::write(&filler, vec![0; 4 << 20]);
    Said::by(desk.session(&grey(&desk))).refuses(3, &["outbox.db"]);
    std::fs::remove_file(filler).expect("it was made");
    nothing_is_lost(&desk);
    assert_eq!(Said::by(desk.session(&grey(&desk))).code, Some(1), "with space again it goes on");
    assert_eq!(desk.counts().last_seq, 2, "no number was used up");
}

#[test]
fn a_disk_that_is_full_from_the_start() {
    let test = "a_disk_that_is_full_from_the_start";
    if !have_models(test) {
        return;
    }
    let desk = Desk::new();
    let Some(disk) = SmallDisk::mount(desk.state(), "64k") else {
        return skipped(test, "a tmpfs can't be mounted here (not root)");
    };
    let _ = std::fs::write(disk.0.join("filler"), vec![0; 1 << 20]);
    Said::by(desk.session(&grey(&desk))).refuses(3, &["state"]);
    std::fs::remove_file(disk.0.join("filler")).expect("it was made");
    let made = |name: &str| disk.0.join(name).exists();
    assert!(!made("device.crt"), "half an identity is none");
}

#[test]
fn a_state_folder_that_is_read_only() {
    let test = "a_state_folder_that_is_read_only";
    let Some(desk) = desk(test) else { return };
    let remount = |how: &str| {
        let done = Process::new("mount").args(["-o", how]).arg(desk.state()).output();
        done.is_ok_and(|output| output.status.success())
    };
    // Root writes through permission bits, so the mount itself is read-only.
    let bound = Process::new("mount").arg("--bind").arg(desk.state()).arg(desk.state()).output();
    if !bound.is_ok_and(|output| output.status.success()) {
        return skipped(test, "nothing can be mounted here (not root)");
    }
    let bound = SmallDisk(desk.state());
    assert!(remount("remount,bind,ro"), "it is ours");
    let said = Said::by(desk.session(&grey(&desk)));
    drop(bound);
    said.refuses(3, &["state"]);
    assert!(
        said.err.contains("Read-only") || said.err.contains("read-only") || said.err.contains("readonly"),
        "{said:?}"
    );
    nothing_is_lost(&desk);
}

#[test]
fn a_state_folder_that_others_may_write() {
    let Some(desk) = desk("a_state_folder_that_others_may_write") else { return };
    std::fs::set_permissions(desk.state(), std::fs::Permissions::from_mode(0o777)).expect("it is ours");
    Said::by(desk.session(&grey(&desk))).refuses(3, &["state", "0777", "chmod 700"]);
    std::fs::set_permissions(desk.state(), std::fs::Permissions::from_mode(0o700)).expect("it is ours");
    nothing_is_lost(&desk);
}

#[test]
fn a_configuration_with_a_slip_of_the_pen() {
    let desk = Desk::new();
    desk.patch("slip", "[camera]\nwidht = 640\n");
    Said::by(desk.session(&grey(&desk)))
        .refuses(2, &["slip.toml", "line 2", "camera.widht", "did you mean `width`"]);
    desk.patch("slip", "[store]\nmax_pending = 0\n[camera]\nrotate = 45\n");
    Said::by(desk.session(&grey(&desk))).refuses(2, &["2 faults", "max_pending", "rotate"]);
    desk.patch("slip", "[camera\n");
    Said::by(desk.session(&grey(&desk))).refuses(2, &["slip.toml", "line 1"]);
    let mut run = desk.vouch("run");
    run.arg("--source").arg(grey(&desk));
    Said::by(run).refuses(2, &["slip.toml", "line 1"]);
    assert!(!desk.state().exists());
}

#[test]
fn a_configuration_that_is_not_there() {
    let desk = Desk::new();
    std::fs::remove_file(desk.config()).expect("it was there");
    Said::by(desk.session(&grey(&desk))).refuses(2, &["vouch.toml", "no such file", "vouch config default"]);
}

#[test]
fn a_clock_outside_the_certificate() {
    let test = "a_clock_outside_the_certificate";
    let Some(desk) = desk(test) else { return };
    let identity =
        vouch_trust::identity::Identity::open_or_create_with(&desk.state(), None, None).expect("it opens");
    let now = jiff::Timestamp::now();
    let at = |year: i16| {
        jiff::civil::date(year, 1, 1).to_zoned(jiff::tz::TimeZone::UTC).expect("a day").timestamp()
    };
    assert!(identity.valid_at(now));
    assert!(!identity.valid_at(at(1970)) && !identity.valid_at(at(2015)), "a clock that was never set");
    drop(identity);
    // Two ways: Debian's `faketime` if it is installed, otherwise only the rule.
    let faked = Process::new("faketime")
        .arg("2015-01-01 00:00:00")
        .arg(common::desk::PROGRAM)
        .args(["session", "--config"])
        .arg(desk.config())
        .arg("--source")
        .arg(grey(&desk))
        .output();
    if let Ok(output) = faked {
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{err}");
        assert!(err.contains("2015-") && err.contains("validity") && err.contains("timedatectl"), "{err}");
    }
    nothing_is_lost(&desk);
}

#[test]
fn output_that_cannot_be_written_is_told_before_anybody_is_asked_to_do_anything() {
    let test = "output_that_cannot_be_written_is_told_before_anybody_is_asked_to_do_anything";
    let Some(desk) = desk(test) else { return };
    let mut session = desk.session(&grey(&desk));
    // A file is in the folder's place.
    session.arg("--out").arg(desk.write("taken", "").join("out"));
    let said = Said::by(session);
    said.refuses(2, &["taken"]);
    assert_eq!(desk.counts().waiting, 1, "no session was led");
    let mut logged = desk.session(&grey(&desk));
    logged.arg("--log").arg(desk.path("no/such/folder/log"));
    Said::by(logged).refuses(2, &["no/such/folder/log"]);
    assert_eq!(desk.counts().waiting, 1);
}

#[test]
fn wrong_use_is_told_with_the_way_to_help() {
    for arguments in
        [&["session", "--sauce", "x"][..], &["sesion"], &["session", "--pace", "slow"], &["verify"]]
    {
        let mut vouch = assert_cmd::Command::new(common::desk::PROGRAM);
        vouch.current_dir(CHECKOUT).args(arguments);
        Said::by(vouch).refuses(2, &["--help"]);
    }
}
