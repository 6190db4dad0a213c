//! Inspection results for complete, cut and spliced pictures.

use proptest::prelude::*;

use super::testing::Sketch;
use super::{Care, Inspector, JpegFault};

fn inspect(bytes: &[u8], care: Care) -> Result<(u32, u32), JpegFault> {
    Inspector::default().inspect(bytes, care).map(|whole| (whole.width, whole.height))
}

fn detailed() -> Sketch {
    Sketch { detail: 4, colour: |x, y| [(x * 3) as u8, (y * 4) as u8, 128], ..Sketch::default() }
}

fn every_kind() -> Vec<Sketch> {
    let mut kinds = Vec::new();
    for sampling in [(1, 1), (2, 1), (1, 2), (2, 2)] {
        for restart_interval in [0, 1, 3] {
            for progressive in [false, true] {
                let sampling = [sampling, (1, 1), (1, 1)];
                kinds.push(Sketch { sampling, restart_interval, progressive, ..detailed() });
            }
        }
    }
    kinds
}

#[test]
fn whole_pictures_of_every_kind_are_whole() {
    for sketch in every_kind() {
        for (width, height) in [(64, 48), (61, 45), (8, 8), (1, 1)] {
            let sketch = Sketch { width, height, ..sketch.clone() };
            let told = inspect(&sketch.encode(), Care::Frame);
            assert_eq!(told, Ok((width as u32, height as u32)), "{sketch:?}");
        }
    }
}

#[test]
fn a_picture_cut_anywhere_is_cut_off() {
    for sketch in every_kind() {
        let whole = Sketch { width: 24, height: 16, ..sketch }.encode();
        for end in 2..whole.len() {
            let told = inspect(&whole[..end], Care::File);
            assert_eq!(told, Err(JpegFault::CutOff), "cut at {end} of {}", whole.len());
            // With the end marker added after the cut.
            let closed = [&whole[..end], &[0xFF, 0xD9]].concat();
            assert!(end + 2 >= whole.len() || inspect(&closed, Care::File).is_err(), "closed at {end}");
        }
    }
}

#[test]
fn a_progressive_picture_without_its_last_scans_is_cut_off() {
    let whole = Sketch { progressive: true, ..detailed() }.encode();
    let scans: Vec<usize> =
        (0..whole.len() - 1).filter(|at| whole[*at..].starts_with(&[0xFF, 0xDA])).collect();
    assert_eq!(scans.len(), 8);
    for scan in scans {
        let closed = [&whole[..scan], &[0xFF, 0xD9]].concat();
        assert_eq!(inspect(&closed, Care::File), Err(JpegFault::CutOff));
    }
}

/// Start and end of the only scan's data.
fn data(bytes: &[u8]) -> (usize, usize) {
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("a scan");
    (scan + 14, bytes.len() - 2)
}

#[test]
fn zeros_or_an_older_frame_behind_a_cut_are_noticed() {
    for restart_interval in [0, 5] {
        let new = Sketch { width: 160, height: 120, seed: 1, restart_interval, ..detailed() };
        // From another scene with less detail.
        let old = Sketch { seed: 77_777, detail: 2, ..new.clone() }.encode();
        let new = new.encode();
        let (start, end) = data(&new);
        let mut missed = [0; 3];
        let tries: Vec<usize> = (start + 40..end - 40).step_by(7).collect();
        for &cut in &tries {
            let mut zeros = new.clone();
            zeros[cut..end].fill(0);
            missed[0] += usize::from(inspect(&zeros, Care::Frame).is_ok());
            let mut older = [&new[..cut], old.get(cut..).unwrap_or_default()].concat();
            older.resize(new.len().max(old.len()), 0);
            missed[1] += usize::from(inspect(&older, Care::Frame).is_ok());
            // A lost packet of 512 bytes.
            let hole = [&new[..cut], new.get(cut + 512..).unwrap_or(&[0xFF, 0xD9])].concat();
            missed[2] += usize::from(inspect(&hole, Care::Frame).is_ok());
        }
        let share = missed.map(|missed| missed as f32 / tries.len() as f32);
        // An older frame's blocks may fit by chance, more often with an earlier cut and with closer
        // restart markers.
        let most = if restart_interval > 0 { [0.02, 0.3, 0.02] } else { [0.02, 0.1, 0.02] };
        assert!(share.iter().zip(most).all(|(share, most)| *share <= most), "{share:?} were missed");
    }
}

#[test]
fn bytes_that_cameras_leave_before_restart_markers_are_no_matter() {
    let frame = Sketch { restart_interval: 3, ..detailed() }.encode();
    let mut padded = Vec::new();
    for (at, byte) in frame.iter().enumerate() {
        let is_restart = *byte == 0xFF && matches!(frame.get(at + 1), Some(0xD0..=0xD7));
        if is_restart {
            padded.extend([0x55; 9]);
        }
        padded.push(*byte);
    }
    assert!(padded.len() > frame.len());
    assert_eq!(inspect(&padded, Care::Frame), Ok((64, 48)));
}

#[test]
fn a_restart_marker_out_of_order_is_damage() {
    let mut frame = Sketch { restart_interval: 3, ..detailed() }.encode();
    let second = frame.windows(2).position(|pair| pair == [0xFF, 0xD1]).expect("restarts");
    frame[second + 1] = 0xD2;
    assert!(matches!(inspect(&frame, Care::Frame), Err(JpegFault::Damaged(_))));
}

#[test]
fn codings_that_are_not_read_are_named() {
    let frame = Sketch::default().encode();
    let header = frame.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a header");
    for (kind, named) in [
        (0xC3, "lossless"),
        (0xC5, "hierarchical"),
        (0xC9, "arithmetic"),
        (0xCA, "arithmetic"),
        (0xCC, "arithmetic"),
        (0xF7, "JPEG-LS"),
    ] {
        let mut other = frame.clone();
        other[header + 1] = kind;
        let told = inspect(&other, Care::File).expect_err("refused").to_string();
        assert!(told.contains(named), "{told}");
    }
    let mut deep = frame.clone();
    deep[header + 4] = 12;
    assert!(matches!(inspect(&deep, Care::File), Err(JpegFault::Coding(_))));
    let mut later = frame;
    later[header + 5..header + 7].fill(0);
    assert!(matches!(inspect(&later, Care::File), Err(JpegFault::Coding(_))));
}

proptest! {
    #[test]
    fn no_damage_panics(
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        kind in 0usize..30,
    ) {
        let kinds = every_kind();
        let mut bytes = Sketch { width: 48, height: 32, ..kinds[kind % kinds.len()].clone() }.encode();
        for (index, value) in at {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        let _ = inspect(&bytes, Care::File);
        let _ = inspect(&bytes, Care::Frame);
    }
}
