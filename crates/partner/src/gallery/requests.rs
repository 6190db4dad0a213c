//! What partners send, and how it is checked.

use serde::Deserialize;
use utoipa::ToSchema;
use vouch_contract::claims::Consent;
use vouch_contract::record::MAX_NAME;

use crate::desk::{EnrolRequest, Picture};
use crate::http::fields::{NameText, NumberText, PictureText};
use crate::http::{Fault, Kind, text};

/// Most pictures of a person.
const MAX_PICTURES: usize = 5;
/// Longest text of a consent's field, in characters.
const MAX_CONSENT: usize = 64;

/// A person to enrol.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewPerson {
    /// The identification number: letters and digits, with spaces and hyphens between them.
    number: NumberText,
    /// The surname, or the only name of people with a single one. All names together have 100
    /// characters at most.
    last_name: NameText,
    /// The given names.
    first_name: Option<NameText>,
    /// The patronymic.
    patronymic: Option<NameText>,
    /// 1 to 5 picture files in base64, with one face each: the same person's.
    #[schema(min_items = 1, max_items = 5)]
    pictures: Vec<PictureText>,
    /// What the person agreed to.
    consent: Option<GivenConsent>,
    /// Overwrites this partner's entry under the same number.
    #[serde(default)]
    replace: bool,
    /// Enrols the person although somebody who looks the same is enrolled under another number:
    /// twins.
    #[serde(default)]
    allow_similar: bool,
}

/// What a person agreed to, and when.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GivenConsent {
    /// The version of the text.
    #[schema(min_length = 1, max_length = 64, pattern = "^[ -~]+$")]
    version: String,
    /// The language of the text, a tag of BCP 47.
    #[schema(min_length = 2, max_length = 35, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    language: String,
    /// SHA-256 of the text, hex.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    text_sha256: String,
    /// When, RFC 3339.
    #[schema(format = "date-time")]
    agreed_at: String,
}

/// An enrolled person.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Whom {
    /// The identification number.
    number: NumberText,
}

/// A face to search for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Probe {
    /// A picture file in base64, with one face.
    picture: PictureText,
}

impl NewPerson {
    /// The request for the desk.
    pub fn checked(self, partner: String) -> Result<EnrolRequest, Fault> {
        if !(1..=MAX_PICTURES).contains(&self.pictures.len()) {
            return Err(Fault::invalid(format!("give 1 to {MAX_PICTURES} pictures")));
        }
        let NameText(last_name) = self.last_name;
        let [first_name, patronymic] =
            [self.first_name, self.patronymic].map(|part| part.map(|NameText(part)| part));
        let parts = [Some(&last_name), first_name.as_ref(), patronymic.as_ref()].into_iter().flatten();
        for part in parts.clone() {
            // Checks name and number together.
            text::claim(part, &self.number.0)?;
        }
        if parts.map(|part| part.chars().count() + 1).sum::<usize>() > MAX_NAME + 1 {
            let message = format!("all names together may have {MAX_NAME} characters");
            return Err(Fault::new(Kind::Unusable, message));
        }
        let first_name = first_name.unwrap_or_default();
        let pictures = self.pictures.iter().map(|one| one.read("pictures")).collect::<Result<_, _>>()?;
        Ok(EnrolRequest {
            partner,
            number: self.number.0,
            last_name,
            first_name,
            patronymic,
            pictures,
            consent: self.consent.map(GivenConsent::checked).transpose()?,
            replace: self.replace,
            allow_similar: self.allow_similar,
        })
    }
}

impl GivenConsent {
    fn checked(self) -> Result<Consent, Fault> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if self.text_sha256.len() != 64 || !self.text_sha256.bytes().all(hex) {
            return Err(Fault::invalid(
                "consent.textSha256 must have 64 hexadecimal digits, in small letters",
            ));
        }
        let length = self.version.chars().count();
        if !(1..=MAX_CONSENT).contains(&length) || self.version.chars().any(char::is_control) {
            return Err(Fault::invalid("consent.version must have 1 to 64 characters"));
        }
        let at: jiff::Timestamp = self.agreed_at.parse().map_err(|_| {
            Fault::invalid("consent.agreedAt must be a time of RFC 3339, such as 2026-03-01T09:00:00Z")
        })?;
        Ok(Consent {
            version: self.version,
            language: text::language(&self.language)?,
            text_sha256: self.text_sha256,
            agreed_at: at.to_string(),
        })
    }
}

impl Whom {
    /// The number.
    pub fn checked(self) -> Result<String, Fault> {
        text::claim("x", &self.number.0).map(|claim| claim.number)
    }
}

impl Probe {
    /// The picture.
    pub fn checked(self) -> Result<Picture, Fault> {
        self.picture.read("picture")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn checked(change: impl FnOnce(&mut Value)) -> Result<EnrolRequest, String> {
        let mut person = json!({
            "number": "900101-300007", "lastName": "ERIKSSON", "firstName": "ANNA", "pictures": ["AAEC"],
            "consent": {"version": "1", "language": "kk", "textSha256": "0".repeat(64),
                "agreedAt": "2026-03-01T09:00:00Z"},
        });
        change(&mut person);
        let person: NewPerson = serde_json::from_value(person).map_err(|error| error.to_string())?;
        person.checked("bank".to_owned()).map_err(|fault| fault.message)
    }

    #[test]
    fn a_person_is_checked_field_by_field() {
        let good = checked(|_| {}).unwrap();
        assert_eq!((good.partner.as_str(), good.pictures.len(), good.replace), ("bank", 1, false));
        assert!(!format!("{good:?}").contains("ERIKSSON"));
        for (field, value) in [
            ("number", json!("../1")),
            ("number", json!("1".repeat(40))),
            ("lastName", json!("x".repeat(300))),
            ("lastName", json!("a\u{202e}b")),
            ("firstName", json!("a\u{0}b")),
            ("pictures", json!([])),
            ("pictures", json!(["AAEC", "AAEC", "AAEC", "AAEC", "AAEC", "AAEC"])),
            ("pictures", json!(["no base64"])),
            ("more", json!(1)),
        ] {
            assert!(checked(|person| person[field] = value.clone()).is_err(), "{field}: {value}");
        }
        for (field, value) in
            [("textSha256", "x"), ("agreedAt", "yesterday"), ("language", "../en"), ("version", "")]
        {
            assert!(checked(|person| person["consent"][field] = json!(value)).is_err(), "{field}");
        }
        let alone = |person: &mut Value| drop(person.as_object_mut().unwrap().remove("firstName"));
        assert!(checked(alone).is_ok(), "one name alone");
        assert!(checked(|person| person["lastName"] = json!(" ")).is_err());
    }
}
