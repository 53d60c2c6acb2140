//! What somebody chooses who makes an account: a password, and a username where people have one. It is checked here, whether
//! they come by themselves or were invited.

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::email::EmailAddress;
use credenza_protocol::own_profile::InvalidProfile;
use credenza_protocol::sign_up_fields;
use credenza_protocol::terms::TermsAcceptance;
use credenza_protocol::user::User;
use serde_json::{Map, Value};

use crate::accounts::new_password::{NewPasswordPolicy, Owner, Unfit};
use crate::accounts::password::Refused;
use crate::admin::users::NewUser;
use crate::admin::{Administration, users};
use crate::context::Context;
use crate::failure::Failure;

/// What the person chose.
pub(super) struct Choice<'a> {
    /// The address, which they have proven.
    pub(super) address: &'a str,
    /// The username; without one it is the address.
    pub(super) username: Option<&'a str>,
    /// The password.
    pub(super) password: String,
    /// What is known of them besides.
    pub(super) claims: StandardClaims,
    /// What they were asked for, and answered.
    pub(super) answers: Answers<'a>,
}

/// What somebody answers who makes an account, besides a name and a password.
#[derive(Clone, Debug, Default)]
pub struct Answers<'a> {
    /// The claims; `null` for none.
    pub claims: Map<String, Value>,
    /// The attributes; `null` for none.
    pub attributes: Map<String, Value>,
    /// The version of the terms that they accept.
    pub terms: &'a str,
}

/// What is wrong with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Flaw {
    /// The password will not do.
    Password(Unfit),
    /// It cannot be a username.
    UsernameInvalid,
    /// Somebody has the username, or one that looks like it.
    UsernameTaken,
    /// That claim or attribute must be given, or cannot be stored.
    Answer(String),
    /// The terms are not accepted, or are others by now.
    Terms,
}

impl Choice<'_> {
    /// The user to be made, and the hash of their password.
    ///
    /// # Errors
    /// [`Failure::Busy`] when no password can be hashed now.
    pub(super) async fn check(self, context: &Context) -> Result<Result<(User, String), Flaw>, Failure> {
        let Self { address, username, password, claims, answers } = self;
        let settings = &context.realm.tenant.settings;
        let due = settings.terms_version.as_deref();
        let terms = match due {
            Some(version) if version != answers.terms => return Ok(Err(Flaw::Terms)),
            due => {
                due.map(|version| TermsAcceptance { version: version.to_owned(), accepted_at: context.now })
            }
        };
        let answered = sign_up_fields::answered(settings, &claims, (answers.claims, answers.attributes));
        let (claims, attributes) = match answered {
            Ok(answered) => answered,
            Err(InvalidProfile { name, .. }) => return Ok(Err(Flaw::Answer(name))),
        };
        let is_own = username.is_none_or(|username| !names_another(username, address));
        let username = username.unwrap_or(address);
        let user = User { terms, ..user(context, (username, address), (claims, attributes)) };
        if !is_own || !users::check(Some(username), &user.claims, None).is_empty() {
            return Ok(Err(Flaw::UsernameInvalid));
        }
        let owner = Owner { username, email: Some(address), brand: &settings.display_name };
        let policy = NewPasswordPolicy::of(settings);
        match context.state.passwords.hash_new(password, policy, owner).await {
            Ok(Ok(hash)) => Ok(Ok((user, hash))),
            Ok(Err(unfit)) => Ok(Err(Flaw::Password(unfit))),
            Err(Refused::TooLong) => Ok(Err(Flaw::Password(Unfit::Long))),
            Err(Refused::Busy) => Err(Failure::Busy),
        }
    }
}

/// An address as a username would be taken for its owner, unless it is the person's own.
fn names_another(username: &str, address: &str) -> bool {
    let key = |text: &str| EmailAddress::parse(text).ok().and_then(|address| address.key());
    username.contains('@') && key(username) != key(address)
}

/// The record of the new user.
fn user(
    context: &Context,
    (username, address): (&str, &str),
    (claims, attributes): (StandardClaims, Attributes),
) -> User {
    let admin = Administration::of_server(&context.state, context.now);
    let claims = StandardClaims { email: Some(address.to_owned()), email_verified: Some(true), ..claims };
    users::record_of(
        &admin,
        NewUser {
            user_id: None,
            username: username.to_owned(),
            claims,
            attributes,
            password: None,
            password_change_required: false,
        },
    )
}
