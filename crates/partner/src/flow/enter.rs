//! A browser comes with a token: the session begins, or the browser learns why not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::onward::onward;
use super::outcome;
use crate::context::Context;
use crate::desk::{Api, Conclusion, DeskRefusal, Ended, Pages, Redirects, SessionId, SessionRequest};
use crate::http::Fault;
use crate::register::sessions::{self, Ending, OPEN_S, Session, State};
use crate::register::{Durability, partners};
use crate::secret::{Token, same};
use crate::vault::Bound;
use vouch_contract::claims::Nonce;

/// Longest time that a desk may take to begin a session, or to say that it does not.
const BEGIN_LIMIT: Duration = Duration::from_secs(20);

/// What a browser is told.
pub(crate) enum Visit {
    /// Go to the terminal's page.
    Page(String),
    /// The session runs on a screen elsewhere: wait here.
    Wait,
    /// The session is over; go on, if there is an address.
    Over(Option<String>),
    /// The token has been used, by another browser or before.
    Spent(Box<Session>),
    /// The desk does not begin now; the token can be used again.
    Refused(Box<Session>, DeskRefusal),
    /// The token is unknown or has expired.
    Unknown,
    /// What was bound to the session is gone.
    Forgotten,
}

/// What a browser is told, and its new cookie.
pub(crate) struct Visited {
    pub visit: Visit,
    pub cookie: Option<Token>,
}

impl From<Visit> for Visited {
    fn from(visit: Visit) -> Self {
        Self { visit, cookie: None }
    }
}

/// Lets a browser in that comes with a token. `check` sees the session first, and may refuse.
pub(crate) async fn visit(
    context: &Arc<Context>,
    api: Api,
    token: Token,
    browser: Option<Token>,
    language: Option<String>,
    check: impl FnOnce(&Session) -> Result<(), Fault> + Send,
) -> Result<Visited, Fault> {
    let hash = token.hash();
    let found = context
        .register
        .run(Durability::Quick, move |connection, now| {
            Ok(sessions::by_token(connection, api, &hash)?.map(|session| (session, now)))
        })
        .await?;
    let Some((session, now)) = found else { return Ok(Visit::Unknown.into()) };
    check(&session)?;
    match session.state {
        State::Open if session.valid_until <= now => Ok(Visit::Unknown.into()),
        State::Open => {
            // Once begun it must come to an end, even if the browser hangs up meanwhile.
            let context = context.clone();
            tokio::spawn(async move { begin(&context, session, token, language).await })
                .await
                .unwrap_or_else(|_| Err(Fault::internal()))
        }
        _ if !is_same_browser(&session, browser.as_ref()) => Ok(Visit::Spent(Box::new(session)).into()),
        State::Beginning | State::Running => Ok(page_of(context, &session).into()),
        State::Ended => {
            let address = session.outcome.as_ref().and_then(|outcome| onward(&session, &token, outcome));
            Ok(Visit::Over(address).into())
        }
    }
}

fn is_same_browser(session: &Session, browser: Option<&Token>) -> bool {
    match (&session.browser, browser) {
        (Some(kept), Some(browser)) => same(kept, &browser.hash()),
        _ => false,
    }
}

fn page_of(context: &Context, session: &Session) -> Visit {
    let page = SessionId::parse(&session.id).and_then(|id| context.desk.page_url(&id));
    page.map_or(Visit::Wait, Visit::Page)
}

