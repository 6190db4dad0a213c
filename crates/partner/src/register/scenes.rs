//! Scenes: what a business uses the identification for (Alibaba Cloud).
//!
//! The operator creates them. A change counts once it is saved, that is, when the call returns.

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::partners::{self, PartnerFault};
use super::{Register, RegisterError};
use crate::desk::Pages;
use crate::schemes::BusinessScheme;

/// Longest name and longest identifier, in characters.
pub const MAX_SCENE: usize = 20;
/// Most scenes.
const MAX_SCENES: i64 = 1000;

/// A scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// The identifier that calls name: 1 to 20 Latin letters, digits and hyphens; unique.
    pub biz: String,
    /// The partner that may use it.
    pub partner: String,
    /// What it is for: 1 to 20 letters of any language, digits and hyphens.
    pub name: String,
    /// The scheme.
    pub scheme: BusinessScheme,
    /// Which of the terminal's pages are shown.
    pub pages: Pages,
}

/// Why a scene is not kept like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SceneFault {
    /// Its identifier.
    #[error("a scene's identifier (biz) must have 1 to {MAX_SCENE} Latin letters, digits or hyphens")]
    Biz,
    /// Its name.
    #[error("a scene's name must have 1 to {MAX_SCENE} letters of any language, digits or hyphens")]
    Name,
    /// Its identifier is taken.
    #[error("there is a scene `{0}`; choose another identifier")]
    Exists(String),
    /// There is none.
    #[error("there is no scene `{0}`")]
    Unknown(String),
    /// It has been used.
    #[error(
        "the scene `{0}` has had sessions with its scheme; create another scene, or force the change if \
         no production system uses it"
    )]
    InUse(String),
    /// Too many.
    #[error("there are {MAX_SCENES} scenes, which is the most; remove one first")]
    Many,
}

impl Register {
    /// Creates a scene.
    ///
    /// # Errors
    /// [`SceneFault`], or [`PartnerFault::Unknown`].
    pub fn add_scene(&self, scene: Scene) -> Result<(), RegisterError> {
        check(&scene)?;
        self.run_blocking(move |connection, _| {
            if partners::find(connection, &scene.partner)?.is_none() {
                return Err(PartnerFault::Unknown(scene.partner).into());
            }
            if find(connection, &scene.biz)?.is_some() {
                return Err(SceneFault::Exists(scene.biz).into());
            }
            let count: i64 = connection.query_row("SELECT count(*) FROM scene", [], |row| row.get(0))?;
            if count >= MAX_SCENES {
                return Err(SceneFault::Many.into());
            }
            connection.execute(
                "INSERT INTO scene (biz, partner, name, scheme, guide_page, result_page)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (
                    &scene.biz,
                    &scene.partner,
                    &scene.name,
                    scene.scheme.name(),
                    scene.pages.guide,
                    scene.pages.result,
                ),
            )?;
            Ok(())
        })
    }

    /// Saves a changed scene. Identifier and partner stay. `force` allows another scheme for a
    /// scene that has had sessions.
    ///
    /// # Errors
    /// [`SceneFault`].
    pub fn change_scene(&self, scene: Scene, force: bool) -> Result<(), RegisterError> {
        check(&scene)?;
        self.run_blocking(move |connection, _| {
            let Some(before) = find(connection, &scene.biz)?.filter(|old| old.partner == scene.partner)
            else {
                return Err(SceneFault::Unknown(scene.biz).into());
            };
            let used =
                connection
                    .query_row("SELECT used FROM scene WHERE biz = ?1", [&scene.biz], |row| row.get(0))?;
            if before.scheme != scene.scheme && used && !force {
                return Err(SceneFault::InUse(scene.biz).into());
            }
            connection.execute(
                "UPDATE scene SET name = ?2, scheme = ?3, guide_page = ?4, result_page = ?5 WHERE biz = ?1",
                (&scene.biz, &scene.name, scene.scheme.name(), scene.pages.guide, scene.pages.result),
            )?;
            Ok(())
        })
    }

    /// All scenes, by their identifiers.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn scenes(&self) -> Result<Vec<Scene>, RegisterError> {
        self.run_blocking(|connection, _| {
            let mut statement = connection.prepare(&format!("{SELECT} ORDER BY biz"))?;
            let scenes = statement.query_map([], read)?.collect::<Result<_, _>>()?;
            Ok(scenes)
        })
    }

    /// Removes a scene. Its sessions and its usage stay.
    ///
    /// # Errors
    /// [`SceneFault::Unknown`].
    pub fn remove_scene(&self, biz: &str) -> Result<(), RegisterError> {
        let biz = biz.to_owned();
        self.run_blocking(move |connection, _| {
            let removed = connection.execute("DELETE FROM scene WHERE biz = ?1", [&biz])?;
            if removed == 0 { Err(SceneFault::Unknown(biz).into()) } else { Ok(()) }
        })
    }
}

