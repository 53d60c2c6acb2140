//! The options that say in what form a client learns about people: which sub they have, and how that is signed and
//! encrypted.

use std::str::FromStr;

use clap::Args;
use credenza_protocol::client::{Client, SigningAlg, SubjectType};

use super::replace;
use crate::cli::values;

/// The form of ID tokens and userinfo answers; what is not given stays as it was.
#[derive(Debug, Args)]
pub(super) struct Responses {
    /// Whether people have the same sub for it as for other clients, or one for its sector alone [default: public]
    #[arg(long, value_name = "TYPE", value_parser = values::wire::<SubjectType>(["public", "pairwise"]))]
    subject_type: Option<SubjectType>,
    /// The sector of its pairwise subjects: an https URL with the list of its redirect URIs
    #[arg(long, value_name = "URI")]
    sector_identifier_uri: Option<String>,
    /// The signing algorithm of its ID tokens [default: RS256]
    #[arg(long, value_name = "ALG", value_parser = values::signing_alg())]
    id_token_signed_response_alg: Option<SigningAlg>,
    /// How the key of its encrypted ID tokens is transported; none: they are not encrypted
    #[arg(long, value_name = "ALG", value_parser = values::key_management())]
    id_token_encrypted_response_alg: Option<String>,
    /// How its ID tokens are encrypted with that key [default: A128CBC-HS256]
    #[arg(long, value_name = "ENC", value_parser = values::content_encryption())]
    id_token_encrypted_response_enc: Option<String>,
    /// The signing algorithm of its userinfo answers; none: they are JSON
    #[arg(long, value_name = "ALG", value_parser = values::signing_alg())]
    userinfo_signed_response_alg: Option<SigningAlg>,
    /// How the key of its encrypted userinfo answers is transported; none: they are not encrypted
    #[arg(long, value_name = "ALG", value_parser = values::key_management())]
    userinfo_encrypted_response_alg: Option<String>,
    /// How its userinfo answers are encrypted with that key [default: A128CBC-HS256]
    #[arg(long, value_name = "ENC", value_parser = values::content_encryption())]
    userinfo_encrypted_response_enc: Option<String>,
}

impl Responses {
    /// Changes what is given, and leaves the rest.
    pub(super) fn apply(self, client: &mut Client) {
        replace::value(&mut client.subject_type, self.subject_type);
        replace::text(&mut client.sector_identifier_uri, self.sector_identifier_uri);
        replace::value(&mut client.id_token_signed_response_alg, self.id_token_signed_response_alg);
        if let Some(alg) = self.userinfo_signed_response_alg {
            client.userinfo_signed_response_alg = alg.algorithm().map(SigningAlg::By);
        }
        encryption(
            (&mut client.id_token_encrypted_response_alg, &mut client.id_token_encrypted_response_enc),
            (self.id_token_encrypted_response_alg, self.id_token_encrypted_response_enc),
        );
        encryption(
            (&mut client.userinfo_encrypted_response_alg, &mut client.userinfo_encrypted_response_enc),
            (self.userinfo_encrypted_response_alg, self.userinfo_encrypted_response_enc),
        );
    }
}

/// The options take only names of algorithms and `none`, which is the name of no algorithm.
fn encryption<A: FromStr, E: FromStr>(
    (alg, enc): (&mut Option<A>, &mut Option<E>),
    (new_alg, new_enc): (Option<String>, Option<String>),
) {
    if let Some(name) = new_alg {
        *alg = name.parse().ok();
        // Without the one the other means nothing.
        *enc = enc.take().filter(|_| alg.is_some());
    }
    if let Some(name) = new_enc {
        *enc = name.parse().ok();
    }
}