async fn begin(
    context: &Arc<Context>,
    session: Session,
    token: Token,
    language: Option<String>,
) -> Result<Visited, Fault> {
    let (id, cookie) = (session.id.clone(), Token::random()?);
    let (taken, browser, partner) = (id.clone(), cookie.hash(), session.partner.clone());
    let partner = context
        .register
        .run(Durability::Durable, move |connection, now| {
            let taken = sessions::take(connection, now, &taken, Some(&browser))?;
            Ok(if taken { partners::find(connection, &partner)? } else { None })
        })
        .await?;
    // Another browser was faster by a moment, or the partner has been removed.
    let Some(partner) = partner else { return Ok(Visit::Spent(Box::new(session)).into()) };
    let bound = if session.bound { context.vault.take(&id) } else { Some(Bound::default()) };
    let Some(bound) = bound else {
        write_lost(context, &id, false);
        return Ok(Visit::Forgotten.into());
    };
    let request = request_for(&session, partner.partner.name, language, &bound)?;
    let dropped = Arc::new(AtomicBool::new(false));
    let conclusion = conclusion(context, &session, token, dropped.clone());
    let begun = tokio::time::timeout(BEGIN_LIMIT, context.desk.begin(request, conclusion)).await;
    let late = || DeskRefusal::Unreachable("it does not answer in time".into());
    let begun = begun.unwrap_or_else(|_| Err(late()));
    let written = id.clone();
    if let Err(refusal) = begun {
        // No room is left only if others came meanwhile; the person is then told to start again.
        let _ = if session.bound { context.vault.keep(&id, bound, OPEN_S) } else { Ok(()) };
        context.register.run(Durability::Quick, move |c, _| sessions::put_back(c, &written)).await?;
        return Ok(Visit::Refused(Box::new(session), refusal).into());
    }
    context.register.run(Durability::Durable, move |c, now| sessions::begun(c, now, &written)).await?;
    // A desk that dropped the conclusion before this moment found no running session to end.
    if dropped.load(Ordering::SeqCst) {
        write_lost(context, &id, true);
    }
    Ok(Visited { visit: page_of(context, &session), cookie: Some(cookie) })
}

fn request_for(
    session: &Session,
    partner_name: String,
    language: Option<String>,
    bound: &Bound,
) -> Result<SessionRequest, Fault> {
    let parameters = &session.parameters;
    let redirects = parameters.success.clone().zip(parameters.failure.clone());
    Ok(SessionRequest {
        id: SessionId::parse(&session.id).ok_or_else(Fault::internal)?,
        api: session.api,
        partner: session.partner.clone(),
        partner_name,
        scheme: parameters.scheme,
        language: parameters.language.clone().or(language),
        audio: parameters.audio,
        redirects: redirects.map(|(success, failure)| Redirects { success, failure }),
        nonce: Nonce::new(&parameters.nonce).map_err(|_| Fault::internal())?,
        claim: bound.claim.clone(),
        references: bound.references.clone(),
        card_photos: bound.card_photos.clone(),
        pages: Pages { guide: parameters.guide, result: parameters.result },
    })
}

/// The way back from the desk: writes the end, rings for the webhook, tells where to go.
fn conclusion(
    context: &Arc<Context>,
    session: &Session,
    token: Token,
    dropped: Arc<AtomicBool>,
) -> Conclusion {
    let (context, session) = (context.clone(), session.clone());
    Conclusion::new(move |ended: Option<Ended>| {
        let Some(ended) = ended else {
            dropped.store(true, Ordering::SeqCst);
            write_lost(&context, &session.id, true);
            return None;
        };
        let ending = outcome::ending(&session, ended).unwrap_or_else(|| {
            tracing::error!(
                session = session.id,
                "the desk's result has another session's number, nonce or scheme; it is not accepted"
            );
            Ending::lost()
        });
        let address = onward(&session, &token, &ending.outcome);
        write(&context, &session.id, ending, false);
        address
    })
}

fn write_lost(context: &Context, id: &str, only_running: bool) {
    write(context, id, Ending::lost(), only_running);
}

fn write(context: &Context, id: &str, ending: Ending, only_running: bool) {
    let (id, logged, bell) = (id.to_owned(), id.to_owned(), context.bell.clone());
    context.register.post(
        move |connection, now| {
            sessions::end(connection, now, &id, &ending, only_running)?;
            bell.notify_one();
            Ok(())
        },
        move |error| tracing::error!(session = logged, %error, "a session's end was not written"),
    );
}
