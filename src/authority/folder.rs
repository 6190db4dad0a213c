//! A folder of records: a site's own register of its staff or members.
//!
//! Each record is two files named after the number, in capital letters and digits: `NUMBER.json`
//!
//! ```json
//! { "version": 1, "number": "900101300007", "lastName": "ERIKSSON", "firstName": "ANNA MARIA",
//!   "portraitDay": "2025-03-01" }
//! ```
//!
//! (with an optional `patronymic`) and `NUMBER.jpg`, the portrait.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::text::{MAX_RECORD_BYTES, Text, unreadable};
use super::{Authority, MAX_PORTRAIT_BYTES, Number, Record, Survey};
use vouch_contract::record::{Kind, RecordFault};
use vouch_trust::regular;
use vouch_trust::regular::Links;

/// Most files of the folder that a survey checks.
const MAX_SURVEYED: usize = 100_000;
/// Mode bits of a folder that let every user list it and open its files.
const OTHERS_READ: u32 = 0o005;
/// Most unusable records that a survey reports one by one.
const MAX_NAMED: usize = 5;

/// A folder of records.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The records in this folder. It is not accessed before the first question.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// `NUMBER.json`, checked.
    fn text(&self, number: &Number) -> Result<Text, RecordFault> {
        let path = self.path.join(format!("{}.json", number.text()));
        let Some(bytes) = read(&path, MAX_RECORD_BYTES, "the record")? else {
            self.is_there()?;
            return Err(RecordFault::NotFound);
        };
        let text = Text::parse(&bytes, number)?;
        match text.portrait {
            Some(_) => Err(unreadable("its portrait belongs in a file of its own")),
            None => Ok(text),
        }
    }

    fn portrait(&self, number: &Number) -> Result<Vec<u8>, RecordFault> {
        let path = self.path.join(format!("{}.jpg", number.text()));
        read(&path, MAX_PORTRAIT_BYTES, "its portrait")?.ok_or_else(|| unreadable("it has no portrait"))
    }

    /// Checks that the folder is there at all. A folder that is not mounted must not look like one
    /// without this person's record.
    fn is_there(&self) -> Result<(), RecordFault> {
        let gone = |why: &str| RecordFault::Unreachable(format!("{}: {why}", self.path.display()));
        let mut entries = std::fs::read_dir(&self.path).map_err(|e| gone(&e.to_string()))?;
        let any = entries.any(|entry| entry.is_ok_and(|entry| is_record(&entry.path())));
        if any { Ok(()) } else { Err(gone("there is no record in it; is it mounted?")) }
    }
}

impl Authority for Folder {
    fn kind(&self) -> Kind {
        Kind::Folder
    }

    fn find(&self, number: &Number) -> Result<Record, RecordFault> {
        self.text(number)?.with(number, self.portrait(number)?)
    }

    fn survey(&self) -> Result<Survey, RecordFault> {
        let gone = |e: std::io::Error| RecordFault::Unreachable(format!("{}: {e}", self.path.display()));
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(gone)?.take(MAX_SURVEYED) {
            let path = entry.map_err(gone)?.path();
            if is_record(&path) {
                names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
            }
        }
        names.sort();
        let mode = std::fs::metadata(&self.path).map_err(gone)?.permissions().mode();
        let is_open = mode & OTHERS_READ == OTHERS_READ;
        let mut survey = Survey { records: Some(names.len()), is_open, ..Survey::default() };
        for (name, place) in names.iter().zip(1..) {
            let checked = match Number::new(name) {
                Ok(number) if number.text() == name => self.find(&number).map(|_| ()),
                _ => Err(unreadable("its file name is not a number in capital letters and digits")),
            };
            if let Err(fault) = checked {
                survey.unusable_count += 1;
                if survey.unusable.len() < MAX_NAMED {
                    survey.unusable.push((place, fault.to_string()));
                }
            }
        }
        Ok(survey)
    }
}

