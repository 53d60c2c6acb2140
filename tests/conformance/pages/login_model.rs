//! What OpenID Connect Core 3.1.2.3 and 3.1.2.4 allow of a sign-in, as a model: who has to do what next, and
//! what follows from each step. `login_states` compares the provider with it.

use std::collections::HashSet;

use credenza_tests::{Page, Step};

/// The response, or the one that the model expects.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Seen {
    Page(Step),
    Wrong,
    Gone,
    Finished,
    Forged,
    Denied,
    Code,
}

impl Seen {
    pub(crate) fn of(page: &Page) -> Self {
        match page.response.status.as_u16() {
            200 => Self::Page(page.step()),
            422 => Self::Wrong,
            400 => Self::Gone,
            409 => Self::Finished,
            403 => Self::Forged,
            303 if page.answer().contains_key("code") => Self::Code,
            303 if page.answer()["error"] == "access_denied" => Self::Denied,
            status => panic!("{status} {}", page.text()),
        }
    }
}

/// A session in the model: whose it is, and a number for its `sid`.
pub(crate) type Session = Option<(usize, usize)>;

/// A pending request in the model.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) handle: String,
    pub(crate) browser: usize,
    pub(crate) prompt: &'static str,
    pub(crate) begun: i64,
    /// The CSRF token of each page, which a browser may have kept from an earlier step.
    pub(crate) csrf: [String; 3],
    pub(crate) signed_in: Option<usize>,
    pub(crate) selected: Option<usize>,
    pub(crate) consented: Option<usize>,
    pub(crate) finished: bool,
}

/// The recorded consent of both people, and the sessions of both browsers.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) sessions: [Session; 2],
    pub(crate) sids: usize,
    pub(crate) remembered: HashSet<usize>,
}

impl Model {
    /// What the person in that browser has to do next.
    pub(crate) fn next(&self, flow: &Flow) -> Seen {
        let Some((person, sid)) = self.sessions[flow.browser] else { return Seen::Page(Step::Login) };
        let done = |step: Option<usize>| step == Some(sid);
        if flow.prompt.contains("login") && !done(flow.signed_in) {
            Seen::Page(Step::Login)
        } else if flow.prompt.contains("select_account") && !done(flow.selected) && !done(flow.signed_in) {
            Seen::Page(Step::SelectAccount)
        } else if (flow.prompt.contains("consent") || !self.remembered.contains(&person))
            && !done(flow.consented)
        {
            Seen::Page(Step::Consent)
        } else {
            Seen::Code
        }
    }

    /// Continues the request, and ends it when nothing is left to do.
    pub(crate) fn proceed(&self, flow: &mut Flow) -> Seen {
        let next = self.next(flow);
        flow.finished = next == Seen::Code;
        next
    }

    pub(crate) fn sign_in(&mut self, flow: &mut Flow, person: usize) -> Seen {
        let session = &mut self.sessions[flow.browser];
        let sid = match *session {
            // The same person again: the same session.
            Some((before, sid)) if before == person => sid,
            _ => {
                self.sids += 1;
                self.sids
            }
        };
        *session = Some((person, sid));
        flow.signed_in = Some(sid);
        self.proceed(flow)
    }

    /// Who is not signed in and has done nothing yet may change their mind afterwards.
    pub(crate) fn deny(&self, flow: &mut Flow) -> Seen {
        let has_done_something = flow.signed_in.or(flow.selected).or(flow.consented).is_some();
        flow.finished = has_done_something || self.sessions[flow.browser].is_some();
        Seen::Denied
    }

    /// A decision counts in the session to which its page was shown.
    pub(crate) fn decide(&mut self, flow: &mut Flow, page: Step, decision: &str, is_own: bool) -> Seen {
        match (page, decision, self.sessions[flow.browser]) {
            (Step::SelectAccount, "continue", Some((_, sid))) if is_own => flow.selected = Some(sid),
            (Step::SelectAccount, "other", _) => return Seen::Page(Step::Login),
            (Step::Consent, "allow", Some((person, sid))) if is_own => {
                flow.consented = Some(sid);
                self.remembered.insert(person);
            }
            (Step::Consent, "deny", _) => return self.deny(flow),
            _ => {}
        }
        self.proceed(flow)
    }
}
