//! The options that say what a client is, by the names of RFC 7591.

use std::path::PathBuf;

use clap::Args;
use credenza_protocol::client::{AccessTokenFormat, ApplicationType, Client, ConsentPolicy, GrantType};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::response_mode::ResponseMode;
use credenza_protocol::response_type::ResponseType;
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Seconds;
use credenza_validator::Algorithm;

use super::about_people::AboutPeople;
use super::brand::OwnBrand;
use super::lifetimes::OwnLifetimes;
use super::logouts::Logouts;
use super::replace;
use super::requests::Requests;
use super::responses::Responses;
use crate::admin::clients;
use crate::cli::{Failure, files, values};

/// What a client is; what is not given stays as it was.
#[derive(Debug, Args)]
pub(super) struct Metadata {
    /// The name that people see
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where answers may be sent; must match exactly; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where people may be sent after signing out; may be repeated
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// Whether those two may be http in a local network: private addresses, and names such as nas or nas.local
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    local_network_redirects: Option<bool>,
    /// Where its scripts may call from, besides the origins of its redirect URIs, such as capacitor://localhost; may be
    /// repeated
    #[arg(long = "allowed-origin", value_name = "ORIGIN")]
    allowed_origins: Vec<String>,
    /// Whether its refresh tokens stay in a cookie of the provider, out of reach of scripts: for a public client whose pages
    /// are of the provider's own site
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    refresh_token_cookie: Option<bool>,
    /// Whether it signs people in by its own pages, without a browser, and so sees their passwords: for applications of your own
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    native_sign_in: Option<bool>,
    /// What it may use at the token endpoint; may be repeated [default: authorization_code refresh_token]
    #[arg(long = "grant-type", value_name = "GRANT", value_parser = values::grant_type())]
    grant_types: Vec<GrantType>,
    /// What it may ask the authorization endpoint for; may be repeated [default: code]
    #[arg(long = "response-type", value_name = "TYPE", value_parser = values::response_type())]
    response_types: Vec<ResponseType>,
    /// How answers may be returned to it; may be repeated [default: all]
    #[arg(long = "response-mode", value_name = "MODE", value_parser = values::response_mode())]
    response_modes: Vec<ResponseMode>,
    /// Where it runs [default: web; native if a redirect URI has a private-use scheme, or a loopback address without a
    /// port]
    #[arg(long, value_name = "TYPE", value_parser = values::wire::<ApplicationType>(["web", "native"]))]
    application_type: Option<ApplicationType>,
    /// How it authenticates; no other method is accepted then [default: with its secret, by HTTP Basic or in the form]
    #[arg(long, value_name = "METHOD", value_parser = values::auth_method())]
    token_endpoint_auth_method: Option<AuthMethod>,
    /// Whether its secret is accepted by that method alone [default: true where one is given]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    token_endpoint_auth_method_pinned: Option<bool>,
    /// The only algorithm of its assertions [default: any that fits]
    #[arg(long, value_name = "ALG", value_parser = values::assertion_algorithm())]
    token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// Its public keys, for private_key_jwt and for what is encrypted to it: a file with a JWK set
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// The scopes that it may request [default: the standard ones if people sign in to it]
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// A resource that it may request tokens for (RFC 8707); may be repeated
    #[arg(long = "resource", value_name = "URI")]
    resources: Vec<String>,
    /// A resource that it serves: it may introspect the tokens meant for it; may be repeated
    #[arg(long = "serves", value_name = "URI")]
    serves: Vec<String>,
    #[command(flatten)]
    about_people: AboutPeople,
    #[command(flatten)]
    responses: Responses,
    /// The signing algorithm of its access tokens [default: ES256]
    #[arg(long, value_name = "ALG", value_parser = values::algorithm())]
    access_token_signed_response_alg: Option<Algorithm>,
    /// The format of its access tokens [default: jwt]
    #[arg(long, value_name = "FORMAT", value_parser = values::wire::<AccessTokenFormat>(["jwt", "opaque"]))]
    access_token_format: Option<AccessTokenFormat>,
    #[command(flatten)]
    lifetimes: OwnLifetimes,
    /// Whether it must use PKCE; a public client always must
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_pkce: Option<bool>,
    /// Whether people are asked for their consent before it gets anything [default: required]
    #[arg(long, value_name = "POLICY", value_parser = values::wire::<ConsentPolicy>(["required", "implicit"]))]
    consent: Option<ConsentPolicy>,
    /// Ask people to sign in again after this many seconds, unless the request says otherwise
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    default_max_age: Option<i64>,
    /// Whether its ID tokens always carry auth_time
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_auth_time: Option<bool>,
    /// acr values for requests that name none; may be repeated
    #[arg(long = "default-acr-value", value_name = "ACR")]
    default_acr_values: Vec<String>,
    /// Where others may send people to start a sign-in
    #[arg(long, value_name = "URI")]
    initiate_login_uri: Option<String>,
    /// Its home page
    #[arg(long, value_name = "URI")]
    client_uri: Option<String>,
    /// Its logo, which the provider fetches and shows on its pages
    #[arg(long, value_name = "URI")]
    logo_uri: Option<String>,
    /// A page on how it treats people's data
    #[arg(long, value_name = "URI")]
    policy_uri: Option<String>,
    /// A page with its terms of service
    #[arg(long, value_name = "URI")]
    tos_uri: Option<String>,
    #[command(flatten)]
    brand: OwnBrand,
    #[command(flatten)]
    logouts: Logouts,
    /// Who is responsible for it; may be repeated
    #[arg(long = "contact", value_name = "ADDRESS")]
    contacts: Vec<String>,
    #[command(flatten)]
    requests: Requests,
}