fn is_record(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// Reads a file of at most `most` bytes; `None` if it does not exist. Does not follow links.
fn read(path: &Path, most: u64, what: &str) -> Result<Option<Vec<u8>>, RecordFault> {
    match regular::read(path, Links::Refused, most) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidInput => {
            Err(unreadable(&format!("{what} is not a regular file")))
        }
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            Err(unreadable(&format!("{what} is larger than {most} bytes")))
        }
        // The error's full text would repeat the path, which contains the number.
        Err(error) => Err(unreadable(&format!("{what}: {}", error.kind()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::RecordedFace;

    const JPEG: [u8; 3] = [0xFF, 0xD8, 0xFF];
    const GOOD: &str = r#"{"version": 1, "number": "900101300007", "lastName": "ERIKSSON",
        "firstName": "ANNA", "portraitDay": "2025-03-01"}"#;

    fn number() -> Number {
        Number::new("900101300007").unwrap()
    }

    fn folder(json: &[u8], portrait: Option<&[u8]>) -> (tempfile::TempDir, Folder) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("900101300007.json"), json).unwrap();
        if let Some(portrait) = portrait {
            std::fs::write(folder.path().join("900101300007.jpg"), portrait).unwrap();
        }
        let records = Folder::new(folder.path());
        (folder, records)
    }

    fn refused(json: &[u8], portrait: Option<&[u8]>) -> String {
        let (_kept, records) = folder(json, portrait);
        match records.find(&number()) {
            Err(RecordFault::Unreadable(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_record_is_found_by_its_number_alone() {
        let (_kept, records) = folder(GOOD.as_bytes(), Some(&JPEG));
        let record = records.find(&number()).unwrap();
        let face = RecordedFace::Portrait(JPEG.to_vec());
        assert_eq!((&record.face, record.portrait_day.year()), (&face, 2025));
        let other = Number::new("850615400006").unwrap();
        assert_eq!(records.find(&other), Err(RecordFault::NotFound));
        assert!(!format!("{record:?}").contains("ERIKSSON"));
    }

    #[test]
    fn what_is_wrong_is_told_without_the_person() {
        let changed = |from: &str, to: &str| GOOD.replace(from, to).into_bytes();
        let large = vec![b' '; 10 << 20];
        let nameless = String::from_utf8(changed("\"ANNA\"", "\" \"")).expect("UTF-8");
        let cases: [(Vec<u8>, &str); 9] = [
            (changed("}", r#", "portrait": "AAAA"}"#), "file of its own"),
            (b"garbage".to_vec(), "line 1"),
            (large, "larger than 16384"),
            (changed("\"version\": 1", "\"version\": 2"), "version 2"),
            (changed("900101300007", "900101300008"), "another number"),
            (changed("\"firstName\"", "\"first\""), "line"),
            (changed("2025-03-01", "2025-02-30"), "line"),
            (nameless.replace("\"ERIKSSON\"", "\"\"").into_bytes(), "is empty"),
            (changed("\"ANNA\"", "7"), "line"),
        ];
        for (json, words) in cases {
            let why = refused(&json, Some(&JPEG));
            assert!(why.contains(words), "{words}: {why}");
            assert!(!why.contains("9001") && !why.contains("ERIKSSON") && !why.contains("ANNA"), "{why}");
        }
        assert!(refused(GOOD.as_bytes(), None).contains("no portrait"));
        assert!(refused(GOOD.as_bytes(), Some(b"\x89PNG")).contains("not a JPEG"));
        let heavy = vec![0xFF; 1 + MAX_PORTRAIT_BYTES as usize];
        assert!(refused(GOOD.as_bytes(), Some(&heavy)).contains("larger"));
    }

    #[test]
    fn links_and_fifos_are_no_records() {
        let (kept, records) = folder(GOOD.as_bytes(), None);
        let portrait = kept.path().join("900101300007.jpg");
        std::fs::write(kept.path().join("elsewhere.jpg"), JPEG).unwrap();
        std::os::unix::fs::symlink(kept.path().join("elsewhere.jpg"), &portrait).unwrap();
        assert!(matches!(records.find(&number()), Err(RecordFault::Unreadable(_))));
        std::fs::remove_file(&portrait).unwrap();
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, &portrait, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        assert!(matches!(records.find(&number()), Err(RecordFault::Unreadable(_))));
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_a_folder_without_the_person() {
        let (kept, records) = folder(GOOD.as_bytes(), Some(&JPEG));
        std::fs::remove_file(kept.path().join("900101300007.json")).unwrap();
        let fault = records.find(&number()).unwrap_err();
        assert!(matches!(&fault, RecordFault::Unreachable(why) if why.contains("mounted")), "{fault}");
        drop(kept);
        assert!(matches!(records.find(&number()), Err(RecordFault::Unreachable(_))));
        assert!(matches!(records.survey(), Err(RecordFault::Unreachable(_))));
    }

    #[test]
    fn a_survey_counts_and_names_nobody() {
        let (kept, records) = folder(GOOD.as_bytes(), Some(&JPEG));
        for name in ["850615400006.json", "small-letters.json"] {
            std::fs::write(kept.path().join(name), "{}").unwrap();
        }
        for (mode, is_open) in [(0o755, true), (0o750, false), (0o700, false)] {
            std::fs::set_permissions(kept.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(records.survey().unwrap().is_open, is_open, "{mode:o}");
        }
        let survey = records.survey().unwrap();
        assert_eq!((survey.records, survey.unusable_count), (Some(3), 2));
        let places: Vec<usize> = survey.unusable.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, [1, 3]);
        assert!(!format!("{survey:?}").contains("8506"), "{survey:?}");
    }
}
