//! What an issuer publishes about itself (OpenID Connect Discovery 4).

use http::StatusCode;
use serde::Deserialize;
use url::Url;

use super::http::{Http, Request};
use super::issuer::{self, Issuer};
use crate::cli::Failure;

/// What is needed of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    pub(super) revocation_endpoint: Option<Url>,
}

/// Fetches it. It must be of the issuer that was asked (section 4.3), whose tokens would otherwise be another's.
pub(super) async fn fetch(http: &Http, of: &Issuer) -> Result<Metadata, Failure> {
    let url = of.below([".well-known", "openid-configuration"])?;
    let response = http.send(&Request::get(url)).await?;
    let failed = |why: &str| {
        Failure::new(format!(
            "{of} {why}; name the issuer by --server, as the server has it in its configuration"
        ))
    };
    if response.status != StatusCode::OK {
        return Err(failed(&format!("answers {} where it should describe itself", response.status)));
    }
    let metadata: Metadata = serde_json::from_slice(&response.body)
        .map_err(|error| failed(&format!("does not describe itself as an issuer does ({error})")))?;
    if metadata.issuer.trim_end_matches('/') != of.as_str() {
        return Err(failed(&format!("says that it is {:?}", metadata.issuer)));
    }
    for endpoint in [&metadata.authorization_endpoint, &metadata.token_endpoint] {
        issuer::check(endpoint).map_err(|why| failed(&format!("names {endpoint}, which {why}")))?;
    }
    Ok(metadata)
}
