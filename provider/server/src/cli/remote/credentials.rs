//! Who a command is to a server: whoever has the admin key, a service account, or the person who has signed in.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use credenza_protocol::admin_roles::audience;
use credenza_protocol::time::Seconds;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::Wire;
use super::kept::{Folder, Kept, SignIn};
use super::metadata;
use super::token::{self, Asking, Granted, Proof};
use crate::cli::{Failure, files};
use crate::clock::{Clock as _, SystemClock};
use crate::http::admin::wire::ADMIN_KEY;
use crate::rng::Rng;

/// The longest secret that is read from a file, in bytes.
const LONGEST: usize = 4096;
/// A token is not used any more that expires within this time.
const MARGIN: Seconds = Seconds(30);

/// The variables that name somebody.
const VARIABLES: [&str; 5] = [
    "CREDENZA_ADMIN_KEY_FILE",
    "CREDENZA_CLIENT_ID",
    "CREDENZA_CLIENT_SECRET",
    "CREDENZA_CLIENT_SECRET_FILE",
    "CREDENZA_CLIENT_KEY_FILE",
];

/// Who a command is.
pub(super) enum Credentials {
    /// Whoever has the admin key.
    AdminKey(Zeroizing<String>),
    /// A service account, and its token once there is one.
    Service(Box<Asking>, Mutex<Option<Granted>>),
    /// The person who has signed in here.
    Person(Folder),
}

impl Credentials {
    /// Those that the environment names, or else those of whoever has signed in.
    pub(super) fn find(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, Failure> {
        let text = |name: &str| -> Result<Option<String>, Failure> {
            let value = variable(name).filter(|value| !value.is_empty());
            let text = value
                .map(|value| value.into_string().map_err(|_| Failure::new(format!("{name} is not UTF-8"))));
            text.transpose()
        };
        let [admin_key, client_id, secret, secret_file, key_file] = VARIABLES;
        let proofs = [text(secret)?, text(secret_file)?, text(key_file)?];
        match (text(admin_key)?, text(client_id)?, proofs) {
            (None, None, [None, None, None]) => Ok(Self::Person(Folder::find()?)),
            (Some(file), None, [None, None, None]) => {
                Ok(Self::AdminKey(files::line(admin_key, Path::new(&file), LONGEST)?))
            }
            (None, Some(client_id), proofs) => {
                let proof = match proofs {
                    [Some(secret), None, None] => Proof::Secret(Zeroizing::new(secret)),
                    [None, Some(file), None] => {
                        Proof::Secret(files::line(secret_file, Path::new(&file), LONGEST)?)
                    }
                    [None, None, Some(file)] => Proof::Key(Box::new(token::key(&file, &key(&file)?)?)),
                    _ => return Err(ambiguous()),
                };
                Ok(Self::Service(Box::new(Asking { client_id, proof }), Mutex::new(None)))
            }
            _ => Err(ambiguous()),
        }
    }

    /// The header that says so.
    pub(super) async fn header(&self, wire: &Wire) -> Result<(HeaderName, HeaderValue), Failure> {
        let (name, text) = match self {
            Self::AdminKey(key) => (HeaderName::from_static(ADMIN_KEY), key.clone()),
            Self::Service(asking, kept) => {
                let mut kept = kept.lock().await;
                let granted = match kept.take() {
                    Some(granted) => granted,
                    None => by_itself(wire, asking).await?,
                };
                let text = Zeroizing::new(format!("Bearer {}", granted.access_token));
                *kept = Some(granted);
                (AUTHORIZATION, text)
            }
            Self::Person(folder) => {
                let sign_in = of_person(wire, folder).await?;
                (AUTHORIZATION, Zeroizing::new(format!("Bearer {}", sign_in.access_token)))
            }
        };
        let mut value = HeaderValue::from_str(&text)
            .map_err(|_| Failure::new("what says who calls cannot be sent: copy the key or secret again"))?;
        value.set_sensitive(true);
        Ok((name, value))
    }

    /// What to do where the server does not know who calls.
    pub(super) fn unknown(&self, wire: &Wire, why: &str) -> Failure {
        let issuer = &wire.issuer;
        Failure::new(match self {
            Self::AdminKey(_) => format!("{issuer} does not take the key of CREDENZA_ADMIN_KEY_FILE: {why}"),
            Self::Service(..) => format!(
                "{issuer} does not take the token of the service account: {why}; see that its `resources` name \
                 {issuer}/admin"
            ),
            Self::Person(_) => {
                format!(
                    "{issuer} no longer knows who calls: {why}; sign in by `credenza login --server {issuer}`"
                )
            }
        })
    }
}

/// The scope that the token of a service account was given.
pub(super) async fn scope_of(wire: &Wire, asking: &Asking) -> Result<String, Failure> {
    Ok(by_itself(wire, asking).await?.scope.unwrap_or_default())
}

/// A token for a service account itself (RFC 6749 4.4).
async fn by_itself(wire: &Wire, asking: &Asking) -> Result<Granted, Failure> {
    let metadata = metadata::fetch(&wire.http, &wire.issuer).await?;
    let resource = audience(wire.issuer.as_str());
    let fields = [("grant_type", "client_credentials"), ("resource", resource.as_str())];
    let by = (&wire.rng as &dyn Rng, SystemClock.now());
    let asked = token::ask(&wire.http, &metadata.token_endpoint, asking, &fields, by).await?;
    asked.map_err(|denied| {
        Failure::new(format!(
            "{} gave the service account {:?} no token: {denied}; see that its secret or key is right, and that its \
             `resources` name {resource}",
            wire.issuer, asking.client_id
        ))
    })
}

/// The sign-in of this person at the issuer, with a token that is still good. Of several processes that find it expired, one
/// refreshes it, and the others take what that one got.
pub(super) async fn of_person(wire: &Wire, folder: &Folder) -> Result<SignIn, Failure> {
    if let Some(sign_in) = good(wire, folder.read()?)? {
        return Ok(sign_in);
    }
    let locked = folder.lock()?;
    let mut kept = locked.read()?;
    let found = kept.servers.get(wire.issuer.as_str()).cloned().ok_or_else(|| nobody(wire))?;
    if is_good(&found) {
        return Ok(found);
    }
    let refreshed = refresh(wire, found).await?;
    kept.servers.insert(wire.issuer.as_str().to_owned(), refreshed.clone());
    locked.write(&kept)?;
    Ok(refreshed)
}

fn good(wire: &Wire, mut kept: Kept) -> Result<Option<SignIn>, Failure> {
    let found = kept.servers.remove(wire.issuer.as_str()).ok_or_else(|| nobody(wire))?;
    Ok(Some(found).filter(is_good))
}

fn is_good(sign_in: &SignIn) -> bool {
    sign_in.expires_at > SystemClock.now() + MARGIN
}

/// RFC 6749 6.
async fn refresh(wire: &Wire, old: SignIn) -> Result<SignIn, Failure> {
    let Some(refresh_token) = &old.refresh_token else { return Err(ended(wire, "it has expired")) };
    let metadata = metadata::fetch(&wire.http, &wire.issuer).await?;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str())];
    let asking = Asking { client_id: old.client_id.clone(), proof: Proof::None };
    let now = SystemClock.now();
    let asked = token::ask(&wire.http, &metadata.token_endpoint, &asking, &fields, (&wire.rng, now)).await?;
    let granted = asked.map_err(|denied| ended(wire, &denied.to_string()))?;
    Ok(SignIn {
        expires_at: granted.expires_at(now),
        access_token: granted.access_token,
        refresh_token: granted.refresh_token.or(old.refresh_token),
        scope: granted.scope.unwrap_or(old.scope),
        ..old
    })
}

