//! One file, checked on its own: syntax, known keys, types.
//!
//! Ranges are checked later, when all files are merged (`validate.rs`).

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::Config;
use super::fault::{Fault, MAX_IN_FILE, Place, quoted};
use super::nearest_key::nearest;
use super::schema::{Shape, shape_of};

/// A file without faults of its own.
#[derive(Debug)]
pub struct Document<'t> {
    /// The values it sets.
    pub table: DeTable<'t>,
    /// Where each leaf was set: key path to place.
    pub places: BTreeMap<String, Place>,
}

/// Checks the text of `file`.
///
/// # Errors
/// At most [`MAX_IN_FILE`] faults, by line: syntax errors if there are any, otherwise unknown keys
/// and wrong types.
pub fn check<'t>(file: &Path, text: &'t str) -> Result<Document<'t>, Vec<Fault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut walk = Walk { file, text, path: Vec::new(), places: BTreeMap::new(), faults: Vec::new() };
    for error in errors.into_iter().take(MAX_IN_FILE) {
        let place = walk.place(error.span().unwrap_or(0..0));
        let message = format!("not TOML: {}", error.message());
        walk.faults.push(Fault::at(place, None, message));
    }
    let table = table.into_inner();
    if walk.faults.is_empty() {
        walk.table(&table);
    }
    if walk.faults.is_empty() {
        let places = walk.places;
        return Ok(Document { table, places });
    }
    walk.faults.sort_by_key(|fault| (fault.line, fault.column));
    Err(walk.faults)
}

/// `path` joined with dots, quoted where TOML needs it.
pub fn joined<S: AsRef<str>>(path: &[S]) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|part| {
            let part = part.as_ref();
            let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if !part.is_empty() && part.chars().all(bare) {
                quoted(part)
            } else {
                format!("\"{}\"", quoted(part))
            }
        })
        .collect();
    parts.join(".")
}

struct Walk<'w, 't> {
    file: &'w Path,
    text: &'t str,
    path: Vec<String>,
    places: BTreeMap<String, Place>,
    faults: Vec<Fault>,
}

impl<'t> Walk<'_, 't> {
    fn shape(&self) -> Option<Shape> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        shape_of::<Config>(&path)
    }

    /// Checks every key of the section at `self.path`.
    fn table(&mut self, table: &DeTable<'t>) {
        let Some(Shape::Section(keys)) = self.shape() else {
            return;
        };
        for (key, value) in table {
            if self.faults.len() >= MAX_IN_FILE {
                return;
            }
            let name = key.get_ref().as_ref();
            self.path.push(name.to_owned());
            if keys.contains(&name) {
                self.value(key.span(), value);
            } else {
                self.unknown(key.span(), name, keys);
            }
            self.path.pop();
        }
    }

    fn value(&mut self, at: Range<usize>, value: &Spanned<DeValue<'t>>) {
        let shape = self.shape();
        match (shape, value.get_ref()) {
            (Some(Shape::Section(_)), DeValue::Table(inner)) => self.table(inner),
            (Some(Shape::Section(_)), other) => {
                let key = joined(&self.path);
                let message = format!("`{key}` is {}; expected a section, [{key}]", found(other));
                self.fault(at, key, message);
            }
            _ => self.leaf(at, value, shape),
        }
    }

    /// Every key has a default, so a document with only this key shows whether its type is right.
    fn leaf(&mut self, at: Range<usize>, value: &Spanned<DeValue<'t>>, shape: Option<Shape>) {
        let key = joined(&self.path);
        let place = self.place(at.clone());
        let mut table = value.clone();
        for part in self.path.iter().rev() {
            let mut around = DeTable::new();
            around.insert(Spanned::new(at.clone(), part.clone().into()), table);
            table = Spanned::new(at.clone(), DeValue::Table(around));
        }
        let DeValue::Table(table) = table.into_inner() else {
            return;
        };
        let alone = Deserializer::from(Spanned::new(at.clone(), table));
        match Config::deserialize(alone) {
            Ok(_) => {
                self.places.insert(key, place);
            }
            Err(error) => {
                let message = mistyped(&key, value.get_ref(), shape, error.message());
                self.fault(at, key, message);
            }
        }
    }

    fn unknown(&mut self, at: Range<usize>, name: &str, keys: &[&str]) {
        let key = joined(&self.path);
        let mut message = format!("unknown key `{key}`");
        match nearest(name, keys.iter().copied()) {
            Some(near) => message.push_str(&format!("; did you mean `{near}`?")),
            None => message.push_str(&format!("; known here: {}", keys.join(", "))),
        }
        self.fault(at, key, message);
    }

    fn fault(&mut self, at: Range<usize>, key: String, message: String) {
        let place = self.place(at);
        self.faults.push(Fault::at(place, Some(key), message));
    }

    fn place(&self, at: Range<usize>) -> Place {
        let (line, column) = line_and_column(self.text.as_bytes(), at.start);
        Place { file: self.file.to_owned(), line, column }
    }
}

/// Line and column of a byte, both from 1; columns count characters.
pub fn line_and_column(text: &[u8], offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let continuation = |byte: &&u8| **byte & 0xC0 == 0x80;
    let column = before.len() - start - before[start..].iter().filter(continuation).count() + 1;
    (line, column)
}

