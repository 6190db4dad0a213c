//! A process of its own that fills an outbox: this test binary, run again.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use vouch_store::outbox::{Entry, Limits, Next, Outbox, OutboxError, Stored};
use vouch_trust::chain;
use vouch_trust::identity::Identity;
use vouch_trust::jws;
use vouch_trust::jws::RESULT_TYPE;
use vouch_trust::verify::{Trust, verify};

/// The folder of a child's outbox and identity.
const FOLDER: &str = "VOUCH_TEST_OUTBOX";
/// How many results a child stores; none: until it is killed.
const COUNT: &str = "VOUCH_TEST_COUNT";

/// A real signed result, with only the claims that verification needs.
pub fn sign(identity: &Identity, next: &Next) -> Result<Entry, Box<dyn std::error::Error + Send + Sync>> {
    let jti = uuid::Uuid::now_v7().to_string();
    let claims = serde_json::json!({
        "iss": identity.id,
        "iat": 1_772_359_209,
        "jti": jti,
        "ueid": identity.ueid,
        "eat_profile": vouch_contract::claims::PROFILE,
        "seq": next.seq,
        "prev": next.prev,
    });
    let jws = jws::sign(identity, RESULT_TYPE, claims.to_string().as_bytes())?;
    Ok(Entry { jti, jws })
}

pub fn identity(folder: &Path) -> Identity {
    Identity::open_or_create_with(&folder.join("id"), Some("gate-7"), None).unwrap()
}

pub fn open(folder: &Path) -> Outbox {
    Outbox::open(&folder.join("outbox.db"), Limits::default()).unwrap()
}

pub fn append(outbox: &mut Outbox, identity: &Identity) -> Result<Stored, OutboxError> {
    outbox.append(|next| sign(identity, next))
}

/// Takes every waiting result out, oldest first.
pub fn drain(outbox: &mut Outbox) -> Vec<Stored> {
    let mut all = Vec::new();
    while let Some(stored) = outbox.oldest_unacknowledged().unwrap() {
        outbox.acknowledge(&stored.jti, &stored.sha256).unwrap();
        all.push(stored);
    }
    all
}

/// Starts a child on `folder`, through `shell` when the child needs limits.
pub fn start(folder: &Path, count: Option<u64>, shell: Option<&str>) -> Child {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", "child::fill", "--ignored", "--nocapture"];
    let mut command = match shell {
        Some(limits) => {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("{limits}; exec \"$0\" \"$@\"")]).arg(program);
            command
        }
        None => Command::new(program),
    };
    command.args(arguments).env(FOLDER, folder).stdout(Stdio::piped());
    if let Some(count) = count {
        command.env(COUNT, count.to_string());
    }
    command.spawn().unwrap()
}

/// What a child reported as stored: number and id.
pub fn reported(output: &str) -> Vec<(u64, String)> {
    output
        .lines()
        // A line that a kill cut off is no report.
        .filter(|line| line.ends_with(" ok"))
        .filter_map(|line| {
            let mut words = line.split_once("stored ")?.1.split(' ');
            Some((words.next()?.parse().ok()?, words.next()?.to_owned()))
        })
        .collect()
}

#[test]
#[ignore = "not a test: the process that the others start"]
fn fill() {
    use std::io::Write;
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    let count: Option<u64> = std::env::var(COUNT).ok().map(|count| count.parse().unwrap());
    let identity = identity(folder);
    let mut outbox = open(folder);
    let mut done = 0;
    while count.is_none_or(|count| done < count) {
        match append(&mut outbox, &identity) {
            Ok(stored) => {
                let mut out = std::io::stdout().lock();
                writeln!(out, "stored {} {} ok", stored.seq, stored.jti).unwrap();
                out.flush().unwrap();
            }
            Err(error) => {
                println!("\nfailed: {error}");
                break;
            }
        }
        done += 1;
    }
}

/// Each result verifies and names the one before it.
pub fn assert_chain(results: &[Stored], identity: &Identity) {
    let trust = Trust::from_pem(&identity.trust_pem).unwrap();
    let verified: Vec<_> = results.iter().map(|stored| verify(&stored.jws, &trust).unwrap()).collect();
    chain::check(&verified, false).unwrap();
}
