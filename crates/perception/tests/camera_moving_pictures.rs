//! Recordings that are neither single pictures nor ordinary videos: raw MJPEG,
//! animations, pixels that are not square, sound with a cover; and formats that are
//! not read.

use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use image::{ImageFormat, Rgb, RgbImage};
use vouch_perception::camera::{CameraError, Frame, Recording, RecordingOptions, Source};

fn has_ffmpeg() -> bool {
    let there = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !there {
        assert!(
            std::env::var_os("VOUCH_REQUIRE_ALL").is_none(),
            "left out, but everything is required: ffmpeg"
        );
        println!("LEFT OUT: no ffmpeg");
    }
    there
}

fn ffmpeg(arguments: &[&str], file: &Path) {
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error"])
        .args(arguments)
        .arg(file)
        .status()
        .expect("ffmpeg runs");
    assert!(made.success(), "ffmpeg made no fixture");
}

fn picture(grey: u8) -> RgbImage {
    RgbImage::from_pixel(32, 24, Rgb([grey; 3]))
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

const GREYS: [u8; 5] = [10, 60, 110, 160, 210];

fn open(room: &Path, name: &str, bytes: &[u8]) -> Result<Recording, CameraError> {
    let file = room.join(name);
    std::fs::write(&file, bytes).expect("writes");
    Recording::open(&file, RecordingOptions::default())
}

fn refused(room: &Path, name: &str, bytes: &[u8]) -> String {
    open(room, name, bytes).expect_err("refused").to_string()
}

/// Each frame's size, grey and time, and the source's count of damaged ones.
fn play(mut source: Recording) -> (Vec<(u32, u32, u8, Duration)>, u64) {
    let mut frame = Frame::default();
    let mut seen = Vec::new();
    loop {
        match source.next(&mut frame) {
            Ok(()) => {
                assert_eq!(frame.sequence, seen.len() as u64);
                let middle = frame.rgb[frame.rgb.len() / 2];
                seen.push((frame.width, frame.height, middle, frame.at));
            }
            Err(error) => {
                assert!(matches!(error, CameraError::Ended), "{error}");
                return (seen, source.counts().corrupt);
            }
        }
    }
}

#[track_caller]
fn assert_plays_all(frames: &[(u32, u32, u8, Duration)], every: Duration) {
    assert_eq!(frames.len(), GREYS.len());
    for ((number, frame), grey) in (0..).zip(frames).zip(GREYS) {
        assert_eq!((frame.0, frame.1), (32, 24));
        assert!(frame.2.abs_diff(grey) <= 3, "frame {number} is {}", frame.2);
        assert_eq!(frame.3, every * number);
    }
}

#[test]
fn raw_mjpeg_plays_all_its_pictures() {
    let room = tempfile::tempdir().expect("a folder");
    let pictures: Vec<Vec<u8>> =
        GREYS.iter().map(|grey| encoded(&picture(*grey), ImageFormat::Jpeg)).collect();
    let source = open(room.path(), "five.mjpeg", &pictures.concat()).expect("opens");
    assert_eq!((source.info().format.as_str(), source.info().rate), ("mjpeg", 25.0));
    assert_plays_all(&play(source).0, Duration::from_millis(40));
    // With each frame padded to the size of the driver's buffer, and by another name.
    let padded: Vec<u8> = pictures
        .iter()
        .flat_map(|picture| {
            let mut buffer = picture.clone();
            buffer.resize(4096, 0);
            buffer
        })
        .collect();
    let source = open(room.path(), "padded.jpg", &padded).expect("opens");
    assert_plays_all(&play(source).0, Duration::from_millis(40));
}

#[test]
fn a_damaged_picture_of_raw_mjpeg_is_counted_and_passed_over() {
    let room = tempfile::tempdir().expect("a folder");
    let whole = |grey| encoded(&picture(grey), ImageFormat::Jpeg);
    let cut = |grey| whole(grey)[..whole(grey).len() - 12].to_vec();
    let stream = [whole(10), cut(60), whole(110), cut(160)].concat();
    let (frames, corrupt) = play(open(room.path(), "camera.mjpeg", &stream).expect("opens"));
    assert_eq!(frames.iter().map(|frame| frame.2 / 10).collect::<Vec<_>>(), [1, 11]);
    assert_eq!(corrupt, 2);
}

#[test]
fn a_phones_photograph_with_a_second_picture_behind_it_is_one_picture() {
    let room = tempfile::tempdir().expect("a folder");
    let (main, map) = (encoded(&picture(99), ImageFormat::Jpeg), encoded(&picture(5), ImageFormat::Jpeg));
    // The Multi-Picture Format's segment (CIPA DC-007).
    let names_it = [&main[..2], b"\xFF\xE2\x00\x08MPF\0\0\0", &main[2..], &map].concat();
    let smaller = encoded(&RgbImage::from_pixel(8, 8, Rgb([5; 3])), ImageFormat::Jpeg);
    for bytes in [names_it, [main, smaller].concat()] {
        let source = open(room.path(), "phone.jpg", &bytes).expect("opens");
        assert_eq!(source.info().format, "jpeg");
        assert_eq!(play(source).0.len(), 1);
    }
}

#[test]
fn a_gif_plays_all_its_pictures() {
    let room = tempfile::tempdir().expect("a folder");
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for grey in GREYS {
        let rgba = image::DynamicImage::ImageRgb8(picture(grey)).into_rgba8();
        let delay = image::Delay::from_saturating_duration(Duration::from_millis(40));
        encoder.encode_frame(image::Frame::from_parts(rgba, 0, 0, delay)).expect("encodes");
    }
    drop(encoder);
    let source = open(room.path(), "five.gif", &bytes).expect("opens");
    assert_eq!(source.info().format, "gif");
    assert_plays_all(&play(source).0, Duration::from_millis(40));
    // Cut off in its last picture: what is there plays.
    let (frames, corrupt) = play(open(room.path(), "cut.gif", &bytes[..bytes.len() - 20]).expect("opens"));
    assert!((3..5).contains(&frames.len()) && corrupt <= 1, "{}", frames.len());
}

/// A chunk of a WebP file (RFC 9649): its name, its length, padded to even.
fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = [&name[..], &(body.len() as u32).to_le_bytes(), body].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

#[test]
fn a_webp_plays_all_its_pictures() {
    let room = tempfile::tempdir().expect("a folder");
    let three = |value: u32| value.to_le_bytes()[..3].to_vec();
    let mut body = chunk(b"VP8X", &[&[0x02, 0, 0, 0][..], &three(31), &three(23)].concat());
    body.extend(chunk(b"ANIM", &[0; 6]));
    for grey in GREYS {
        // Behind `RIFF`, size and `WEBP` the encoder's file is the picture's chunk.
        let still = encoded(&picture(grey), ImageFormat::WebP);
        let place = [three(0), three(0), three(31), three(23), three(40), vec![0]].concat();
        body.extend(chunk(b"ANMF", &[&place[..], &still[12..]].concat()));
    }
    let bytes = [b"RIFF", &(body.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &body].concat();
    let source = open(room.path(), "five.webp", &bytes).expect("opens");
    assert_plays_all(&play(source).0, Duration::from_millis(40));
}

#[test]
fn an_apng_plays_all_its_pictures() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let file = room.path().join("five.png");
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=0.5", "-f", "apng"], &file);
    let source = Recording::open(&file, RecordingOptions::default()).expect("opens");
    assert_eq!(source.info().format, "png");
    let (frames, _) = play(source);
    assert_eq!(frames.len(), 5);
    assert_eq!(frames[4].3, Duration::from_millis(400));
}

#[test]
fn pixels_that_are_not_square_are_shown_in_their_proportions() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let shown = |aspect: &str, more: &[&str]| {
        let file = room.path().join("anamorphic.mp4");
        let filter = format!("setsar={aspect}");
        let mut arguments = vec!["-y", "-f", "lavfi", "-i", "testsrc=size=36x48:rate=10:duration=0.3"];
        arguments.extend(["-vf", &filter, "-c:v", "mpeg4", "-pix_fmt", "yuv420p"]);
        arguments.extend(more);
        ffmpeg(&arguments, &file);
        let (frames, _) = play(Recording::open(&file, RecordingOptions::default()).expect("opens"));
        assert_eq!(frames.len(), 3);
        (frames[0].0, frames[0].1)
    };
    assert_eq!(shown("16/9", &[]), (64, 48));
    assert_eq!(shown("8/9", &[]), (32, 48));
    assert_eq!(shown("1/1", &[]), (36, 48));
}

