//! `/signup`, `/signup/code` and `/signup/complete`: somebody makes an account.

use axum::extract::RawQuery;
use axum::response::Response;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::params::Params;
use credenza_protocol::sign_up::{SignUpIdentifier, SignUpPolicy};
use credenza_storage::SignUp as Standing;
use http::StatusCode;

use super::new_account::{self, Before};
use super::{login, not_found, terms};
use crate::context::Context;
use crate::flow::interaction::{Pending, Purpose};
use crate::flow::mailed::Asked;
use crate::flow::outcome::Browser;
use crate::flow::sign_in_steps::SIGN_UP_PAGE;
use crate::flow::sign_up::{self as flow, Completed, Form as Chosen, Typed, Unusable};
use crate::http::shared::browser::BrowserHeaders;
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::mailed::{self, Again, Code};
use crate::http::shared::page::{self, Forms};
use crate::http::shared::{csrf, lost, reply, robot_check, step, way_on};
use crate::pages::{
    AccountReady, Applicant, CodeError, CodeOf, CompleteSignUp, Destination, Lang, Proof, SignUp,
    SignUpError, WayOn,
};

/// The page of the code, and the kind of its form.
const CODE: &str = "signup/code";

/// The page on which somebody asks. Without an interaction it begins one, so that its form is bound to the browser.
pub(crate) async fn ask(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    if !flow::is_open(&context) {
        return closed(&context, headers.lang(None));
    }
    let params = Params::parse(query.clone().unwrap_or_default().as_bytes()).unwrap_or_default();
    if params.get("request").is_none() {
        let lang = headers.lang(None);
        return match flow::begin(&context, &headers.browser(&context)).await {
            Ok(outcome) => step::outcome(&context, lang, outcome),
            Err(failure) => page::failed(&context, lang, &failure),
        };
    }
    let (pending, lang) = match step::shown(&context, &headers, query).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let hint = match &pending.purpose {
        Purpose::Authorize(authorization) => authorization.request.login_hint.as_deref(),
        Purpose::Account(_) => None,
    };
    // A hint may be a name, which is no use here.
    let hint = hint.filter(|hint| hint.contains('@')).unwrap_or_default();
    asking(&context, lang, &pending, (hint, "", None))
}

/// Its form.
pub(crate) async fn asked(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    if !flow::is_open(&context) {
        return closed(&context, headers.lang(None));
    }
    let (pending, lang) = match step::submitted(&context, &headers, SIGN_UP_PAGE, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let (browser, typed) = (headers.browser(&context), form.get("email").unwrap_or_default().trim());
    match robot_check::passed(&context, &pending, (SIGN_UP_PAGE, &form), &browser).await {
        Ok(Ok(())) => {}
        Ok(Err(ticket)) => {
            return asking(&context, lang, &pending, (typed, ticket, Some(SignUpError::Robot)));
        }
        Err(failure) => return page::failed(&context, lang, &failure),
    }
    let error = match flow::ask(&context, &pending, typed, (&browser, lang)).await {
        Ok(Ok(Asked::Taken(ticket))) => {
            let (request, ticket) = (pending.handle.reveal(), ticket.reveal());
            let base = &context.realm.base;
            return reply::see_other(&format!("{base}/{CODE}?request={request}&ticket={ticket}"));
        }
        Ok(Ok(Asked::TooMany(wait))) => {
            SignUpError::Throttled(u64::try_from(wait.0).unwrap_or_default().max(1))
        }
        Ok(Err(Unusable::NotAnAddress)) => SignUpError::NotAnAddress,
        Ok(Err(Unusable::NotAdmitted(why))) => {
            tracing::info!(reason = %why, "an address may not sign up");
            SignUpError::NotAdmitted
        }
        Err(failure) => return page::failed(&context, lang, &failure),
    };
    asking(&context, lang, &pending, (typed, "", Some(error)))
}

/// The page that asks for the code of the mail.
pub(crate) async fn code(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.clone().unwrap_or_default().as_bytes()).unwrap_or_default();
    let (pending, lang) = match step::shown(&context, &headers, query).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let sealed = params.get("ticket").unwrap_or_default();
    match flow::opened(&context, &pending, sealed) {
        Some(ticket) => coding(&context, lang, &pending, (sealed, &ticket.typed), None),
        None => lost::forged(&context, lang, &own(&pending)),
    }
}

