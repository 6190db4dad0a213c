//! What a user of recordings sees: images, folders, videos, and everything that
//! is none of them.
//!
//! Fixtures are made on the spot. What needs a program or data that isn't there
//! says so on standard output and is left out; `VOUCH_REQUIRE_ALL=1` turns that
//! into a failure.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use vouch_contract::source::SourceKind;
use vouch_perception::camera::{
    CameraError, Frame, GrabOptions, OpenOptions, Orientation, Pace, Recording, RecordingOptions, Rotation,
    Source, grab, open,
};

/// Says that a test is left out, or fails where nothing may be.
fn left_out(why: &str) {
    assert!(std::env::var_os("VOUCH_REQUIRE_ALL").is_none(), "left out, but everything is required: {why}");
    println!("LEFT OUT: {why}");
}

fn has_ffmpeg() -> bool {
    let there = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !there {
        left_out("no ffmpeg");
    }
    there
}

/// `seconds` of ffmpeg's moving test picture, with more arguments before the file.
fn make_video(file: &Path, size: &str, rate: u32, seconds: f32, more: &[&str]) {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i"])
        .arg(format!("testsrc=size={size}:rate={rate}:duration={seconds}"))
        .args(["-pix_fmt", "yuv420p", "-c:v", "mpeg4"])
        .args(more)
        .arg(file)
        .status()
        .expect("ffmpeg runs");
    assert!(made.success(), "ffmpeg made no fixture");
}

fn make_image(file: &Path, width: u32, height: u32, grey: u8) {
    image::RgbImage::from_pixel(width, height, image::Rgb([grey; 3])).save(file).expect("writes an image");
}

fn recording(path: &Path) -> Result<Recording, CameraError> {
    Recording::open(path, RecordingOptions::default())
}

/// Every frame's size, first sample and time, and how it ended.
fn play(source: &mut dyn Source) -> (Vec<(u32, u32, u8, Duration)>, CameraError) {
    let mut frame = Frame::default();
    let mut seen = Vec::new();
    loop {
        match source.next(&mut frame) {
            Ok(()) => {
                assert_eq!(frame.rgb.len() as u32, frame.width * frame.height * 3);
                assert_eq!(frame.sequence, seen.len() as u64);
                seen.push((frame.width, frame.height, frame.rgb[0], frame.at));
            }
            Err(end) => return (seen, end),
        }
    }
}