#[test]
fn sound_with_a_cover_is_not_a_video() {
    if !has_ffmpeg() {
        return;
    }
    let room = tempfile::tempdir().expect("a folder");
    let cover = room.path().join("cover.png");
    picture(90).save(&cover).expect("writes");
    let song = room.path().join("song.m4a");
    let cover = cover.to_str().expect("text");
    ffmpeg(
        &[
            "-f",
            "lavfi",
            "-i",
            "sine=duration=0.3",
            "-i",
            cover,
            "-map",
            "0:a",
            "-map",
            "1:v",
            "-c:a",
            "aac",
            "-c:v",
            "png",
            "-disposition:v:0",
            "attached_pic",
            "-f",
            "mp4",
        ],
        &song,
    );
    let told = Recording::open(&song, RecordingOptions::default()).expect_err("refused").to_string();
    assert!(told.contains("not a video") && told.contains("cover"), "{told}");
    // Behind a cover, the video itself is played.
    let film = room.path().join("film.mp4");
    ffmpeg(
        &[
            "-i",
            cover,
            "-f",
            "lavfi",
            "-i",
            "testsrc=size=64x48:rate=10:duration=0.3",
            "-map",
            "0:v",
            "-map",
            "1:v",
            "-c:v:0",
            "png",
            "-c:v:1",
            "mpeg4",
            "-pix_fmt:v:1",
            "yuv420p",
            "-disposition:v:0",
            "attached_pic",
        ],
        &film,
    );
    let (frames, _) = play(Recording::open(&film, RecordingOptions::default()).expect("opens"));
    assert_eq!((frames.len(), frames[0].0), (3, 64));
}

#[test]
fn formats_that_are_not_read_are_named() {
    let room = tempfile::tempdir().expect("a folder");
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat";
    let told = refused(room.path(), "photo.jpg", heic);
    assert!(told.ends_with("photo.jpg: HEIC is not read; give JPEG or PNG"), "{told}");
    let avif = b"\0\0\0\x18ftypavif\0\0\0\0mif1avif\0\0\0\x08mdat";
    assert!(refused(room.path(), "photo", avif).contains("AVIF is not read"));
    assert!(refused(room.path(), "scan", b"II\x2A\0\x08\0\0\0").contains("TIFF is not read"));
    assert!(refused(room.path(), "new", b"\xFF\x0A\x00\x00").contains("JPEG XL is not read"));
}

#[test]
fn a_still_that_is_cut_off_is_told_so() {
    let room = tempfile::tempdir().expect("a folder");
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let whole = encoded(&picture(120), format);
        let told = refused(room.path(), "half", &whole[..whole.len() * 2 / 3]);
        assert!(told.contains("the picture is cut off; give it again"), "{told}");
    }
}
