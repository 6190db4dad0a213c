//! The doctor's line for the authoritative source.

use super::Finding;
use crate::authority::Source;
use crate::config::Config;

const CHECK: &str = "authority";

/// Checks whether the configured source answers, and how many of its records are usable.
pub(super) fn check(config: &Config) -> Finding {
    let Some(source) = Source::configured(&config.authority, &config.device.state_dir) else {
        // Without a source, a scheme that needs one fails the configuration check.
        return Finding::green(CHECK, "none named, and the scheme needs none");
    };
    let survey = match source.survey() {
        Ok(survey) => survey,
        Err(fault) => return Finding::red(CHECK, fault, "see [authority] in the configuration"),
    };
    let Some(records) = survey.records else {
        return Finding::green(CHECK, "the service answers");
    };
    match survey.unusable_count {
        0 if records == 0 && config.authority.gallery => Finding::yellow(
            CHECK,
            "nobody is enrolled in the gallery yet",
            "enrol people on the operator's page, or with `vouch gallery add` (docs/GALLERY.md)",
        ),
        0 if records == 0 => Finding::red(
            CHECK,
            "there is no record in it",
            "mount it, or put records there (docs/RECORDS.md)",
        ),
        0 if survey.is_open => {
            let advice = "chmod 700: it holds names, numbers and faces";
            Finding::yellow(CHECK, format!("{records} records; every user here can read the folder"), advice)
        }
        0 => Finding::green(CHECK, format!("{records} records, all usable")),
        count => {
            let first: Vec<String> = survey
                .unusable
                .iter()
                .map(|(place, why)| format!("number {place} in the order of names: {why}"))
                .collect();
            let detail = format!("{count} of {records} records can't be used: {}", first.join("; "));
            Finding::yellow(CHECK, detail, "fix them: until then these people get CID_11")
        }
    }
}
