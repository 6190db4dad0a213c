//! The gallery as the partners reach it. A partner sees only the people that it enrolled itself.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::authority::{FullName, Number};
use crate::enrolment::{Allowed, EnrolFault, Enrolee, Rules, Samples, enrol, false_positive_rate};
use vouch_contract::face::Template;
use vouch_partner::desk::{
    DeskRefusal, EnrolRefusal, EnrolRequest, Enrolled, EnrolledPerson, Identified, LookAlike,
};
use vouch_session::fuse::FuseError;
use vouch_store::gallery::{About, Gallery, GalleryError, Origin};

/// Most people that a search tells.
const MOST_TOLD: usize = 5;

/// See the module.
pub struct GalleryKeeper {
    state: PathBuf,
    rules: Rules,
    // Opened at the first call, and kept: its index serves later searches.
    gallery: Mutex<Option<Gallery>>,
}

impl GalleryKeeper {
    /// The gallery in this state folder.
    pub fn new(state: &Path, rules: Rules) -> Self {
        Self { state: state.to_owned(), rules, gallery: Mutex::default() }
    }

    /// Enrols a person with these templates.
    ///
    /// # Errors
    /// [`EnrolRefusal`].
    pub fn enrol(&self, request: EnrolRequest, templates: Vec<Template>) -> Result<Enrolled, EnrolRefusal> {
        let unfit = |why: String| EnrolRefusal::Desk(DeskRefusal::Unfit(why));
        let number = Number::new(&request.number).map_err(|fault| unfit(fault.to_string()))?;
        let name = FullName::new(&request.last_name, &request.first_name, request.patronymic.as_deref())
            .map_err(|fault| unfit(fault.to_string()))?;
        let allowed = Allowed { replace: request.replace, similar: request.allow_similar };
        let samples = Samples {
            templates,
            pictures: request.pictures.into_iter().map(|picture| picture.0).collect(),
            origin: Origin::Partner { code: request.partner.clone() },
            consent: request.consent,
        };
        self.with(|gallery| {
            // An entry of somebody else is not this partner's to replace.
            let theirs =
                gallery.about_number(number.text())?.is_some_and(|about| !is_of(&about, &request.partner));
            if theirs {
                return Ok(Err(EnrolRefusal::Exists));
            }
            let enrolee = Enrolee { number, name };
            Ok(enrol(gallery, &self.rules, &enrolee, samples, allowed, Timestamp::now()).map_or_else(
                |fault| Err(refusal(fault)),
                |done| {
                    Ok(Enrolled {
                        references: done.references,
                        expires_at: done.expires_at.map(|at| at.to_string()),
                        compared: done.compared,
                        false_positive_rate: done.false_positive_rate,
                    })
                },
            ))
        })?
    }

    /// All that is kept of a person that this partner enrolled.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub fn export(&self, partner: &str, number: &str) -> Result<Option<EnrolledPerson>, DeskRefusal> {
        let number = Number::new(number).map_err(|fault| DeskRefusal::Unfit(fault.to_string()))?;
        let found = self.with(|gallery| Ok(gallery.export(number.text())?))?;
        Ok(found.filter(|person| is_of(&person.about, partner)).map(|person| EnrolledPerson {
            number: person.about.number,
            last_name: person.about.last_name,
            first_name: person.about.first_name,
            patronymic: person.about.patronymic,
            enrolled_at: person.about.enrolled_at.to_string(),
            expires_at: person.about.expires_at.map(|at| at.to_string()),
            consent: person.about.consent,
            model: hex::encode(person.template.model),
            templates: person.parts.iter().map(|part| part.values.to_vec()).collect(),
            pictures: person.pictures,
        }))
    }

    /// Removes a person that this partner enrolled; false if there is none.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub fn remove(&self, partner: &str, number: &str) -> Result<bool, DeskRefusal> {
        let number = Number::new(number).map_err(|fault| DeskRefusal::Unfit(fault.to_string()))?;
        self.with(|gallery| {
            let found = gallery.about_number(number.text())?;
            if !found.is_some_and(|about| is_of(&about, partner)) {
                return Ok(false);
            }
            Ok(gallery.remove(number.text())?)
        })
    }

    /// Those of this partner's people who look like the face.
    ///
    /// # Errors
    /// [`EnrolRefusal`].
    pub fn identify(&self, partner: &str, templates: &[Template]) -> Result<Identified, EnrolRefusal> {
        let Some(probe) = templates.first() else {
            return Err(DeskRefusal::NotReady("the eye did not look at the picture".to_owned()).into());
        };
        let found = self.with(|gallery| {
            let (threshold, fmr) = self.rules.duplicate(gallery.count()?);
            let found = gallery.search(probe, threshold, MOST_TOLD, Timestamp::now())?;
            Ok((found, threshold, fmr))
        })?;
        let (found, threshold, fmr) = found;
        let alike = found.people.into_iter().filter(|similar| is_of(&similar.about, partner));
        Ok(Identified {
            alike: alike
                .map(|similar| LookAlike { number: similar.about.number, similarity: similar.similarity })
                .collect(),
            threshold,
            compared: found.compared,
            of_other_models: found.of_other_models,
            false_positive_rate: false_positive_rate(fmr, found.compared),
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Gallery) -> Result<T, GalleryError>) -> Result<T, DeskRefusal> {
        let broken = |error: GalleryError| {
            tracing::error!(%error, "the gallery can't be used");
            DeskRefusal::NotReady("the gallery can't be used".to_owned())
        };
        let mut kept = self.gallery.lock().unwrap_or_else(PoisonError::into_inner);
        let gallery = match kept.take() {
            Some(gallery) => gallery,
            None => Gallery::open(&self.state).map_err(|error| broken(error.into()))?,
        };
        work(kept.insert(gallery)).map_err(broken)
    }
}

fn is_of(about: &About, partner: &str) -> bool {
    matches!(&about.origin, Origin::Partner { code } if code == partner)
}

fn refusal(fault: EnrolFault) -> EnrolRefusal {
    match fault {
        EnrolFault::Pictures(FuseError::Inconsistent { .. }) => EnrolRefusal::NotOnePerson,
        EnrolFault::Pictures(error) => EnrolRefusal::Desk(DeskRefusal::Unfit(error.to_string())),
        EnrolFault::Duplicate { .. } => EnrolRefusal::Similar,
        EnrolFault::Gallery(GalleryError::Exists) => EnrolRefusal::Exists,
        EnrolFault::Gallery(error) => {
            tracing::error!(%error, "a partner's enrolment failed");
            EnrolRefusal::Desk(DeskRefusal::NotReady("the gallery can't be used".to_owned()))
        }
    }
}
