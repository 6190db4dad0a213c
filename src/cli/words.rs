//! Prompts and outcomes in English, for a person at a console. The kiosk has texts of its own, in
//! its own languages.

use vouch_contract::claims::ResultClaims;
use vouch_contract::gesture::Gesture;
use vouch_contract::json_name::json_name;
use vouch_session::types::Prompt;

/// Tells the person at the console. Standard error may be closed by now; that must not end a
/// session.
pub fn say(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{}", text.trim_end());
}

/// A prompt as a short sentence.
pub fn prompt(prompt: Prompt) -> &'static str {
    match prompt {
        Prompt::ComeIntoView => "Come into view of the camera.",
        Prompt::OnePersonOnly => "One person only, please.",
        Prompt::ComeCloser => "Come closer.",
        Prompt::MoveBack => "Move back a little.",
        Prompt::MoveToTheMiddle => "Move to the middle of the picture.",
        Prompt::MoreLight => "More light is needed on the face.",
        Prompt::LessLight => "There is too much light on the face.",
        Prompt::LookStraight => "Look straight into the camera.",
        Prompt::OpenEyes => "Open your eyes.",
        Prompt::UncoverFace => "Uncover your face.",
        Prompt::HoldStill => "Hold still.",
        Prompt::ShowDocument => "Show your document to the camera.",
        Prompt::ShowWholeDocument => "Show the whole document.",
        Prompt::DocumentCloser => "Hold the document closer.",
        Prompt::HoldDocumentFlat => "Hold the document flat towards the camera.",
        Prompt::HoldDocumentStill => "Hold the document still.",
        Prompt::MoreLightOnDocument => "More light is needed on the document.",
        Prompt::TiltAgainstGlare => "Tilt the document: it reflects the light.",
        Prompt::TurnOver => "Turn the document over.",
        Prompt::OneDocumentOnly => "One document only, please.",
        Prompt::NotADocument => "This is not an identity document.",
        Prompt::ShowTheOriginal => "Show the document itself, not a copy.",
        Prompt::ConfirmDocument => "Check what was read from your document, and confirm it.",
        Prompt::TypeClaim => "Type your name and your identification number.",
        Prompt::LookingUp => "One moment: looking up your record.",
        Prompt::Do(gesture) => match gesture {
            Gesture::Blink => "Blink.",
            Gesture::OpenMouth => "Open your mouth.",
            Gesture::TurnLeft => "Turn your head to your left.",
            Gesture::TurnRight => "Turn your head to your right.",
            Gesture::Nod => "Nod.",
        },
        Prompt::WellDone => "Well done.",
        Prompt::Passed => "Passed.",
        Prompt::NotPassed => "Not passed.",
    }
}

/// A result in a few lines.
pub fn result(claims: &ResultClaims) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    let source = &claims.evidence.source;
    // Writing to a String can't fail.
    let _ = writeln!(text, "  status      {:?}", claims.session_status);
    if let Some(liveness) = &claims.liveness {
        let _ = writeln!(text, "  liveness    {} ({})", liveness.code.0, liveness.verification_type);
        for gesture in &liveness.gestures {
            let name = json_name(&gesture.gesture);
            let _ = match gesture.done_ms {
                Some(done) => {
                    writeln!(
                        text,
                        "  gesture     {name}: done after {} ms",
                        done.saturating_sub(gesture.asked_ms)
                    )
                }
                None => writeln!(text, "  gesture     {name}: not seen"),
            };
        }
    }
    if let Some(record) = &claims.record {
        let _ = writeln!(
            text,
            "  record      found ({}), its portrait from {}{}",
            json_name(&record.facts.authority),
            record.facts.portrait_day,
            if record.too_old { ", too old to compare with" } else { "" }
        );
    }
    for (comparison, reference) in [
        (&claims.comparison, claims.reference.as_ref().map(json_name)),
        (&claims.document_comparison, Some("document".to_owned())),
    ] {
        let Some(comparison) = comparison else { continue };
        let _ = writeln!(
            text,
            "  comparison  {} as {} (similarity {:.3}, threshold {:.3}, FMR at most {})",
            if comparison.matched { "same person" } else { "another person" },
            reference.as_deref().unwrap_or("reference"),
            comparison.similarity,
            comparison.threshold,
            comparison.fmr
        );
    }
    if let Some(error) = &claims.error_info {
        let _ =
            writeln!(text, "  error       {} at {}: {}", error.error, error.event_type, error.error_message);
    }
    let _ = writeln!(
        text,
        "  source      {} {}x{} from {}",
        json_name(&source.kind),
        source.width,
        source.height,
        source.card
    );
    let _ = writeln!(text, "  device      {}, result {}", claims.iss, claims.seq);
    text
}
