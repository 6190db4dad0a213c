//! What a business binds to a verification, and the rules of each scheme for it.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::desk::{Claim, Picture};
use crate::http::fields::{NameText, NumberText, PictureText};
use crate::http::{Fault, text};
use crate::schemes::BusinessScheme;
use crate::vault::Bound;

/// What the business knows of the person already.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Binding {
    /// The name on one line.
    name: Option<NameText>,
    /// The identification number.
    identification_number: Option<NumberText>,
    /// A portrait, a picture file in base64.
    face_pic: Option<PictureText>,
    /// The card's front, a picture file in base64.
    id_card_front_pic: Option<PictureText>,
    /// The card's back, a picture file in base64.
    id_card_back_pic: Option<PictureText>,
}

impl Binding {
    /// What is bound, if the scheme allows and needs it.
    pub fn check(&self, scheme: BusinessScheme) -> Result<Bound, Fault> {
        let (rule, name) = (scheme.bound(), scheme.name());
        let claim = match (&self.name, &self.identification_number, rule.claim) {
            (Some(person), Some(number), true) => Some(text::claim(&person.0, &number.0)?),
            (None, None, false) => None,
            (_, _, true) => {
                return Err(Fault::invalid(format!("the scheme {name} needs Name and IdentificationNumber")));
            }
            (_, _, false) => {
                let message =
                    format!("the scheme {name} does not bind Name and IdentificationNumber; leave them out");
                return Err(Fault::invalid(message));
            }
        };
        let references = match (&self.face_pic, rule.portrait) {
            (Some(portrait), true) => vec![portrait.read("FacePic")?],
            (None, false) => Vec::new(),
            (None, true) => return Err(Fault::invalid(format!("the scheme {name} needs FacePic"))),
            (Some(_), false) => {
                return Err(Fault::invalid(format!("the scheme {name} does not bind FacePic; leave it out")));
            }
        };
        Ok(Bound { claim, references, card_photos: self.card(scheme)? })
    }

    fn card(&self, scheme: BusinessScheme) -> Result<Vec<Picture>, Fault> {
        let (front, back) = (&self.id_card_front_pic, &self.id_card_back_pic);
        if !scheme.bound().card && (front.is_some() || back.is_some()) {
            let name = scheme.name();
            return Err(Fault::invalid(format!(
                "the scheme {name} does not bind photos of the card; leave them out"
            )));
        }
        if front.is_none() && back.is_some() {
            return Err(Fault::invalid("IdCardBackPic needs IdCardFrontPic beside it"));
        }
        let front = front.iter().map(|front| front.read("IdCardFrontPic"));
        front.chain(back.iter().map(|back| back.read("IdCardBackPic"))).collect()
    }
}

/// Name, number and portrait of the scheme `RPMin`.
pub(super) fn complete(bound: Bound) -> Option<(Claim, Picture, Vec<Picture>)> {
    Some((bound.claim?, bound.references.into_iter().next()?, bound.card_photos))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(fields: &[&str]) -> Binding {
        let value = |name: &str| {
            let text = if name.ends_with("Pic") { "AAEC" } else { "900101300007" };
            (name.to_owned(), serde_json::Value::from(text))
        };
        serde_json::from_value(fields.iter().map(|name| value(name)).collect()).unwrap()
    }

    #[test]
    fn each_scheme_takes_what_the_table_says_and_nothing_else() {
        let claim = ["Name", "IdentificationNumber"];
        let with = |more: &[&'static str]| [&claim[..], more].concat();
        for scheme in BusinessScheme::ALL {
            let rule = scheme.bound();
            for (fields, has_claim, has_portrait, has_card) in [
                (vec![], false, false, false),
                (claim.to_vec(), true, false, false),
                (vec!["FacePic"], false, true, false),
                (with(&["FacePic"]), true, true, false),
                (with(&["IdCardFrontPic"]), true, false, true),
                (with(&["IdCardFrontPic", "IdCardBackPic"]), true, false, true),
                (with(&["FacePic", "IdCardFrontPic", "IdCardBackPic"]), true, true, true),
            ] {
                let fits =
                    has_claim == rule.claim && has_portrait == rule.portrait && (rule.card || !has_card);
                let checked = binding(&fields).check(scheme);
                assert_eq!(checked.is_ok(), fits, "{scheme:?} {fields:?}");
            }
        }
        assert!(binding(&["Name"]).check(BusinessScheme::RpBioOnly).is_err());
        assert!(binding(&with(&["IdCardBackPic"])).check(BusinessScheme::RpBioOnly).is_err());
    }
}
