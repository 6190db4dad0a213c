//! One message in, one verdict out. Is it signed? By the device of its topic? Is
//! it new? No network here; the verdict says what to answer.

use std::sync::Arc;

use serde::Serialize;
use tokio::task::spawn_blocking;

use super::ingest::{Continuity, Ingest, Kept, Received};
use vouch_contract::messages::{Ack, ResultEnvelope, digest};
use vouch_contract::topics::{Leaf, Name, Topic};
use vouch_trust::verify::{Trust, verify};

/// Longest claim shown as it is, bytes.
const MAX_WORD: usize = 32;

/// The signed claims that the intake needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// Common name of the signing certificate.
    pub device: String,
    /// The result's id.
    pub jti: String,
    /// The device's running number.
    pub seq: u64,
    /// Digest of the previous result; None for the first.
    pub prev: Option<String>,
    /// `sessionStatus` of the claims: SUCCESS or FAILED.
    pub status: Option<String>,
    /// `evidence.mode` of the claims. A result of mode `development` proves
    /// nothing about a person; whoever reads results must look at it.
    pub mode: Option<String>,
}

/// Checks signatures. The words of a refusal go back to the device.
pub trait Check: Send + Sync + 'static {
    /// The claims, if signature and certificate chain hold.
    fn check(&self, jws: &str) -> Result<Vouched, String>;
}

impl Check for Trust {
    fn check(&self, jws: &str) -> Result<Vouched, String> {
        let verified = verify(jws, self).map_err(|error| error.to_string())?;
        Ok(Vouched {
            device: verified.device_id,
            jti: verified.jti,
            seq: verified.seq,
            prev: verified.prev,
            status: word(&verified.claims["sessionStatus"]),
            mode: word(&verified.claims["evidence"]["mode"]),
        })
    }
}

/// A claim that should be one plain word; anything else is not shown.
fn word(claim: &serde_json::Value) -> Option<String> {
    let text = claim.as_str()?;
    let plain = text.len() <= MAX_WORD && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| text.to_owned())
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// Verified and on disk.
    Stored(Continuity),
    /// Verified; was on disk already.
    Again,
    /// Will never be taken.
    Refused {
        /// A word for machines, then words for people.
        reason: String,
    },
    /// Could not be stored now; no answer is sent and the device sends again.
    NotNow {
        /// Why.
        reason: String,
    },
    /// Not a result message at all; there is nobody to answer.
    Ignored {
        /// Why.
        reason: String,
    },
}

/// What was done with one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The topic's device, if the topic was one of ours.
    pub device: Option<String>,
    /// The envelope's id.
    pub jti: Option<String>,
    /// The envelope's number.
    pub seq: Option<u64>,
    /// Digest of the JWS as received.
    pub sha256: Option<String>,
    /// `sessionStatus` of the result, once verified.
    pub status: Option<String>,
    /// Production or development, once verified.
    pub mode: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// Judges messages and keeps the good ones. Several receivers may share it.
#[derive(Debug)]
pub struct Intake<C, I> {
    tenant: Name,
    check: Arc<C>,
    ingest: I,
}

impl<C: Check, I: Ingest> Intake<C, I> {
    /// An intake for one tenant's devices.
    pub fn new(tenant: Name, check: C, ingest: I) -> Self {
        Self { tenant, check: Arc::new(check), ingest }
    }

    /// Deals with one message.
    pub async fn take(&self, topic: &str, payload: &[u8]) -> Receipt {
        let mut receipt = Receipt {
            device: None,
            jti: None,
            seq: None,
            sha256: None,
            status: None,
            mode: None,
            verdict: Verdict::Ignored { reason: String::new() },
        };
        receipt.verdict = match self.try_take(topic, payload, &mut receipt).await {
            Ok(verdict) => verdict,
            Err(reason) => Verdict::Ignored { reason },
        };
        receipt
    }

    async fn try_take(&self, topic: &str, payload: &[u8], receipt: &mut Receipt) -> Result<Verdict, String> {
        let topic = Topic::parse(topic).map_err(|error| error.to_string())?;
        if topic.leaf != Leaf::Result || topic.tenant != self.tenant {
            return Err(format!("{topic} is no result topic of {}", self.tenant));
        }
        let device = topic.device.as_str();
        receipt.device = Some(device.to_owned());
        let envelope = ResultEnvelope::decode(payload).map_err(|error| error.to_string())?;
        receipt.jti = Some(envelope.jti.clone());
        receipt.seq = Some(envelope.seq);
        receipt.sha256 = Some(digest(&envelope.jws));
        // A signature takes about a millisecond of a core: not on the thread
        // that serves the line.
        let (check, jws) = (Arc::clone(&self.check), envelope.jws.clone());
        let checked = match spawn_blocking(move || check.check(&jws)).await {
            Ok(checked) => checked,
            Err(error) => return Ok(Verdict::NotNow { reason: format!("checking broke off: {error}") }),
        };
        match Self::fits(device, &envelope, checked) {
            Ok(vouched) => {
                receipt.status.clone_from(&vouched.status);
                receipt.mode.clone_from(&vouched.mode);
                Ok(self.store(&envelope, &vouched).await)
            }
            Err(reason) => Ok(self.refuse(device, &envelope.jws, reason).await),
        }
    }