fn reason(error: &CameraError) -> String {
    assert!(matches!(error, CameraError::Unusable { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn a_single_image_is_one_frame() {
    let room = tempfile::tempdir().expect("a folder");
    let file = room.path().join("face.png");
    make_image(&file, 40, 30, 99);
    let mut source = recording(&file).expect("opens");
    assert_eq!(source.info().kind, SourceKind::Recording);
    assert_eq!(source.info().card, "face.png");
    assert_eq!((source.info().width, source.info().height), (40, 30));
    let (frames, end) = play(&mut source);
    assert_eq!(frames, [(40, 30, 99, Duration::ZERO)]);
    assert!(matches!(end, CameraError::Ended));
    assert!(matches!(source.next(&mut Frame::default()), Err(CameraError::Ended)));
}

#[test]
fn an_image_is_told_by_its_content_not_its_name() {
    let room = tempfile::tempdir().expect("a folder");
    make_image(&room.path().join("real.png"), 4, 4, 1);
    let file = room.path().join("misnamed.mp4");
    std::fs::rename(room.path().join("real.png"), &file).expect("renames");
    assert_eq!(play(&mut recording(&file).expect("opens")).0.len(), 1);
}

#[test]
fn a_phones_jpeg_comes_out_upright() {
    let room = tempfile::tempdir().expect("a folder");
    let file = room.path().join("phone.jpg");
    // Left half white, stored lying: EXIF says "turn a quarter clockwise".
    let lying = image::RgbImage::from_fn(64, 32, |x, _| image::Rgb([if x < 32 { 255 } else { 0 }; 3]));
    let mut plain = std::io::Cursor::new(Vec::new());
    lying.write_to(&mut plain, image::ImageFormat::Jpeg).expect("encodes");
    let plain = plain.into_inner();
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let jpeg = [&plain[..2], exif, &plain[2..]].concat();
    std::fs::write(&file, jpeg).expect("writes");

    let mut source = recording(&file).expect("opens");
    assert_eq!((source.info().width, source.info().height), (32, 64));
    let mut frame = Frame::default();
    source.next(&mut frame).expect("a frame");
    assert_eq!((frame.width, frame.height), (32, 64));
    // What was left is on top now.
    assert!(frame.rgb[0] > 250 && frame.rgb[frame.rgb.len() - 1] < 5);
}

#[test]
fn a_folder_plays_in_the_order_of_its_numbers_and_counts_broken_images() {
    let room = tempfile::tempdir().expect("a folder");
    for number in [1u8, 2, 10] {
        make_image(&room.path().join(format!("f{number}.png")), 8, 8, number);
    }
    std::fs::write(room.path().join("f3.png"), b"\x89PNG\r\n\x1a\nbroken").expect("writes");
    std::fs::write(room.path().join("f4.jpg"), b"").expect("writes");
    std::fs::write(room.path().join("notes.txt"), b"no image").expect("writes");
    std::fs::write(room.path().join(".hidden.png"), b"junk").expect("writes");
    let mut source = recording(room.path()).expect("opens");
    let (frames, end) = play(&mut source);
    let greys: Vec<u8> = frames.iter().map(|frame| frame.2).collect();
    assert_eq!(greys, [1, 2, 10]);
    assert_eq!(frames[2].3, Duration::from_millis(80));
    assert!(matches!(end, CameraError::Ended));
    assert_eq!(source.counts().corrupt, 2);
    assert_eq!(source.counts().frames, 3);
}

#[test]
fn what_is_no_recording_says_why() {
    let room = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &[u8]| -> PathBuf {
        let path = room.path().join(name);
        std::fs::write(&path, content).expect("writes");
        path
    };
    let refused = |path: &Path| recording(path).expect_err("no recording");

    assert!(reason(&refused(room.path())).contains("without a readable image"));
    assert!(reason(&refused(&file("empty.mp4", b""))).contains("empty file"));
    assert!(reason(&refused(&file("cut.png", b"\x89PNG\r\n\x1a\n\0\0"))).contains("cut off"));
    let missing = refused(&room.path().join("nowhere.mp4"));
    assert!(matches!(missing, CameraError::NotFound { .. }));
    assert!(missing.to_string().contains("nowhere.mp4"));
    let socket = room.path().join("socket");
    let _listening = std::os::unix::net::UnixListener::bind(&socket).expect("binds");
    assert!(reason(&refused(&socket)).contains("neither a file nor a folder"));
    if has_ffmpeg() {
        let text = refused(&file("text.mp4", b"this is no video at all\n"));
        assert!(reason(&text).contains("neither an image nor a video"), "{text}");
    }
}

#[test]
fn a_playlist_can_not_reach_other_files() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let video = room.path().join("private.mp4");
    make_video(&video, "64x48", 10, 0.5, &[]);
    for (name, content) in [
        ("list.mp4", format!("ffconcat version 1.0\nfile {}\n", video.display())),
        (
            "list.m3u8",
            format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n", video.display()),
        ),
        ("text.txt", "drawn as a video by ffmpeg's tty reader\n".to_owned()),
    ] {
        let list = room.path().join(name);
        std::fs::write(&list, content).expect("writes");
        reason(&recording(&list).expect_err("refused"));
    }
}

#[test]
fn a_folder_one_may_not_enter_is_denied() {
    use std::os::unix::fs::PermissionsExt;
    let room = tempfile::tempdir().expect("a folder");
    let closed = room.path().join("closed");
    std::fs::create_dir(&closed).expect("a folder");
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o000)).expect("closes");
    let outcome = recording(&closed.join("video.mp4"));
    if matches!(outcome, Err(CameraError::NotFound { .. })) {
        left_out("runs as root, to whom nothing is closed");
    } else {
        assert!(matches!(outcome, Err(CameraError::Denied { .. })));
    }
    std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o700)).expect("opens");
}

#[test]
fn a_video_plays_whole() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let file = room.path().join("test.mp4");
    make_video(&file, "160x120", 20, 1.5, &[]);
    let mut source = recording(&file).expect("opens");
    assert_eq!(source.info().format, "mpeg4");
    assert_eq!(source.info().rate, 20.0);
    let (frames, end) = play(&mut source);
    assert!(matches!(end, CameraError::Ended), "{end}");
    assert_eq!(frames.len(), 30);
    assert_eq!(frames[29].3, Duration::from_millis(1450));
    assert!(frames.iter().all(|(w, h, ..)| (*w, *h) == (160, 120)));
}

#[test]
fn a_large_video_is_scaled_and_a_strange_name_is_only_a_name() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    make_video(&room.path().join("plain.mkv"), "1920x1080", 10, 0.3, &[]);
    for name in ["-i", "http:x", "100% täst?.mkv", "a|b&c"] {
        let file = room.path().join(name);
        std::fs::copy(room.path().join("plain.mkv"), &file).expect("copies");
        let (frames, _) = play(&mut recording(&file).expect("opens"));
        assert_eq!(frames.len(), 3, "{name}");
        assert_eq!((frames[0].0, frames[0].1), (1280, 720));
    }
}

#[test]
fn a_video_cut_short_gives_what_is_there() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let whole = room.path().join("whole.mkv");
    make_video(&whole, "320x240", 20, 3.0, &[]);
    let bytes = std::fs::read(&whole).expect("reads");
    let cut = room.path().join("cut.mkv");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("writes");
    let (frames, end) = play(&mut recording(&cut).expect("opens"));
    assert!(matches!(end, CameraError::Ended), "{end}");
    assert!((5..60).contains(&frames.len()), "{}", frames.len());

    // MP4 keeps its index at the end: cut, it is nothing at all.
    let whole = room.path().join("whole.mp4");
    make_video(&whole, "320x240", 20, 1.0, &[]);
    let bytes = std::fs::read(&whole).expect("reads");
    let cut = room.path().join("cut.mp4");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("writes");
    reason(&recording(&cut).expect_err("refused"));
}

