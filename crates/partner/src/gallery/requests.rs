//! What partners send, and how it is checked.

use serde::Deserialize;
use utoipa::ToSchema;
use vouch_contract::claims::Consent;

use crate::desk::{EnrolRequest, Picture};
use crate::http::{Fault, text};

/// Most pictures of a person.
const MAX_PICTURES: usize = 5;
/// Longest text of a consent's field, in characters.
const MAX_CONSENT: usize = 64;

/// A person to enrol.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewPerson {
    /// The identification number: letters and digits, with spaces and hyphens between them.
    #[schema(min_length = 1, max_length = 64, pattern = "^[0-9A-Za-z][0-9A-Za-z -]*$")]
    number: String,
    /// The surname. May be empty if there is a given name.
    #[schema(max_length = 100)]
    last_name: String,
    /// The given names. May be empty if there is a surname.
    #[schema(max_length = 100)]
    first_name: String,
    /// The patronymic.
    #[schema(max_length = 100)]
    patronymic: Option<String>,
    /// 1 to 5 picture files in base64, with one face each: the same person's.
    #[schema(min_items = 1, max_items = 5)]
    pictures: Vec<String>,
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
    #[schema(min_length = 1, max_length = 64)]
    version: String,
    /// The language of the text, a tag of BCP 47.
    #[schema(min_length = 2, max_length = 35)]
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
    #[schema(min_length = 1, max_length = 64, pattern = "^[0-9A-Za-z][0-9A-Za-z -]*$")]
    number: String,
}

/// A face to search for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Probe {
    /// A picture file in base64, with one face.
    #[schema(content_encoding = "base64", min_length = 4)]
    picture: String,
}

impl NewPerson {
    /// The request for the desk.
    pub fn checked(self, partner: String) -> Result<EnrolRequest, Fault> {
        if !(1..=MAX_PICTURES).contains(&self.pictures.len()) {
            return Err(Fault::invalid(format!("give 1 to {MAX_PICTURES} pictures")));
        }
        let parts = [Some(&self.last_name), Some(&self.first_name), self.patronymic.as_ref()];
        let whole = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        // Checks name and number together.
        text::claim(&whole, &self.number)?;
        let pictures =
            self.pictures.iter().map(|one| text::picture("pictures", one)).collect::<Result<_, _>>()?;
        Ok(EnrolRequest {
            partner,
            number: self.number,
            last_name: self.last_name,
            first_name: self.first_name,
            patronymic: self.patronymic,
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
        text::claim("x", &self.number).map(|claim| claim.number)
    }
}

impl Probe {
    /// The picture.
    pub fn checked(self) -> Result<Picture, Fault> {
        text::picture("picture", &self.picture)
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
        assert!(checked(|person| person["lastName"] = json!("")).is_ok(), "one name alone");
    }
}
