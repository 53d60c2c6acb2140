//! The address that a request comes from, as limits count it.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::listener::{PeerAddr, client_address, limit_key};
use crate::state::State;

/// The address of the client, reduced to what one party controls; `None` in tests without a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress(pub(crate) Option<IpAddr>);

/// The address of the client as it is.
pub(crate) fn exact(parts: &Parts, state: &State) -> Option<IpAddr> {
    let peer = parts.extensions.get::<PeerAddr>();
    peer.map(|PeerAddr(peer)| client_address(peer.ip(), &parts.headers, &state.trusted_proxies))
}

impl FromRequestParts<State> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        Ok(Self(exact(parts, state).map(limit_key)))
    }
}
