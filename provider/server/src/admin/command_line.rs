//! The client by which people sign in from the command line. It is there where an operator has made it, and nowhere else.

use credenza_protocol::admin_roles::{audience, everything};
use credenza_protocol::client::{ApplicationType, Client};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_protocol::scope::Scope;

use super::clients;

/// Its id, at every tenant.
pub const CLIENT_ID: &str = "credenza-cli";
/// Where the browser comes back to: any port of the machine that the command runs on (RFC 8252 7.3).
const REDIRECT_URIS: [&str; 2] = ["http://127.0.0.1/callback", "http://[::1]/callback"];

/// What it is at that issuer: a program on people's machines, which holds no secret. What somebody can do by it is what
/// their roles bring; they are asked for their consent, since any program of theirs could pretend to be this one
/// (RFC 8252 8.6).
#[must_use]
pub fn client(issuer: &str) -> Client {
    Client {
        client_name: "Credenza command line".to_owned(),
        application_type: ApplicationType::Native,
        token_endpoint_auth_method: AuthMethod::None,
        redirect_uris: REDIRECT_URIS.map(str::to_owned).to_vec(),
        scope: Scope::stored(&format!("openid profile offline_access {}", everything())),
        resources: vec![audience(issuer)],
        ..clients::defaults(ClientId::new(CLIENT_ID))
    }
}
