//! The partners: added, changed and removed by the operator.

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{Register, RegisterError};
use crate::secret::{SecretFault, hash_secret};
use crate::targets::{self, MAX_TARGETS, Target, TargetFault};

/// Longest partner code, in characters.
pub const MAX_CODE: usize = 64;
/// Longest partner name, in characters.
pub const MAX_NAME: usize = 100;
/// Most partners.
const MAX_PARTNERS: i64 = 1000;

/// A partner as the operator describes it.
#[derive(Debug, Clone)]
pub struct NewPartner {
    /// The code it logs in with: CID's login, TongDun's `partner_code`, Alibaba Cloud's access key
    /// id. 1 to 64 letters, digits, `-`, `_` and `.`.
    pub code: String,
    /// The name that the person is shown.
    pub name: String,
    /// Where its redirects and webhooks may go.
    pub targets: Vec<Target>,
    /// Where it is told that a session has ended; must be in `targets`.
    pub webhook: Option<String>,
    /// Whether it may enrol people in the gallery.
    pub gallery: bool,
}

/// A partner as it is kept, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its code.
    pub code: String,
    /// The name that the person is shown.
    pub name: String,
    /// Where its redirects and webhooks may go.
    pub targets: Vec<Target>,
    /// Where it is told that a session has ended.
    pub webhook: Option<String>,
    /// Whether it may enrol people in the gallery.
    pub gallery: bool,
}

/// A partner and the hash of its secret.
pub(crate) struct KnownPartner {
    pub partner: Partner,
    pub secret: String,
}

/// Why a partner is not kept like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartnerFault {
    /// Its code.
    #[error("a partner's code must have 1 to {MAX_CODE} letters, digits, `-`, `_` or `.`")]
    Code,
    /// Its name.
    #[error("a partner's name must have 1 to {MAX_NAME} characters, none of them a control character")]
    Name,
    /// Its secret.
    #[error(transparent)]
    Secret(#[from] SecretFault),
    /// Its list.
    #[error("a partner may have {MAX_TARGETS} addresses at most")]
    ManyTargets,
    /// Its webhook.
    #[error("the webhook can't be used: {0}")]
    Webhook(TargetFault),
    /// There is one with that code.
    #[error("there is a partner with the code `{0}`; choose another code, or remove it first")]
    Exists(String),
    /// There is none with that code.
    #[error("there is no partner with the code `{0}`")]
    Unknown(String),
    /// Too many.
    #[error("there are {MAX_PARTNERS} partners, which is the most; remove one first")]
    Many,
}

impl Register {
    /// Adds a partner.
    ///
    /// # Errors
    /// [`PartnerFault`] in [`RegisterError::Partner`].
    pub fn add_partner(&self, new: NewPartner, secret: &str) -> Result<(), RegisterError> {
        check(&new)?;
        let hash = hash_secret(secret).map_err(PartnerFault::Secret)?;
        self.run_blocking(move |connection, now| {
            let count: i64 = connection.query_row("SELECT count(*) FROM partner", [], |row| row.get(0))?;
            if find(connection, &new.code)?.is_some() {
                return Err(PartnerFault::Exists(new.code).into());
            }
            if count >= MAX_PARTNERS {
                return Err(PartnerFault::Many.into());
            }
            connection.execute(
                "INSERT INTO partner (code, name, secret, webhook, gallery, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (&new.code, &new.name, &hash, &new.webhook, new.gallery, now),
            )?;
            write_targets(connection, &new.code, &new.targets)
        })
    }

    /// Changes a partner's name, list and webhook. Its secret stays.
    ///
    /// # Errors
    /// As [`Register::add_partner`], or [`PartnerFault::Unknown`].
    pub fn change_partner(&self, new: NewPartner) -> Result<(), RegisterError> {
        check(&new)?;
        self.run_blocking(move |connection, _| {
            let changed = connection.execute(
                "UPDATE partner SET name = ?2, webhook = ?3, gallery = ?4 WHERE code = ?1",
                (&new.code, &new.name, &new.webhook, new.gallery),
            )?;
            if changed == 0 {
                return Err(PartnerFault::Unknown(new.code).into());
            }
            connection.execute("DELETE FROM target WHERE partner = ?1", [&new.code])?;
            write_targets(connection, &new.code, &new.targets)
        })
    }

    /// Gives a partner another secret. The old one stops working at once.
    ///
    /// # Errors
    /// [`PartnerFault`] in [`RegisterError::Partner`].
    pub fn set_secret(&self, code: &str, secret: &str) -> Result<(), RegisterError> {
        let hash = hash_secret(secret).map_err(PartnerFault::Secret)?;
        let code = code.to_owned();
        self.run_blocking(move |connection, _| {
            let changed =
                connection.execute("UPDATE partner SET secret = ?2 WHERE code = ?1", (&code, &hash))?;
            if changed == 0 { Err(PartnerFault::Unknown(code).into()) } else { Ok(()) }
        })
    }

