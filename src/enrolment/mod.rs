//! Enrolment: a person's templates become an entry of the gallery.
//!
//! In: who the person is, and 1 to 5 templates, from a session at the desk, from pictures that the
//! operator gives, or from a partner. Out: an entry in [`vouch_store::gallery`], or an
//! [`EnrolFault`]. The templates must be of one person, and the person must not be enrolled under
//! another number already. Called by `terminal/`, `partners/` and `vouch gallery`.

mod rules;

use jiff::Timestamp;

use crate::authority::{FullName, Number};
use vouch_contract::claims::Consent;
use vouch_contract::face::Template;
use vouch_session::fuse::{FuseError, fuse};
use vouch_store::gallery::{About, Gallery, GalleryError, Origin, Person};

pub use rules::{Rules, false_positive_rate};

/// Most candidates looked at in a search for the same face.
const MOST_SIMILAR: usize = 5;

/// Who is to be enrolled.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolee {
    /// The identification number.
    pub number: Number,
    /// The name.
    pub name: FullName,
}

/// Hides name and number, because this may be logged.
impl std::fmt::Debug for Enrolee {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Enrolee(…)")
    }
}

/// A person's face, and where it comes from.
#[derive(Debug, Clone)]
pub struct Samples {
    /// 1 to 5 templates.
    pub templates: Vec<Template>,
    /// The pictures that they were made from, if there are any.
    pub pictures: Vec<Vec<u8>>,
    /// Where they come from.
    pub origin: Origin,
    /// What the person agreed to.
    pub consent: Option<Consent>,
}

/// What the caller allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    /// An entry under the same number is overwritten.
    pub replace: bool,
    /// Somebody who looks the same is enrolled under another number: twins.
    pub similar: bool,
}

/// An entry that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrolled {
    /// How many templates it is made of.
    pub references: usize,
    /// When it ends; `None`: when it is removed.
    pub expires_at: Option<Timestamp>,
    /// How many people were searched for the same face.
    pub compared: usize,
    /// How often such a search finds a stranger.
    pub false_positive_rate: f32,
}

/// Why nobody was enrolled. No message contains a name or a number.
#[derive(Debug, thiserror::Error)]
pub enum EnrolFault {
    /// The pictures can't be one person's reference.
    #[error(transparent)]
    Pictures(#[from] FuseError),
    /// The person seems to be enrolled under another number.
    #[error(
        "somebody who looks the same (similarity {similarity:.3}) is enrolled under another number. \
         Among {compared} people, a search finds a stranger in {:.1} % of cases. Find out which number is \
         right, or allow it if they are two people", false_positive_rate * 100.0
    )]
    Duplicate {
        /// How similar they are.
        similarity: f32,
        /// How many people were searched.
        compared: usize,
        /// How often such a search finds a stranger.
        false_positive_rate: f32,
    },
    /// The gallery.
    #[error(transparent)]
    Gallery(#[from] GalleryError),
}

