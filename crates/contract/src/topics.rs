//! The topics `vouch/v1/{tenant}/{device}/{leaf}`: built and parsed.
//!
//! A name that holds `+`, `#` or `/` would change what a topic or an ACL
//! pattern means (MQTT 5, 4.7.1), so names are checked before any topic exists.

use std::fmt;

/// All topics of this protocol start with it; `v1` is the payloads' version.
pub const PREFIX: &str = "vouch/v1";

/// Longest tenant or device name, in bytes. 64 is also the upper bound of an
/// X.509 common name (RFC 5280, ub-common-name), which the device name must equal.
pub const MAX_NAME: usize = 64;

/// A tenant's or device's name: `[A-Za-z0-9_-]{1,64}`. Safe in topics, ACL patterns and file names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// Checks and wraps a name.
    pub fn new(text: &str) -> Result<Self, TopicError> {
        if text.is_empty() || text.len() > MAX_NAME {
            return Err(TopicError::Length { length: text.len() });
        }
        match text.chars().find(|c| !is_name_character(*c)) {
            Some(character) => Err(TopicError::Character { character }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '-'
}

/// The last level of a topic: the kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// Device to hub: a signed result.
    Result,
    /// Device to all: online or not (retained; birth and last will).
    State,
    /// Hub to device: what happened to a result.
    Ack,
}

impl Leaf {
    /// All leaves of this version.
    pub const ALL: [Self; 3] = [Self::Result, Self::State, Self::Ack];

    /// The level as written in the topic.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::State => "state",
            Self::Ack => "ack",
        }
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|leaf| leaf.as_str() == text)
    }
}

/// One topic of one device.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Topic {
    /// The fleet's tenant.
    pub tenant: Name,
    /// The terminal; equals the common name of its certificate.
    pub device: Name,
    /// The kind of message.
    pub leaf: Leaf,
}

impl Topic {
    /// Parses a topic name; anything but exactly five valid levels is refused.
    pub fn parse(text: &str) -> Result<Self, TopicError> {
        let foreign = || TopicError::Foreign {
            // A topic may be 65535 bytes long; its beginning is enough for the log.
            topic: text.chars().take(MAX_NAME).collect(),
        };
        let rest = text.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('/')).ok_or_else(foreign)?;
        let mut levels = rest.split('/');
        let (Some(tenant), Some(device), Some(leaf), None) =
            (levels.next(), levels.next(), levels.next(), levels.next())
        else {
            return Err(foreign());
        };
        Ok(Self {
            tenant: Name::new(tenant)?,
            device: Name::new(device)?,
            leaf: Leaf::read(leaf).ok_or_else(foreign)?,
        })
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}/{}/{}/{}", self.tenant, self.device, self.leaf.as_str())
    }
}

/// The filter for one leaf of all devices of a tenant.
pub fn every_device(tenant: &Name, leaf: Leaf) -> String {
    format!("{PREFIX}/{tenant}/+/{}", leaf.as_str())
}

/// Why a name or topic is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// Empty or too long.
    #[error("a tenant or device name has {length} bytes; give it 1 to {MAX_NAME}")]
    Length {
        /// Bytes found.
        length: usize,
    },
    /// A character that names must not contain.
    #[error("a tenant or device name contains {character:?}; use letters, digits, '_' and '-' only")]
    Character {
        /// The first invalid character.
        character: char,
    },
    /// Not of the form `vouch/v1/{tenant}/{device}/{leaf}`.
    #[error("topic {topic:?} is not {PREFIX}/TENANT/DEVICE/(result|state|ack)")]
    Foreign {
        /// The beginning of the topic.
        topic: String,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_change_a_topics_meaning_are_refused() {
        for bad in ["", "a/b", "+", "#", "a b", "ä", "a\0", "..", "$SYS", &"x".repeat(65)] {
            assert!(Name::new(bad).is_err(), "{bad:?}");
        }
        assert!(Name::new(&"x".repeat(64)).is_ok());
    }

    #[test]
    fn foreign_topics_are_refused() {
        for bad in [
            "vouch/v1/t/d",
            "vouch/v1/t/d/result/x",
            "vouch/v2/t/d/result",
            "vouch/v1/t/d/other",
            "/vouch/v1/t/d/result",
            "vouch/v1//d/result",
            "vouch/v1/t/+/result",
            "vouch/v1t/d/result",
        ] {
            assert!(Topic::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_built_is_read_back(
            tenant in "[A-Za-z0-9_-]{1,64}", device in "[A-Za-z0-9_-]{1,64}", leaf in 0..3usize,
        ) {
            let topic = Topic {
                tenant: Name::new(&tenant).unwrap(),
                device: Name::new(&device).unwrap(),
                leaf: Leaf::ALL[leaf],
            };
            prop_assert_eq!(Topic::parse(&topic.to_string()), Ok(topic));
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,200}") {
            let _ = Topic::parse(&text);
        }
    }
}
