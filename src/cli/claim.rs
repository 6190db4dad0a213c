//! Name and number that the caller binds to a session.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use super::failure::Failure;
use crate::authority::Claim;
use vouch_contract::scheme;
use vouch_contract::scheme::Scheme;
use vouch_trust::regular;
use vouch_trust::regular::Links;

/// Largest claim file, bytes.
const MAX_FILE_BYTES: u64 = 4 << 10;

/// The claim bound to a session.
#[derive(Debug, Default, Args)]
pub struct ClaimArgs {
    /// The name of the person whose record is compared, on one line; for RPBioID, RPBioOnlyPro,
    /// RPBioOnly. Every user of this machine can see it among the running commands; `--claim` keeps
    /// it private
    #[arg(long, value_name = "NAME", requires = "number", conflicts_with = "claim")]
    name: Option<String>,
    /// The identification number of that person
    #[arg(long, value_name = "NUMBER", requires = "name", conflicts_with = "claim")]
    number: Option<String>,
    /// Both as a JSON file, or `-` for standard input: {"name": "…", "number": "…"}
    #[arg(long, value_name = "FILE|-")]
    claim: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    name: String,
    number: String,
}

impl ClaimArgs {
    /// The claim, if the scheme needs a bound one.
    ///
    /// # Errors
    /// [`Failure`] of use: the claim is missing, not needed, or not valid.
    pub fn read(&self, scheme: Scheme) -> Result<Option<Claim>, Failure> {
        let given = match (&self.name, &self.number, &self.claim) {
            (Some(name), Some(number), _) => Some(Given { name: name.clone(), number: number.clone() }),
            (_, _, Some(path)) => Some(read(path)?),
            _ => None,
        };
        let bound = scheme.plan().claim == scheme::Claim::Bound;
        match given {
            Some(_) if !bound => Err(Failure::usage(format!(
                "the scheme {scheme} does not use --name, --number or --claim; add --scheme RPBioOnly"
            ))),
            None if bound => Err(Failure::usage(format!(
                "the scheme {scheme} compares with a person's record: name the person with --name and \
                 --number, or with --claim FILE"
            ))),
            None => Ok(None),
            Some(Given { name, number }) => Claim::new(&name, &number).map(Some).map_err(Failure::usage),
        }
    }
}

fn read(path: &Path) -> Result<Given, Failure> {
    let fail = |what: String| Failure::usage(format!("--claim {}: {what}", path.display()));
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map(|_| bytes)
    } else {
        regular::read(path, Links::Followed, MAX_FILE_BYTES)
    };
    let bytes = read.map_err(|e| fail(e.to_string()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(fail(format!("larger than {MAX_FILE_BYTES} bytes; this is not a claim")));
    }
    // Serde's message may contain the person's number.
    serde_json::from_slice(&bytes)
        .map_err(|_| fail("not of the form {\"name\": \"…\", \"number\": \"…\"}".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_belongs_to_its_schemes() {
        let given = ClaimArgs { name: Some("ANNA".into()), number: Some("1".into()), claim: None };
        for scheme in Scheme::ALL {
            let bound = scheme.plan().claim == scheme::Claim::Bound;
            assert_eq!(given.read(scheme).is_ok(), bound, "{scheme}");
            assert_eq!(ClaimArgs::default().read(scheme).is_ok(), !bound, "{scheme}");
        }
    }
}
