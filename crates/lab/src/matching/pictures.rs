//! A table of pictures: who is on which.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::templates::Acquired;
use crate::table;
use crate::table::TableError;
use vouch_contract::face::Template;

/// One picture of a known person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LabelledPicture {
    /// Who is on it.
    pub identity: String,
    /// The file, below the root.
    pub file: String,
}

/// Reads tables with the columns `identity` and `file`; others are ignored. With `only`, those rows
/// whose file begins with one of these.
///
/// # Errors
/// [`TableError`].
pub fn read(paths: &[PathBuf], only: &[String]) -> Result<Vec<LabelledPicture>, TableError> {
    let mut pictures = Vec::new();
    for path in paths {
        let mut rows: Vec<LabelledPicture> = table::read(path)?;
        rows.retain(|row| only.is_empty() || only.iter().any(|prefix| row.file.starts_with(prefix)));
        if rows.is_empty() {
            let reason = format!("no file begins with `{}`", only.join("` or `"));
            return Err(TableError::Empty { path: path.clone(), reason });
        }
        pictures.extend(rows);
    }
    Ok(pictures)
}

/// The files of a table, in its order.
pub fn files(pictures: &[LabelledPicture]) -> Vec<&str> {
    pictures.iter().map(|picture| picture.file.as_str()).collect()
}

/// Each picture that gave a template, with who is on it.
pub fn with_template<'a>(
    pictures: &'a [LabelledPicture],
    acquired: &'a HashMap<String, Acquired>,
) -> Vec<(&'a str, &'a Template)> {
    let template = |picture: &'a LabelledPicture| {
        let template = acquired.get(&picture.file)?.as_ref().ok()?;
        Some((picture.identity.as_str(), template))
    };
    pictures.iter().filter_map(template).collect()
}
