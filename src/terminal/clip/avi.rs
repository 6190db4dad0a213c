//! Motion JPEG in an AVI file (Microsoft, AVI RIFF File Reference): the frames as they are, each a
//! JPEG of its own. Video players show it. Nothing is encoded twice.

/// Size of a BITMAPINFOHEADER, bytes.
const BITMAP: u32 = 40;
/// There is an index (AVIF_HASINDEX).
const HAS_INDEX: u32 = 0x10;
/// Every frame can be shown by itself (AVIIF_KEYFRAME).
const KEY_FRAME: u32 = 0x10;
/// The chunk of a compressed frame of the first stream.
const FRAME: &[u8; 4] = b"00dc";

/// The file of these frames, `rate` per second, all of one size. An empty frame repeats the one
/// before.
pub(super) fn write(frames: &[&[u8]], rate: u32, (width, height): (u16, u16)) -> Vec<u8> {
    let count = frames.len() as u32;
    let largest = frames.iter().map(|frame| frame.len()).max().unwrap_or_default() as u32;
    let header = [
        [1_000_000 / rate.max(1), largest * rate, 0, HAS_INDEX, count, 0, 1, largest].as_slice(),
        &[width.into(), height.into(), 0, 0, 0, 0],
    ]
    .concat();
    let mut stream = b"vidsMJPG".to_vec();
    let [right, bottom] = [width, height].map(u32::from);
    // The last word is the picture's left upper corner.
    stream.extend(words(&[0, 0, 0, 1, rate, 0, count, largest, u32::MAX, 0, 0]));
    stream.extend([width, height].iter().flat_map(|side| side.to_le_bytes()));
    let mut format = words(&[BITMAP, right, bottom, (24 << 16) | 1]);
    format.extend_from_slice(b"MJPG");
    format.extend(words(&[right * bottom * 3, 0, 0, 0, 0]));
    let stream = list(b"strl", [chunk(b"strh", &stream), chunk(b"strf", &format)].concat());
    let headers = list(b"hdrl", [chunk(b"avih", &words(&header)), stream].concat());
    let (mut movie, mut index) = (Vec::new(), Vec::new());
    for frame in frames {
        // From the list's own name on.
        let at = 4 + movie.len() as u32;
        index.extend_from_slice(FRAME);
        index.extend(words(&[KEY_FRAME, at, frame.len() as u32]));
        movie.extend(chunk(FRAME, frame));
    }
    let body = [headers, list(b"movi", movie), chunk(b"idx1", &index)].concat();
    let mut file = b"RIFF".to_vec();
    file.extend_from_slice(&(4 + body.len() as u32).to_le_bytes());
    file.extend_from_slice(b"AVI ");
    file.extend(body);
    file
}

fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// A chunk: name, length, content, padded to an even length.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = [name.as_slice(), &(content.len() as u32).to_le_bytes(), content].concat();
    if content.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}

fn list(name: &[u8; 4], content: Vec<u8>) -> Vec<u8> {
    chunk(b"LIST", &[name.as_slice(), &content].concat())
}
