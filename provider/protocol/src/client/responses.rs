//! What a client may register about the form of what it is told of people: who they are to it, and how ID tokens and
//! userinfo answers are signed and encrypted (OpenID Connect Registration 2, OpenID Connect Core 8.1, 10).

use credenza_validator::jwe::{ContentEncryption, KeyManagement};

use super::{Client, SigningAlg, SubjectType};
use crate::access_token::ALGORITHMS;
use crate::subject::{self, NoSector};

/// Metadata that do not go together, or that are not offered here.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidResponses {
    /// No sector for pairwise subjects.
    #[error(transparent)]
    Sector(#[from] NoSector),
    /// ID tokens by an algorithm that is not offered.
    #[error("id_token_signed_response_alg is not offered")]
    IdTokenAlgorithm,
    /// The tenant does not allow ID tokens without a signature, or they would pass through the browser.
    #[error(
        "id_token_signed_response_alg none is for tenants that allow it, and for response types without id_token"
    )]
    Unsigned,
    /// Userinfo answers by an algorithm that is not offered; `none` is JSON, said by leaving it out.
    #[error("userinfo_signed_response_alg is not offered")]
    UserinfoAlgorithm,
    /// `enc` without `alg` (OpenID Connect Registration 2).
    #[error("an encrypted_response_enc needs its encrypted_response_alg")]
    EncWithoutAlg,
    /// What is encrypted must be signed first (OpenID Connect Core 10.2).
    #[error("encrypted ID tokens must be signed")]
    EncryptedUnsigned,
    /// Nothing to encrypt to.
    #[error("encrypted answers need the client's keys: jwks or jwks_uri")]
    NoKeys,
    /// The keys are there, but none that fits.
    #[error("jwks holds no key to encrypt to by that encrypted_response_alg")]
    NoFittingKey,
}

/// Refuses metadata that could not be honoured; `unsigned_id_tokens` is the tenant's setting.
///
/// # Errors
/// [`InvalidResponses`], which is `invalid_client_metadata` to a client that registers itself.
pub fn check_responses(client: &Client, unsigned_id_tokens: bool) -> Result<(), InvalidResponses> {
    if client.subject_type == SubjectType::Pairwise || client.sector_identifier_uri.is_some() {
        subject::sector(client)?;
    }
    check_signing(client, unsigned_id_tokens)?;
    let id_token = (client.id_token_encrypted_response_alg, client.id_token_encrypted_response_enc);
    let userinfo = (client.userinfo_encrypted_response_alg, client.userinfo_encrypted_response_enc);
    check_encryption(client, id_token)?;
    check_encryption(client, userinfo)
}

fn check_signing(client: &Client, unsigned_id_tokens: bool) -> Result<(), InvalidResponses> {
    let by_browser = client.response_types.iter().any(|response_type| response_type.id_token);
    match client.id_token_signed_response_alg {
        SigningAlg::By(algorithm) if !ALGORITHMS.contains(&algorithm) => {
            return Err(InvalidResponses::IdTokenAlgorithm);
        }
        SigningAlg::Unsigned if !unsigned_id_tokens || by_browser => return Err(InvalidResponses::Unsigned),
        SigningAlg::Unsigned if client.id_token_encrypted_response_alg.is_some() => {
            return Err(InvalidResponses::EncryptedUnsigned);
        }
        _ => {}
    }
    match client.userinfo_signed_response_alg {
        Some(SigningAlg::By(algorithm)) if ALGORITHMS.contains(&algorithm) => Ok(()),
        None => Ok(()),
        Some(_) => Err(InvalidResponses::UserinfoAlgorithm),
    }
}

fn check_encryption(
    client: &Client,
    (alg, enc): (Option<KeyManagement>, Option<ContentEncryption>),
) -> Result<(), InvalidResponses> {
    let Some(alg) = alg else {
        return if enc.is_some() { Err(InvalidResponses::EncWithoutAlg) } else { Ok(()) };
    };
    match (client.key_set(), &client.jwks_uri) {
        (None, None) => Err(InvalidResponses::NoKeys),
        (Some(keys), _) if keys.for_encryption(alg).is_none() => Err(InvalidResponses::NoFittingKey),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use credenza_validator::Algorithm;
    use serde_json::json;

    use super::*;
    use crate::ids::ClientId;
    use crate::response_type::ResponseType;

    fn verdict(unsigned: bool, change: impl FnOnce(&mut Client)) -> Result<(), InvalidResponses> {
        let mut client = Client::new(ClientId::new("client"));
        client.redirect_uris = vec!["https://rp.test/callback".to_owned()];
        change(&mut client);
        check_responses(&client, unsigned)
    }

    #[test]
    fn oidc_registration_2_signing() {
        assert_eq!(verdict(false, |_| ()), Ok(()));
        let unsigned = |client: &mut Client| client.id_token_signed_response_alg = SigningAlg::Unsigned;
        assert_eq!(verdict(false, unsigned), Err(InvalidResponses::Unsigned));
        assert_eq!(verdict(true, unsigned), Ok(()));
        let by_browser = |client: &mut Client| {
            unsigned(client);
            client.response_types = ResponseType::ALL.to_vec();
        };
        assert_eq!(verdict(true, by_browser), Err(InvalidResponses::Unsigned));
        let symmetric = |client: &mut Client| client.id_token_signed_response_alg = Algorithm::HS256.into();
        assert_eq!(verdict(true, symmetric), Err(InvalidResponses::IdTokenAlgorithm));
        for alg in [SigningAlg::Unsigned, Algorithm::HS256.into()] {
            let change = |client: &mut Client| client.userinfo_signed_response_alg = Some(alg);
            assert_eq!(verdict(true, change), Err(InvalidResponses::UserinfoAlgorithm));
        }
    }

    #[test]
    fn oidc_registration_2_encryption() {
        let enc = Some(ContentEncryption::A128Gcm);
        let alone = |client: &mut Client| client.userinfo_encrypted_response_enc = enc;
        assert_eq!(verdict(false, alone), Err(InvalidResponses::EncWithoutAlg));
        let encrypted =
            |client: &mut Client| client.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        assert_eq!(verdict(false, encrypted), Err(InvalidResponses::NoKeys));
        let with_uri = |client: &mut Client| {
            encrypted(client);
            client.jwks_uri = Some("https://rp.test/jwks".to_owned());
        };
        assert_eq!(verdict(false, with_uri), Ok(()));
        let with_none = |client: &mut Client| {
            encrypted(client);
            client.jwks = Some(json!({ "keys": [] }));
        };
        assert_eq!(verdict(false, with_none), Err(InvalidResponses::NoFittingKey));
        let unsigned = |client: &mut Client| {
            with_uri(client);
            client.id_token_signed_response_alg = SigningAlg::Unsigned;
        };
        assert_eq!(verdict(true, unsigned), Err(InvalidResponses::EncryptedUnsigned));
    }

    #[test]
    fn oidc_core_8_1_pairwise_needs_a_sector() {
        let several = |client: &mut Client| {
            client.subject_type = SubjectType::Pairwise;
            client.redirect_uris.push("https://other.test/".to_owned());
        };
        assert_eq!(verdict(false, several), Err(NoSector::SeveralHosts.into()));
        let with_file = |client: &mut Client| {
            several(client);
            client.sector_identifier_uri = Some("https://rp.test/uris.json".to_owned());
        };
        assert_eq!(verdict(false, with_file), Ok(()));
    }
}