#[test]
fn a_variable_rate_becomes_a_constant_one_of_the_same_length() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let file = room.path().join("variable.mkv");
    // Two of three frames dropped in the second second.
    let drop = "select='lt(t,1)+not(mod(n,3))'";
    make_video(&file, "160x120", 30, 2.0, &["-vf", drop, "-vsync", "vfr"]);
    let (frames, _) = play(&mut recording(&file).expect("opens"));
    let length = frames.last().expect("frames").3.as_secs_f32();
    assert!((1.7..2.1).contains(&length), "{length} s, {} frames", frames.len());
}

#[test]
fn real_time_takes_its_time() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let file = room.path().join("test.mp4");
    make_video(&file, "64x48", 20, 0.5, &[]);
    let options = RecordingOptions { pace: Pace::Real, ..RecordingOptions::default() };
    let mut source = Recording::open(&file, options).expect("opens");
    let mut frame = Frame::default();
    source.next(&mut frame).expect("a first frame");
    let started = Instant::now();
    while source.next(&mut frame).is_ok() {}
    assert!(started.elapsed() >= Duration::from_millis(400));
}

#[test]
fn a_decoder_that_is_no_longer_wanted_is_gone() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let file = room.path().join("long-unique-name.mkv");
    make_video(&file, "320x240", 30, 20.0, &[]);
    let mut source = recording(&file).expect("opens");
    source.next(&mut Frame::default()).expect("a frame");
    assert_eq!(decoders_of(&file), 1);
    drop(source);
    assert_eq!(decoders_of(&file), 0);
}

/// Processes with this file on their command line.
fn decoders_of(file: &Path) -> usize {
    let wanted = format!("file:{}", file.display());
    std::fs::read_dir("/proc")
        .expect("reads /proc")
        .flatten()
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .filter(|line| line.split(|byte| *byte == 0).any(|word| word == wanted.as_bytes()))
        .count()
}

#[test]
fn a_camera_mounted_sideways_is_turned_upright() {
    let room = tempfile::tempdir().expect("a folder");
    make_image(&room.path().join("1.png"), 40, 30, 7);
    let options = OpenOptions {
        orientation: Orientation { rotate: Rotation::Right, mirrored: true },
        ..OpenOptions::default()
    };
    let mut source = open(room.path().to_str().expect("text"), &options).expect("opens");
    assert_eq!((source.info().width, source.info().height), (30, 40));
    assert_eq!(play(&mut source).0, [(30, 40, 7, Duration::ZERO)]);
}

#[test]
fn a_character_device_that_is_no_camera_is_refused() {
    let refused = open("/dev/null", &OpenOptions::default()).err().expect("refused");
    assert!(reason(&refused).contains("not a V4L2 device"));
    let missing = open("/dev/video999", &OpenOptions::default()).err().expect("refused");
    assert!(matches!(missing, CameraError::NotFound { .. }));
}

#[test]
fn a_grab_reports_and_keeps_the_last_frame() {
    let room = tempfile::tempdir().expect("a folder");
    for number in 1..=3u8 {
        make_image(&room.path().join(format!("{number}.png")), 8, 6, number * 10);
    }
    let mut source = open(room.path().to_str().expect("text"), &OpenOptions::default()).expect("opens");
    let options = GrabOptions {
        frames: 10,
        limit: Duration::from_secs(5),
        node: None,
        out: Some(room.path().join("out")),
    };
    let report = grab(&mut source, &options).expect("grabs");
    assert_eq!((report.frames, report.complete), (3, false));
    assert_eq!(report.mean_rgb, [30.0; 3]);
    let last = image::open(report.last.expect("written")).expect("reads").into_rgb8();
    assert_eq!((last.dimensions(), last.as_raw()[0]), ((8, 6), 30));
}

/// The shared recordings, where this checkout has them.
fn shared(file: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("../shared/data").join(file);
    if path.exists() {
        return Some(path);
    }
    left_out(&format!("{file} is not here"));
    None
}

#[test]
fn phone_clips_come_out_portrait() {
    if !has_ffmpeg() {
        return;
    }
    for (clip, about) in [("videos/active/td_621ea6b1.mov", 261), ("videos/active/td_62421a6b.mov", 250)] {
        let Some(path) = shared(clip) else { continue };
        let mut source = recording(&path).expect("opens");
        let (frames, end) = play(&mut source);
        assert!(matches!(end, CameraError::Ended), "{end}");
        assert!(frames.iter().all(|(w, h, ..)| (*w, *h) == (360, 480)));
        assert!(frames.len().abs_diff(about) <= 3, "{}", frames.len());
        assert_eq!(source.counts().corrupt, 0);
    }
}

#[test]
fn webcam_clips_play() {
    if !has_ffmpeg() {
        return;
    }
    let Some(path) = shared("attacks/nuaa_seq/genuine_0001_s01.avi") else {
        return;
    };
    let (frames, end) = play(&mut recording(&path).expect("opens"));
    assert!(matches!(end, CameraError::Ended), "{end}");
    assert!(!frames.is_empty());
}
