//! The table of the steps of a sign-in, and which of them a person must take.

use credenza_protocol::authentication::{Started, Step};
use credenza_protocol::authorize::acr;
use credenza_protocol::tenant::SecondFactor;
use credenza_protocol::terms;
use credenza_protocol::user::User;
use credenza_storage::StoreError;

use super::authenticators::trusted_browsers;
use super::interaction::{Pending, Purpose};
use super::outcome::Browser;
use crate::accounts::held::Held;
use crate::context::Context;

/// Name and password. A sign-in begins with it.
pub const PASSWORD: Step =
    Step { name: "password", amr: &["pwd"], page: "login", instead_of: &[], is_second: false };

/// A link or a code that was mailed, in place of the password. It is no factor of its own beside one (NIST SP 800-63B-4
/// 3.1.3.1).
pub const MAIL: Step =
    Step { name: "mail", amr: &["otp"], page: "login", instead_of: &[PASSWORD.name], is_second: false };

/// A second factor, whichever the person has. Nobody takes this step itself, but one in its place.
pub const SECOND_FACTOR: Step =
    Step { name: "second_factor", amr: &[], page: "login/second-factor", instead_of: &[], is_second: false };

/// The code of an application (RFC 6238).
pub const TOTP: Step = Step {
    name: "totp",
    amr: &["otp"],
    page: SECOND_FACTOR.page,
    instead_of: &[SECOND_FACTOR.name],
    is_second: true,
};

/// A recovery code, for whoever has lost the rest.
pub const RECOVERY_CODE: Step = Step {
    name: "recovery_code",
    amr: &["otp"],
    page: SECOND_FACTOR.page,
    instead_of: &[SECOND_FACTOR.name],
    is_second: true,
};

/// A passkey, whose authenticator has verified who holds it: two factors at once, in place of password and second factor.
pub const PASSKEY: Step = Step {
    name: "passkey",
    amr: &["pop", "user", "mfa"],
    page: "login",
    instead_of: &[PASSWORD.name, SECOND_FACTOR.name],
    is_second: true,
};

/// The same with a passkey that is kept on several devices, so that its key is not bound to hardware.
pub const SYNCED_PASSKEY: Step = Step { amr: &["pop", "swk", "user", "mfa"], ..PASSKEY };

/// A second factor is added by whoever has none where the tenant requires one, and proven with that.
pub const ADD_SECOND_FACTOR: Step = Step {
    name: "add_second_factor",
    amr: &["otp"],
    page: "login/add-second-factor",
    instead_of: &[SECOND_FACTOR.name],
    is_second: true,
};

/// The same with a passkey. Its making, without attestation, is signed by nothing: it proves no possession of the key yet.
pub const ADD_PASSKEY: Step = Step { amr: &["user"], ..ADD_SECOND_FACTOR };

/// The page on which somebody types the code of such a mail.
pub const MAIL_PAGE: &str = "login/mail";

/// The page to which such a link leads.
pub const LINK_PAGE: &str = "login/link";

/// The page on which somebody makes an account in place of the first step.
pub const SIGN_UP_PAGE: &str = "signup";

/// A new password, where the present one has to be changed. It proves nothing.
pub const NEW_PASSWORD: Step =
    Step { name: "new_password", amr: &[], page: "login/new-password", instead_of: &[], is_second: false };

/// An account that was to be deleted is kept.
pub const KEEP_ACCOUNT: Step =
    Step { name: "keep_account", amr: &[], page: "login/keep-account", instead_of: &[], is_second: false };

/// The terms of the tenant are accepted, where they are others than those that the person has accepted.
pub const ACCEPT_TERMS: Step =
    Step { name: "accept_terms", amr: &[], page: "login/terms", instead_of: &[], is_second: false };

/// Every step that can be next.
const ALL: [&Step; 7] =
    [&PASSWORD, &MAIL, &SECOND_FACTOR, &ADD_SECOND_FACTOR, &NEW_PASSWORD, &KEEP_ACCOUNT, &ACCEPT_TERMS];

