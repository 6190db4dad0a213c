//! The refusals in the description of the APIs: each call may answer with each of them.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// The refusals, with a body of type `T`.
pub(crate) struct Failures<T>(PhantomData<T>);

const REFUSALS: [(u16, &str); 13] = [
    (400, "The request does not have the form that is described here."),
    (401, "Wrong credentials, or no valid token."),
    (403, "Right credentials, but not for this: a redirect outside the list, a scene of another partner."),
    (404, "There is no such thing, or it is another partner's."),
    (408, "The body did not come in time."),
    (409, "Not now: the session has not ended, or has begun already."),
    (410, "It was there, and is not any more."),
    (413, "Too many bytes."),
    (415, "The body is not JSON."),
    (422, "A picture or value can't be used."),
    (429, "Too many calls, or locked after failed logins. `Retry-After` says when to try again."),
    (500, "An unexpected internal error."),
    (503, "The terminal is busy or not ready. `Retry-After` may say when to try again."),
];

impl<T: ToSchema> IntoResponses for Failures<T> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let response = |description: &str| {
            let schema = Ref::from_schema_name(T::name());
            let content = ContentBuilder::new().schema(Some(schema)).build();
            ResponseBuilder::new().description(description).content("application/json", content).build()
        };
        REFUSALS.iter().map(|(status, text)| (status.to_string(), response(text).into())).collect()
    }
}
