//! The terminal as a desk: one session at a time, led on the terminal's own page.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use vouch_partner::desk::{
    Claim as PartnerClaim, CompareRefusal, Conclusion, Desk, DeskRefusal, Ended, EnrolRefusal, EnrolRequest,
    Enrolled, EnrolledPerson, Identified, Later, Materials, MaterialsVerdict, MediaKind, Medium, Picture,
    SessionId, SessionRequest, Which,
};

use super::gallery::GalleryKeeper;
use super::materials::Checker;
use crate::authority::{Claim, RecordedFace};
use crate::kiosk::flow::{Event, Invitation, NotInvited};
use crate::kiosk::shared::{Invited, Shared};
use crate::terminal::assemble::check;
use crate::terminal::clip::MEDIA_TYPE;
use crate::terminal::embed::{EmbedFault, EmbedOrder};
use crate::terminal::keep::CLIP;
use crate::terminal::order::{Answer, Asker, Order, OrderSender, SessionOrder};
use vouch_contract::claims::Comparison;
use vouch_contract::eye::protocol::ReferenceFault;
use vouch_contract::face::Template;
use vouch_contract::scheme::Scheme;
use vouch_session::policy::Policy;
use vouch_store::media::MediaStore;
use vouch_trust::identity::Identity;
use vouch_trust::jws;

/// How long an order waits for the camera's frames.
const PATIENCE: Duration = Duration::from_secs(8);
/// When a busy terminal should be asked again: about half a session.
const RETRY: Duration = Duration::from_secs(20);
/// Longest wait for templates: five pictures on a slow board.
const EMBED_LIMIT: Duration = Duration::from_secs(25);

/// See the module.
pub struct TerminalDesk {
    /// The page that leads people.
    pub page: Arc<Shared>,
    /// The terminal's orders, for comparisons.
    pub orders: OrderSender,
    /// The pictures kept of sessions.
    pub media: Arc<MediaStore>,
    /// Signs webhooks.
    pub identity: Arc<Identity>,
    /// The rules of comparisons, and those with a face made of several pictures.
    pub policy: Policy,
    /// See `policy`.
    pub policy_for_several: Policy,
    /// The people enrolled here.
    pub gallery: GalleryKeeper,
    /// Checks material that a business collected itself.
    pub checker: Option<Checker>,
    /// The scheme that the terminal is set up for.
    pub configured: Scheme,
    /// The page's address, if the partner's browser is the terminal's own screen.
    pub here: Option<String>,
    /// For what blocks.
    pub runtime: Handle,
}

/// Why there are no templates of some pictures.
pub(super) enum EmbedRefusal {
    /// The desk.
    Desk(DeskRefusal),
    /// One of the pictures, from 0.
    Picture { which: usize, fault: ReferenceFault },
}

impl From<EmbedRefusal> for EnrolRefusal {
    fn from(refusal: EmbedRefusal) -> Self {
        match refusal {
            EmbedRefusal::Desk(refusal) => Self::Desk(refusal),
            EmbedRefusal::Picture { which, fault } => Self::Picture { which, fault },
        }
    }
}

/// A comparison's first picture is the source.
impl From<EmbedRefusal> for CompareRefusal {
    fn from(refusal: EmbedRefusal) -> Self {
        match refusal {
            EmbedRefusal::Desk(refusal) => Self::Desk(refusal),
            EmbedRefusal::Picture { which: 0, fault } => Self::Picture { which: Which::Source, fault },
            EmbedRefusal::Picture { fault, .. } => Self::Picture { which: Which::Target, fault },
        }
    }
}

