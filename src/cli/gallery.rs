//! `vouch gallery`: the people enrolled at this terminal.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::album::private_file;
use super::common::{Place, read_given};
use super::failure::{FAILED, Failure};
use super::references::read_reference;
use super::words::say;
use crate::authority::{FullName, Number};
use crate::config::Config;
use crate::enrolment::{Allowed, EnrolFault, Enrolee, Samples, enrol, false_positive_rate};
use crate::eye::load_picture_eye;
use crate::terminal::thresholds::enrolment_rules;
use vouch_contract::eye::protocol::{Ask, Tell};
use vouch_contract::face::Template;
use vouch_session::fuse::MAX_REFERENCES;
use vouch_store::gallery::{Gallery, GalleryError, Origin, Person};

/// Most people that a search tells.
const MOST_TOLD: usize = 10;

/// Enrols people, exports and removes them. The terminal may run meanwhile. docs/GALLERY.md
/// describes the gallery.
///
/// Exit code: 0 done, 1 nobody found or not enrolled, 2 wrong use, 3 device fault.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch gallery add --person anna.json anna-1.jpg anna-2.jpg anna-3.jpg
  echo '{\"number\": \"900101300007\"}' | vouch gallery remove --person -
  vouch gallery search visitor.jpg")]
pub struct GalleryArgs {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: GalleryCommand,
}

#[derive(Debug, Subcommand)]
enum GalleryCommand {
    /// Says how many people are enrolled
    Count,
    /// Enrols a person by pictures
    Add(AddArgs),
    /// Writes all that is kept of a person, as JSON
    Export(ExportArgs),
    /// Removes a person; nothing of the entry is left then
    Remove(Whom),
    /// Searches for those who look like the face in a picture
    Search {
        /// A photograph with one face
        image: PathBuf,
    },
    /// Removes those whose time is over; the terminal does so by itself
    Prune,
}

