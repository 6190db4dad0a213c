//! Name and number that the caller binds to a session.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

use super::common::read_given;
use super::failure::Failure;
use crate::authority::Claim;
use vouch_contract::scheme;
use vouch_contract::scheme::Scheme;

/// The form of a claim file.
const FORM: &str = r#"{"name": "…", "number": "…"}"#;

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
            (_, _, Some(path)) => Some(read_given("--claim", path, FORM)?),
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