    /// Whether what is signed is what the topic and the envelope say.
    fn fits(
        device: &str,
        envelope: &ResultEnvelope,
        checked: Result<Vouched, String>,
    ) -> Result<Vouched, String> {
        let vouched = checked.map_err(|words| format!("signature: {words}"))?;
        if vouched.device != device {
            // The broker has tied the topic to the certificate of the line;
            // this ties it to the certificate of the signature.
            return Err(format!("device: signed by {}, sent by {device}", vouched.device));
        }
        if vouched.jti != envelope.jti || vouched.seq != envelope.seq {
            return Err(format!(
                "envelope: signed are jti {} and seq {}, around it stand {} and {}",
                vouched.jti, vouched.seq, envelope.jti, envelope.seq
            ));
        }
        Ok(vouched)
    }

    async fn store(&self, envelope: &ResultEnvelope, vouched: &Vouched) -> Verdict {
        let received = Received {
            device: &vouched.device,
            jti: &vouched.jti,
            seq: vouched.seq,
            prev: vouched.prev.as_deref(),
            jws: &envelope.jws,
        };
        match self.ingest.keep(&received).await {
            Ok(Kept::New(continuity)) => Verdict::Stored(continuity),
            Ok(Kept::Again) => Verdict::Again,
            Ok(Kept::Conflict { reason }) => {
                self.refuse(&vouched.device, &envelope.jws, format!("conflict: {reason}")).await
            }
            Err(error) => Verdict::NotNow { reason: error.to_string() },
        }
    }

    async fn refuse(&self, device: &str, jws: &str, reason: String) -> Verdict {
        match self.ingest.set_aside(device, jws, &reason).await {
            Ok(()) => Verdict::Refused { reason },
            // A refusal without its evidence would be final all the same: wait.
            Err(error) => Verdict::NotNow { reason: error.to_string() },
        }
    }
}

impl Receipt {
    /// Where to answer and what, if an answer is due.
    pub fn answer(&self, tenant: &Name) -> Option<(Topic, Ack)> {
        let device = Name::new(self.device.as_deref()?).ok()?;
        let (jti, sha256) = (self.jti.as_deref()?, self.sha256.clone()?);
        let ack = match &self.verdict {
            Verdict::Stored(_) | Verdict::Again => Ack::stored(jti, sha256),
            Verdict::Refused { reason } => Ack::refused(jti, sha256, reason),
            Verdict::NotNow { .. } | Verdict::Ignored { .. } => return None,
        };
        let topic = Topic { tenant: tenant.clone(), device, leaf: Leaf::Ack };
        Some((topic, ack))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::FolderStore;

    /// Takes `{device}.{seq}-{jti}.good` for signed.
    struct Toy;

    impl Check for Toy {
        fn check(&self, jws: &str) -> Result<Vouched, String> {
            let mut parts = jws.split('.');
            let (Some(device), Some(body), Some("good")) = (parts.next(), parts.next(), parts.next()) else {
                return Err("forged".to_owned());
            };
            let (seq, jti) = body.split_once('-').ok_or("no seq")?;
            Ok(Vouched {
                device: device.to_owned(),
                jti: jti.to_owned(),
                seq: seq.parse().map_err(|_| "no number")?,
                prev: None,
                status: None,
                mode: None,
            })
        }
    }

    async fn take(intake: &Intake<Toy, FolderStore>, topic: &str, jws: &str) -> Receipt {
        let payload = ResultEnvelope::new("j", 1, jws).encode().unwrap();
        intake.take(topic, &payload).await
    }

    #[tokio::test]
    async fn several_receivers_share_one_intake() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::open(folder.path()).unwrap();
        let intake = Arc::new(Intake::new(Name::new("t").unwrap(), Toy, store));
        let receivers: Vec<_> = (0..8)
            .map(|_| {
                let intake = Arc::clone(&intake);
                tokio::spawn(async move { take(&intake, "vouch/v1/t/a/result", "a.1-j.good").await.verdict })
            })
            .collect();
        let mut stored = 0;
        for receiver in receivers {
            match receiver.await.unwrap() {
                Verdict::Stored(_) => stored += 1,
                verdict => assert_eq!(verdict, Verdict::Again),
            }
        }
        assert_eq!(stored, 1, "one of them stores it, the others find it");
    }

    #[tokio::test]
    async fn only_the_signed_result_of_the_topics_device_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let tenant = Name::new("t").unwrap();
        let store = FolderStore::open(folder.path()).unwrap();
        let intake = Intake::new(tenant.clone(), Toy, store);
        for (jws, word) in [
            ("a.1-j.bad", "signature:"),
            ("b.1-j.good", "device:"),
            ("a.2-j.good", "envelope:"),
            ("a.1-x.good", "envelope:"),
        ] {
            let receipt = take(&intake, "vouch/v1/t/a/result", jws).await;
            let (topic, ack) = receipt.answer(&tenant).unwrap();
            assert_eq!(topic.to_string(), "vouch/v1/t/a/ack");
            assert!(!ack.stored);
            assert!(ack.reason.unwrap().starts_with(word), "{jws}");
            assert_eq!(ack.sha256, digest(jws));
        }
        assert!(!folder.path().join("a").exists(), "nothing forged is stored");

        for verdict in [Verdict::Stored(Continuity::First), Verdict::Again] {
            let receipt = take(&intake, "vouch/v1/t/a/result", "a.1-j.good").await;
            assert_eq!(receipt.verdict, verdict);
            assert!(receipt.answer(&tenant).unwrap().1.stored);
        }
        // A foreign topic or tenant gets no answer.
        for topic in ["vouch/v1/u/a/result", "vouch/v1/t/a/state", "x"] {
            let receipt = take(&intake, topic, "a.1-j.good").await;
            assert!(matches!(receipt.verdict, Verdict::Ignored { .. }));
            assert!(receipt.answer(&tenant).is_none());
        }
        let receipt = intake.take("vouch/v1/t/a/result", b"{").await;
        assert!(receipt.answer(&tenant).is_none());
    }
}
