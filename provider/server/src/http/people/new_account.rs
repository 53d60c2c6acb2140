//! What the two pages of a new account share: that of somebody who signs up, and that of somebody who was invited.

use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::params::Params;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::flow::sign_up::{Answers, Flaw};
use crate::http::shared::profile_fields::Asked;
use crate::pages::{CompleteError, Lang, ProfileFields};

/// What was sent and was wrong.
pub(super) struct Before<'a> {
    /// All of it.
    pub(super) form: &'a Params,
    /// What was wrong.
    pub(super) error: CompleteError,
    /// The input that it was in, of those that are asked for besides name and password.
    pub(super) input: Option<String>,
}

impl<'a> Before<'a> {
    /// That flaw of a form.
    pub(super) fn of(context: &Context, form: &'a Params, flaw: Flaw) -> Self {
        let (error, input) = match flaw {
            Flaw::Password(unfit) => (CompleteError::Password(unfit), None),
            Flaw::UsernameInvalid => (CompleteError::UsernameInvalid, None),
            Flaw::UsernameTaken => (CompleteError::UsernameTaken, None),
            Flaw::Answer(name) => {
                let asked = Asked::at_sign_up(&context.realm.tenant.settings);
                (CompleteError::Field, asked.input_of(&name))
            }
            Flaw::Terms => (CompleteError::Terms, None),
        };
        Self { form, error, input }
    }

    /// The username that was typed.
    pub(super) fn username(&self) -> &'a str {
        self.form.get("username").unwrap_or_default()
    }
}

/// What the person answers.
pub(super) fn answers<'a>(context: &Context, form: &'a Params) -> Answers<'a> {
    let asked = Asked::at_sign_up(&context.realm.tenant.settings);
    let (claims, attributes) = asked.typed(form, &Attributes::new());
    Answers { claims, attributes, terms: form.get("terms").unwrap_or_default() }
}

/// The fields, filled with what was typed, or with what an operator has said of the person.
pub(super) fn fields<'a>(
    context: &'a Context,
    lang: Lang,
    known: &StandardClaims,
    before: Option<&'a Before<'_>>,
) -> ProfileFields<'a> {
    let known = match serde_json::to_value(known) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    let asked = Asked::at_sign_up(&context.realm.tenant.settings);
    ProfileFields {
        lang,
        shown: asked.fields((&known, &Attributes::new()), before.map(|before| before.form)),
        marks_optional: true,
        wrong: before.and_then(|before| before.input.as_deref()),
        error_id: "complete-error",
    }
}
