//! A table of comma-separated values with a header (RFC 4180), by column name.

use std::path::{Path, PathBuf};

/// Most rows that are read: a hundred times the largest table in use.
const MAX_ROWS: usize = 1_000_000;

/// A table, read whole.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Why a table can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It can't be read.
    #[error("{path}: {source}; give a readable file of comma-separated values")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A column is missing.
    #[error("{path}: no column `{column}` in its first line; add it")]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// A field is no number.
    #[error("{path}, row {row}: `{field}` in `{column}` is no number of seconds, 0 or more")]
    NoNumber {
        /// The file.
        path: PathBuf,
        /// The row, 1 for the first below the header.
        row: usize,
        /// The column.
        column: &'static str,
        /// What stands there.
        field: String,
    },
    /// More rows than are read.
    #[error("{path}: more than {MAX_ROWS} rows; split it")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
}

impl Table {
    /// Reads the table at `path`.
    ///
    /// # Errors
    /// [`TableError::Unreadable`], [`TableError::TooLong`].
    pub fn read(path: &Path) -> Result<Self, TableError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| TableError::Unreadable { path: path.to_owned(), source })?;
        let mut rows = records(&text);
        if rows.len() > MAX_ROWS {
            return Err(TableError::TooLong { path: path.to_owned() });
        }
        let header = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
        Ok(Self { path: path.to_owned(), header, rows })
    }

    /// The place of a column.
    ///
    /// # Errors
    /// [`TableError::NoColumn`].
    pub fn column(&self, name: &'static str) -> Result<usize, TableError> {
        self.header
            .iter()
            .position(|column| column.trim() == name)
            .ok_or_else(|| TableError::NoColumn { path: self.path.clone(), column: name })
    }

    /// The rows below the header.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// A field as seconds.
    ///
    /// # Errors
    /// [`TableError::NoNumber`].
    pub fn seconds(&self, row: usize, column: usize, name: &'static str) -> Result<f64, TableError> {
        let field = self.rows.get(row).and_then(|fields| fields.get(column)).map_or("", String::as_str);
        field.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0).ok_or_else(
            || TableError::NoNumber {
                path: self.path.clone(),
                row: row + 1,
                column: name,
                field: field.to_owned(),
            },
        )
    }
}

/// Records with their fields, quotes taken off; empty lines are none.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                fields.push(std::mem::take(&mut field));
                end(&mut records, &mut fields);
            }
            _ => field.push(letter),
        }
    }
    fields.push(field);
    end(&mut records, &mut fields);
    records
}

fn end(records: &mut Vec<Vec<String>>, fields: &mut Vec<String>) {
    let record = std::mem::take(fields);
    if record.len() > 1 || record.iter().any(|field| !field.is_empty()) {
        records.push(record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_line_ends_within_a_field_are_kept() {
        let read = records("a,b\r\n\"1,\"\"x\"\"\ny\",2\n\n3,\n");
        assert_eq!(read, [vec!["a", "b"], vec!["1,\"x\"\ny", "2"], vec!["3", ""]]);
    }
}
