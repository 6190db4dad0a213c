//! A desk that the tests lead: it keeps what was asked, and ends a session when told.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use vouch_contract::claims::{Comparison, ErrorInfo, ResultClaims};
use vouch_contract::eye::protocol::ReferenceFault;
use vouch_partner::desk::{
    Claim, CompareRefusal, Conclusion, Desk, DeskRefusal, Ended, EnrolRefusal, EnrolRequest, Enrolled,
    EnrolledPerson, Identified, Later, LookAlike, Materials, MaterialsVerdict, MediaKind, Medium, Picture,
    SessionId, SessionRequest, Which,
};
use vouch_trust::identity::Identity;
use vouch_trust::jws;
use vouch_trust::verify::{Trust, Verified, verify};

/// The terminal's own page.
pub const KIOSK: &str = "http://127.0.0.1:1/kiosk";

pub struct FakeDesk {
    identity: Identity,
    trust: Trust,
    seq: AtomicU64,
    running: Mutex<Option<(SessionRequest, Conclusion)>>,
    /// What was asked for, the latest last.
    pub asked: Mutex<Vec<SessionRequest>>,
    /// Refuses every session, if there is one.
    pub refuses: Mutex<Option<DeskRefusal>>,
    /// The terminal's page; `None` if it is on a screen elsewhere.
    pub page: Mutex<Option<String>>,
    pub media: Mutex<HashMap<MediaKind, Medium>>,
    pub materials: Mutex<Vec<Materials>>,
    /// The people enrolled.
    pub people: Mutex<Vec<EnrolRequest>>,
}

/// How a session ends.
pub struct End {
    pub claims: Value,
    pub typed: Option<Claim>,
}

impl FakeDesk {
    pub fn new(folder: &Path) -> Self {
        let folder = folder.join("identity");
        let identity = Identity::open_or_create_with(&folder, Some("gate-7"), None).unwrap();
        let trust = Trust::from_file(&folder.join("trust.pem")).unwrap();
        let jpeg = |bytes: &[u8]| Medium { media_type: "image/jpeg".into(), bytes: bytes.to_vec() };
        let media = [
            (MediaKind::BestShot, jpeg(b"best shot")),
            (MediaKind::Document(0), jpeg(b"front")),
            (MediaKind::Document(1), jpeg(b"back")),
        ];
        Self {
            identity,
            trust,
            seq: AtomicU64::new(1),
            running: Mutex::default(),
            asked: Mutex::default(),
            refuses: Mutex::default(),
            page: Mutex::new(Some(KIOSK.into())),
            media: Mutex::new(media.into()),
            materials: Mutex::default(),
            people: Mutex::default(),
        }
    }

    pub fn last_asked(&self) -> SessionRequest {
        self.asked.lock().unwrap().last().cloned().expect("a session was asked for")
    }

    pub fn is_busy(&self) -> bool {
        self.running.lock().unwrap().is_some()
    }

    /// Ends the running session. Returns where the person goes.
    pub fn end(&self, end: End) -> Option<String> {
        let (request, conclusion) = self.running.lock().unwrap().take().expect("a session runs");
        let claims = self.claims(&request, end.claims);
        let jws = jws::sign(&self.identity, jws::RESULT_TYPE, claims.to_string().as_bytes()).unwrap();
        let claims: ResultClaims = serde_json::from_value(claims).unwrap();
        conclusion.conclude(Ended { jws, claims: Box::new(claims), typed: end.typed })
    }

    /// Loses the running session.
    pub fn lose(&self) {
        drop(self.running.lock().unwrap().take().expect("a session runs"));
    }

    /// The claims of a signed result, after its signature was checked.
    pub fn verified(&self, jws: &str) -> Verified {
        verify(jws, &self.trust).unwrap()
    }

    fn claims(&self, request: &SessionRequest, overrides: Value) -> Value {
        let seq = self.seq.fetch_add(1, Ordering::SeqCst);
        let mut claims = json!({
            "iss": "gate-7", "iat": jiff::Timestamp::now().as_second(), "jti": format!("jti-{seq}"),
            "ueid": self.identity.ueid, "eat_nonce": request.nonce.as_str(),
            "eat_profile": "urn:vouch:result:v1", "seq": seq,
            "prev": if seq == 1 { Value::Null } else { "x".into() },
            "sessionId": request.id.as_str(),
            "sessionStarted": "2026-03-01T09:00:00.000Z", "sessionEnd": "2026-03-01T09:00:21.500Z",
            "scheme": request.scheme,
            "evidence": {
                "mode": "development",
                "source": {"kind": "camera", "driver": "uvcvideo", "card": "c", "bus": "b", "format": "YUYV",
                    "width": 640, "height": 480, "rate": 30.0},
                "counts": {"frames": 1, "corrupt": 0, "missed": 0, "reopened": 0},
                "runtime": {"runtime": "LiteRT", "librarySha256": "", "models": []},
                "firmware": {"name": "vouch", "version": "0", "sha256": ""},
                "config": {"sha256": ""},
                "challenge": {"gestures": [], "chosenBy": "random"},
                "clock": {"synchronised": true, "bootId": "", "monotonicMs": 1},
                "media": [],
            },
        });
        let members = overrides.as_object().expect("an object").clone();
        claims.as_object_mut().unwrap().extend(members);
        claims
    }
}

