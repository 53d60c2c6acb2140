//! `/account/profile`: a person edits what is known about them.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::attribute::{self, AttributeDefinition, AttributeType, AttributeValue};
use credenza_protocol::own_profile;
use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use http::StatusCode;
use serde_json::{Map, Value};

use super::account::{self, is_said, signed_in};
use super::not_found;
use crate::context::Context;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AccountPlace, Lang, Profile, ProfileError, ProfileField, ProfileName, ProfileValue};
use crate::people::profile::{self as flow, Edited};

/// The path of the page, and the kind of its form.
const PAGE: &str = "account/profile";
/// What the page says once.
const SAVED: &str = "profile saved";

/// The page.
pub(crate) async fn show(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    if !flow::is_open(&context) {
        return not_found::page(&context, lang);
    }
    match signed_in(&context, &headers).await {
        Ok((handle, own)) => {
            let is_saved = is_said(&context, PAGE, SAVED, query, &handle);
            shown(&context, lang, (&handle, &own.user), (None, is_saved))
        }
        Err(response) => response,
    }
}

/// Its form.
pub(crate) async fn submit(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let lang = headers.lang(None);
    if !flow::is_open(&context) {
        return not_found::page(&context, lang);
    }
    let (handle, own) = match signed_in(&context, &headers).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let is_own = csrf::is_right(&context, PAGE, "", &handle, form.get("csrf"));
    if form.repeated().is_some() || !is_own {
        return lost::forged(&context, lang, &format!("/{PAGE}"));
    }
    let expected = form.get("version").and_then(|version| version.parse().ok()).map(Version::new);
    let changes = (claims(&context, &form), attributes(&context, &own.user, &form));
    let wrong = match flow::edit(&context, &own.user, expected.unwrap_or(Version::new(0)), changes).await {
        Ok(Edited::Done(_)) => {
            let said = csrf::token(&context, PAGE, SAVED, &handle);
            return reply::see_other(&format!("{}/{PAGE}?saved={said}", context.realm.base));
        }
        Ok(Edited::Overtaken) => None,
        Ok(Edited::Invalid(invalid)) => Some(invalid.name),
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    let Some(wrong) = wrong else {
        return shown(&context, lang, (&handle, &own.user), (Some(ProfileError::Overtaken), false));
    };
    let inputs = [claim_input(&wrong), attribute_input(&wrong)];
    let input = inputs.iter().find(|input| form.get(input).is_some()).map_or("", String::as_str);
    let error = Some(ProfileError::Invalid(input));
    rendered(&context, lang, (&handle, &own.user), (fields(&context, &own.user, Some(&form)), error, false))
}

/// What was typed for the claims; an empty field removes one.
fn claims(context: &Context, form: &Params) -> Map<String, Value> {
    let typed = |claim: &str| {
        let text = typed_in(form, &claim_input(claim))?;
        Some((claim.to_owned(), if text.is_empty() { Value::Null } else { text.into() }))
    };
    own_profile::claims(&context.realm.tenant.settings).filter_map(typed).collect()
}

/// What was typed for the attributes. A choice that is not made says no, unless nothing was said before either.
fn attributes(context: &Context, user: &User, form: &Params) -> Map<String, Value> {
    let typed = |definition: &AttributeDefinition| {
        let (name, input) = (&definition.name, attribute_input(&definition.name));
        let text = typed_in(form, &input);
        let value = match (definition.value_type, text) {
            (AttributeType::Boolean, Some(_)) => Value::Bool(true),
            (AttributeType::Boolean, None) if user.attributes.contains_key(name) => Value::Bool(false),
            (_, None) => return None,
            (_, Some("")) => Value::Null,
            (AttributeType::String, Some(text)) => text.into(),
            // What is no number has another type, and is refused.
            (AttributeType::Integer, Some(text)) => {
                text.parse::<i64>().map_or_else(|_| text.into(), Value::from)
            }
            (AttributeType::Strings, Some(text)) => {
                text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
            }
        };
        Some((name.clone(), value))
    };
    own_profile::attributes(&context.realm.tenant.settings).filter_map(typed).collect()
}

/// What was typed into a field of the page. One that is left empty is sent, unlike one that the page did not have.
fn typed_in<'a>(form: &'a Params, input: &str) -> Option<&'a str> {
    form.pairs().find(|(name, _)| *name == input).map(|(_, value)| value.trim())
}

fn claim_input(claim: &str) -> String {
    format!("claim-{claim}")
}

fn attribute_input(name: &str) -> String {
    format!("attribute-{name}")
}

/// The fields, as they are stored or as they were typed.
fn fields<'a>(context: &'a Context, user: &User, typed: Option<&Params>) -> Vec<ProfileField<'a>> {
    let settings = &context.realm.tenant.settings;
    let stored = user.standard_claims();
    let claims = own_profile::claims(settings).map(|claim| {
        let input = claim_input(claim);
        let stored = stored.get(claim).and_then(Value::as_str);
        let value = typed.and_then(|form| typed_in(form, &input)).or(stored).unwrap_or_default().to_owned();
        ProfileField { input, name: ProfileName::Claim(claim), value: ProfileValue::Text(value) }
    });
    let attributes = own_profile::attributes(settings).map(|definition| {
        let input = attribute_input(&definition.name);
        let typed = typed.map(|form| form.get(&input));
        let value = attribute_value(definition, user, typed);
        let said = if definition.description.is_empty() { &definition.name } else { &definition.description };
        ProfileField { input, name: ProfileName::Attribute(said), value }
    });
    claims.chain(attributes).collect()
}

fn attribute_value(
    definition: &AttributeDefinition,
    user: &User,
    typed: Option<Option<&str>>,
) -> ProfileValue {
    let stored = attribute::value(definition, &user.attributes);
    let text = |stored: String| match typed {
        Some(typed) => typed.unwrap_or_default().to_owned(),
        None => stored,
    };
    match definition.value_type {
        AttributeType::Boolean => ProfileValue::Choice(match typed {
            Some(typed) => typed.is_some(),
            None => stored == Some(&AttributeValue::Boolean(true)),
        }),
        AttributeType::Integer => ProfileValue::Number(text(match stored {
            Some(AttributeValue::Integer(number)) => number.to_string(),
            _ => String::new(),
        })),
        AttributeType::String => ProfileValue::Text(text(match stored {
            Some(AttributeValue::String(text)) => text.clone(),
            _ => String::new(),
        })),
        AttributeType::Strings => ProfileValue::Lines(text(match stored {
            Some(AttributeValue::Strings(texts)) => texts.join("\n"),
            _ => String::new(),
        })),
    }
}

fn shown(
    context: &Context,
    lang: Lang,
    (handle, user): (&Secret, &User),
    (error, is_saved): (Option<ProfileError<'_>>, bool),
) -> Response {
    rendered(context, lang, (handle, user), (fields(context, user, None), error, is_saved))
}

fn rendered(
    context: &Context,
    lang: Lang,
    (handle, user): (&Secret, &User),
    (fields, error, is_saved): (Vec<ProfileField<'_>>, Option<ProfileError<'_>>, bool),
) -> Response {
    let page = Profile {
        frame: page::frame(context, lang),
        nav: account::nav(context, lang, Some(AccountPlace::Profile)),
        action: &format!("{}/{PAGE}", context.realm.base),
        csrf: &csrf::token(context, PAGE, "", handle),
        version: user.version.number(),
        fields,
        is_saved,
        error,
    };
    let status = match error {
        None => StatusCode::OK,
        Some(ProfileError::Overtaken) => StatusCode::CONFLICT,
        Some(ProfileError::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page::html(status, &page, Forms::Here)
}