fn key(file: &str) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| files::unreadable("CREDENZA_CLIENT_KEY_FILE", Path::new(file), &error))
}

fn nobody(wire: &Wire) -> Failure {
    let issuer = &wire.issuer;
    Failure::new(format!(
        "nobody is signed in at {issuer}: run `credenza login --server {issuer}`, or name a service account by \
         CREDENZA_CLIENT_ID and CREDENZA_CLIENT_SECRET_FILE"
    ))
}

fn ended(wire: &Wire, why: &str) -> Failure {
    let issuer = &wire.issuer;
    Failure::new(format!(
        "the sign-in at {issuer} has ended: {why}; sign in by `credenza login --server {issuer}`"
    ))
}

fn ambiguous() -> Failure {
    Failure::new(
        "name one of them: a service account by CREDENZA_CLIENT_ID with either CREDENZA_CLIENT_SECRET, \
         CREDENZA_CLIENT_SECRET_FILE or CREDENZA_CLIENT_KEY_FILE, or the admin key by CREDENZA_ADMIN_KEY_FILE",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(set: &[(&str, &str)]) -> Result<Credentials, Failure> {
        let variable = |name: &str| {
            let value = set.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            value.map(OsString::from)
        };
        Credentials::find(&variable)
    }

    #[test]
    fn the_environment_names_one_of_them() {
        let id = ("CREDENZA_CLIENT_ID", "a");
        let secret = ("CREDENZA_CLIENT_SECRET", "s");
        assert!(matches!(find(&[id, secret]), Ok(Credentials::Service(..))));
        assert!(matches!(find(&[("CREDENZA_CLIENT_ID", "")]), Ok(Credentials::Person(_)) | Err(_)));
        for set in [
            &[id][..],
            &[secret],
            &[id, secret, ("CREDENZA_CLIENT_SECRET_FILE", "/s")],
            &[id, secret, ("CREDENZA_CLIENT_KEY_FILE", "/k")],
            &[id, secret, ("CREDENZA_ADMIN_KEY_FILE", "/a")],
        ] {
            let error = find(set).err().unwrap().to_string();
            assert!(error.contains("name one of them"), "{set:?}: {error}");
        }
        for name in ["CREDENZA_ADMIN_KEY_FILE", "CREDENZA_CLIENT_SECRET_FILE", "CREDENZA_CLIENT_KEY_FILE"] {
            let set =
                if name.contains("ADMIN") { vec![(name, "/nowhere")] } else { vec![id, (name, "/nowhere")] };
            let error = find(&set).err().unwrap().to_string();
            assert!(error.contains(name) && error.contains("/nowhere"), "{error}");
        }
    }
}
