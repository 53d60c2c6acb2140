//! Passkeys: the ceremonies of Web Authentication (Level 3, 7.1 and 7.2), by webauthn-rs.
//!
//! The RP ID is the host of the issuer. Tenants of one host share it, and browsers offer a person the passkeys of all of them;
//! which person a passkey is of, and of which tenant, is told by its user handle and by where it is stored.

use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_validator::base64url;
use serde_json::Value;
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

/// Where the model of an authenticator stands in the data that it signs (6.1, 6.5.1).
const AAGUID: std::ops::Range<usize> = 37..53;

/// What a browser is asked to do, and what its answer is checked by.
pub struct Ceremony {
    /// The options, as JSON (5.1.8, 5.1.9).
    pub options: String,
    /// What the provider has to remember. The challenge is in it.
    pub state: String,
}

/// A passkey that was made.
#[derive(Debug)]
pub struct Made {
    /// What it is checked by: its public key and its counter.
    pub state: String,
    /// The hash of its credential id.
    pub credential: SecretHash,
    /// The model of its authenticator, as it says itself: without attestation, nobody vouches for it.
    pub aaguid: Option<String>,
    /// Whether it may be kept on several devices (BE, 6.1.3).
    pub backed_up: bool,
}

/// An answer that names a passkey, and is not checked yet.
pub struct Claimed {
    response: PublicKeyCredential,
    handle: Uuid,
    /// The hash of its credential id.
    pub credential: SecretHash,
}

/// An answer that is right.
#[derive(Debug)]
pub struct Asserted {
    /// The state of the passkey from now on.
    pub state: String,
    /// Whether it may be kept on several devices.
    pub backed_up: bool,
}

/// Why an answer is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refused {
    /// It is not what was asked for, or not by that passkey.
    Wrong,
    /// Its counter went back: there is a copy of the passkey (6.1.1).
    Copied,
}

/// The ceremonies of one issuer.
pub struct Passkeys(Webauthn);

impl Passkeys {
    /// Those of this issuer; `None` where its host is an address, or the browser would not call the page secure (5.1.2).
    #[must_use]
    pub fn of(issuer: &str, name: &str) -> Option<Self> {
        let issuer = Url::parse(issuer).ok()?;
        let rp_id = issuer.domain()?;
        let origin = Url::parse(&issuer.origin().ascii_serialization()).ok()?;
        let builder = WebauthnBuilder::new(rp_id, &origin).ok()?.rp_name(name);
        builder.build().ok().map(Self)
    }

    /// Begins to make a passkey that a browser can find without a username, and that verifies who holds it. Those that the person
    /// has already are named, so that no device makes a second one.
    #[must_use]
    pub fn begin(&self, handle: Uuid, username: &str, present: &[String]) -> Option<Ceremony> {
        let known = present.iter().filter_map(|state| passkey(state));
        let known: Vec<_> = known.map(|passkey| passkey.cred_id().clone()).collect();
        let begun = self.0.start_passkey_registration(handle, username, username, Some(known));
        let (challenge, state) = begun.ok()?;
        let mut options = serde_json::to_value(challenge).ok()?.get_mut("publicKey")?.take();
        let selection = options.get_mut("authenticatorSelection")?.as_object_mut()?;
        selection.insert("residentKey".to_owned(), "required".into());
        selection.insert("requireResidentKey".to_owned(), true.into());
        Some(Ceremony { options: options.to_string(), state: serde_json::to_string(&state).ok()? })
    }

    /// The passkey that the browser has made (7.1).
    #[must_use]
    pub fn made(&self, response: &str, state: &str) -> Option<Made> {
        let state: PasskeyRegistration = serde_json::from_str(state).ok()?;
        let parsed = serde_json::from_str::<RegisterPublicKeyCredential>(response).map_err(why).ok()?;
        let passkey = self.0.finish_passkey_registration(&parsed, &state).map_err(why).ok()?;
        let state = serde_json::to_string(&passkey).ok()?;
        let written: Value = serde_json::from_str(&state).ok()?;
        let backed_up = written.pointer("/cred/backup_eligible").and_then(Value::as_bool).unwrap_or_default();
        let credential = SecretHash::of(passkey.cred_id().as_ref());
        Some(Made { state, credential, aaguid: aaguid(response), backed_up })
    }