impl TerminalDesk {
    fn invite(&self, request: SessionRequest, conclusion: Conclusion) -> Result<(), DeskRefusal> {
        let claim = request
            .claim
            .as_ref()
            .map(|claim| Claim::new(&claim.name, &claim.number))
            .transpose()
            .map_err(|fault| DeskRefusal::Unfit(fault.to_string()))?;
        let (answer, hears) = crate::terminal::order::answers();
        let order = SessionOrder {
            scheme: Some(request.scheme),
            nonce: Some(request.nonce.clone()),
            references: request.references.iter().map(|picture| picture.0.clone()).collect(),
            claim,
            session_id: Some(request.id.to_string()),
            keep_pictures: true,
            answer: Some(answer),
            ..SessionOrder::plain(Asker::Partner, PATIENCE)
        };
        check(&order, request.scheme, self.configured)
            .map_err(|fault| DeskRefusal::Unfit(fault.to_string()))?;
        let invitation = Invitation {
            id: request.id.to_string(),
            partner: request.partner_name.clone(),
            scheme: request.scheme,
            language: request.language.clone(),
            audio: request.audio,
            guide: request.pages.guide,
            result: request.pages.result,
        };
        self.page.invite(Invited { invitation, order }).map_err(|why| match why {
            NotInvited::Busy => DeskRefusal::Busy { retry_after: RETRY },
            NotInvited::NotReady => {
                DeskRefusal::NotReady("the camera or the terminal's storage does not work".to_owned())
            }
        })?;
        let (page, same_screen) = (Arc::clone(&self.page), self.here.is_some());
        self.runtime.spawn_blocking(move || {
            let back = conclude(&hears, conclusion, &page);
            // Otherwise the partner's browser waits at the API's own page, which sends it on.
            if same_screen && let Some(url) = back {
                page.take(Event::SendTo(url));
            }
        });
        Ok(())
    }

    /// The templates of the faces in some pictures. The eye decodes them, between sessions.
    fn embed(&self, pictures: Vec<Picture>) -> Result<Vec<Template>, EmbedRefusal> {
        let (answer, hears) = std::sync::mpsc::sync_channel(1);
        let pictures = pictures.into_iter().map(|picture| picture.0).collect();
        let not_ready = |why: String| EmbedRefusal::Desk(DeskRefusal::NotReady(why));
        let order = Order::Embed(Box::new(EmbedOrder { pictures, answer }));
        self.orders.send(order).map_err(|error| not_ready(error.to_string()))?;
        match hears.recv_timeout(EMBED_LIMIT) {
            Ok(Ok(templates)) => Ok(templates),
            Ok(Err(EmbedFault::Busy)) => Err(EmbedRefusal::Desk(DeskRefusal::Busy { retry_after: RETRY })),
            Ok(Err(EmbedFault::NotReady(why))) => Err(not_ready(why)),
            Ok(Err(EmbedFault::Picture { which, fault })) => Err(EmbedRefusal::Picture { which, fault }),
            Err(_) => Err(not_ready("the camera gives no frames at the moment".to_owned())),
        }
    }

    fn compare_now(&self, source: Picture, target: Picture) -> Result<Comparison, CompareRefusal> {
        let templates = self.embed(vec![source, target])?;
        match templates.as_slice() {
            [source, target] => Self::compared(&self.policy, source, target),
            _ => Err(DeskRefusal::NotReady("the eye did not look at both pictures".to_owned()).into()),
        }
    }

    /// Compares a portrait with the face in a record.
    fn compare_with_record(
        &self,
        portrait: Picture,
        recorded: RecordedFace,
    ) -> Result<Comparison, CompareRefusal> {
        match recorded {
            RecordedFace::Portrait(jpeg) => self.compare_now(portrait, Picture(jpeg)),
            RecordedFace::Template(template) => {
                let live = self.embed(vec![portrait])?;
                match live.as_slice() {
                    // An entry may be fused from several pictures.
                    [live] => Self::compared(&self.policy_for_several, live, &template),
                    _ => Err(DeskRefusal::NotReady("the eye did not look at the picture".to_owned()).into()),
                }
            }
        }
    }

    fn compared(policy: &Policy, a: &Template, b: &Template) -> Result<Comparison, CompareRefusal> {
        Ok(policy.compare(a, b).map_err(|why| DeskRefusal::NotReady(why.to_string()))?)
    }
}

/// Waits for the session's end and tells it; returns where to send the person. Dropped, the
/// conclusion tells an internal error.
fn conclude(hears: &Receiver<Answer>, conclusion: Conclusion, page: &Shared) -> Option<String> {
    loop {
        match hears.recv() {
            Ok(Answer::Begun) => {}
            Ok(Answer::Ended(vouched)) => {
                let typed = page.take_typed().map(|(name, number)| PartnerClaim { name, number });
                let ended = Ended { jws: vouched.stored.jws, claims: Box::new(vouched.claims), typed };
                return conclusion.conclude(ended);
            }
            Ok(Answer::Refused(refusal)) => {
                tracing::warn!(%refusal, "a partner's session did not begin");
                return None;
            }
            Err(_) => return None,
        }
    }
}