#[derive(Debug, Args)]
struct AddArgs {
    /// Who it is, as a JSON file or `-` for standard input: {"number": "…", "lastName": "…",
    /// "firstName": "…", "patronymic": "…"}
    #[arg(long, value_name = "FILE|-")]
    person: PathBuf,
    /// Overwrites an entry under the same number
    #[arg(long)]
    replace: bool,
    /// Enrols the person although somebody who looks the same is enrolled under another number
    #[arg(long)]
    allow_similar: bool,
    /// Photographs of this person, with one face each
    #[arg(required = true, num_args = 1..=MAX_REFERENCES, value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct ExportArgs {
    #[command(flatten)]
    whom: Whom,
    /// The file to write; only this user can read it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// An enrolled person. There is no option for the number itself: every user of the machine could
/// see it among the running commands.
#[derive(Debug, Args)]
struct Whom {
    /// Who it is, as a JSON file or `-` for standard input: {"number": "…"}
    #[arg(long, value_name = "FILE|-")]
    person: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Named {
    number: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    patronymic: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &GalleryArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let state = &config.device.state_dir;
    vouch_trust::durable::make_private_folder(state).map_err(Failure::device)?;
    let mut gallery = Gallery::open(state).map_err(Failure::device)?;
    match &args.command {
        GalleryCommand::Count => {
            let count = gallery.count().map_err(Failure::device)?;
            writeln!(std::io::stdout().lock(), "{count}")?;
        }
        GalleryCommand::Add(add) => return add_person(&config, &mut gallery, add),
        GalleryCommand::Export(export) => {
            let Some(person) = gallery.export(&number(&export.whom)?).map_err(Failure::device)? else {
                return Ok(nobody());
            };
            write_export(&export.out, &person)
                .map_err(|error| Failure::usage(format!("{}: {error}", export.out.display())))?;
        }
        GalleryCommand::Remove(whom) => {
            if !gallery.remove(&number(whom)?).map_err(Failure::device)? {
                return Ok(nobody());
            }
            say("The person is removed.");
        }
        GalleryCommand::Search { image } => return search(&config, &mut gallery, image),
        GalleryCommand::Prune => {
            let removed = gallery.remove_expired(Timestamp::now()).map_err(Failure::device)?;
            say(&format!("Removed: {removed}."));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn add_person(config: &Config, gallery: &mut Gallery, add: &AddArgs) -> Result<ExitCode, Failure> {
    let named = read_person(&add.person)?;
    let name = FullName::new(&named.last_name, &named.first_name, named.patronymic.as_deref());
    let enrolee = Enrolee {
        number: Number::new(&named.number).map_err(Failure::usage)?,
        name: name
            .map_err(|_| Failure::usage("the person's name is empty, too long, or can't be printed"))?,
    };
    let pictures = add.images.iter().map(|path| read_reference(path)).collect::<Result<Vec<_>, _>>()?;
    let templates = embed(config, &add.images, &pictures)?;
    let rules = enrolment_rules(config)?;
    let samples = Samples { templates, pictures, origin: Origin::Pictures, consent: None };
    let allowed = Allowed { replace: add.replace, similar: add.allow_similar };
    match enrol(gallery, &rules, &enrolee, samples, allowed, Timestamp::now()) {
        Ok(done) => {
            let expires =
                done.expires_at.map_or_else(|| "until removed".to_owned(), |at| format!("until {at}"));
            say(&format!("Enrolled with {} picture(s), {expires}.", done.references));
            Ok(ExitCode::SUCCESS)
        }
        Err(fault @ EnrolFault::Gallery(GalleryError::Store(_))) => Err(Failure::device(fault)),
        Err(fault @ EnrolFault::Duplicate { .. }) => {
            say(&format!("Not enrolled: {fault} (--allow-similar)."));
            Ok(ExitCode::from(FAILED))
        }
        Err(fault) => {
            say(&format!("Not enrolled: {fault}."));
            Ok(ExitCode::from(FAILED))
        }
    }
}

fn search(config: &Config, gallery: &mut Gallery, image: &Path) -> Result<ExitCode, Failure> {
    let picture = read_reference(image)?;
    let probe = embed(config, &[image.to_owned()], &[picture])?;
    let Some(probe) = probe.first() else { return Ok(nobody()) };
    let (threshold, fmr) = enrolment_rules(config)?.duplicate(gallery.count().map_err(Failure::device)?);
    let found = gallery.search(probe, threshold, MOST_TOLD, Timestamp::now()).map_err(Failure::device)?;
    let people: Vec<Value> = found
        .people
        .iter()
        .map(|similar| {
            let about = &similar.about;
            json!({ "number": about.number, "lastName": about.last_name, "firstName": about.first_name,
                "similarity": similar.similarity })
        })
        .collect();
    let told = json!({
        "people": people, "threshold": threshold, "compared": found.compared,
        "ofOtherModels": found.of_other_models,
        "falsePositiveRate": false_positive_rate(fmr, found.compared),
    });
    writeln!(std::io::stdout().lock(), "{}", serde_json::to_string_pretty(&told).map_err(Failure::device)?)?;
    Ok(ExitCode::from(if people.is_empty() { FAILED } else { 0 }))
}

/// The templates of the faces in some pictures.
fn embed(config: &Config, paths: &[PathBuf], pictures: &[Vec<u8>]) -> Result<Vec<Template>, Failure> {
    let mut eye = load_picture_eye(&config.runtime)?;
    let mut templates = Vec::new();
    for (path, picture) in paths.iter().zip(pictures) {
        match eye.answer(&Ask::Reference { image: picture.clone() }) {
            Some(Tell::Reference(Ok(template))) => templates.push(*template),
            Some(Tell::Reference(Err(fault))) => {
                return Err(Failure::usage(format!("{}: {fault}", path.display())));
            }
            _ => return Err(Failure::device("the eye does not embed pictures")),
        }
    }
    Ok(templates)
}

fn write_export(path: &Path, person: &Person) -> std::io::Result<()> {
    let templates: Vec<&[f32]> = person.parts.iter().map(|part| part.values.as_slice()).collect();
    let pictures: Vec<String> = person.pictures.iter().map(|picture| STANDARD.encode(picture)).collect();
    let mut told = serde_json::to_value(&person.about)?;
    if let Value::Object(members) = &mut told {
        members.insert("model".to_owned(), hex::encode(person.template.model).into());
        members.insert("templates".to_owned(), json!(templates));
        members.insert("pictures".to_owned(), json!(pictures));
    }
    let mut file = private_file(path)?;
    serde_json::to_writer_pretty(&mut file, &told)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn number(whom: &Whom) -> Result<String, Failure> {
    let named = read_person(&whom.person)?;
    Number::new(&named.number).map(|number| number.text().to_owned()).map_err(Failure::usage)
}

fn nobody() -> ExitCode {
    say("Nobody is enrolled under this number.");
    ExitCode::from(FAILED)
}

fn read_person(path: &Path) -> Result<Named, Failure> {
    read_given("--person", path, r#"{"number": "…", "lastName": "…", "firstName": "…"}"#)
}
