//! A session that went well, and results made of it.

#![allow(dead_code, reason = "two test programs share it, each uses a part")]

use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;
use uuid::Uuid;
use vouch_contract::claims::Comparison;
use vouch_contract::claims::{ChosenBy, ClockEvidence, Firmware, Media, Mode, Nonce};
use vouch_contract::codes::LivenessCode;
use vouch_contract::eye::protocol::EyeReport;
use vouch_contract::gesture::Gesture;
use vouch_contract::liveness::AllMeasures;
use vouch_contract::runtime::{ModelReport, RuntimeReport};
use vouch_contract::scheme::Scheme;
use vouch_contract::source::{SourceCounts, SourceInfo, SourceKind};
use vouch_session::liveness::fit::Fit;
use vouch_session::liveness::fusion::{LivenessRules, fuse};
use vouch_session::result::Context;
use vouch_session::types::{GestureRecord, Outcome};
use vouch_trust::chain;
use vouch_trust::identity::Identity;
use vouch_trust::jws;
use vouch_trust::jws::RESULT_TYPE;
use vouch_trust::verify::{Trust, Verified, VerifyError, verify};

/// An identity and the folder it lives in.
pub struct Device {
    pub dir: TempDir,
    pub identity: Identity,
}

impl Device {
    pub fn new(id: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity::open_or_create_with(&dir.path().join("id"), Some(id), None).unwrap();
        Self { dir, identity }
    }

    pub fn trust(&self) -> Trust {
        Trust::from_pem(&self.identity.trust_pem).unwrap()
    }

    /// The claims of result `seq`, as JSON to tamper with.
    pub fn claims(&self, seq: u64, prev: Option<&str>) -> serde_json::Value {
        let session = Session::good();
        let mut context = session.context();
        context.device_id = &self.identity.id;
        context.ueid = &self.identity.ueid;
        context.seq = seq;
        context.prev = prev;
        serde_json::to_value(vouch_session::result::build(&session.outcome, &context)).unwrap()
    }

    pub fn sign(&self, claims: &serde_json::Value) -> String {
        jws::sign(&self.identity, RESULT_TYPE, claims.to_string().as_bytes()).unwrap()
    }

    pub fn result(&self, seq: u64, prev: Option<&str>) -> String {
        self.sign(&self.claims(seq, prev))
    }

    /// Results 1 to `length`, chained.
    pub fn results(&self, length: u64) -> Vec<String> {
        let mut results: Vec<String> = Vec::new();
        for seq in 1..=length {
            let prev = results.last().map(|jws| jws::link(jws));
            results.push(self.result(seq, prev.as_deref()));
        }
        results
    }
}

pub fn text(results: &[String]) -> Vec<&str> {
    results.iter().map(String::as_str).collect()
}

/// Each result by itself, then all as a chain in the order given.
pub fn verify_chain(results: &[&str], trust: &Trust, alone: bool) -> Result<Vec<Verified>, VerifyError> {
    let verified = results.iter().map(|jws| verify(jws, trust)).collect::<Result<Vec<_>, _>>()?;
    chain::check(&verified, alone)?;
    Ok(verified)
}

/// The same result with the other form of its signature.
pub fn twin(jws: &str) -> String {
    vouch_trust::twin::twin(jws).unwrap()
}

/// Everything a [`Context`] borrows.
pub struct Session {
    pub outcome: Outcome,
    pub eye: EyeReport,
    pub firmware: Firmware,
    pub media: Vec<Media>,
    pub nonce: Nonce,
    pub challenge: Vec<Gesture>,
}

pub const DIGEST: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

impl Session {
    pub fn good() -> Self {
        let challenge = vec![Gesture::Blink, Gesture::TurnLeft, Gesture::OpenMouth];
        let gestures = (0u64..)
            .zip(&challenge)
            .map(|(number, gesture)| GestureRecord {
                gesture: *gesture,
                asked_at: Duration::from_millis(1000 + number * 2000),
                done_at: Some(Duration::from_millis(2500 + number * 2000)),
                sequence: Some(30 + number * 60),
            })
            .collect();
        Self {
            outcome: Outcome {
                success: true,
                liveness: LivenessCode::LIVE,
                failed_at: None,
                error: None,
                message: String::new(),
                gestures,
                best: Some(240),
                best_quality: Some(81),
                comparison: Some(Comparison {
                    similarity: 0.734_56,
                    threshold: 0.45,
                    fmr: 1e-5,
                    matched: true,
                }),
                document: None,
                record: None,
                document_comparison: None,
                presentation: Some(fuse(Fit::built_in(), &LivenessRules::default(), &AllMeasures::default())),
                duration: Duration::from_millis(9_250),
            },
            eye: EyeReport {
                source: SourceInfo {
                    kind: SourceKind::Camera,
                    driver: "uvcvideo".into(),
                    card: "USB Camera".into(),
                    bus: "usb-0000:00:14.0-1".into(),
                    format: "YUYV".into(),
                    width: 1280,
                    height: 720,
                    rate: 30.0,
                },
                document_source: None,
                counts: SourceCounts { frames: 277, ..SourceCounts::default() },
                runtime: RuntimeReport {
                    runtime: "LiteRT".into(),
                    library_sha256: DIGEST.into(),
                    models: vec![ModelReport {
                        name: "mobilefacenet".into(),
                        role: "embed".into(),
                        sha256: DIGEST.into(),
                        accelerator_asked: "npu".into(),
                        accelerator: "cpu".into(),
                        fell_back: true,
                        self_test_error: 1,
                    }],
                },
            },
            firmware: Firmware { name: "vouch".into(), version: "0.1.0".into(), sha256: DIGEST.into() },
            media: vec![Media {
                slot: "best".into(),
                media_type: "image/jpeg".into(),
                sha256: DIGEST.into(),
                bytes: 48_213,
            }],
            nonce: Nonce::new("n-0123456789").unwrap(),
            challenge,
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            device_id: "gate-7",
            ueid: "AQ",
            jti: Uuid::now_v7(),
            issued: "2026-03-01T10:00:09.900Z".parse::<Timestamp>().unwrap(),
            seq: 1,
            prev: None,
            nonce: Some(&self.nonce),
            consent: None,
            session_id: "5e55-10",
            started: "2026-03-01T10:00:00.125Z".parse::<Timestamp>().unwrap(),
            best_at: Some(Duration::from_millis(8_000)),
            scheme: Scheme::FvBioOnly,
            challenge: &self.challenge,
            chosen_by: ChosenBy::Random,
            colours: &[],
            eye: &self.eye,
            firmware: &self.firmware,
            config_sha256: DIGEST,
            mode: Mode::Production,
            clock: ClockEvidence { synchronised: Some(true), boot_id: "0b0b".into(), monotonic_ms: 123_456 },
            media: &self.media,
        }
    }
}
