//! Records a session, and replays it to the same outcome.
//!
//! The file is JSON lines: a [`Header`], then one [`Entry`] per event. It holds measures and the
//! face's templates: **biometric data**, as its first line says. It is written only on request.
//! Store it like the session's media: sealed, and for the same time. The templates can't be left
//! out: without them no comparison could be repeated.

use std::io;
use std::io::{BufRead, Read, Write};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::challenge::Challenge;
use crate::lighting::Colour;
use crate::machine::Machine;
use crate::policy::{MAX_COLOURS, Policy, PolicyError};
use crate::types::{Action, Event, Outcome};
use crate::view;
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::face::Template;
use vouch_contract::scheme::Scheme;
use vouch_contract::similarity::is_sound;

/// The format written and read.
pub const VERSION: u32 = 1;

/// Longest line read, in bytes. A template of 512 values takes about 8 KB.
pub const MAX_LINE: u64 = 64 * 1024;

/// Most events read: ten minutes at 120 frames a second, with an answer to one frame in three. That
/// is ten times the longest sensible session.
pub const MAX_EVENTS: usize = 100_000;

const SENSITIVE: &str = "biometric data: measures and templates of a person's face";

/// The first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`VERSION`].
    pub version: u32,
    /// What the reader of the file must know.
    pub sensitive: String,
    /// The session's rules.
    pub policy: Policy,
    /// Its scheme.
    pub scheme: Scheme,
    /// Its challenge.
    pub challenge: Challenge,
    /// The colours that the screen was to show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<Colour>,
}

/// Any further line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The time passed to the machine, nanoseconds.
    pub now_ns: u64,
    /// The event.
    pub event: Event,
}

/// Records a session, event by event.
#[derive(Debug)]
pub struct Recorder<W: Write> {
    out: W,
}

impl<W: Write> Recorder<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// When `out` can't be written.
    pub fn new(
        mut out: W,
        policy: &Policy,
        scheme: Scheme,
        challenge: &Challenge,
        colours: &[Colour],
    ) -> io::Result<Self> {
        let header = Header {
            version: VERSION,
            sensitive: SENSITIVE.to_owned(),
            policy: policy.clone(),
            scheme,
            challenge: challenge.clone(),
            colours: colours.to_vec(),
        };
        write_line(&mut out, &header)?;
        Ok(Self { out })
    }

    /// Writes what is passed to [`Machine::step`]. JSON has no NaN and no infinity. A value that
    /// holds one is written the way the machine treats it: as no face, or as no template.
    ///
    /// # Errors
    /// When the output can't be written.
    pub fn write(&mut self, event: &Event, now: Duration) -> io::Result<()> {
        let entry =
            Entry { now_ns: u64::try_from(now.as_nanos()).unwrap_or(u64::MAX), event: writable(event) };
        write_line(&mut self.out, &entry)
    }

    /// Flushes and returns the output.
    ///
    /// # Errors
    /// When the output can't be flushed.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

fn write_line<W: Write, T: Serialize>(out: &mut W, line: &T) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    out.write_all(&text)
}

fn writable(event: &Event) -> Event {
    match event {
        Event::Sighting(sighting) => {
            Event::Sighting(Sighting { face: sighting.face.filter(view::is_finite), ..*sighting })
        }
        Event::Kept { sequence, slot, found, template } => Event::Kept {
            sequence: *sequence,
            slot: *slot,
            found: *found,
            template: template.clone().filter(|template| is_sound(template)),
        },
        Event::Reference(Ok(template)) if !is_sound(template) => {
            // An empty template is just as unusable, and JSON can hold it.
            Event::Reference(Ok(Box::new(Template { model: template.model, values: heapless::Vec::new() })))
        }
        other => other.clone(),
    }
}

/// Why a recorded session can't be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file can't be read.
    #[error("the session log can't be read: {0}")]
    Read(#[from] io::Error),
    /// A line is too long.
    #[error("line {line} of the session log is longer than {MAX_LINE} bytes; this is not a session log")]
    LineTooLong {
        /// From 1.
        line: usize,
    },
    /// A line is not a valid entry.
    #[error("line {line} of the session log: {source}")]
    Line {
        /// From 1.
        line: usize,
        /// Serde's message.
        source: serde_json::Error,
    },
    /// The file is empty.
    #[error("the session log is empty; its first line must be the header")]
    Empty,
    /// Another format.
    #[error("session log of version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// The policy in the header is invalid.
    #[error("the session log's header: {0}")]
    Policy(#[from] PolicyError),
    /// Too many lines.
    #[error("more than {MAX_EVENTS} events in the session log; this is not a session log")]
    TooManyEvents,
    /// The log ends before the session does.
    #[error("the session log stops before the session's end; it was cut short")]
    Unfinished,
}

/// Replays a recorded session.
///
/// # Errors
/// [`ReplayError`]; reading stops at the first bad line.
pub fn replay<R: BufRead>(mut reader: R) -> Result<Outcome, ReplayError> {
    let mut line = Vec::new();
    let header: Header = match read_line(&mut reader, &mut line, 1)? {
        Some(header) => header,
        None => return Err(ReplayError::Empty),
    };
    if header.version != VERSION {
        return Err(ReplayError::Version(header.version));
    }
    let colours = header.colours.into_iter().take(MAX_COLOURS).collect();
    let mut machine = Machine::new(header.policy, header.scheme, header.challenge)?.lit_by(colours);
    for number in 2..MAX_EVENTS + 2 {
        let Some(entry) = read_line::<_, Entry>(&mut reader, &mut line, number)? else {
            return Err(ReplayError::Unfinished);
        };
        for action in machine.step(&entry.event, Duration::from_nanos(entry.now_ns)) {
            if let Action::Finish(outcome) = action {
                return Ok(*outcome);
            }
        }
    }
    Err(ReplayError::TooManyEvents)
}

fn read_line<R: BufRead, T: for<'de> Deserialize<'de>>(
    reader: &mut R,
    buffer: &mut Vec<u8>,
    line: usize,
) -> Result<Option<T>, ReplayError> {
    buffer.clear();
    let read = reader.take(MAX_LINE + 1).read_until(b'\n', buffer)?;
    if read == 0 {
        return Ok(None);
    }
    if read as u64 > MAX_LINE {
        return Err(ReplayError::LineTooLong { line });
    }
    serde_json::from_slice(buffer).map(Some).map_err(|source| ReplayError::Line { line, source })
}
