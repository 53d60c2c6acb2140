//! The options that say where a client's keys are, and how it uses request objects.

use clap::Args;
use credenza_protocol::client::{Client, SigningAlg};

use super::replace;
use crate::cli::values;

/// Keys and request objects; what is not given stays as it was.
#[derive(Debug, Args)]
pub(super) struct Requests {
    /// Where its public keys are published, instead of --jwks: an https URL
    #[arg(long, value_name = "URI", conflicts_with = "jwks")]
    jwks_uri: Option<String>,
    /// Where its request objects may be fetched from: an https URL, which must match exactly; may be repeated
    #[arg(long = "request-uri", value_name = "URI")]
    request_uris: Vec<String>,
    /// The only algorithm of its request objects [default: any that fits its keys]
    #[arg(long, value_name = "ALG", value_parser = values::request_object_algorithm())]
    request_object_signing_alg: Option<SigningAlg>,
    /// Whether its authorization requests must be signed request objects
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_signed_request_object: Option<bool>,
}

impl Requests {
    /// Changes what is given, and leaves the rest.
    pub(super) fn apply(self, client: &mut Client) {
        if self.jwks_uri.as_ref().is_some_and(|uri| !uri.is_empty()) {
            client.jwks = None;
        }
        replace::text(&mut client.jwks_uri, self.jwks_uri);
        replace::texts(&mut client.request_uris, self.request_uris);
        replace::value(&mut client.request_object_signing_alg, self.request_object_signing_alg.map(Some));
        replace::value(&mut client.require_signed_request_object, self.require_signed_request_object);
    }
}
