//! The terminal's own gallery as a source: people who were enrolled here.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::record::RecordedFace;
use super::{Authority, FullName, Number, Record, Survey};
use vouch_contract::record::{Kind, RecordFault};
use vouch_store::gallery::Gallery;
use vouch_store::sealed::database::SealedStoreError;

/// The people enrolled at this terminal.
#[derive(Debug, Clone)]
pub struct GalleryRecords {
    state: PathBuf,
}

impl GalleryRecords {
    /// The gallery in this state folder. It is opened for each question, so that what another
    /// process changes is seen at once.
    pub fn new(state: &Path) -> Self {
        Self { state: state.to_owned() }
    }
}

impl Authority for GalleryRecords {
    fn kind(&self) -> Kind {
        Kind::Gallery
    }

    fn find(&self, number: &Number) -> Result<Record, RecordFault> {
        let gallery = Gallery::open(&self.state).map_err(|error| unreachable(&error))?;
        let found = gallery.find(number.text(), Timestamp::now()).map_err(|error| unreachable(&error))?;
        let (about, template) = found.ok_or(RecordFault::NotFound)?;
        Ok(Record {
            number: number.clone(),
            name: FullName::new(&about.last_name, &about.first_name, about.patronymic.as_deref())?,
            face: RecordedFace::Template(Box::new(template)),
            portrait_day: about.enrolled_at.to_zoned(TimeZone::system()).date(),
        })
    }

    fn survey(&self) -> Result<Survey, RecordFault> {
        let gallery = Gallery::open(&self.state).map_err(|error| unreachable(&error))?;
        let records = gallery.count().map_err(|error| unreachable(&error))?;
        Ok(Survey { records: Some(records), ..Survey::default() })
    }
}

fn unreachable(error: &SealedStoreError) -> RecordFault {
    RecordFault::Unreachable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouch_contract::face::Template;
    use vouch_store::gallery::{About, Origin, Person};

    #[test]
    fn an_enrolled_person_is_a_record_until_the_time_is_over() {
        let state = tempfile::tempdir().unwrap();
        let template = Template { model: [1; 8], values: [0.6, 0.8].into_iter().collect() };
        let enrolled_at: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let about = |number: &str, expires_at: Option<&str>| About {
            number: number.to_owned(),
            last_name: "ERIKSSON".to_owned(),
            first_name: "ANNA".to_owned(),
            patronymic: None,
            enrolled_at,
            expires_at: expires_at.map(|at| at.parse().unwrap()),
            origin: Origin::Pictures,
            consent: None,
        };
        let mut gallery = Gallery::open(state.path()).unwrap();
        for about in [about("1", None), about("2", Some("2026-03-02T12:00:00Z"))] {
            let (template, parts) = (template.clone(), vec![template.clone()]);
            gallery.enrol(&Person { about, template, parts, pictures: Vec::new() }, false).unwrap();
        }
        let source = GalleryRecords::new(state.path());
        let record = source.find(&Number::new("1").unwrap()).unwrap();
        assert_eq!(record.face, RecordedFace::Template(Box::new(template)));
        assert_eq!(record.portrait_day.year(), 2026);
        for number in ["2", "3"] {
            assert_eq!(source.find(&Number::new(number).unwrap()), Err(RecordFault::NotFound));
        }
        assert_eq!(source.survey().unwrap().records, Some(2));
        std::fs::remove_file(state.path().join("gallery.key")).unwrap();
        assert!(matches!(source.find(&Number::new("1").unwrap()), Err(RecordFault::Unreachable(_))));
    }
}
