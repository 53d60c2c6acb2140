//! `/signup/invited`: somebody accepts an invitation.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::invitation::Invitation;
use credenza_protocol::params::Params;
use http::StatusCode;

use super::new_account::{self, Before};
use super::{login, sign_up, terms};
use crate::context::Context;
use crate::flow::interaction::Pending;
use crate::flow::outcome::{Browser, Outcome};
use crate::flow::sign_up::invited::{self as flow, Acceptance, Accepted};
use crate::http::shared::browser::{BrowserHeaders, set_binding};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, way_on};
use crate::pages::{CompleteSignUp, Lang, Proof};

/// The page, and the kind of its form.
const PAGE: &str = "signup/invited";

/// The page of the link. To open it spends nothing: scanners of mail open links too.
pub(crate) async fn choose(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let token = params.get("token").filter(|_| params.repeated().is_none()).unwrap_or_default();
    match flow::look(&context, token).await {
        Ok(Some(invitation)) => {
            choosing(&context, lang, (&invitation, token), (&headers.browser(&context), None)).await
        }
        Ok(None) => dead(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form. Who has the token may use it, in whichever browser; but only the one that was shown the page is signed in.
pub(crate) async fn chosen(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (lang, browser) = (headers.lang(None), headers.browser(&context));
    let token = form.get("token").filter(|_| form.repeated().is_none()).unwrap_or_default();
    let username = form.get("username").unwrap_or_default().trim();
    let password = form.get("password").unwrap_or_default().to_owned();
    let answers = new_account::answers(&context, &form);
    let acceptance = Acceptance { token, username, password, answers, user_agent: headers.user_agent() };
    let pending = shown_here(&context, &form, &browser).await;
    match flow::accept(&context, acceptance, pending, &browser).await {
        Ok(Accepted::SignedIn(taken)) => login::taken(&context, lang, taken),
        Ok(Accepted::Ready) => sign_up::ready(&context, lang, false),
        Ok(Accepted::AddressTaken) => sign_up::address_taken(&context, lang),
        Ok(Accepted::Dead) => dead(&context, lang),
        Ok(Accepted::Flawed(invitation, flaw)) => {
            let before = Before::of(&context, &form, flaw);
            choosing(&context, lang, (&invitation, token), (&browser, Some(&before))).await
        }
        Err(halt) => lost::halted(&context, lang, halt),
    }
}

/// The interaction that the form is bound to, if this is the browser that was shown it.
async fn shown_here(context: &Context, form: &Params, browser: &Browser) -> Option<Pending> {
    let handle = form.get("request")?;
    let pending = Pending::find(context, handle, browser.binding.as_ref()).await.ok()?;
    csrf::is_right(context, PAGE, handle, &pending.binding, form.get("csrf")).then_some(pending)
}

async fn choosing(
    context: &Context,
    lang: Lang,
    (invitation, token): (&Invitation, &str),
    (browser, before): (&Browser, Option<&Before<'_>>),
) -> Response {
    let pending = match flow::begin(context, browser).await {
        Ok(pending) => pending,
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let onward = match flow::onward(context, invitation).await {
        Ok(onward) => onward,
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let proposed = invitation.gives.username.as_deref().unwrap_or_default();
    let username = before.map_or(proposed, Before::username);
    let handle = pending.handle.reveal();
    let page = CompleteSignUp {
        frame: page::frame(context, lang),
        action: &format!("{}/{PAGE}", context.realm.base),
        token,
        bound: Some((handle, &csrf::token(context, PAGE, handle, &pending.binding))),
        proof: Proof::Invitation,
        email: &invitation.email,
        username: flow::asks_for_username(context, invitation).then_some(username),
        least: context.realm.tenant.settings.password_least_length.into(),
        fields: new_account::fields(context, lang, &invitation.gives.claims, before),
        terms: terms::of_new_account(context),
        error: before.map(|before| before.error),
    };
    let status = if before.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let forms = onward.as_deref().map_or(Forms::Here, Forms::Onward);
    let mut response = page::html(status, &page, forms);
    if let Outcome::Step { binding: Some(binding), .. } = pending.step(PAGE) {
        set_binding(context, response.headers_mut(), &binding);
    }
    response
}

/// The link was used, has ended, was replaced by a newer one or taken back, or never was one.
fn dead(context: &Context, lang: Lang) -> Response {
    let said = (lang.texts().sign_up.invitation_is_dead, "the link of an invitation is not good");
    page::ended(context, lang, StatusCode::BAD_REQUEST, said, way_on::home(context))
}
