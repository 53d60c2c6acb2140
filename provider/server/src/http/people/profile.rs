//! `/account/profile`: a person edits what is known about them.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;
use credenza_protocol::user::User;
use credenza_protocol::version::Version;
use http::StatusCode;

use super::account::{self, is_said, signed_in};
use super::not_found;
use crate::context::Context;
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::profile_fields::Asked;
use crate::http::shared::{csrf, lost, reply};
use crate::pages::{AccountPlace, Lang, Profile, ProfileError, ProfileFields};
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
            shown(&context, lang, (&handle, &own.user), (None, (None, "", is_saved)))
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
    let asked = Asked::on_account(&context.realm.tenant.settings);
    let changes = asked.typed(&form, &own.user.attributes);
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
        let said = (Some(ProfileError::Overtaken), "", false);
        return shown(&context, lang, (&handle, &own.user), (None, said));
    };
    let input = asked.input_of(&wrong).unwrap_or_default();
    let said = (Some(ProfileError::Invalid), input.as_str(), false);
    shown(&context, lang, (&handle, &own.user), (Some(&form), said))
}

fn shown(
    context: &Context,
    lang: Lang,
    (handle, user): (&Secret, &User),
    (typed, (error, wrong, is_saved)): (Option<&Params>, (Option<ProfileError>, &str, bool)),
) -> Response {
    let asked = Asked::on_account(&context.realm.tenant.settings);
    let fields = ProfileFields {
        lang,
        shown: asked.fields((&user.standard_claims(), &user.attributes), typed),
        marks_optional: false,
        wrong: Some(wrong),
        error_id: "profile-error",
    };
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
        Some(ProfileError::Invalid) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page::html(status, &page, Forms::Here)
}
