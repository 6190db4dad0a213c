//! Material that a business collected itself (scheme RPMin): name, number and portrait against the
//! record. No person is asked for anything.

use std::time::Duration;

use vouch_partner::desk::{CompareRefusal, DeskRefusal, Materials, MaterialsVerdict, Picture};

use crate::authority::{Claim, RecordedFace, Source};
use vouch_contract::claims::{Comparison, ErrorInfo};
use vouch_contract::codes::ErrorCode;
use vouch_contract::json_name::json_name;
use vouch_contract::record::RecordFault;

/// Longest wait for the source: its own limits are shorter.
const LIMIT: Duration = Duration::from_secs(30);

/// Looks records up.
pub struct Checker {
    /// The authoritative source.
    pub source: Source,
}

impl Checker {
    /// The verdict on this material. `compare` compares a portrait with the record's face.
    ///
    /// # Errors
    /// [`DeskRefusal`] if the terminal can't look now.
    pub fn check(
        &self,
        materials: &Materials,
        compare: impl FnOnce(Picture, RecordedFace) -> Result<Comparison, CompareRefusal>,
    ) -> Result<MaterialsVerdict, DeskRefusal> {
        let claim = Claim::new(&materials.claim.name, &materials.claim.number)
            .map_err(|fault| DeskRefusal::Unfit(fault.to_string()))?;
        let record = match self.source.ask(claim).recv_timeout(LIMIT) {
            Ok(Ok(record)) => record,
            Ok(Err(RecordFault::Unreachable(why))) => return Err(DeskRefusal::NotReady(why)),
            Ok(Err(fault)) => return Ok(failed("record", ErrorCode::ReferenceMismatch, &fault.to_string())),
            Err(_) => return Err(DeskRefusal::NotReady("the source did not answer in time".to_owned())),
        };
        match compare(materials.portrait.clone(), record.face) {
            Ok(comparison) if comparison.matched => {
                Ok(MaterialsVerdict { comparison: Some(comparison), error: None, jws: None })
            }
            Ok(comparison) => {
                let verdict = failed(
                    "comparison",
                    ErrorCode::ReferenceMismatch,
                    "the portrait does not match the record's",
                );
                Ok(MaterialsVerdict { comparison: Some(comparison), ..verdict })
            }
            Err(CompareRefusal::Desk(refusal)) => Err(refusal),
            Err(CompareRefusal::Picture { fault, .. }) => {
                Ok(failed("comparison", ErrorCode::Internal, &fault.to_string()))
            }
        }
    }
}

fn failed(step: &str, error: ErrorCode, message: &str) -> MaterialsVerdict {
    let error = ErrorInfo {
        event_type: step.to_owned(),
        error: json_name(&error),
        error_message: message.to_owned(),
    };
    MaterialsVerdict { comparison: None, error: Some(error), jws: None }
}