fn mistyped(key: &str, value: &DeValue<'_>, shape: Option<Shape>, words: &str) -> String {
    if let (Some(Shape::Choice(choices)), DeValue::String(given)) = (shape, value) {
        let mut message = format!("`{key}` can't be `{}`; one of {}", quoted(given), choices.join(", "));
        if let Some(near) = nearest(given, choices.iter().copied()) {
            message.push_str(&format!("; did you mean `{near}`?"));
        }
        return message;
    }
    let expected = match shape {
        Some(Shape::Choice(choices)) => format!("one of {}", choices.join(", ")),
        _ => words.rsplit_once("expected ").map_or_else(|| quoted(words), |(_, kind)| in_words(kind)),
    };
    format!("`{key}` is {}; expected {expected}", found(value))
}

fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the string \"{}\"", quoted(text)),
        DeValue::Integer(number) => format!("the number {}", quoted(&number.to_string())),
        DeValue::Float(number) => format!("the number {}", quoted(number.as_str())),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// Serde's name of a type, in words for the operator.
fn in_words(kind: &str) -> String {
    let whole = |max: u64| format!("a whole number from 0 to {max}");
    match kind {
        "u8" => whole(u8::MAX.into()),
        "u16" => whole(u16::MAX.into()),
        "u32" => whole(u32::MAX.into()),
        "u64" | "usize" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "path string" => "a path, in quotes".to_owned(),
        "a string" => "a string, in quotes".to_owned(),
        "a map" => "a table".to_owned(),
        other => quoted(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        match check(Path::new("vouch.toml"), text) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(Fault::to_string).collect(),
        }
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_and_column("ä = 1".as_bytes(), 3), (1, 3));
        assert_eq!(line_and_column(b"a\nb\n", 4), (3, 1));
        assert_eq!(line_and_column(b"", 9), (1, 1));
    }

    #[test]
    fn near_keys_are_suggested_and_far_ones_are_not() {
        let keys = ["source", "width", "height", "rate", "timeout_ms"];
        let near = |name| nearest(name, keys.iter().copied());
        assert_eq!(near("widht"), Some("width"));
        assert_eq!(near("Width"), Some("width"));
        assert_eq!(near("timeout"), Some("timeout_ms"));
        assert_eq!(near("hieght"), Some("height"));
        assert_eq!(near("colour"), None);
    }

    #[test]
    fn an_unknown_key_names_its_line_and_its_neighbour() {
        let text = "# a terminal\n[camera]\nwidth = 640\n\n[log]\n[session]\n[camera.x]\n";
        assert!(messages(text)[0].starts_with("vouch.toml line 7, column 9: unknown key `camera.x`"));
        assert_eq!(
            messages("[camera]\nwidht = 640")[0],
            "vouch.toml line 2, column 1: unknown key `camera.widht`; did you mean `width`?"
        );
    }

    #[test]
    fn types_are_told_in_words() {
        let cases = [
            (
                "camera.width = \"wide\"",
                "`camera.width` is the string \"wide\"; expected a whole number from 0 to 4294967295",
            ),
            (
                "camera.width = -1",
                "`camera.width` is the number -1; expected a whole number from 0 to 4294967295",
            ),
            (
                "camera.width = 99999999999999999999",
                "`camera.width` is the number 99999999999999999999; expected a whole number from 0 to 4294967295",
            ),
            ("camera.mirrored = 1", "`camera.mirrored` is the number 1; expected true or false"),
            ("camera.source = false", "`camera.source` is false; expected a path, in quotes"),
            ("fleet.host = [1]", "`fleet.host` is a list; expected a string, in quotes"),
            ("camera = 5", "`camera` is the number 5; expected a section, [camera]"),
            (
                "device.mode = \"prodution\"",
                "`device.mode` can't be `prodution`; one of production, development; did you mean `production`?",
            ),
            (
                "session.scheme = 3",
                "`session.scheme` is the number 3; expected one of LivenessOnly, FVBioOnly, CIDDocument, RPBasic, RPManual, RPBioID, RPBioOnlyPro, RPBioOnly",
            ),
            ("runtime.delegate.options = 3", "`runtime.delegate.options` is the number 3; expected a table"),
        ];
        for (text, words) in cases {
            assert_eq!(
                messages(text),
                [format!("vouch.toml line 1, column {}: {words}", column_of(text))],
                "{text}"
            );
        }
    }

    /// The column where the last part of the key begins.
    fn column_of(text: &str) -> usize {
        let key = text.split(" =").next().unwrap_or_default();
        key.rfind('.').map_or(1, |dot| dot + 2)
    }

    #[test]
    fn every_fault_is_listed_in_the_order_of_lines() {
        let text = "[log]\nlevel = 1\nlevle = 2\n[camera]\nwidth = true\nhight = 1\n[kamera]\n";
        let lines: Vec<bool> = messages(text)
            .iter()
            .zip([2, 3, 5, 6, 7])
            .map(|(message, line)| message.contains(&format!("line {line},")))
            .collect();
        assert_eq!(lines, [true; 5]);
    }

    #[test]
    fn all_syntax_errors_are_listed() {
        let found = messages("[camera\nwidth = \n[log]\nlevel = \"info\nformat = \"text\"\n");
        assert!(found.len() >= 2, "{found:?}");
        assert!(found.iter().all(|message| message.contains("not TOML")));
    }
}
