//! What became of a command, as a sentence.

use super::Failure;
use crate::admin::{Outcome, Refusal};

/// What a command is about, in its messages.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// Such as `client`.
    noun: &'static str,
    /// The name or id that was given.
    name: &'a str,
    /// ` in this tenant`, except where it is a tenant.
    place: &'static str,
}

impl<'a> Subject<'a> {
    pub(super) const fn tenant(name: &'a str) -> Self {
        Self { noun: "tenant", name, place: "" }
    }

    pub(super) const fn client(name: &'a str) -> Self {
        Self { noun: "client", name, place: " in this tenant" }
    }

    pub(super) const fn user(name: &'a str) -> Self {
        Self { noun: "user", name, place: " in this tenant" }
    }

    pub(super) const fn group(name: &'a str) -> Self {
        Self { noun: "group", name, place: " in this tenant" }
    }

    pub(super) const fn role(name: &'a str) -> Self {
        Self { noun: "role", name, place: " in this tenant" }
    }

    pub(super) const fn key(name: &'a str) -> Self {
        Self { noun: "key", name, place: " in this tenant" }
    }

    pub(super) const fn resource(name: &'a str) -> Self {
        Self { noun: "resource", name, place: " in this tenant" }
    }

    pub(super) const fn resource_secret(name: &'a str) -> Self {
        Self { noun: "resource secret", name, place: " in this tenant" }
    }

    pub(super) const fn registration_token(name: &'a str) -> Self {
        Self { noun: "registration token", name, place: " in this tenant" }
    }

    pub(super) const fn invitation(name: &'a str) -> Self {
        Self { noun: "invitation", name, place: " in this tenant" }
    }

    pub(super) const fn webhook(name: &'a str) -> Self {
        Self { noun: "webhook", name, place: " in this tenant" }
    }

    /// It is not there.
    pub(super) fn absent(self) -> Failure {
        let Self { noun, name, place } = self;
        let command = noun.replace(' ', "-");
        Failure::new(format!(
            "there is no {noun} {name:?}{place}: `credenza {command} list` shows those that there are"
        ))
    }

    /// What the outcome holds, or why there is nothing.
    pub(super) fn accept<T>(self, outcome: Outcome<T>) -> Result<T, Failure> {
        let Self { noun, name, place } = self;
        match outcome {
            Outcome::Done(record) => Ok(record),
            Outcome::Absent => Err(self.absent()),
            Outcome::Taken => Err(Failure::new(format!(
                "there is already a {noun} {name:?}{place}: choose another, or change that one by `credenza {noun} update`"
            ))),
            Outcome::Stale => Err(Failure::new(format!(
                "the {noun} {name:?} was changed at the same time by somebody else: run the command again"
            ))),
            Outcome::Invalid(fields) => {
                let fields: Vec<_> = fields.iter().map(ToString::to_string).collect();
                Err(Failure::new(fields.join("; ")))
            }
            Outcome::Refused(refusal) => Err(Failure::new(format!("{refusal}{}", hint(refusal)))),
        }
    }
}

/// What an operator can do about it.
const fn hint(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::DefaultTenant
        | Refusal::BeyondAuthority
        | Refusal::TooManyDevices
        | Refusal::TooManyAddresses
        | Refusal::Administers
        | Refusal::NoAuthenticator
        | Refusal::UserDisabled
        | Refusal::NoVerifiedAddress
        | Refusal::NoMail
        | Refusal::MailWaits
        | Refusal::InvitationOver
        | Refusal::NotWaiting
        | Refusal::TooManyWebhooks
        | Refusal::TooManyWebhookSecrets
        | Refusal::LastWebhookSecret => "",
        Refusal::WebhooksOff => "; set it to true, here and where the server runs",
        Refusal::LastSigner(_) => ": create another key first (--active-in 0), or use --force",
        Refusal::NotApproved => " (`credenza user approve`)",
        Refusal::TooManySecrets => ": delete one first (`credenza client secret delete`)",
        Refusal::LastSecret => ": create another secret first, or use --force",
        Refusal::LastKey => ": add another key first, or disable the client",
        Refusal::TooManyResources => ": delete one first (`credenza resource delete`)",
        Refusal::NoKey => ": create one with `credenza key create`",
    }
}

#[cfg(test)]
mod tests {
    use credenza_validator::Algorithm;

    use super::*;

    #[test]
    fn each_outcome_is_a_sentence() {
        let client = Subject::client("abc");
        assert_eq!(client.accept(Outcome::Done(1)).unwrap(), 1);
        for (outcome, sentence) in [
            (
                Outcome::Absent,
                "there is no client \"abc\" in this tenant: `credenza client list` shows those that there are",
            ),
            (
                Outcome::Taken,
                "there is already a client \"abc\" in this tenant: choose another, or change that one by `credenza client update`",
            ),
            (
                Outcome::Stale,
                "the client \"abc\" was changed at the same time by somebody else: run the command again",
            ),
            (
                Outcome::Refused(Refusal::LastSigner(Algorithm::ES256)),
                "nothing would be left to sign with ES256: create another key first (--active-in 0), or use --force",
            ),
            (
                Outcome::Refused(Refusal::DefaultTenant),
                "the default tenant cannot be deleted; it can be disabled",
            ),
        ] {
            assert_eq!(client.accept::<()>(outcome).unwrap_err().to_string(), sentence);
        }
        assert_eq!(
            Subject::tenant("x").absent().to_string(),
            "there is no tenant \"x\": `credenza tenant list` shows those that there are"
        );
    }
}
