//! An installation elsewhere, by its admin API: the far side of `--server`.
//!
//! | file | holds |
//! |---|---|
//! | `issuer` | the address of a server |
//! | `http`, `tls` | one exchange: connections, limits, and what is sent again |
//! | `metadata`, `token` | what an issuer publishes, and its token endpoint |
//! | `credentials` | who a command is: the admin key, a service account, or a person |
//! | `kept` | where people are signed in |
//! | `sign_in`, `loopback` | how they sign in |
//! | `api` | calls of operations, by the table that serves them |
//! | `problem` | why a server did not do what it was asked for |

use std::ffi::OsString;
use std::path::Path;

use serde::Serialize;

use super::Failure;
use crate::rng::SystemRng;

mod api;
mod credentials;
mod http;
mod issuer;
mod kept;
mod loopback;
mod metadata;
mod problem;
mod sign_in;
mod tls;
mod token;

pub(super) use api::{Api, Asked};
pub(super) use issuer::Issuer;
pub(super) use kept::Folder;
pub(super) use problem::StepUp;
pub(super) use sign_in::{Wanted, sign_in};

use credentials::Credentials;
use http::{Http, Request};

/// The way to an issuer.
pub(super) struct Wire {
    pub(super) issuer: Issuer,
    http: Http,
    rng: SystemRng,
}

/// What any issuer publishes, for whoever has its address.
pub(super) struct Published(Http);

/// A document as it was answered.
pub(super) struct Document {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

/// An installation elsewhere, and who a command is to it.
pub(super) struct Remote {
    wire: Wire,
    credentials: Credentials,
}

/// Who a command is to a server.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Who {
    /// The issuer.
    pub(super) server: String,
    /// `user`, `client` or `admin_key`.
    pub(super) kind: &'static str,
    /// The id of the person, the `sub` of tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) username: Option<String>,
    /// The client that the token was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_id: Option<String>,
    /// What the token was given. A person can do what their roles bring of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<String>,
}

impl Published {
    pub(super) fn open(ca_file: Option<&Path>) -> Result<Self, Failure> {
        Ok(Self(Http::new(tls::connector(ca_file)?)))
    }

    /// Reads what is at an address; redirects are not followed.
    pub(super) async fn at(&self, address: &str) -> Result<Document, Failure> {
        let url = url::Url::parse(address)
            .map_err(|_| Failure::new(format!("{address:?} is no URL; correct the issuer")))?;
        let response = self.0.send(&Request::get(url)).await?;
        let content_type = response.headers.get(::http::header::CONTENT_TYPE);
        let content_type = content_type.and_then(|it| it.to_str().ok()).map(str::to_owned);
        Ok(Document { status: response.status.as_u16(), content_type, body: response.body })
    }
}

impl Wire {
    pub(super) fn open(issuer: Issuer, ca_file: Option<&Path>) -> Result<Self, Failure> {
        Ok(Self { issuer, http: Http::new(tls::connector(ca_file)?), rng: SystemRng::new() })
    }

    /// Ends what was granted to this machine (RFC 7009); whether the server said so.
    pub(super) async fn revoke(&self, client_id: &str, token: &str) -> Result<bool, Failure> {
        let metadata = metadata::fetch(&self.http, &self.issuer).await?;
        let Some(url) = metadata.revocation_endpoint else { return Ok(false) };
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", token).append_pair("client_id", client_id);
        let mut request = Request::get(url);
        request.method = ::http::Method::POST;
        request.body = form.finish().into_bytes();
        let media = ::http::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers.insert(::http::header::CONTENT_TYPE, media);
        Ok(self.http.send(&request).await?.status.is_success())
    }
}

impl Remote {
    /// Nothing is asked yet.
    pub(super) fn open(
        issuer: Issuer,
        ca_file: Option<&Path>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Failure> {
        Ok(Self { wire: Wire::open(issuer, ca_file)?, credentials: Credentials::find(variable)? })
    }

    /// The admin API of a tenant.
    pub(super) fn at(&self, tenant: &str) -> Result<Api<'_>, Failure> {
        Ok(Api::new(self, self.wire.issuer.of(tenant)?))
    }

    /// The admin API of the issuer itself: of the installation, or of one tenant.
    pub(super) fn own(&self) -> Api<'_> {
        Api::new(self, self.wire.issuer.clone())
    }

    /// The issuer whose token a command has.
    pub(super) fn issuer(&self) -> &Issuer {
        &self.wire.issuer
    }

    /// Who this command is. It is asked for a token, so that it is known to be true.
    pub(super) async fn who(&self) -> Result<Who, Failure> {
        let server = self.wire.issuer.to_string();
        let who =
            Who { server, kind: "admin_key", user_id: None, username: None, client_id: None, scope: None };
        Ok(match &self.credentials {
            Credentials::AdminKey(_) => who,
            Credentials::Service(asking, _) => {
                let scope = credentials::scope_of(&self.wire, asking).await?;
                Who { kind: "client", client_id: Some(asking.client_id.clone()), scope: Some(scope), ..who }
            }
            Credentials::Person(folder) => {
                let found = credentials::of_person(&self.wire, folder).await?;
                let (client_id, scope) = (Some(found.client_id), Some(found.scope));
                Who {
                    kind: "user",
                    user_id: found.user_id,
                    username: found.username,
                    client_id,
                    scope,
                    ..who
                }
            }
        })
    }
}
