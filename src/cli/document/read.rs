//! `vouch document read`: reads a document from pictures of its sides.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::common::Place;
use crate::cli::failure;
use crate::cli::failure::Failure;
use crate::cli::words::say;
use crate::eye::{load_perception, load_reader};
use vouch_contract::claims::UnstatedClaims;
use vouch_contract::document::fields::FieldName;
use vouch_contract::document::original::OriginalEvidence;
use vouch_contract::document::reading::{Document, MAX_SIDES, ReadFault, SideReading};
use vouch_contract::document::unstated::Unstated;
use vouch_contract::json_name::json_name;
use vouch_perception::camera::{Frame, Picture, picture_file};
use vouch_perception::document::side::Spent;
use vouch_perception::eye::core::FaceNetworks;
use vouch_session::document::checks::{CheckFault, check};
use vouch_session::document::merge::together;
use vouch_trust::regular;
use vouch_trust::regular::Links;

/// Reads the fields of an identity document from pictures of its sides, and checks them.
///
/// Exit code: 0 read and valid, 1 not (unreadable, expired, implausible), 2 wrong use, 3 device
/// fault.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch document read passport.jpg --json
  vouch document read front.jpg back.jpg --today 2026-03-01")]
pub struct ReadArgs {
    /// The configuration file [default: /etc/vouch/vouch.toml; in a checkout, the defaults]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One picture of each side, in any order
    #[arg(required = true, num_args = 1..=MAX_SIDES, value_name = "IMAGE")]
    images: Vec<PathBuf>,
    /// The day on which the document must be valid [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// A side as it is reported.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SideReport {
    image: String,
    read: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<ReadFault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<vouch_contract::document::fields::Format>,
    portrait: bool,
    milliseconds: BTreeMap<&'static str, f64>,
    /// Measurements that tell an original from a copy.
    original: Option<OriginalEvidence>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &ReadArgs) -> Result<ExitCode, Failure> {
    let config = Place { config: args.config.clone(), ..Place::default() }.load()?;
    let mut perception = load_perception(&config.runtime)?;
    let mut reader = load_reader(&config.runtime)?.with_scans();
    let today = args.today.unwrap_or_else(|| jiff::Zoned::now().date());
    let (mut sides, mut reports, mut fault): (Vec<SideReading>, Vec<SideReport>, Option<ReadFault>) =
        (Vec::new(), Vec::new(), None);
    let mut buffer = Frame::default();
    for path in &args.images {
        let frame = load(path)?;
        let picture = Picture::try_from(&frame)
            .map_err(|()| Failure::usage(format!("{}: no pixels", path.display())))?;
        let mut portraits = FaceNetworks { perception: &mut perception, page: &mut buffer };
        let read = reader.read(&[picture], &mut portraits, today);
        reports.push(report(path, &read, &reader.spent()));
        match read {
            Ok(side) => sides.push(side),
            Err(why) => fault = fault.or(Some(why)),
        }
    }
    let document = (!sides.is_empty()).then(|| together(&sides));
    let refused = document.as_ref().and_then(|document| check(document, today).err());
    let fault = fault.or_else(|| {
        let has_portrait = sides.iter().any(|side| side.portrait.is_some());
        (!sides.is_empty() && !has_portrait).then_some(ReadFault::NoPortrait)
    });
    let error = error_of(fault, refused.as_ref());
    if args.json {
        let told = json!({ "document": document.as_ref().map(told), "sides": reports, "errorInfo": error });
        writeln!(
            std::io::stdout().lock(),
            "{}",
            serde_json::to_string_pretty(&told).map_err(Failure::device)?
        )?;
    } else {
        print(document.as_ref(), &reports, &error)?;
    }
    Ok(ExitCode::from(if error.is_null() { 0 } else { failure::FAILED }))
}

/// Loads a picture file as a frame, upright and within the size limits.
fn load(path: &Path) -> Result<Frame, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", path.display()));
    let bytes = regular::read(path, Links::Followed, picture_file::MAX_FILE)
        .map_err(|error| failed(&format!("{error}; give a picture of one side of a document")))?;
    let picture = picture_file::decode(&bytes).map_err(|fault| failed(&fault))?;
    let mut frame = Frame::default();
    frame.take(picture);
    Ok(frame)
}

fn report(path: &Path, read: &Result<SideReading, ReadFault>, spent: &Spent) -> SideReport {
    let side = read.as_ref().ok();
    let ms = |time: std::time::Duration| (time.as_secs_f64() * 1e4).round() / 10.0;
    SideReport {
        image: path.display().to_string(),
        read: side.is_some(),
        fault: read.as_ref().err().copied(),
        format: side.and_then(|side| side.format),
        portrait: side.is_some_and(|side| side.portrait.is_some()),
        milliseconds: [
            ("outline", ms(spent.outline)),
            ("mrz", ms(spent.mrz)),
            ("portrait", ms(spent.portrait)),
            ("zone", ms(spent.zone)),
            ("barcode", ms(spent.barcode)),
            ("original", ms(spent.original)),
        ]
        .into(),
        original: side.and_then(|side| side.original),
    }
}

/// The document by CID's field names. Each value comes with its confidence and source, or with what
/// the document states instead.
fn told(document: &Document) -> Value {
    let fields: BTreeMap<FieldName, Value> = document
        .fields
        .iter()
        .map(|field| {
            let confidence = (f64::from(field.confidence) * 1000.0).round() / 1000.0;
            let told = json!({ "value": field.value, "confidence": confidence, "source": field.source });
            (field.name, told)
        })
        .collect();
    let mut object = serde_json::Map::new();
    object.insert("recognizedDocumentType".to_owned(), json!(document.document_type));
    for field in &document.fields {
        object.insert(json_name(&field.name), json!(field.value));
    }
    object.insert("format".to_owned(), json!(document.format));
    object.insert("fields".to_owned(), json!(fields));
    object.insert("unstated".to_owned(), json!(UnstatedClaims::of(document)));
    object.insert("disagreements".to_owned(), json!(document.disagreements));
    Value::Object(object)
}

/// CID's `errorInfo`; null if there is no error.
fn error_of(fault: Option<ReadFault>, refused: Option<&CheckFault>) -> Value {
    let (code, message) = match (fault, refused) {
        (Some(ReadFault::Unavailable), _) => ("CID_11", ReadFault::Unavailable.to_string()),
        (Some(fault), _) => ("CID_5", fault.to_string()),
        (None, Some(fault @ CheckFault::Expired(_))) => ("CID_6", fault.to_string()),
        (None, Some(fault)) => ("CID_5", fault.to_string()),
        (None, None) => return Value::Null,
    };
    json!({ "eventType": "document", "error": code, "errorMessage": message })
}

fn print(document: Option<&Document>, sides: &[SideReport], error: &Value) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if let Some(document) = document {
        for field in &document.fields {
            let (name, source) = (json_name(&field.name), json_name(&field.source));
            let value = Unstated::beside(field);
            writeln!(out, "{name:<22}{value:<32}{:>5.0} %  {source}", field.confidence * 100.0)?;
        }
        for disagreement in &document.disagreements {
            writeln!(out, "? {:?}: {:?}", disagreement.field, disagreement.rule)?;
        }
    }
    for side in sides.iter().filter(|side| !side.read) {
        say(&format!("{}: {}", side.image, side.fault.map(|fault| fault.to_string()).unwrap_or_default()));
    }
    if let (Some(code), Some(message)) = (error["error"].as_str(), error["errorMessage"].as_str()) {
        say(&format!("{code}: {message}"));
    }
    Ok(())
}