/// Its form. The right code leads where the link does.
pub(crate) async fn coded(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (pending, lang) = match step::submitted(&context, &headers, CODE, &form).await {
        Ok(submitted) => submitted,
        Err(response) => return response,
    };
    let sealed = form.get("ticket").unwrap_or_default();
    let Some(ticket) = flow::opened(&context, &pending, sealed) else {
        return lost::forged(&context, lang, &own(&pending));
    };
    match flow::enter(&context, &ticket, form.get("code").unwrap_or_default()).await {
        Ok(Typed::Right(secret)) => {
            let base = &context.realm.base;
            reply::see_other(&format!("{base}/signup/complete?token={}", secret.reveal()))
        }
        Ok(Typed::Wrong) => coding(&context, lang, &pending, (sealed, &ticket.typed), Some(CodeError::Wrong)),
        Ok(Typed::TooMany(_)) => {
            coding(&context, lang, &pending, (sealed, &ticket.typed), Some(CodeError::TooMany))
        }
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// The page of the link. To open it spends nothing: scanners of mail open links too.
pub(crate) async fn choose(
    Tenancy(context): Tenancy,
    headers: BrowserHeaders,
    RawQuery(query): RawQuery,
) -> Response {
    let lang = headers.lang(None);
    let token = &*mailed::token(query);
    match flow::look(&context, token).await {
        Ok(Some(standing)) => {
            choosing(&context, lang, token, (&standing, &headers.browser(&context)), None).await
        }
        Ok(None) => dead(&context, lang),
        Err(failure) => page::failed(&context, lang, &failure),
    }
}

/// Its form. Who has the token may use it, in whichever browser; nobody else can make this form.
pub(crate) async fn chosen(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let (lang, browser) = (headers.lang(None), headers.browser(&context));
    let token = form.get("token").filter(|_| form.repeated().is_none()).unwrap_or_default();
    let username = form.get("username").unwrap_or_default().trim();
    let password = form.get("password").unwrap_or_default().to_owned();
    let answers = new_account::answers(&context, &form);
    let chosen = Chosen { token, username, password, answers, user_agent: headers.user_agent() };
    let (standing, flaw) = match flow::complete(&context, chosen, &browser).await {
        Ok(Completed::SignedIn(taken)) => return login::taken(&context, lang, taken),
        Ok(Completed::Ready) => return ready(&context, lang, false),
        Ok(Completed::Waits) => return ready(&context, lang, true),
        Ok(Completed::AddressTaken) => return address_taken(&context, lang),
        Ok(Completed::Dead) => return dead(&context, lang),
        Ok(Completed::Flawed(standing, flaw)) => (standing, flaw),
        Err(halt) => return lost::halted(&context, lang, halt),
    };
    let before = Before::of(&context, &form, flaw);
    choosing(&context, lang, token, (&standing, &browser), Some(&before)).await
}

fn asking(
    context: &Context,
    lang: Lang,
    pending: &Pending,
    (email, ticket, error): (&str, &str, Option<SignUpError>),
) -> Response {
    let asked = match robot_check::asked(context, pending, SIGN_UP_PAGE, ticket) {
        Ok(asked) => asked,
        Err(failure) => return page::failed(context, lang, &failure),
    };
    let robot_check = robot_check::part(asked.as_ref());
    let applicant = match &pending.purpose {
        Purpose::Authorize(authorization) => step::applicant(context, authorization),
        Purpose::Account(_) => {
            Applicant { name: &context.realm.tenant.settings.display_name, ..Applicant::default() }
        }
    };
    let handle = pending.handle.reveal();
    let page = SignUp {
        frame: step::frame(context, lang, &pending.purpose),
        applicant,
        action: &format!("{}/{SIGN_UP_PAGE}", context.realm.base),
        request: handle,
        csrf: &csrf::token(context, SIGN_UP_PAGE, handle, &pending.binding),
        email,
        robot_check,
        error,
        way_back: &way_back(context, pending),
    };
    let again = match error {
        None => Again::Not,
        Some(SignUpError::Throttled(seconds)) => Again::TooMany(seconds),
        Some(_) => Again::Wrong,
    };
    mailed::asking(&page, again, robot_check::scripts(robot_check, false))
}

fn coding(
    context: &Context,
    lang: Lang,
    pending: &Pending,
    (ticket, typed): (&str, &str),
    error: Option<CodeError>,
) -> Response {
    let code = Code {
        of: CodeOf::SignUp,
        path: CODE,
        ticket,
        typed,
        error,
        again: &format!("{}{}", context.realm.base, own(pending)),
        way_back: &way_back(context, pending),
    };
    mailed::coding(context, lang, pending, (code, Forms::Here))
}

async fn choosing(
    context: &Context,
    lang: Lang,
    token: &str,
    (standing, browser): (&Standing, &Browser),
    before: Option<&Before<'_>>,
) -> Response {
    let settings = &context.realm.tenant.settings;
    let is_chosen = settings.sign_up_identifier == SignUpIdentifier::Username;
    let page = CompleteSignUp {
        frame: page::frame(context, lang),
        action: &format!("{}/signup/complete", context.realm.base),
        token,
        bound: None,
        proof: Proof::Mail,
        email: &standing.address,
        username: is_chosen.then_some(before.map_or("", Before::username)),
        least: settings.password_least_length.into(),
        fields: new_account::fields(context, lang, &StandardClaims::default(), before),
        terms: terms::of_new_account(context),
        error: before.map(|before| before.error),
    };
    let status = if before.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    // In the browser that asked, the form may lead on to the application.
    let pending = flow::began_here(context, (standing, token), browser).await;
    let forms = match pending.as_ref().map(|pending| &pending.purpose) {
        Some(Purpose::Authorize(authorization)) => Forms::Onward(&authorization.request.to.redirect_uri),
        Some(Purpose::Account(_)) | None => Forms::Here,
    };
    page::html(status, &page, forms)
}

pub(super) fn ready(context: &Context, lang: Lang, waits: bool) -> Response {
    let page = AccountReady { frame: page::frame(context, lang), waits, way_on: to_sign_in(context) };
    page::html(StatusCode::OK, &page, Forms::Here)
}

/// Whoever has the link has proven the address, and may know.
pub(super) fn address_taken(context: &Context, lang: Lang) -> Response {
    let said = (lang.texts().sign_up.address_taken, "another account has proven the address meanwhile");
    page::ended(context, lang, StatusCode::CONFLICT, said, to_sign_in(context))
}

/// Nobody makes an account by themselves here; where people are invited, the page says so.
fn closed(context: &Context, lang: Lang) -> Response {
    match context.realm.sign_up {
        SignUpPolicy::Invitation => {
            let said = (lang.texts().sign_up.by_invitation, "accounts are made by invitation");
            page::ended(context, lang, StatusCode::FORBIDDEN, said, to_sign_in(context))
        }
        SignUpPolicy::Closed | SignUpPolicy::Open => not_found::page(context, lang),
    }
}

/// The link was used, has expired, was replaced by a newer one, or never was one.
fn dead(context: &Context, lang: Lang) -> Response {
    let said = (lang.texts().sign_up.link_is_dead, "the link to a new account is not good");
    let way_on = match flow::is_open(context) {
        true => WayOn { uri: format!("{}/{SIGN_UP_PAGE}", context.realm.base), to: Destination::SignUp },
        false => way_on::home(context),
    };
    page::ended(context, lang, StatusCode::BAD_REQUEST, said, way_on)
}

fn to_sign_in(context: &Context) -> WayOn<'static> {
    WayOn { uri: format!("{}/account/login", context.realm.base), to: Destination::SignIn }
}

/// The page on which this person asks, by its path under the issuer.
fn own(pending: &Pending) -> String {
    format!("/{SIGN_UP_PAGE}?request={}", pending.handle.reveal())
}

fn way_back(context: &Context, pending: &Pending) -> String {
    format!("{}/login?request={}", context.realm.base, pending.handle.reveal())
}