/// Enrols a person.
///
/// # Errors
/// [`EnrolFault`]; the gallery is then unchanged.
pub fn enrol(
    gallery: &mut Gallery,
    rules: &Rules,
    enrolee: &Enrolee,
    samples: Samples,
    allowed: Allowed,
    now: Timestamp,
) -> Result<Enrolled, EnrolFault> {
    let template = match samples.templates.as_slice() {
        [one] => fuse(std::slice::from_ref(one), -1.0).map(|_| one.clone())?,
        several => fuse(several, rules.same_person)?,
    };
    let count = gallery.count().map_err(GalleryError::from)?;
    let (threshold, fmr) = rules.duplicate(count);
    let found = gallery.search(&template, threshold, MOST_SIMILAR, now)?;
    let false_positive_rate = false_positive_rate(fmr, found.compared);
    let compared = found.compared;
    let other = found.people.iter().find(|similar| similar.about.number != enrolee.number.text());
    if let Some(other) = other.filter(|_| !allowed.similar) {
        return Err(EnrolFault::Duplicate { similarity: other.similarity, compared, false_positive_rate });
    }
    let (last_name, first_name, patronymic) = enrolee.name.parts();
    let expires_at = rules.kept.expiry(now);
    let about = About {
        number: enrolee.number.text().to_owned(),
        last_name: last_name.to_owned(),
        first_name: first_name.to_owned(),
        patronymic: patronymic.map(str::to_owned),
        enrolled_at: now,
        expires_at,
        origin: samples.origin,
        consent: samples.consent,
    };
    let pictures = if rules.kept.keep_pictures { samples.pictures } else { Vec::new() };
    let references = samples.templates.len();
    let person = Person { about, template, parts: samples.templates, pictures };
    gallery.enrol(&person, allowed.replace)?;
    Ok(Enrolled { references, expires_at, compared, false_positive_rate })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use vouch_session::policy::Policy;

    fn template(degrees: f32) -> Template {
        let angle = degrees.to_radians();
        Template { model: [1; 8], values: [angle.cos(), angle.sin()].into_iter().collect() }
    }

    fn rules() -> Rules {
        Rules::new(&Policy::default(), &Policy::default(), config::Gallery::default())
    }

    fn enrolee(number: &str) -> Enrolee {
        let name = FullName::new("ERIKSSON", "ANNA", Some("MARIA")).unwrap();
        Enrolee { number: Number::new(number).unwrap(), name }
    }

    fn samples(degrees: &[f32]) -> Samples {
        Samples {
            templates: degrees.iter().map(|degrees| template(*degrees)).collect(),
            pictures: vec![vec![1]],
            origin: Origin::Pictures,
            consent: None,
        }
    }

    fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_person_is_enrolled_with_what_the_configuration_keeps() {
        let state = tempfile::tempdir().unwrap();
        let mut gallery = Gallery::open(state.path()).unwrap();
        let done = enrol(
            &mut gallery,
            &rules(),
            &enrolee("1"),
            samples(&[0.0, 2.0, 4.0]),
            Allowed::default(),
            now(),
        );
        let done = done.unwrap();
        assert_eq!((done.references, done.compared), (3, 0));
        let person = gallery.export("1").unwrap().unwrap();
        assert_eq!((person.parts.len(), person.pictures.len()), (3, 0), "no pictures by default");
        assert_eq!(person.about.patronymic.as_deref(), Some("MARIA"));
        let kept = done.expires_at.unwrap().as_second() - now().as_second();
        assert_eq!(kept, 365 * 24 * 60 * 60);
        let kept = config::Gallery { keep_days: 0, keep_pictures: true };
        let rules = Rules::new(&Policy::default(), &Policy::default(), kept);
        enrol(&mut gallery, &rules, &enrolee("2"), samples(&[90.0]), Allowed::default(), now()).unwrap();
        let person = gallery.export("2").unwrap().unwrap();
        assert_eq!((person.about.expires_at, person.pictures), (None, vec![vec![1]]));
    }

    #[test]
    fn one_face_has_one_number_unless_it_is_allowed() {
        let state = tempfile::tempdir().unwrap();
        let mut gallery = Gallery::open(state.path()).unwrap();
        let mut put = |number: &str, degrees: &[f32], allowed: Allowed| {
            enrol(&mut gallery, &rules(), &enrolee(number), samples(degrees), allowed, now())
        };
        put("1", &[0.0], Allowed::default()).unwrap();
        let again = put("2", &[1.0], Allowed::default());
        let Err(fault @ EnrolFault::Duplicate { compared: 1, .. }) = again else { panic!("{again:?}") };
        assert!(!fault.to_string().contains("ERIKSSON"), "{fault}");
        put("2", &[1.0], Allowed { similar: true, replace: false }).unwrap();
        let exists = put("1", &[0.0], Allowed { similar: true, replace: false });
        assert!(matches!(exists, Err(EnrolFault::Gallery(GalleryError::Exists))), "{exists:?}");
        put("1", &[0.5], Allowed { similar: true, replace: true }).unwrap();
        put("3", &[90.0], Allowed::default()).unwrap();
    }

    #[test]
    fn pictures_of_two_people_or_none_are_no_reference() {
        let state = tempfile::tempdir().unwrap();
        let mut gallery = Gallery::open(state.path()).unwrap();
        for degrees in [&[0.0, 90.0][..], &[], &[0.0; 6]] {
            let refused =
                enrol(&mut gallery, &rules(), &enrolee("1"), samples(degrees), Allowed::default(), now());
            assert!(matches!(refused, Err(EnrolFault::Pictures(_))), "{refused:?}");
        }
        assert_eq!(gallery.count().unwrap(), 0);
    }
}
