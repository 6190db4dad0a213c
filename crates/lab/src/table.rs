//! Tables of comma-separated values with a header (RFC 4180), read by column
//! name. All evaluations read their tables here.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Most rows that are read: a hundred times the largest table in use.
const MAX_ROWS: usize = 1_000_000;
/// Largest table that is read, in bytes: a million rows of usual names.
const MAX_BYTES: u64 = 256 << 20;

/// Why a table can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It can't be read, or is no such table.
    #[error("{path}: {source}; give a readable file of comma-separated values")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: csv::Error,
    },
    /// A column is missing, or a field is not what it must be.
    #[error("{path}, line {line}{}: {reason}", column.as_ref().map(|c| format!(", column `{c}`")).unwrap_or_default())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, 1 for the header.
        line: u64,
        /// The column, where one is at fault.
        column: Option<String>,
        /// What is wrong.
        reason: String,
    },
    /// No rows that can be used.
    #[error("{path}: {reason}")]
    Empty {
        /// The file.
        path: PathBuf,
        /// What is needed.
        reason: String,
    },
    /// Larger than what is read.
    #[error("{path}: more than {MAX_ROWS} rows or {MAX_BYTES} bytes; split it")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
}

/// The rows of the table at `path`, at least one. `R` names the columns; others are
/// ignored, and so are blanks around a field.
///
/// # Errors
/// [`TableError`].
pub fn read<R: DeserializeOwned>(path: &Path) -> Result<Vec<R>, TableError> {
    let unreadable = |source: csv::Error| TableError::Unreadable { path: path.to_owned(), source };
    let size = std::fs::metadata(path).map_err(|e| unreadable(e.into()))?.len();
    if size > MAX_BYTES {
        return Err(TableError::TooLong { path: path.to_owned() });
    }
    let opened = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path);
    let mut reader = opened.map_err(unreadable)?;
    let header = reader.headers().map_err(unreadable)?.clone();
    let mut rows = Vec::new();
    for row in reader.deserialize() {
        if rows.len() == MAX_ROWS {
            return Err(TableError::TooLong { path: path.to_owned() });
        }
        rows.push(row.map_err(|error| fault(path, &header, error))?);
    }
    if rows.is_empty() {
        return Err(TableError::Empty { path: path.to_owned(), reason: "there are no rows in it".into() });
    }
    Ok(rows)
}

fn fault(path: &Path, header: &csv::StringRecord, error: csv::Error) -> TableError {
    let path = path.to_owned();
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => {
            let column = err.field().and_then(|field| header.get(usize::try_from(field).ok()?));
            let reason = match err.kind() {
                csv::DeserializeErrorKind::Message(said) | csv::DeserializeErrorKind::Unsupported(said) => {
                    said.clone()
                }
                kind => kind.to_string(),
            };
            TableError::Wrong { path, line, column: column.map(str::to_owned), reason }
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => TableError::Wrong {
            path,
            line,
            column: None,
            reason: format!("{len} fields, the header has {expected_len}"),
        },
        _ => TableError::Unreadable { path, source: error },
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct TestRow {
        name: String,
        number: Option<f64>,
    }

    fn of(text: &str) -> Result<Vec<TestRow>, TableError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn columns_are_found_by_name() {
        let rows = of("\u{feff}x,number,name\r\n,2.5,\"a, \"\"A\"\"\nb\"\r\n\n, ,c \n").unwrap();
        let row = |name: &str, number| TestRow { name: name.into(), number };
        assert_eq!(rows, [row("a, \"A\"\nb", Some(2.5)), row("c", None)]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, words) in [
            ("", "no rows"),
            ("name,number\n", "no rows"),
            ("number\n1\n", "line 2: missing field `name`"),
            ("name,number\na,1\nb,x\n", "line 3, column `number`"),
            ("name,number\na\n", "line 2: 1 fields"),
        ] {
            let error = of(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text:?}: {error}");
        }
        assert!(matches!(read::<TestRow>(Path::new("/nowhere")), Err(TableError::Unreadable { .. })));
    }
}
