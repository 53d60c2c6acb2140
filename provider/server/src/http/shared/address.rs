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

impl ClientAddress {
    /// That of a request.
    pub(crate) fn of(parts: &Parts, state: &State) -> Self {
        let peer = parts.extensions.get::<PeerAddr>();
        let address = |PeerAddr(peer): &PeerAddr| {
            limit_key(client_address(peer.ip(), &parts.headers, &state.trusted_proxies))
        };
        Self(peer.map(address))
    }
}

impl FromRequestParts<State> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        Ok(Self::of(parts, state))
    }
}
