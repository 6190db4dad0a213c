//! What all APIs share about HTTP: reading a bounded body, refusing, plain pages.

pub(crate) mod body;
pub(crate) mod fault;
pub(crate) mod fields;
pub(crate) mod page;
pub(crate) mod text;

pub(crate) use fault::{Fault, Kind};

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::Extensions;
use axum::http::request::Parts;

use crate::guard::Caller;

/// The address at the other end of the connection. The server adds it to each request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Who sends a request. Without an address all count as one caller.
pub(crate) fn caller(extensions: &Extensions) -> Caller {
    let address = extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    Caller::at(address)
}

/// The parameters of a query, or the fault.
pub(crate) fn query<T: serde::de::DeserializeOwned>(head: &Parts) -> Result<T, Fault> {
    let query = axum::extract::Query::<T>::try_from_uri(&head.uri);
    query
        .map(|query| query.0)
        .map_err(|_| Fault::invalid("a parameter of the query is missing or has another form"))
}

/// A cookie's value.
pub(crate) fn cookie<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    let headers = head.headers.get_all(axum::http::header::COOKIE).into_iter();
    headers.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}