impl End {
    /// The person passed.
    pub fn passed() -> Self {
        Self::of(
            json!({"sessionStatus": "SUCCESS", "liveness": liveness(200, "0.8123"), "comparison": comparison(0.8)}),
        )
    }

    /// The person passed, with a document.
    pub fn with_document() -> Self {
        let mut end = Self::passed();
        end.claims["document"] = json!({
            "recognizedDocumentType": "ID_CARD", "countryCode": "KAZ", "documentNumber": "012345678",
            "firstName": "ANNA", "lastName": "ERIKSSON", "patronymic": "MARIA", "gender": "F",
            "dateOfBirth": "1990-01-01", "placeOfBirth": "ALMATY", "nationality": "KAZAKH",
            "issueDate": "2020-05-05", "expireDate": "2030-05-04", "authority": "MIA",
            "identificationNumber": "900101400001",
            "reading": {"format": "TD1", "sides": 2, "confirmed": true, "fields": [], "corrected": [],
                "disagreements": [], "originals": []},
        });
        end
    }

    /// The person did not pass, with one of TongDun's codes.
    pub fn attack(code: u32) -> Self {
        Self::failed("finished", &code.to_string(), code)
    }

    /// The person did not pass: at this step, with this code of CID's.
    pub fn failed(step: &str, error: &str, code: u32) -> Self {
        let info = json!({"eventType": step, "error": error, "errorMessage": "told to the clerk"});
        Self::of(json!({
            "sessionStatus": "FAILED", "liveness": liveness(code, "NOT_COMPARED"), "errorInfo": info,
        }))
    }

    /// With what the person typed.
    pub fn typed(self, name: &str, number: &str) -> Self {
        Self { typed: Some(Claim { name: name.into(), number: number.into() }), ..self }
    }

    /// With other claims.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.claims[name] = value;
        self
    }

    fn of(claims: Value) -> Self {
        Self { claims, typed: None }
    }
}

fn liveness(code: u32, level: &str) -> Value {
    json!({
        "verificationType": "VERIFICATION_3D", "selfieConfidenceLevel": level,
        "creationTime": "2026-03-01T09:00:18.000Z", "responseTime": "2026-03-01T09:00:21.500Z",
        "code": code, "gestures": [],
    })
}

fn comparison(similarity: f32) -> Value {
    json!({"similarity": similarity, "threshold": 0.35, "fmr": 1e-6, "matched": similarity >= 0.35})
}

