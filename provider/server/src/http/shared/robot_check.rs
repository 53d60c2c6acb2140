//! The part of a form with which somebody shows that they are no robot.

use credenza_protocol::params::Params;
use credenza_protocol::secret::Secret;

use crate::accounts::work;
use crate::context::Context;
use crate::failure::Failure;
use crate::flow::interaction::Pending;
use crate::flow::outcome::Browser;
use crate::flow::robot_check::{self, Answer, Question, Verdict};
use crate::pages::{RobotCheck, RobotCheckBy, Scripts};

/// The field with what the page carried.
const TICKET: &str = "check";

/// What a page asks, and what it carries.
pub(crate) struct Asked<'a> {
    question: Question<'a>,
    ticket: Secret,
}

/// What the page with this form asks, if it asks anything. Whoever has waited with an `earlier` ticket keeps it.
pub(crate) fn asked<'a>(
    context: &'a Context,
    pending: &Pending,
    form: &str,
    earlier: &str,
) -> Result<Option<Asked<'a>>, Failure> {
    let Some(question) = robot_check::question(context) else { return Ok(None) };
    let ticket = robot_check::ticket(context, pending, form, earlier)?;
    Ok(Some(Asked { question, ticket }))
}

/// Whether whoever sent this form has shown it. If not, the ticket with which the page is shown again: where it is still good,
/// their wait goes on.
pub(crate) async fn passed<'a>(
    context: &Context,
    pending: &Pending,
    (kind, form): (&str, &'a Params),
    browser: &Browser,
) -> Result<Result<(), &'a str>, Failure> {
    let field = match robot_check::question(context) {
        Some(Question::Captcha(captcha)) => captcha.provider.field(),
        _ => "",
    };
    let ticket = form.get(TICKET).unwrap_or_default();
    let answer = Answer {
        ticket,
        work: form.get("work").unwrap_or_default(),
        captcha: form.get(field).unwrap_or_default(),
    };
    Ok(match robot_check::judge(context, pending, kind, (answer, browser)).await? {
        Verdict::Passed => Ok(()),
        Verdict::NotYet => Err(ticket),
        Verdict::Spent => Err(""),
    })
}

/// The part of the page.
pub(crate) fn part<'a>(asked: Option<&'a Asked<'a>>) -> Option<RobotCheck<'a>> {
    let Asked { question, ticket } = asked?;
    let by = match question {
        Question::Work => RobotCheckBy::Work { bits: work::BITS },
        Question::Captcha(captcha) => RobotCheckBy::Captcha {
            class: captcha.provider.class(),
            site_key: &captcha.site_key,
            script: captcha.provider.script(),
            sources: captcha.provider.sources(),
        },
    };
    Some(RobotCheck { ticket: ticket.reveal(), by, wait: robot_check::WAIT.0.unsigned_abs() })
}

/// The scripts of a page with that part, which has others of the provider's `own` or not.
pub(crate) fn scripts(part: Option<RobotCheck<'_>>, own: bool) -> Scripts {
    match part.map(|part| part.by) {
        None => own.into(),
        Some(RobotCheckBy::Work { .. }) => Scripts::Own,
        Some(RobotCheckBy::Captcha { sources, .. }) => Scripts::OwnAndCaptcha(sources),
    }
}
