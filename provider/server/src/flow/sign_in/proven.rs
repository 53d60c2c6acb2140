//! What a person has proven.

use credenza_protocol::authentication::{self, Started, Step};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_validator::base64url;

/// Who signs in, since when and by which methods. Only the methods of [`super`] can make one.
#[derive(Debug)]
#[must_use]
pub struct Proven {
    user: User,
    at: Time,
    amr: Vec<String>,
    acr: Option<&'static str>,
    password: Option<String>,
}

/// By what a stored password is recognized, without the hash itself.
pub(super) fn recognized_by(hash: &str) -> String {
    base64url::encode(SecretHash::of(hash.as_bytes()).as_bytes())
}

impl Proven {
    /// This person has just taken this step.
    pub(super) fn by(step: &Step, user: User, at: Time) -> Self {
        let amr: Vec<_> = step.amr.iter().map(|method| (*method).to_owned()).collect();
        Self { acr: authentication::acr(&amr), user, at, amr, password: None }
    }

    /// With a password that is stored as that hash.
    pub(super) fn knowing(self, hash: &str) -> Self {
        Self { password: Some(recognized_by(hash)), ..self }
    }

    /// By what the password is recognized that they typed, if they did.
    pub(super) fn password(&self) -> Option<String> {
        self.password.clone()
    }

    /// With the methods of all steps of the sign-in that this one ends. Those of another person's do not count.
    pub(super) fn with_all_methods_of(self, started: &Started) -> Self {
        if *started.user_id() != self.user.user_id {
            return self;
        }
        let amr = started.amr().to_vec();
        Self { acr: authentication::acr(&amr), amr, ..self }
    }

    /// Who.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// When (`auth_time`).
    #[must_use]
    pub const fn at(&self) -> Time {
        self.at
    }

    /// How (`amr`, RFC 8176).
    #[must_use]
    pub fn amr(&self) -> &[String] {
        &self.amr
    }

    /// The authentication context class that this reaches (`acr`).
    #[must_use]
    pub const fn acr(&self) -> Option<&'static str> {
        self.acr
    }

    pub(super) fn into_user(self) -> User {
        self.user
    }
}
