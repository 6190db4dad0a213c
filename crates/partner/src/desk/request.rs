//! What a session is asked for.

use std::fmt;

use uuid::Uuid;
use vouch_contract::claims::Nonce;
use vouch_contract::scheme::Scheme;

/// Languages that prompts are spoken in. Any other falls back to English (TongDun).
pub const SPOKEN: [&str; 3] = ["en", "es", "id"];

/// A session's number: a random UUID. It tells nothing about the person and opens nothing without
/// the partner's credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionId(String);

impl SessionId {
    /// A new number, at random.
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// Reads a number in its usual form: 36 lower-case characters.
    pub fn parse(text: &str) -> Option<Self> {
        let id = Uuid::try_parse(text).ok()?.to_string();
        (id == text).then_some(Self(id))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Which of the APIs asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    /// CID.
    Cid,
    /// TongDun.
    TongDun,
    /// Alibaba Cloud.
    Alibaba,
}

impl Api {
    /// Every API.
    pub const ALL: [Self; 3] = [Self::Cid, Self::TongDun, Self::Alibaba];

    /// Its name in the database, in reports and in webhooks.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cid => "cid",
            Self::TongDun => "tongdun",
            Self::Alibaba => "alibaba",
        }
    }

    /// The API of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.name() == name)
    }
}

/// A picture file as a partner gave it. Only the eye decodes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture(pub Vec<u8>);

/// Hides the picture.
impl fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Picture({} bytes)", self.0.len())
    }
}

/// A name and a number that a business binds to a session, or that a person typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The name on one line: 1 to 100 characters, none of them a control or direction character.
    pub name: String,
    /// The identification number: 1 to 32 letters and digits, with spaces and hyphens between.
    pub number: String,
}

/// Hides name and number.
impl fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Claim(…)")
    }
}

/// The addresses that the partner gave for afterwards, as they were checked against its list.
/// [`super::Conclusion::conclude`] tells the full address to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirects {
    /// After a success.
    pub success: String,
    /// After a failure; often the same.
    pub failure: String,
}

/// Which of the terminal's own pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// The guide before the session.
    pub guide: bool,
    /// The result after it: passed, not passed, under review.
    pub result: bool,
}

impl Default for Pages {
    fn default() -> Self {
        Self { guide: true, result: true }
    }
}

/// What a session is asked for.
#[derive(Clone)]
pub struct SessionRequest {
    /// The session's number: `sessionId` of the result.
    pub id: SessionId,
    /// The API that the partner used.
    pub api: Api,
    /// The partner's code, for logs and reports.
    pub partner: String,
    /// The partner's name, to be shown to the person when asking for consent.
    pub partner_name: String,
    /// The scheme.
    pub scheme: Scheme,
    /// The language of the page, a BCP 47 tag; `None` for the terminal's choice.
    pub language: Option<String>,
    /// Whether prompts are spoken.
    pub audio: bool,
    /// The partner's addresses for afterwards; `None` if the person stays on the terminal's page.
    pub redirects: Option<Redirects>,
    /// `eat_nonce` of the result: the partner's, or else a random one.
    pub nonce: Nonce,
    /// The bound name and number, for schemes that look up a record by them.
    pub claim: Option<Claim>,
    /// The bound portraits, for schemes that compare with one.
    pub references: Vec<Picture>,
    /// Photographs of the card, front first, that the business bound besides name and number. No
    /// decision rests on them.
    pub card_photos: Vec<Picture>,
    /// Which of the terminal's pages are shown.
    pub pages: Pages,
}

impl SessionRequest {
    /// The language of the voice; `None` for silence.
    pub fn voice(&self) -> Option<&'static str> {
        let asked = self.language.as_deref().unwrap_or("en");
        let spoken = SPOKEN.into_iter().find(|tag| *tag == asked).unwrap_or("en");
        self.audio.then_some(spoken)
    }
}

/// Names, numbers, pictures and addresses must not be logged.
impl fmt::Debug for SessionRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionRequest")
            .field("id", &self.id)
            .field("api", &self.api)
            .field("partner", &self.partner)
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> SessionRequest {
        SessionRequest {
            id: SessionId::random(),
            api: Api::TongDun,
            partner: "bank".into(),
            partner_name: "The Bank".into(),
            scheme: Scheme::RpBioOnly,
            language: Some("es".into()),
            audio: true,
            redirects: None,
            nonce: Nonce::new("0123456789").unwrap(),
            claim: Some(Claim { name: "ERIKSSON".into(), number: "900101300007".into() }),
            references: vec![Picture(b"portrait".to_vec())],
            card_photos: Vec::new(),
            pages: Pages::default(),
        }
    }

    #[test]
    fn nothing_of_the_person_is_in_a_debug_text() {
        let request = request();
        let text = format!("{request:?} {:?} {:?}", request.claim, request.references);
        for hidden in ["ERIKSSON", "9001", "portrait", "112, 111"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }

    #[test]
    fn a_language_without_a_voice_is_spoken_in_english() {
        let mut request = request();
        assert_eq!(request.voice(), Some("es"));
        for other in [Some("ar".to_owned()), None] {
            request.language = other;
            assert_eq!(request.voice(), Some("en"));
        }
        request.audio = false;
        assert_eq!(request.voice(), None);
    }

    #[test]
    fn a_number_has_one_form() {
        let id = SessionId::random();
        assert_eq!(SessionId::parse(id.as_str()), Some(id.clone()));
        for other in [id.as_str().to_uppercase(), id.as_str().replace('-', ""), String::new(), "../x".into()]
        {
            assert_eq!(SessionId::parse(&other), None, "{other}");
        }
    }
}