impl Metadata {
    /// What is given of that which otherwise follows from the rest.
    pub(super) fn said(&self) -> Vec<&'static str> {
        let scope = self.scope.as_ref().map(|_| "scope");
        scope.into_iter().chain(self.application_type.map(|_| "application_type")).collect()
    }

    /// Changes what is given, and leaves the rest.
    pub(super) fn apply(self, client: &mut Client) -> Result<(), Failure> {
        replace::value(&mut client.client_name, self.name);
        replace::texts(&mut client.redirect_uris, self.redirect_uris);
        replace::texts(&mut client.post_logout_redirect_uris, self.post_logout_redirect_uris);
        replace::value(&mut client.local_network_redirects, self.local_network_redirects);
        replace::texts(&mut client.allowed_origins, self.allowed_origins);
        replace::value(&mut client.refresh_token_cookie, self.refresh_token_cookie);
        replace::value(&mut client.native_sign_in, self.native_sign_in);
        replace::list(&mut client.grant_types, self.grant_types);
        replace::list(&mut client.response_types, self.response_types);
        replace::list(&mut client.response_modes, self.response_modes);
        replace::value(&mut client.application_type, self.application_type);
        if let Some(method) = self.token_endpoint_auth_method {
            clients::set_method(client, method);
        }
        replace::value(&mut client.token_endpoint_auth_method_pinned, self.token_endpoint_auth_method_pinned);
        if let Some(algorithm) = self.token_endpoint_auth_signing_alg {
            client.token_endpoint_auth_signing_alg = Some(algorithm);
        }
        if let Some(file) = self.jwks {
            client.jwks = Some(files::json("jwks", &file)?);
            client.jwks_uri = None;
        }
        if let Some(scope) = self.scope {
            client.scope = Scope::parse(&scope).map_err(|error| {
                Failure::with_step(error, "write scopes as words with spaces between them")
            })?;
        }
        replace::texts(&mut client.resources, self.resources);
        replace::texts(&mut client.serves, self.serves);
        self.about_people.apply(client)?;
        self.responses.apply(client);
        self.logouts.apply(client);
        replace::value(&mut client.access_token_signed_response_alg, self.access_token_signed_response_alg);
        replace::value(&mut client.access_token_format, self.access_token_format);
        self.lifetimes.apply(client);
        replace::value(&mut client.require_pkce, self.require_pkce);
        replace::value(&mut client.consent, self.consent);
        replace::value(
            &mut client.default_max_age,
            self.default_max_age.map(|seconds| Some(Seconds(seconds))),
        );
        replace::value(&mut client.require_auth_time, self.require_auth_time);
        replace::texts(&mut client.default_acr_values, self.default_acr_values);
        replace::text(&mut client.initiate_login_uri, self.initiate_login_uri);
        replace::text(&mut client.client_uri, self.client_uri);
        replace::text(&mut client.logo_uri, self.logo_uri);
        replace::text(&mut client.policy_uri, self.policy_uri);
        replace::text(&mut client.tos_uri, self.tos_uri);
        self.brand.apply(client)?;
        replace::texts(&mut client.contacts, self.contacts);
        self.requests.apply(client);
        Ok(())
    }
}