fn lost<E>(_: E) -> DeskRefusal {
    DeskRefusal::NotReady("the terminal is ending".to_owned())
}

impl Desk for TerminalDesk {
    fn begin(&self, request: SessionRequest, conclusion: Conclusion) -> Later<'_, Result<(), DeskRefusal>> {
        let invited = self.invite(request, conclusion);
        Box::pin(std::future::ready(invited))
    }

    fn page_url(&self, _session: &SessionId) -> Option<String> {
        self.here.clone()
    }

    fn media(&self, session: SessionId, kind: MediaKind) -> Later<'_, Result<Option<Medium>, DeskRefusal>> {
        let media = Arc::clone(&self.media);
        Box::pin(async move {
            let slot = match kind {
                MediaKind::BestShot => "best".to_owned(),
                MediaKind::Document(side) => format!("document-{side}"),
                MediaKind::Clip => CLIP.to_owned(),
            };
            let media_type = if kind == MediaKind::Clip { MEDIA_TYPE } else { "image/jpeg" };
            let fetch = move || media.fetch(session.as_str(), &slot, SystemTime::now());
            let fetched = tokio::task::spawn_blocking(fetch).await.map_err(lost)?;
            match fetched {
                Ok(bytes) => Ok(bytes.map(|bytes| Medium { media_type: media_type.to_owned(), bytes })),
                Err(error) => {
                    tracing::error!(%error, "a picture can't be fetched");
                    Err(DeskRefusal::NotReady("the picture can't be read".to_owned()))
                }
            }
        })
    }

    fn compare(&self, source: Picture, target: Picture) -> Later<'_, Result<Comparison, CompareRefusal>> {
        Box::pin(async move { tokio::task::block_in_place(|| self.compare_now(source, target)) })
    }

    fn submit_materials(&self, materials: Materials) -> Later<'_, Result<MaterialsVerdict, DeskRefusal>> {
        Box::pin(async move {
            let Some(checker) = &self.checker else {
                return Err(DeskRefusal::Unfit(
                    "this terminal has no authoritative source; set [authority] in its configuration"
                        .to_owned(),
                ));
            };
            tokio::task::block_in_place(|| {
                checker.check(&materials, |portrait, record| self.compare_with_record(portrait, record))
            })
        })
    }

    fn enrol(&self, request: EnrolRequest) -> Later<'_, Result<Enrolled, EnrolRefusal>> {
        Box::pin(async move {
            tokio::task::block_in_place(|| {
                let templates = self.embed(request.pictures.clone())?;
                self.gallery.enrol(request, templates)
            })
        })
    }

    fn enrolled(
        &self,
        partner: String,
        number: String,
    ) -> Later<'_, Result<Option<EnrolledPerson>, DeskRefusal>> {
        Box::pin(async move { tokio::task::block_in_place(|| self.gallery.export(&partner, &number)) })
    }

    fn remove_enrolled(&self, partner: String, number: String) -> Later<'_, Result<bool, DeskRefusal>> {
        Box::pin(async move { tokio::task::block_in_place(|| self.gallery.remove(&partner, &number)) })
    }

    fn identify(&self, partner: String, picture: Picture) -> Later<'_, Result<Identified, EnrolRefusal>> {
        Box::pin(async move {
            tokio::task::block_in_place(|| {
                let templates = self.embed(vec![picture])?;
                self.gallery.identify(&partner, &templates)
            })
        })
    }

    fn sign(&self, typ: &'static str, payload: Vec<u8>) -> Later<'_, Result<String, DeskRefusal>> {
        let identity = Arc::clone(&self.identity);
        Box::pin(async move {
            jws::sign(&identity, typ, &payload).map_err(|error| {
                tracing::error!(%error, "a webhook can't be signed");
                DeskRefusal::NotReady("the device key can't be used".to_owned())
            })
        })
    }
}
