//! How far a recording gets in a session: its sightings, played to the real
//! machine with random challenges. The person in the recording doesn't react to
//! the prompts, so a recording that passes is a lucky attack.

use rand::CryptoRng;

use super::tape::Tape;
use vouch_contract::scheme::Scheme;
use vouch_session::challenge::Challenge;
use vouch_session::machine::Machine;
use vouch_session::policy::{Policy, PolicyError};
use vouch_session::types::{Action, Event, Outcome};

/// Plays `tape` to one session with a random challenge.
///
/// # Errors
/// [`PolicyError`] when the policy makes no sense.
pub fn play<R: CryptoRng + ?Sized>(
    tape: &Tape,
    policy: &Policy,
    rng: &mut R,
) -> Result<Option<Outcome>, PolicyError> {
    let challenge = Challenge::draw(rng, policy)?;
    let mut machine = Machine::new(policy.clone(), Scheme::LivenessOnly, challenge)?;
    for taken in &tape.frames {
        let now = taken.sighting.at;
        if let Some(outcome) = answered(&mut machine, &Event::Sighting(taken.sighting), tape, now) {
            return Ok(Some(outcome));
        }
    }
    let now = tape.frames.last().map(|taken| taken.sighting.at).unwrap_or_default();
    let over = Event::SourceEnded { reason: "the recording is over".to_owned() };
    Ok(answered(&mut machine, &over, tape, now))
}

/// Steps the machine and answers its actions. Returns the outcome at the end.
fn answered(machine: &mut Machine, event: &Event, tape: &Tape, now: std::time::Duration) -> Option<Outcome> {
    let mut waiting = vec![event.clone()];
    while let Some(event) = waiting.pop() {
        for action in machine.step(&event, now) {
            match action {
                Action::Finish(outcome) => return Some(*outcome),
                Action::Keep { sequence, slot, embed } => {
                    let found = tape.frames.binary_search_by_key(&sequence, |taken| taken.sighting.sequence);
                    let found = found.ok().map(|index| &tape.frames[index]);
                    let template = found.filter(|_| embed).and_then(|taken| taken.template.clone());
                    waiting.push(Event::Kept { sequence, slot, found: found.is_some(), template });
                }
                // A tape was lit by no colours.
                Action::Prompt(_) | Action::Watch(_) | Action::Read { .. } | Action::Light(_) => {}
                // These belong to documents and records, which no tape has.
                Action::LookUp { .. }
                | Action::Confirm(_)
                | Action::AskClaim
                | Action::FindRecord(_)
                | Action::EmbedRecord
                | Action::MatchRecord(_) => {}
            }
        }
    }
    None
}
