//! TongDun's table of result codes: which are billed, and what a session's claims mean in it.

use vouch_contract::claims::{ResultClaims, SessionStatus};
use vouch_contract::codes::LivenessCode;

/// The token's result was fetched, and the time to fetch it again is over.
pub const ALREADY_USED: u32 = 12227;
/// There is no result for this token.
pub const NO_RESULT: u32 = 12229;

/// TongDun's table: the code, its meaning, whether it is billed.
pub const TABLE: [(u32, &str, bool); 31] = [
    (200, "live person", true),
    (12202, "blink attack: eyes cut out of a print", true),
    (12203, "mouth-movement attack: mouth cut out of a print", true),
    (12204, "partial-face attack", true),
    (12205, "video replay", true),
    (12206, "black-and-white image", true),
    (12207, "paper", true),
    (12208, "a frame is visible: edge of paper, phone or tablet", true),
    (12209, "moiré pattern", true),
    (12210, "implausible quality of the face", true),
    (12211, "paper, told by its motion", true),
    (12212, "mask", true),
    (12213, "identity card held up as a face", true),
    (12214, "3D mask", true),
    (12215, "synthetic image", true),
    (12216, "attack software, such as a virtual camera", true),
    (12217, "T-shaped mask", true),
    (12218, "blurred image", true),
    (12219, "suspected deepfake", true),
    (12220, "suspected high-resolution screen", true),
    (12221, "light check failed", true),
    (12222, "injection", true),
    (12223, "no face", false),
    (12224, "several faces", false),
    (12225, "time-out", false),
    (12226, "the person changed during the check", false),
    (ALREADY_USED, "token already used", false),
    (12228, "the person cancelled", false),
    (NO_RESULT, "no result for this token", false),
    (12250, "other attack", true),
    (11350, "internal error", false),
];

/// The meaning of a code; that of an internal error if the table does not have it.
pub fn meaning(code: u32) -> &'static str {
    row(code).map_or("internal error", |(_, meaning, _)| meaning)
}

/// Whether a session that ended with this code is billed.
pub fn is_billed(code: u32) -> bool {
    row(code).is_some_and(|(_, _, billed)| *billed)
}

fn row(code: u32) -> Option<&'static (u32, &'static str, bool)> {
    TABLE.iter().find(|(listed, ..)| *listed == code)
}

/// The liveness code of a session by its claims. A live person whose face did not match has 200,
/// too. A session that ended before anybody was looked at has the code of its error, if that is one.
pub fn of(claims: &ResultClaims) -> u32 {
    if claims.session_status == SessionStatus::Success {
        return LivenessCode::LIVE.0;
    }
    let liveness = claims.liveness.as_ref().map(|liveness| liveness.code.0);
    let error = || claims.error_info.as_ref().and_then(|info| info.error.parse().ok());
    liveness.or_else(error).filter(|code| row(*code).is_some()).unwrap_or(LivenessCode::INTERNAL.0)
}

/// TongDun's result: 200 only if the session passed.
pub fn result(passed: bool, code: u32) -> u32 {
    if passed || code != LivenessCode::LIVE.0 { code } else { LivenessCode::INTERNAL.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_tongdun_s() {
        let unbilled: Vec<u32> =
            TABLE.iter().filter(|(.., billed)| !billed).map(|(code, ..)| *code).collect();
        assert_eq!(unbilled, [12223, 12224, 12225, 12226, 12227, 12228, 12229, 11350]);
        for code in (12202..=12229).chain([200, 12250, 11350]) {
            assert!(row(code).is_some(), "{code}");
        }
        assert!(is_billed(200) && is_billed(12250) && !is_billed(12223) && !is_billed(7));
        assert_eq!(meaning(12209), "moiré pattern");
        assert_eq!((result(true, 200), result(false, 200), result(false, 12209)), (200, 11350, 12209));
    }
}