    /// All partners, by their codes.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn partners(&self) -> Result<Vec<Partner>, RegisterError> {
        self.run_blocking(|connection, _| {
            let mut statement = connection.prepare("SELECT code FROM partner ORDER BY code")?;
            let codes: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let found = codes.iter().map(|code| find(connection, code));
            Ok(found
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .map(|known| known.partner)
                .collect())
        })
    }

    /// Removes a partner with its scenes, tokens, sessions and webhooks. Its usage stays.
    ///
    /// # Errors
    /// [`PartnerFault::Unknown`].
    pub fn remove_partner(&self, code: &str) -> Result<(), RegisterError> {
        let code = code.to_owned();
        self.run_blocking(move |connection, _| {
            let removed = connection.execute("DELETE FROM partner WHERE code = ?1", [&code])?;
            if removed == 0 { Err(PartnerFault::Unknown(code).into()) } else { Ok(()) }
        })
    }
}

/// The partner with that code.
pub(crate) fn find(connection: &Connection, code: &str) -> Result<Option<KnownPartner>, RegisterError> {
    let mut statement = connection
        .prepare_cached("SELECT code, name, secret, webhook, gallery FROM partner WHERE code = ?1")?;
    let read = |row: &Row<'_>| {
        let (code, name, webhook, gallery) = (row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?);
        let partner = Partner { code, name, targets: Vec::new(), webhook, gallery };
        Ok(KnownPartner { partner, secret: row.get(2)? })
    };
    let Some(mut known) = statement.query_row([code], read).optional()? else { return Ok(None) };
    let mut statement =
        connection.prepare_cached("SELECT url, private FROM target WHERE partner = ?1 ORDER BY url")?;
    let rows = statement.query_map([code], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?;
    for row in rows {
        let (url, private) = row?;
        // What a newer check no longer allows is left out.
        known.partner.targets.extend(Target::new(&url, private));
    }
    Ok(Some(known))
}

fn write_targets(connection: &Connection, code: &str, targets: &[Target]) -> Result<(), RegisterError> {
    for target in targets {
        connection.execute(
            "INSERT OR REPLACE INTO target (partner, url, private) VALUES (?1, ?2, ?3)",
            (code, target.url(), target.private()),
        )?;
    }
    Ok(())
}

fn check(new: &NewPartner) -> Result<(), PartnerFault> {
    let of_code = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if !(1..=MAX_CODE).contains(&new.code.len()) || !new.code.chars().all(of_code) {
        return Err(PartnerFault::Code);
    }
    let length = new.name.trim().chars().count();
    if !(1..=MAX_NAME).contains(&length) || new.name.chars().any(char::is_control) {
        return Err(PartnerFault::Name);
    }
    if new.targets.len() > MAX_TARGETS {
        return Err(PartnerFault::ManyTargets);
    }
    match &new.webhook {
        // Its host is resolved when it is called, not now: the network may be down.
        Some(webhook) => {
            targets::redirect(webhook, &new.targets, &[]).map(drop).map_err(PartnerFault::Webhook)
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> (tempfile::TempDir, Register) {
        let folder = tempfile::tempdir().unwrap();
        let register = Register::open(&folder.path().join("partners.db")).unwrap();
        (folder, register)
    }

    fn bank() -> NewPartner {
        NewPartner {
            code: "bank".into(),
            name: "The Bank".into(),
            targets: vec![Target::new("https://bank.example/", false).unwrap()],
            webhook: Some("https://bank.example/hook".into()),
            gallery: false,
        }
    }

    #[test]
    fn partners_are_added_changed_listed_and_removed() {
        let (_folder, register) = register();
        register.add_partner(bank(), "a long enough secret").unwrap();
        let again = register.add_partner(bank(), "a long enough secret");
        assert!(matches!(again, Err(RegisterError::Partner(PartnerFault::Exists(_)))));
        register.change_partner(NewPartner { name: "Our Bank".into(), webhook: None, ..bank() }).unwrap();
        let partners = register.partners().unwrap();
        assert_eq!((partners.len(), partners[0].name.as_str(), &partners[0].webhook), (1, "Our Bank", &None));
        register.set_secret("bank", "another long secret").unwrap();
        assert!(register.set_secret("bank", "short").is_err());
        register.remove_partner("bank").unwrap();
        assert!(register.partners().unwrap().is_empty());
        for unknown in [register.remove_partner("bank"), register.set_secret("bank", "another long secret")] {
            assert!(matches!(unknown, Err(RegisterError::Partner(PartnerFault::Unknown(_)))));
        }
    }

    #[test]
    fn a_secret_is_nowhere_in_the_file() {
        let (folder, register) = register();
        register.add_partner(bank(), "a very secret secret").unwrap();
        drop(register);
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(11).any(|window| window == b"very secret"));
        }
    }

    #[test]
    fn what_a_partner_may_not_be_is_refused() {
        for (new, fault) in [
            (NewPartner { code: String::new(), ..bank() }, PartnerFault::Code),
            (NewPartner { code: "b&nk".into(), ..bank() }, PartnerFault::Code),
            (NewPartner { code: "b".repeat(65), ..bank() }, PartnerFault::Code),
            (NewPartner { name: " ".into(), ..bank() }, PartnerFault::Name),
            (NewPartner { name: "a\nb".into(), ..bank() }, PartnerFault::Name),
            (
                NewPartner { webhook: Some("https://other.example/".into()), ..bank() },
                PartnerFault::Webhook(TargetFault::NotListed),
            ),
        ] {
            assert_eq!(check(&new), Err(fault));
        }
    }
}
