//! Whoever hears a result on its way can send its twin: the same header and payload
//! with the other form of the signature. Hub and outbox take both for one result.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail the test by panicking")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;
use vouch_contract::messages::{Ack, ResultEnvelope};
use vouch_contract::topics::Name;
use vouch_hub::folder::FolderStore;
use vouch_hub::ingest::Continuity;
use vouch_hub::intake::{Intake, Receipt, Verdict};
use vouch_store::outbox::{Entry, Limits, Next, Outbox, Stored};
use vouch_trust::identity::Identity;
use vouch_trust::jws;
use vouch_trust::twin::twin;
use vouch_trust::verify::Trust;

/// A terminal with its outbox, and a hub that trusts it.
struct Fleet {
    identity: Identity,
    outbox: Outbox,
    hub: Intake<Trust, FolderStore>,
    folder: TempDir,
}

impl Fleet {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity =
            Identity::open_or_create_with(&folder.path().join("id"), Some("gate-7"), None).unwrap();
        let trust = Trust::from_pem(&identity.trust_pem).unwrap();
        let store = FolderStore::open(&folder.path().join("results")).unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db"), Limits::default()).unwrap();
        Self { identity, outbox, hub: Intake::new(Name::new("t").unwrap(), trust, store), folder }
    }

    /// The next result. One of an earlier version may have the high form.
    fn issue(&mut self, high: bool) -> Stored {
        let identity = &self.identity;
        let signed = |next: &Next| {
            let jti = format!("id-{}", next.seq);
            let claims = json!({
                "iss": identity.id, "iat": 1_772_359_209, "jti": jti, "ueid": identity.ueid,
                "eat_profile": "urn:vouch:result:v1", "seq": next.seq, "prev": next.prev,
                "sessionStatus": "SUCCESS", "evidence": {"mode": "production"},
            });
            let jws = jws::sign(identity, jws::RESULT_TYPE, claims.to_string().as_bytes()).unwrap();
            Ok(Entry { jti, jws: if high { twin(&jws).unwrap() } else { jws } })
        };
        self.outbox.append(signed).unwrap()
    }

    fn deliver(&mut self, result: &Stored, jws: &str) -> Receipt {
        let envelope = ResultEnvelope::new(&result.jti, result.seq, jws).encode().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(self.hub.take("vouch/v1/t/gate-7/result", &envelope))
    }

    /// What the terminal does with the hub's answer.
    fn answer(&mut self, receipt: &Receipt) -> Ack {
        let (_, ack) = receipt.answer(&Name::new("t").unwrap()).unwrap();
        let digest = URL_SAFE_NO_PAD.decode(&ack.sha256).unwrap();
        if ack.stored {
            self.outbox.acknowledge(&ack.jti, &digest.try_into().unwrap()).unwrap();
        }
        ack
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("results/gate-7")).unwrap().count()
    }
}

#[test]
fn the_twin_first_and_then_the_true_one() {
    let mut fleet = Fleet::new();
    let first = fleet.issue(false);
    let receipt = fleet.deliver(&first, &twin(&first.jws).unwrap());
    assert_eq!(receipt.verdict, Verdict::Stored(Continuity::First));
    let receipt = fleet.deliver(&first, &first.jws);
    assert_eq!(receipt.verdict, Verdict::Again);
    // The terminal compares the digest with that of its own text.
    let ack = fleet.answer(&receipt);
    assert_eq!(URL_SAFE_NO_PAD.decode(ack.sha256).unwrap(), first.sha256);
    assert_eq!(fleet.outbox.oldest_unacknowledged().unwrap(), None);
    // The next one names the text that the terminal has, which the hub has not.
    let second = fleet.issue(false);
    let receipt = fleet.deliver(&second, &second.jws);
    assert_eq!(receipt.verdict, Verdict::Stored(Continuity::Continues));
}

#[test]
fn another_result_with_the_same_number_is_still_a_conflict() {
    let mut fleet = Fleet::new();
    let first = fleet.issue(false);
    fleet.deliver(&first, &first.jws);
    let again = json!({
        "iss": "gate-7", "iat": 1_772_359_210, "jti": first.jti, "ueid": fleet.identity.ueid,
        "eat_profile": "urn:vouch:result:v1", "seq": 1, "prev": null, "sessionStatus": "FAILED",
    });
    let other = jws::sign(&fleet.identity, jws::RESULT_TYPE, again.to_string().as_bytes()).unwrap();
    for jws in [twin(&other).unwrap(), other] {
        let receipt = fleet.deliver(&first, &jws);
        assert!(
            matches!(&receipt.verdict, Verdict::Refused { reason } if reason.starts_with("conflict:")),
            "{receipt:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Of each result its text, its twin, or both, in any order, some more than
    /// once: each is stored once, continues the chain and leaves the outbox.
    #[test]
    fn twins_never_upset_the_delivery(
        results in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<bool>(), 1..4)), 1..5),
    ) {
        let mut fleet = Fleet::new();
        for (number, (high, deliveries)) in results.iter().enumerate() {
            let result = fleet.issue(*high);
            for (nth, as_twin) in deliveries.iter().enumerate() {
                let jws = if *as_twin { twin(&result.jws).unwrap() } else { result.jws.clone() };
                let receipt = fleet.deliver(&result, &jws);
                let expected = match (nth, number) {
                    (0, 0) => Verdict::Stored(Continuity::First),
                    (0, _) => Verdict::Stored(Continuity::Continues),
                    _ => Verdict::Again,
                };
                prop_assert_eq!(&receipt.verdict, &expected);
                prop_assert!(fleet.answer(&receipt).stored);
            }
        }
        let counts = fleet.outbox.counts().unwrap();
        prop_assert_eq!((counts.waiting, counts.acknowledged), (0, results.len() as u64));
        prop_assert_eq!(fleet.files(), results.len());
    }
}