/// The steps that the sign-in of this person takes, in order, when they take this one. Of those who are disabled nobody comes
/// here but whose account is to be deleted, because they asked for it: they keep it as soon as they have proven who they are.
///
/// # Errors
/// [`StoreError`].
pub async fn required(
    context: &Context,
    pending: &Pending,
    user: &User,
    (step, browser): (&Step, &Browser),
) -> Result<Vec<&'static Step>, StoreError> {
    let held = Held::of(context, &user.user_id).await?;
    let by_client = match &pending.purpose {
        Purpose::Authorize(authorization) => acr::asks_for_more_than_a_password(&authorization.request),
        Purpose::Account(_) => false,
    };
    let earlier = pending.sign_in.as_ref().filter(|started| *started.user_id() == user.user_id);
    let is_trusted = match trusted_browsers::found(context, &held, &user.user_id, browser.trusted.as_ref()) {
        Some(id) => {
            let (tenant, store) = (&context.realm.tenant.tenant_id, &context.state.store.authenticators);
            store.use_trusted_browser(tenant, &user.user_id, id, context.now).await?
        }
        None => false,
    };
    Ok(steps(&Situation {
        policy: context.realm.tenant.settings.second_factor,
        has_totp: held.totp,
        has_any: held.has_any(),
        by_client,
        is_trusted,
        by_passkey: step.name == PASSKEY.name || earlier.is_some_and(|started| started.has_taken(&PASSKEY)),
        is_disabled: user.disabled_at.is_some(),
        password_change_required: user.password_change_required,
        has_due_terms: terms::due(&context.realm.tenant.settings, user.terms.as_ref()).is_some(),
    }))
}

/// What the steps depend on.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and each is named where it is made"
)]
struct Situation {
    /// What the tenant says.
    policy: SecondFactor,
    /// Whether the person has an application that shows codes.
    has_totp: bool,
    /// Whether they have anything that can be a second factor.
    has_any: bool,
    /// Whether the client would take nothing less than two factors.
    by_client: bool,
    /// Whether they trust the browser.
    is_trusted: bool,
    /// Whether they sign in with a passkey.
    by_passkey: bool,
    /// Whether the account is to be deleted.
    is_disabled: bool,
    /// Whether the password has to be changed.
    password_change_required: bool,
    /// Whether there are terms that they have not accepted.
    has_due_terms: bool,
}

/// The steps in their order.
fn steps(of: &Situation) -> Vec<&'static Step> {
    let by_tenant = match of.policy {
        SecondFactor::Off => false,
        SecondFactor::Optional => of.has_totp,
        SecondFactor::Required => true,
    };
    // A trusted browser stands in for what the tenant asks for, and never for what a client does: it proves nothing. Whoever has no
    // factor has no such browser either.
    let is_asked = by_tenant && !(of.is_trusted && of.has_any) || of.by_client && of.has_any;
    // Whoever has signed in with a passkey need not know their password, and changes it when they use it.
    let changes_password = of.password_change_required && !of.by_passkey;
    let every = [
        (true, &PASSWORD),
        (is_asked && of.has_any, &SECOND_FACTOR),
        (of.is_disabled, &KEEP_ACCOUNT),
        (is_asked && !of.has_any, &ADD_SECOND_FACTOR),
        (changes_password, &NEW_PASSWORD),
        (of.has_due_terms, &ACCEPT_TERMS),
    ];
    every.into_iter().filter(|(is_required, _)| *is_required).map(|(_, step)| step).collect()
}

/// The page of the step that is next. A step that is unknown here was asked for by a newer server: then the sign-in
/// begins again.
#[must_use]
pub fn page(started: Option<&Started>) -> &'static str {
    let next = started.and_then(Started::next);
    let step = ALL.iter().find(|step| next.is_some_and(|next| next == step.name));
    step.map_or(PASSWORD.page, |step| step.page)
}

#[cfg(test)]
mod tests;
