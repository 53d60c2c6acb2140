//! The URIs of a client. Whatever is fetched, framed or linked to is https. Whether its address may be reached is
//! decided when it is reached (RFC 7591 5).

use super::{Fault, Policy};
use crate::client::{ApplicationType, Client};
use crate::redirect_uri::{
    InvalidUri, check_https, check_https_with_fragment, check_origin, check_post_logout_redirect_uri,
    check_redirect_uri, check_resource, check_web_uri, is_local_network, origin,
};

pub(super) fn check(client: &Client, policy: &Policy<'_>) -> Result<(), Fault> {
    redirect_uris(client, policy)?;
    each("allowed_origins", &client.allowed_origins, |origin| check_origin(origin, client))?;
    each("resources", &client.resources, check_resource)?;
    each("serves", &client.serves, check_resource)?;
    // For experiments, an operator may use pages on loopback.
    let page = if policy.registers_itself { check_https } else { check_web_uri };
    each("client_uri", client.client_uri.as_slice(), page)?;
    each("logo_uri", client.logo_uri.as_slice(), page)?;
    each("policy_uri", client.policy_uri.as_slice(), page)?;
    each("tos_uri", client.tos_uri.as_slice(), page)?;
    each("initiate_login_uri", client.initiate_login_uri.as_slice(), check_https)?;
    each("jwks_uri", client.jwks_uri.as_slice(), check_https)?;
    each("sector_identifier_uri", client.sector_identifier_uri.as_slice(), check_https)?;
    // OpenID Connect Core 6.2: the fragment tells which version of the object is meant.
    each("request_uris", &client.request_uris, check_https_with_fragment)?;
    each("backchannel_logout_uri", client.backchannel_logout_uri.as_slice(), check_https)?;
    frontchannel_logout_uri(client)
}

fn redirect_uris(client: &Client, policy: &Policy<'_>) -> Result<(), Fault> {
    if client.local_network_redirects && !policy.local_network_redirects {
        let why = "is not for clients that register themselves: registration_local_network_redirects is off";
        return Err(Fault::metadata("local_network_redirects", why));
    }
    for uri in &client.redirect_uris {
        let wrong = |why: String| Fault::redirect_uri(why).of(uri);
        check_redirect_uri(uri, client).map_err(|error| wrong(error.to_string()))?;
        no_http_of_the_web(client, policy, uri).map_err(|why| wrong(why.to_owned()))?;
    }
    for uri in &client.post_logout_redirect_uris {
        let wrong = |why: String| Fault::metadata("post_logout_redirect_uris", why).of(uri);
        check_post_logout_redirect_uri(uri, client).map_err(|error| wrong(error.to_string()))?;
        no_http_of_the_web(client, policy, uri).map_err(|why| wrong(why.to_owned()))?;
    }
    Ok(())
}

/// OpenID Connect Registration 2, Core 3.2.2.1: http is only for loopback, whatever the flow, and for local networks
/// where the tenant says so. For experiments, an operator may use it in web clients too.
fn no_http_of_the_web(client: &Client, policy: &Policy<'_>, uri: &str) -> Result<(), &'static str> {
    let is_web = client.application_type == ApplicationType::Web;
    if policy.registers_itself && is_web && is_http(uri) && !is_local_network(uri) {
        return Err("is http: only a client of application_type native has those, on loopback");
    }
    Ok(())
}

fn is_http(uri: &str) -> bool {
    uri.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
}

/// OpenID Connect Front-Channel Logout 2: where a redirect URI is as well.
fn frontchannel_logout_uri(client: &Client) -> Result<(), Fault> {
    let Some(uri) = &client.frontchannel_logout_uri else { return Ok(()) };
    each("frontchannel_logout_uri", std::slice::from_ref(uri), check_https)?;
    let place = origin(uri);
    if client.redirect_uris.iter().any(|known| origin(known) == place) {
        return Ok(());
    }
    let why = "must have the scheme, host and port of a redirect URI (OpenID Connect Front-Channel Logout 2)";
    Err(Fault::metadata("frontchannel_logout_uri", why).of(uri))
}

fn each(
    field: &'static str,
    uris: &[String],
    check: impl Fn(&str) -> Result<(), InvalidUri>,
) -> Result<(), Fault> {
    for uri in uris {
        check(uri).map_err(|error| Fault::metadata(field, error.to_string()).of(uri))?;
    }
    Ok(())
}