impl Desk for FakeDesk {
    fn begin(&self, request: SessionRequest, conclusion: Conclusion) -> Later<'_, Result<(), DeskRefusal>> {
        Box::pin(async move {
            if let Some(refusal) = self.refuses.lock().unwrap().clone() {
                return Err(refusal);
            }
            let mut running = self.running.lock().unwrap();
            if running.is_some() {
                return Err(DeskRefusal::Busy { retry_after: Duration::from_secs(7) });
            }
            self.asked.lock().unwrap().push(request.clone());
            *running = Some((request, conclusion));
            Ok(())
        })
    }

    fn page_url(&self, _: &SessionId) -> Option<String> {
        self.page.lock().unwrap().clone()
    }

    fn media(&self, _: SessionId, kind: MediaKind) -> Later<'_, Result<Option<Medium>, DeskRefusal>> {
        Box::pin(async move { Ok(self.media.lock().unwrap().get(&kind).cloned()) })
    }

    /// Two pictures are of one person if they are equal; a PNG is too much for this eye.
    fn compare(&self, source: Picture, target: Picture) -> Later<'_, Result<Comparison, CompareRefusal>> {
        Box::pin(async move {
            if self.is_busy() {
                return Err(DeskRefusal::Busy { retry_after: Duration::from_secs(7) }.into());
            }
            for (which, picture) in [(Which::Source, &source), (Which::Target, &target)] {
                if picture.0.starts_with(b"\x89PNG") {
                    let fault = ReferenceFault::Unreadable("its sides are too long".into());
                    return Err(CompareRefusal::Picture { which, fault });
                }
            }
            let similarity = if source == target { 0.8 } else { -0.1 };
            Ok(serde_json::from_value(comparison(similarity)).unwrap())
        })
    }

    /// Somebody with a number that ends in 7 is who they say.
    fn submit_materials(&self, materials: Materials) -> Later<'_, Result<MaterialsVerdict, DeskRefusal>> {
        Box::pin(async move {
            if let Some(refusal) = self.refuses.lock().unwrap().clone() {
                return Err(refusal);
            }
            let passed = materials.claim.number.ends_with('7');
            self.materials.lock().unwrap().push(materials);
            let error = ErrorInfo {
                event_type: "comparison".into(),
                error: "CID_10".into(),
                error_message: "the portrait is not that of the record".into(),
            };
            let similarity = if passed { 0.8 } else { 0.1 };
            let comparison = serde_json::from_value(comparison(similarity)).unwrap();
            Ok(MaterialsVerdict {
                comparison: Some(comparison),
                error: (!passed).then_some(error),
                jws: None,
            })
        })
    }

    /// Two pictures are of one person if they are equal.
    fn enrol(&self, request: EnrolRequest) -> Later<'_, Result<Enrolled, EnrolRefusal>> {
        Box::pin(async move {
            let mut people = self.people.lock().unwrap();
            if let Some(which) = request.pictures.iter().position(|one| one.0.starts_with(b"\x89PNG")) {
                return Err(EnrolRefusal::Picture { which, fault: ReferenceFault::NoFace });
            }
            if request.pictures.iter().any(|one| *one != request.pictures[0]) {
                return Err(EnrolRefusal::NotOnePerson);
            }
            let mine = |one: &EnrolRequest| one.number == request.number && one.partner == request.partner;
            if people.iter().any(|one| one.number == request.number && !(request.replace && mine(one))) {
                return Err(EnrolRefusal::Exists);
            }
            let alike =
                |one: &EnrolRequest| one.pictures[0] == request.pictures[0] && one.number != request.number;
            if people.iter().any(alike) && !request.allow_similar {
                return Err(EnrolRefusal::Similar);
            }
            people.retain(|one| one.number != request.number);
            let (references, compared) = (request.pictures.len(), people.len());
            people.push(request);
            let expires_at = Some("2027-03-01T09:00:00Z".to_owned());
            Ok(Enrolled { references, expires_at, compared, false_positive_rate: 0.01 })
        })
    }

    fn enrolled(
        &self,
        partner: String,
        number: String,
    ) -> Later<'_, Result<Option<EnrolledPerson>, DeskRefusal>> {
        Box::pin(async move {
            let people = self.people.lock().unwrap();
            let found = people.iter().find(|one| one.number == number && one.partner == partner);
            Ok(found.cloned().map(|one| EnrolledPerson {
                number: one.number,
                last_name: one.last_name,
                first_name: one.first_name,
                patronymic: one.patronymic,
                enrolled_at: "2026-03-01T09:00:00Z".into(),
                expires_at: None,
                consent: one.consent,
                model: "0102030405060708".into(),
                templates: vec![vec![0.6, 0.8]],
                pictures: one.pictures.into_iter().map(|picture| picture.0).collect(),
            }))
        })
    }

    fn remove_enrolled(&self, partner: String, number: String) -> Later<'_, Result<bool, DeskRefusal>> {
        Box::pin(async move {
            let mut people = self.people.lock().unwrap();
            let before = people.len();
            people.retain(|one| one.number != number || one.partner != partner);
            Ok(people.len() < before)
        })
    }

    fn identify(&self, partner: String, picture: Picture) -> Later<'_, Result<Identified, EnrolRefusal>> {
        Box::pin(async move {
            let people = self.people.lock().unwrap();
            let alike = people.iter().filter(|one| one.partner == partner && one.pictures.contains(&picture));
            Ok(Identified {
                alike: alike.map(|one| LookAlike { number: one.number.clone(), similarity: 0.9 }).collect(),
                threshold: 0.4,
                compared: people.len(),
                of_other_models: 0,
                false_positive_rate: 0.01,
            })
        })
    }

    fn sign(&self, typ: &'static str, payload: Vec<u8>) -> Later<'_, Result<String, DeskRefusal>> {
        Box::pin(async move {
            jws::sign(&self.identity, typ, &payload).map_err(|error| DeskRefusal::NotReady(error.to_string()))
        })
    }
}
