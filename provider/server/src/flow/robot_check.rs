//! Somebody shows that they are no robot, before mail is sent for them or another password is tried.
//!
//! What a page asks is stored nowhere: it travels in the page, encrypted and bound to the form, and counts once. An answer is the
//! work of the browser, or what a CAPTCHA says. Whoever has no JavaScript, or cannot reach the CAPTCHA, waits for a while instead,
//! a few times an hour: nobody is locked out, and a robot gains little by waiting.

use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::tenant::RobotCheck;
use credenza_protocol::time::{Seconds, Time};
use credenza_storage::Take;
use serde::{Deserialize, Serialize};

use super::interaction::Pending;
use super::outcome::Browser;
use crate::accounts::work;
use crate::config::CaptchaConfig;
use crate::context::Context;
use crate::failure::Failure;

/// What a ticket is for, in the store of what was used.
const PURPOSE: &str = "robot check";
/// How long whoever has no JavaScript waits.
pub const WAIT: Seconds = Seconds(20);
/// How often one network address may wait in place of an answer, within [`WINDOW`].
const WAITS: u32 = 10;
/// How often one network address may answer, within [`WINDOW`].
const ANSWERS: u32 = 120;
/// Within this time.
const WINDOW: Seconds = Seconds(3600);
/// The longest answer of a CAPTCHA's server, in bytes.
const LONGEST: usize = 16 * 1024;

/// What a page asks.
#[derive(Clone, Copy)]
pub enum Question<'a> {
    /// The work of the browser.
    Work,
    /// The CAPTCHA of this service.
    Captcha(&'a CaptchaConfig),
}

/// What a form brings.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// What the page carried.
    pub ticket: &'a str,
    /// The number that the browser found.
    pub work: &'a str,
    /// What the CAPTCHA says.
    pub captcha: &'a str,
}

#[derive(Serialize, Deserialize)]
struct Carried {
    asked_at: Time,
    expires_at: Time,
}

/// What pages of this tenant ask, if they ask anything.
#[must_use]
pub fn question(context: &Context) -> Option<Question<'_>> {
    match (context.realm.tenant.settings.robot_check, &context.state.captcha) {
        (RobotCheck::Off, _) => None,
        (RobotCheck::Captcha, Some(captcha)) => Some(Question::Captcha(captcha)),
        (RobotCheck::ProofOfWork | RobotCheck::Captcha, _) => Some(Question::Work),
    }
}

/// What a page carries that has this form. Whoever has waited for a while with a ticket keeps it.
///
/// # Errors
/// [`Failure`].
pub fn ticket(context: &Context, pending: &Pending, form: &str, earlier: &str) -> Result<Secret, Failure> {
    const FAILED: Failure = Failure::Internal("a ticket cannot be encrypted");
    if opened(context, pending, form, earlier).is_some() {
        return Ok(Secret::presented(earlier));
    }
    let lasts = context.realm.tenant.settings.login_lifetime;
    let carried = Carried { asked_at: context.now, expires_at: context.now + lasts };
    let plain = serde_json::to_vec(&carried).map_err(|_| FAILED)?;
    let rng = context.state.rng.as_ref();
    let sealed = context.realm.handles.seal(rng, &bound_to(pending, form), &plain).ok_or(FAILED)?;
    Ok(sealed.handle)
}

/// What an answer comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// They are no robot, or nothing is asked.
    Passed,
    /// They have not shown it yet; the ticket is still good.
    NotYet,
    /// The ticket was used, or is none: another one is needed.
    Spent,
}

/// What that answer comes to. Each ticket passes once.
///
/// # Errors
/// [`Failure`], and then nothing may be done for them.
pub async fn judge(
    context: &Context,
    pending: &Pending,
    form: &str,
    (answer, browser): (Answer<'_>, &Browser),
) -> Result<Verdict, Failure> {
    let Some(question) = question(context) else { return Ok(Verdict::Passed) };
    let Some((carried, once)) = opened(context, pending, form, answer.ticket) else {
        return Ok(Verdict::Spent);
    };
    if !is_within(context, browser, ("answers", ANSWERS)).await? {
        return Ok(Verdict::NotYet);
    }
    let is_answered = match question {
        Question::Work => work::is_done(answer.ticket, answer.work),
        Question::Captcha(captcha) => is_person(context, captcha, answer.captcha).await,
    };
    let has_waited = context.now >= carried.asked_at + WAIT;
    let counts = is_answered || has_waited && is_within(context, browser, ("waits", WAITS)).await?;
    if !counts {
        return Ok(Verdict::NotYet);
    }
    let (tenant, replays) = (&context.realm.tenant.tenant_id, &context.state.store.replays);
    let Carried { asked_at, expires_at } = carried;
    let is_first = replays.claim(tenant, PURPOSE, once, asked_at, expires_at, context.now).await?;
    Ok(if is_first { Verdict::Passed } else { Verdict::Spent })
}

/// What the CAPTCHA's server says. Where it cannot be asked, nobody has answered.
async fn is_person(context: &Context, captcha: &CaptchaConfig, response: &str) -> bool {
    #[derive(Deserialize)]
    struct Verdict {
        success: bool,
        #[serde(default, rename = "error-codes")]
        errors: Vec<String>,
    }
    if response.is_empty() {
        return false;
    }
    let form = [("secret", captcha.secret.reveal()), ("response", response), ("sitekey", &captcha.site_key)];
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let fetched = match context.state.egress.ask_by_form(&captcha.verify_url, form, LONGEST).await {
        Ok(fetched) => fetched,
        Err(error) => {
            tracing::warn!(%error, "the CAPTCHA's server cannot be asked: people wait in place of an answer");
            return false;
        }
    };
    match serde_json::from_slice::<Verdict>(&fetched.body) {
        Ok(Verdict { success, errors }) => {
            // A wrong secret is the operator's to mend, and everybody waits until then.
            if errors.iter().any(|error| error.contains("secret")) {
                tracing::warn!(?errors, "the CAPTCHA's server refuses captcha.secret");
            }
            success
        }
        Err(_) => {
            tracing::warn!("the answer of the CAPTCHA's server cannot be read");
            false
        }
    }
}

/// Counts something of a network address.
async fn is_within(context: &Context, browser: &Browser, (what, most): (&str, u32)) -> Result<bool, Failure> {
    let address = browser.address.map(|address| address.to_string()).unwrap_or_default();
    let key = SecretHash::of(format!("{PURPOSE}\0{what}\0{address}").as_bytes());
    let (tenant, limits) = (&context.realm.tenant.tenant_id, &context.state.store.rate_limits);
    Ok(matches!(limits.take(tenant, key, most, WINDOW, context.now).await?, Take::Allowed))
}

/// What the page carried, and by what it is told that it was used.
fn opened(context: &Context, pending: &Pending, form: &str, ticket: &str) -> Option<(Carried, SecretHash)> {
    let opened = context.realm.handles.open(ticket, &bound_to(pending, form))?;
    let carried: Carried = serde_json::from_slice(&opened.plain).ok()?;
    (context.now < carried.expires_at).then_some((carried, opened.id))
}

fn bound_to(pending: &Pending, form: &str) -> Vec<u8> {
    let (handle, browser) = (pending.handle.hash(), pending.binding.hash());
    [PURPOSE.as_bytes(), b"\0", form.as_bytes(), b"\0", handle.as_bytes(), browser.as_bytes()].concat()
}
