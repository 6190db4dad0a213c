//! Spoken prompts: espeak-ng renders each text once, as a process of its own; the sound is kept in
//! the state folder.
//!
//! espeak-ng is GPL, so it is only run, never linked. Without it the page stays silent; the text is
//! on the screen anyway.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::bounded_run;
use super::messages::Messages;
use vouch_trust::durable;
use vouch_trust::regular::{self, Links};

/// The folder in the state folder.
const FOLDER: &str = "speech";
/// Words a minute. espeak-ng's own 175 is too fast for a hall.
const SPEED: &str = "150";
/// Longest time for one prompt; it takes about 0.03 s.
const LIMIT: Duration = Duration::from_secs(5);
/// Largest sound, bytes: about 20 s.
const MAX_SOUND: u64 = 1 << 20;
/// Longest text, characters.
const MAX_TEXT: usize = 200;

/// espeak-ng's voice for a language. Where it has none that people understand, the prompt is spoken
/// in English, as TongDun's is.
fn voice(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "en" => "en",
        "es" => "es",
        "id" => "id",
        "ru" => "ru",
        "kk" => "kk",
        "pt" => "pt-br",
        "tr" => "tr",
        _ => return None,
    })
}

/// Renders and keeps spoken prompts.
#[derive(Debug, Clone)]
pub struct Speech {
    folder: PathBuf,
}

impl Speech {
    /// The speech of the terminal with this state folder.
    pub fn of(state: &Path) -> Self {
        Self { folder: state.join(FOLDER) }
    }

    /// The message `name` in the language `tag`, as a WAV file. `None` if there is no such prompt,
    /// or it can't be spoken here.
    pub fn say(&self, tag: &str, name: &str) -> Option<Vec<u8>> {
        // Only prompts: nothing of a person is ever spoken.
        if !name.starts_with("prompt-") {
            return None;
        }
        let (tag, voice) = voice(tag).map_or(("en", "en"), |voice| (tag, voice));
        let text = Messages::of(tag)?.text(name)?;
        if text.chars().count() > MAX_TEXT {
            return None;
        }
        // Another text or voice is another file.
        let digest = hex::encode(Sha256::digest(format!("{voice}\n{SPEED}\n{text}")));
        let path = self.folder.join(format!("{}.wav", &digest[..32]));
        if let Ok(sound) = regular::read(&path, Links::Refused, MAX_SOUND) {
            return Some(sound);
        }
        let sound = render(voice, &text)
            .inspect_err(|error| tracing::warn!(%error, "prompts can't be spoken; install espeak-ng"))
            .ok()?;
        if let Err(error) = durable::make_private_folder(&self.folder)
            .and_then(|()| durable::write_whole(&path, &sound, 0o600))
        {
            tracing::warn!(%error, "a spoken prompt could not be kept");
        }
        Some(sound)
    }
}

fn render(voice: &str, text: &str) -> std::io::Result<Vec<u8>> {
    let mut espeak = Command::new("espeak-ng");
    espeak.args(["-v", voice, "-s", SPEED, "--stdout", "--", text]);
    let (status, sound) = bounded_run::output(&mut espeak, LIMIT, MAX_SOUND)?;
    if !status.success() || !sound.starts_with(b"RIFF") {
        return Err(std::io::Error::other(format!("espeak-ng ended with {status}")));
    }
    Ok(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_prompts_are_spoken() {
        let state = tempfile::tempdir().unwrap();
        let speech = Speech::of(state.path());
        for name in ["consent-text", "../prompt-blink", "prompt-", "prompt-no-such", ""] {
            assert!(speech.say("en", name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_prompt_is_rendered_once_and_without_a_voice_in_english() {
        if Command::new("espeak-ng").arg("--version").output().is_err() {
            let test = "a_prompt_is_rendered_once_and_without_a_voice_in_english";
            vouch_testkit::skipped::skipped(test, "espeak-ng is not installed");
            return;
        }
        let state = tempfile::tempdir().unwrap();
        let speech = Speech::of(state.path());
        let first = speech.say("kk", "prompt-blink").unwrap();
        assert!(first.starts_with(b"RIFF") && first.len() > 10_000);
        assert_eq!(speech.say("kk", "prompt-blink"), Some(first.clone()));
        let english = speech.say("en", "prompt-blink").unwrap();
        assert_ne!(first, english);
        assert_eq!(speech.say("th", "prompt-blink"), Some(english));
        assert_eq!(std::fs::read_dir(state.path().join(FOLDER)).unwrap().count(), 2);
    }
}