    /// Begins to ask for a passkey, whichever the person chooses.
    #[must_use]
    pub fn ask(&self) -> Option<Ceremony> {
        let (challenge, state) = self.0.start_discoverable_authentication().ok()?;
        let options = serde_json::to_value(challenge).ok()?.get_mut("publicKey")?.take();
        Some(Ceremony { options: options.to_string(), state: serde_json::to_string(&state).ok()? })
    }

    /// Which passkey an answer claims to be by.
    #[must_use]
    pub fn claimed(&self, response: &str) -> Option<Claimed> {
        let response = serde_json::from_str::<PublicKeyCredential>(response).map_err(why).ok()?;
        let (handle, credential) = self.0.identify_discoverable_authentication(&response).ok()?;
        let credential = SecretHash::of(credential);
        Some(Claimed { response, handle, credential })
    }

    /// Checks an answer by what is stored of the passkey (7.2).
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check(&self, claimed: &Claimed, state: &str, stored: &str) -> Result<Asserted, Refused> {
        let state: DiscoverableAuthentication = serde_json::from_str(state).map_err(|_| Refused::Wrong)?;
        let mut passkey = passkey(stored).ok_or(Refused::Wrong)?;
        let checked = self.0.finish_discoverable_authentication_v2(&claimed.response, state, &passkey);
        let result = match checked {
            Ok(result) if result.user_verified() => result,
            Err(WebauthnError::CredentialPossibleCompromise) => return Err(Refused::Copied),
            Ok(_) => return Err(Refused::Wrong),
            Err(error) => {
                why(error);
                return Err(Refused::Wrong);
            }
        };
        passkey.update_credential(&result).ok_or(Refused::Wrong)?;
        let state = serde_json::to_string(&passkey).map_err(|_| Refused::Wrong)?;
        Ok(Asserted { state, backed_up: result.backup_eligible() })
    }
}

impl Claimed {
    /// Whether the answer names that person.
    #[must_use]
    pub fn is_of(&self, tenant: &TenantId, user_id: &UserId) -> bool {
        self.handle == handle(tenant, user_id)
    }
}

/// The user handle of a person: nothing can be learned from it, not even in which tenant they are (14.6.1).
#[must_use]
pub fn handle(tenant: &TenantId, user_id: &UserId) -> Uuid {
    let hash = SecretHash::of(format!("passkey\0{tenant}\0{user_id}").as_bytes());
    let half = hash.as_bytes().iter().take(16).fold(0_u128, |half, byte| half << 8 | u128::from(*byte));
    Uuid::from_u128(half)
}

/// What to call a passkey, by the model of its authenticator.
#[must_use]
pub fn model(aaguid: Option<&str>) -> Option<&'static str> {
    Some(match aaguid? {
        "fbfc3007-154e-4ecc-8c0b-6e020557d7bd" | "dd4ec289-e01d-41c9-bb89-70fa845d4bf2" => "iCloud Keychain",
        "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4" => "Google Password Manager",
        "08987058-cadc-4b81-b6e1-30de50dcbe96"
        | "9ddd1817-af5a-4672-a2b9-3e3dd95000a9"
        | "6028b017-b1d4-4c02-b4b3-afcdafc96bb2" => "Windows Hello",
        "bada5566-a7aa-401f-bd96-45619a55120d" => "1Password",
        "d548826e-79b4-db40-a3d8-11116f7e8349" => "Bitwarden",
        "531126d6-e717-415c-9320-3d9aa6981239" => "Dashlane",
        "fdb141b2-5d84-443e-8a35-4698c205a502" => "KeePassXC",
        "53414d53-554e-4700-0000-000000000000" => "Samsung Pass",
        _ => return None,
    })
}

