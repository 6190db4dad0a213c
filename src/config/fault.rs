//! What is wrong with a configuration, and where.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// Most faults listed at once: a file of the wrong kind would otherwise fill the screen.
pub const MAX_LISTED: usize = 50;

/// Most faults collected from one file: each costs a pass through its text.
pub const MAX_IN_FILE: usize = 200;

/// Most characters of a key or value repeated in a message.
const MAX_QUOTED: usize = 60;

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file, unless a default is wrong.
    pub file: Option<PathBuf>,
    /// Line, from 1; `None` if the whole file is meant.
    pub line: Option<usize>,
    /// Column in characters, from 1.
    pub column: Option<usize>,
    /// The key's path, such as `camera.width`.
    pub key: Option<String>,
    /// What is wrong and what to do.
    pub message: String,
}

impl Fault {
    /// A fault of a whole file.
    pub fn of_file(file: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { file: Some(file.into()), line: None, column: None, key: None, message: message.into() }
    }

    /// A fault at a place in a file.
    pub fn at(place: Place, key: Option<String>, message: impl Into<String>) -> Self {
        Self {
            file: Some(place.file),
            line: Some(place.line),
            column: Some(place.column),
            key,
            message: message.into(),
        }
    }

    /// A fault in a value that no file sets.
    pub fn of_value(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: None, line: None, column: None, key: Some(key.into()), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", file.display())?;
            if let (Some(line), Some(column)) = (self.line, self.column) {
                write!(f, " line {line}, column {column}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

/// All faults found, at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.faults))]
pub struct ConfigError {
    /// By file, then by line.
    pub faults: Vec<Fault>,
}

impl From<Fault> for ConfigError {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}

fn listed(faults: &[Fault]) -> String {
    let mut text = match faults.len() {
        1 => "the configuration has 1 fault".to_owned(),
        n if n >= MAX_IN_FILE => format!("the configuration has {n} faults or more"),
        n => format!("the configuration has {n} faults"),
    };
    for fault in faults.iter().take(MAX_LISTED) {
        text.push_str("\n  ");
        text.push_str(&fault.to_string());
    }
    if faults.len() > MAX_LISTED {
        text.push_str(&format!("\n  and {} more", faults.len() - MAX_LISTED));
    }
    text
}

/// `text`, shortened for a message and without control characters.
pub fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_QUOTED).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where() {
        let place = Place { file: "vouch.toml".into(), line: 7, column: 1 };
        let fault = Fault::at(place, None, "unknown key `camera.widht`");
        assert_eq!(fault.to_string(), "vouch.toml line 7, column 1: unknown key `camera.widht`");
    }

    #[test]
    fn a_long_list_is_cut() {
        let faults = vec![Fault::of_file("a.toml", "wrong"); MAX_LISTED + 3];
        let text = ConfigError { faults }.to_string();
        assert!(text.starts_with("the configuration has 53 faults"));
        assert!(text.ends_with("and 3 more"));
    }

    #[test]
    fn quoting_cuts_and_escapes() {
        assert_eq!(quoted("a\u{1b}[31m"), "a\\u{1b}[31m");
        assert_eq!(quoted(&"ä".repeat(61)).chars().count(), 61);
    }
}