const SELECT: &str = "SELECT biz, partner, name, scheme, guide_page, result_page FROM scene";

/// The scene with that identifier.
pub(crate) fn find(connection: &Connection, biz: &str) -> Result<Option<Scene>, RegisterError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE biz = ?1"))?;
    Ok(statement.query_row([biz], read).optional()?)
}

/// Notes that a scene has had a session.
pub(crate) fn mark_used(connection: &Connection, biz: &str) -> Result<(), RegisterError> {
    connection.execute("UPDATE scene SET used = 1 WHERE biz = ?1 AND used = 0", [biz])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Scene> {
    let scheme: String = row.get(3)?;
    let scheme = BusinessScheme::named(&scheme).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, "no scheme".into())
    })?;
    let pages = Pages { guide: row.get(4)?, result: row.get(5)? };
    Ok(Scene { biz: row.get(0)?, partner: row.get(1)?, name: row.get(2)?, scheme, pages })
}

fn check(scene: &Scene) -> Result<(), SceneFault> {
    let length = |text: &str| (1..=MAX_SCENE).contains(&text.chars().count());
    let of_biz = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if !length(&scene.biz) || !scene.biz.chars().all(of_biz) {
        return Err(SceneFault::Biz);
    }
    let of_name = |letter: char| letter.is_alphanumeric() || letter == '-';
    if !length(&scene.name) || !scene.name.chars().all(of_name) {
        return Err(SceneFault::Name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::partners::NewPartner;

    fn scene() -> Scene {
        Scene {
            biz: "open-account".into(),
            partner: "bank".into(),
            name: "Шотты-ашу".into(),
            scheme: BusinessScheme::RpBasic,
            pages: Pages::default(),
        }
    }

    fn register() -> (tempfile::TempDir, Register) {
        let folder = tempfile::tempdir().unwrap();
        let register = Register::open(&folder.path().join("partners.db")).unwrap();
        let (code, name) = ("bank".to_owned(), "The Bank".to_owned());
        let bank = NewPartner { code, name, targets: Vec::new(), webhook: None, gallery: false };
        register.add_partner(bank, "a long enough secret").unwrap();
        (folder, register)
    }

    #[test]
    fn names_follow_the_rules() {
        assert_eq!(check(&scene()), Ok(()));
        for name in ["开户-1", "é", "٣", &"x".repeat(20)] {
            assert_eq!(check(&Scene { name: name.into(), ..scene() }), Ok(()), "{name}");
        }
        for name in ["", "open account", "a_b", "<b>", "a\u{202e}b", "ab\n", &"x".repeat(21)] {
            assert_eq!(check(&Scene { name: name.into(), ..scene() }), Err(SceneFault::Name), "{name}");
        }
        for biz in ["", "ä", "a b", "a_b", &"x".repeat(21)] {
            assert_eq!(check(&Scene { biz: biz.into(), ..scene() }), Err(SceneFault::Biz), "{biz}");
        }
    }

    #[test]
    fn a_scene_in_use_keeps_its_scheme() {
        let (_folder, register) = register();
        register.add_scene(scene()).unwrap();
        assert!(matches!(register.add_scene(scene()), Err(RegisterError::Scene(SceneFault::Exists(_)))));
        let other = Scene { scheme: BusinessScheme::RpManual, ..scene() };
        register.change_scene(other, false).unwrap();
        register.run_blocking(|connection, _| mark_used(connection, "open-account")).unwrap();
        let refused = register.change_scene(scene(), false);
        assert!(matches!(refused, Err(RegisterError::Scene(SceneFault::InUse(_)))));
        register.change_scene(scene(), true).unwrap();
        assert_eq!(register.scenes().unwrap(), [scene()]);
        register.remove_scene("open-account").unwrap();
        assert!(register.remove_scene("open-account").is_err());
    }
}