/// Why an answer of a browser is refused goes to the log: nobody else is told.
fn why(error: impl std::fmt::Display) {
    tracing::info!(%error, "the answer of a browser about a passkey was refused");
}

fn passkey(state: &str) -> Option<Passkey> {
    serde_json::from_str(state).ok()
}

/// The model, from what the browser says beside what is checked.
fn aaguid(response: &str) -> Option<String> {
    let response: Value = serde_json::from_str(response).ok()?;
    let data = response.pointer("/response/authenticatorData").and_then(Value::as_str)?;
    let data = base64url::decode(data).ok()?;
    let uuid = Uuid::from_slice(data.get(AAGUID)?).ok()?;
    (!uuid.is_nil()).then(|| uuid.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passkeys() -> Passkeys {
        Passkeys::of("https://id.example/t/acme", "Acme").unwrap()
    }

    #[test]
    fn an_issuer_whose_host_is_an_address_has_none() {
        for issuer in ["http://127.0.0.1:8080", "https://[::1]", "nonsense"] {
            assert!(Passkeys::of(issuer, "Acme").is_none(), "{issuer}");
        }
        for issuer in ["http://localhost:8080", "https://id.example", "https://id.example:8443/t/acme"] {
            assert!(Passkeys::of(issuer, "Acme").is_some(), "{issuer}");
        }
    }

    #[test]
    fn a_passkey_is_found_without_a_name_and_verifies_who_holds_it() {
        let handle = handle(&TenantId::new("t"), &UserId::new("u"));
        let begun = passkeys().begin(handle, "ada", &[]).unwrap();
        let options: Value = serde_json::from_str(&begun.options).unwrap();
        assert_eq!(options["rp"]["id"], "id.example");
        assert_eq!(options["user"]["name"], "ada");
        let selection = &options["authenticatorSelection"];
        assert_eq!(
            (&selection["residentKey"], &selection["userVerification"]),
            (&"required".into(), &"required".into())
        );
        assert_eq!(options["attestation"], "none");
        let asked = passkeys().ask().unwrap();
        let options: Value = serde_json::from_str(&asked.options).unwrap();
        assert_eq!(
            (&options["rpId"], &options["userVerification"]),
            (&"id.example".into(), &"required".into())
        );
        assert!(options["allowCredentials"].as_array().is_none_or(Vec::is_empty));
        let other = passkeys().ask().unwrap();
        assert_ne!(asked.options, other.options, "each challenge is another one");
    }

    #[test]
    fn a_user_handle_is_of_one_person_of_one_tenant() {
        let of = |tenant: &str, user: &str| handle(&TenantId::new(tenant), &UserId::new(user));
        assert_eq!(of("a", "ada"), of("a", "ada"));
        assert_ne!(of("a", "ada"), of("b", "ada"));
        assert_ne!(of("a", "ada"), of("a", "bob"));
        assert!(!of("a", "ada").to_string().contains("ada"));
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let passkeys = passkeys();
        let state = passkeys.begin(Uuid::nil(), "ada", &[]).unwrap().state;
        for response in
            ["", "{}", "null", "[]", r#"{"id":"AA","rawId":"AA","type":"public-key","response":{}}"#]
        {
            assert!(passkeys.made(response, &state).is_none(), "{response}");
            assert!(passkeys.claimed(response).is_none(), "{response}");
            assert_eq!(aaguid(response), None);
        }
    }

    #[test]
    fn models_are_named_where_they_are_known() {
        assert_eq!(model(Some("bada5566-a7aa-401f-bd96-45619a55120d")), Some("1Password"));
        assert_eq!(model(Some("00000000-0000-0000-0000-000000000001")), None);
        assert_eq!(model(None), None);
    }
}
