//! A table of pairs: which two pictures, and whether they show one person.

use std::path::{Path, PathBuf};

/// Largest table that is read, in bytes: a million pairs of usual names.
const MAX_TABLE: u64 = 256 << 20;
/// Most pairs of a table.
const MAX_PAIRS: usize = 1_000_000;

/// Why a table can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct PairsError {
    /// The table.
    pub path: PathBuf,
    /// What is wrong, with its line, and what to do.
    pub reason: String,
}

/// One comparison to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Whether both show one person (a mated pair).
    pub mated: bool,
    /// One picture, as the table writes it.
    pub first: String,
    /// The other.
    pub second: String,
    /// Part of the protocol, if the table has parts.
    pub fold: Option<u32>,
}

/// Reads a CSV (RFC 4180) with the columns `same` (1 or 0), `file1`, `file2`
/// and maybe `fold`; others are ignored.
///
/// # Errors
/// [`PairsError`] naming line and column.
pub fn read(path: &Path) -> Result<Vec<Pair>, PairsError> {
    let fail = |reason: String| PairsError { path: path.into(), reason };
    let size = std::fs::metadata(path).map_err(|e| fail(e.to_string()))?.len();
    if size > MAX_TABLE {
        return Err(fail(format!("{size} bytes; at most {MAX_TABLE} are read")));
    }
    let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
    parse(&text).map_err(fail)
}

fn parse(text: &str) -> Result<Vec<Pair>, String> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let header = fields(lines.next().map_or("", |(_, line)| line))?;
    let column = |name: &str| header.iter().position(|field| field.trim() == name);
    let needed = |name: &str| column(name).ok_or_else(|| format!("line 1: no column `{name}`"));
    let (same, first, second) = (needed("same")?, needed("file1")?, needed("file2")?);
    let fold = column("fold");
    let mut pairs = Vec::new();
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let at = |reason: String| format!("line {}: {reason}", index + 1);
        let row = fields(line).map_err(at)?;
        let field = |column: usize| {
            row.get(column)
                .map(|field| field.trim())
                .ok_or_else(|| at(format!("{} fields, the column {} is missing", row.len(), header[column])))
        };
        let mated = match field(same)? {
            "1" => true,
            "0" => false,
            other => return Err(at(format!("`same` is `{other}`, it must be 1 or 0"))),
        };
        let fold = match fold {
            None => None,
            Some(column) => {
                let text = field(column)?;
                Some(text.parse().map_err(|_| at(format!("`fold` is `{text}`, it must be a number")))?)
            }
        };
        let (first, second) = (field(first)?.to_owned(), field(second)?.to_owned());
        if pairs.len() == MAX_PAIRS {
            return Err(at(format!("more than {MAX_PAIRS} pairs; split the table")));
        }
        pairs.push(Pair { mated, first, second, fold });
    }
    if pairs.is_empty() { Err("there are no pairs in it".into()) } else { Ok(pairs) }
}

/// The fields of one line. A field in quotes may hold commas, and quotes twice.
fn fields(line: &str) -> Result<Vec<String>, String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let last = found.len() - 1;
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                found[last].push('"');
            }
            '"' if quoted || found[last].is_empty() => quoted = !quoted,
            ',' if !quoted => found.push(String::new()),
            other => found[last].push(other),
        }
    }
    if quoted { Err("a quote is not closed".into()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name() {
        let pairs = parse("x,file2,fold,same,file1\n,b.jpg,3,1,\"a, \"\"A\"\".jpg\"\n\n").unwrap();
        let pair = Pair { mated: true, first: "a, \"A\".jpg".into(), second: "b.jpg".into(), fold: Some(3) };
        assert_eq!(pairs, [pair]);
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, words) in [
            ("", "`same`"),
            ("same,file1\n", "`file2`"),
            ("same,file1,file2\n", "no pairs"),
            ("same,file1,file2\n1,a,b\nyes,a,b\n", "line 3: `same` is `yes`"),
            ("same,file1,file2\n1,a\n", "line 2: 2 fields"),
            ("same,file1,file2\n1,\"a,b\n", "line 2: a quote"),
            ("same,file1,file2,fold\n1,a,b,x\n", "line 2: `fold`"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
