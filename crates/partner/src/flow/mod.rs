//! A session's way through the APIs: a token opens it, a browser enters with the token, the desk
//! leads and concludes it, the person is sent on.
//!
//! In: what an API asks for. Out: the token, what the browser is told, and the end in the
//! register. The same for all three APIs; only the redirects differ.

mod browse;
mod enter;
mod onward;
mod outcome;

pub(crate) use browse::browse;
pub(crate) use onward::reserved;
pub(crate) use outcome::claims_of;

use rusqlite::Connection;

use crate::context::Context;
use crate::desk::{Api, SessionId};
use crate::http::{Fault, Kind};
use crate::register::sessions::{self, NewSession, OPEN_S, Parameters, Ticket};
use crate::register::{Durability, RegisterError};
use crate::secret::Token;
use crate::vault::Bound;

/// A session that an API asks for.
pub(crate) struct Opening {
    pub partner: String,
    pub api: Api,
    pub ticket: Option<Ticket>,
    /// The scheme's name in reports.
    pub scheme: String,
    pub parameters: Parameters,
    pub bound: Bound,
}

/// A session that waits for its browser.
pub(crate) struct Opened {
    pub id: SessionId,
    pub token: Token,
}

/// Opens a session. `check` runs in the same transaction, before; it may refuse.
pub(crate) async fn open(
    context: &Context,
    opening: Opening,
    check: impl FnOnce(&Connection, &str) -> Result<Result<(), Fault>, RegisterError> + Send + 'static,
) -> Result<Opened, Fault> {
    let (id, token) = (SessionId::random(), Token::random()?);
    let bound = !opening.bound.is_empty();
    if bound && context.vault.keep(id.as_str(), opening.bound, OPEN_S).is_err() {
        let message = "too many sessions wait with pictures; try again in a minute";
        return Err(Fault::new(Kind::Busy, message).after(std::time::Duration::from_secs(60)));
    }
    let new = NewSession {
        id: id.as_str().to_owned(),
        partner: opening.partner,
        api: opening.api,
        token: Some(token.hash()),
        ticket: opening.ticket,
        scheme: opening.scheme,
        parameters: opening.parameters,
        bound,
    };
    let written = context.register.run(Durability::Quick, move |connection, now| {
        if let Err(fault) = check(connection, &new.id)? {
            return Ok(Err(fault));
        }
        sessions::create(connection, now, &new)?;
        Ok(Ok(()))
    });
    match written.await {
        Ok(Ok(())) => Ok(Opened { id, token }),
        Ok(Err(fault)) => {
            context.vault.take(id.as_str());
            Err(fault)
        }
        Err(error) => {
            context.vault.take(id.as_str());
            Err(error.into())
        }
    }
}
