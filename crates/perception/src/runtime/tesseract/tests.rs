use super::*;

/// Letters of five by seven dots: enough of an alphabet for one word.
const LETTERS: [(char, [u8; 7]); 5] = [
    ('T', [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100]),
    ('E', [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111]),
    ('H', [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
    ('L', [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111]),
    ('O', [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
];
const DOT: usize = 5;

/// Tesseract with English, or none if it is not installed (reported once on standard error).
fn english() -> Option<Tesseract> {
    match Tesseract::open(Settings { languages: &["eng"], ..Settings::default() }) {
        Ok(reader) => Some(reader),
        Err(TesseractError::Library { .. } | TesseractError::Language { .. }) => {
            eprintln!("skipped: no Tesseract; run scripts/setup.sh test");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// A white strip with a word in black dots.
fn strip(word: &str) -> (Vec<u8>, u32, u32) {
    let (width, height) = ((word.len() * 6 + 4) * DOT, 15 * DOT);
    let mut pixels = vec![255; width * height];
    for (index, letter) in word.chars().enumerate() {
        let rows = LETTERS.iter().find(|(known, _)| *known == letter).unwrap().1;
        for (row, bits) in rows.iter().enumerate() {
            for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                for y in 0..DOT {
                    let start = ((row + 4) * DOT + y) * width + (index * 6 + 3 + column) * DOT;
                    pixels[start..start + DOT].fill(0);
                }
            }
        }
    }
    (pixels, width as u32, height as u32)
}

#[test]
fn a_word_is_read_with_its_box_and_by_one_thread() {
    let Some(mut reader) = english() else { return };
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let before = threads();
    let (pixels, width, height) = strip("HOTEL");
    let picture = Picture { pixels: &pixels, width, height, stride: width as usize };
    let words = reader.read(picture, Segmentation::Line, 150, Level::Word).unwrap();
    assert_eq!(words.len(), 1, "{words:?}");
    assert_eq!((words[0].text.as_str(), words[0].line), ("HOTEL", 0));
    assert!(words[0].confidence > 0.5, "{words:?}");
    let [left, top, right, bottom] = words[0].bounds;
    assert!(left < right && right <= width && top < bottom && bottom <= height, "{words:?}");
    // Read again at a finer level: the reader still works after a reading.
    let letters = reader.read(picture, Segmentation::Line, 150, Level::Symbol).unwrap();
    let text: String = letters.iter().map(|letter| letter.text.as_str()).collect();
    assert_eq!(text, "HOTEL");
    assert_eq!(threads(), before, "Tesseract took more cores");
}

#[test]
fn only_what_is_allowed_is_read() {
    let Some(mut reader) = english() else { return };
    reader.allow_only("0123456789").unwrap();
    let (pixels, width, height) = strip("HOTEL");
    let picture = Picture { pixels: &pixels, width, height, stride: width as usize };
    for word in reader.read(picture, Segmentation::Line, 150, Level::Word).unwrap() {
        assert!(word.text.chars().all(|letter| letter.is_ascii_digit()), "{word:?}");
    }
}

#[test]
fn a_blank_picture_holds_no_word() {
    let Some(mut reader) = english() else { return };
    let picture = Picture { pixels: &[255; 64 * 64], width: 64, height: 64, stride: 64 };
    assert_eq!(reader.read(picture, Segmentation::Block, 300, Level::Word).unwrap(), []);
}

#[test]
fn a_picture_that_can_not_be_one_is_refused_before_tesseract_sees_it() {
    let wrong = |width, height, stride, bytes: usize| {
        Picture { pixels: &vec![0; bytes], width, height, stride }.check().unwrap_err().to_string()
    };
    assert!(wrong(4, 100, 4, 400).contains("too short"));
    assert!(wrong(MAX_SIDE + 1, 8, 4097, 40_000).contains("too long"));
    assert!(wrong(100, 100, 100, 9_999).contains("too few"));
    assert!(wrong(100, 100, 99, 10_000).contains("too few"));
    assert!(wrong(8, 8, usize::MAX, 64).contains("too long"));
    // The last row may be shorter than the stride, as in a part of a larger picture.
    assert!(Picture { pixels: &[0; 20 * 9 + 10], width: 10, height: 10, stride: 20 }.check().is_ok());
}

#[test]
fn what_is_missing_is_named_with_its_package() {
    let library = Settings {
        library: Some(Path::new("/nowhere/libtesseract.so.5")),
        languages: &["eng"],
        ..Settings::default()
    };
    let message = Tesseract::open(library).err().unwrap().to_string();
    assert!(message.contains("libtesseract5"), "{message}");
    for languages in [&["eng"; MAX_LANGUAGES + 1][..], &[], &["../eng"], &["eng+rus"], &[""]] {
        let error = Tesseract::open(Settings { languages, ..Settings::default() }).err().unwrap();
        assert!(matches!(error, TesseractError::Languages(_)), "{error}");
    }
    if english().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let missing = Settings { tessdata: Some(folder.path()), languages: &["kaz"], ..Settings::default() };
    let message = Tesseract::open(missing).err().unwrap().to_string();
    assert!(message.contains("tesseract-ocr-kaz"), "{message}");
    std::fs::write(folder.path().join("kaz.traineddata"), b"cut short").unwrap();
    let error = Tesseract::open(missing).err().unwrap();
    assert!(matches!(error, TesseractError::Init { .. }), "{error}");
}
