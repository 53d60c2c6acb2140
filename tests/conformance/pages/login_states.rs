//! A118 (manual: attacks): the sign-in driven in every order of steps, by two people in two browsers, with pages that
//! are old, forged or another browser's, against a model of what OpenID Connect Core 3.1.2.3 and 3.1.2.4 allow. The
//! seed is fixed; `CREDENZA_PATHS` walks more paths.

use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_tests::{
    Browser, Page, Person, Provider, Random, RelyingParty, Request, Step, Tokens, claims_of, setup,
};

use super::login_model::{Flow, Model, Seen};

const STEPS: usize = 14;
const PAGES: [Step; 3] = [Step::Login, Step::SelectAccount, Step::Consent];
const PROMPTS: [&str; 7] = [
    "",
    "login",
    "consent",
    "select_account",
    "login consent",
    "select_account consent",
    "login select_account",
];

/// The provider, the model, and what the random walk may choose from.
struct World<'a> {
    op: &'a Provider,
    tenant: TenantId,
    people: &'a [Person; 2],
    rp: RelyingParty,
    /// A session that only displays pages.
    spy: String,
    browsers: [Browser; 2],
    flows: Vec<Flow>,
    model: Model,
    /// The ids of all sessions that ever existed.
    sids: Vec<String>,
    codes: usize,
    /// The steps so far, for the message of a failed assertion.
    trace: Vec<String>,
}

fn path(page: Step) -> &'static str {
    match page {
        Step::Consent => "consent",
        Step::SelectAccount => "select-account",
        Step::Login | Step::Done => "login",
    }
}

fn index(page: Step) -> usize {
    PAGES.iter().position(|known| *known == page).unwrap()
}

impl World<'_> {
    fn url(&self, page: Step) -> String {
        format!("{}/{}", self.op.issuer, path(page))
    }

    /// The id of the browser's session, or empty.
    async fn sid(&mut self, browser: usize) -> String {
        let Some(cookie) = self.browsers[browser].cookies.get("credenza-session") else {
            return String::new();
        };
        let (handle, now) = (Secret::presented(cookie).hash(), Time::from_seconds(self.op.now()));
        let sessions = &self.op.state.store.sessions;
        let found = sessions.find(&self.tenant, handle, Time::from_seconds(0), now).await.unwrap();
        let sid = found.map(|found| found.session.sid.to_string()).unwrap_or_default();
        if !self.sids.contains(&sid) {
            self.sids.push(sid.clone());
        }
        sid
    }

    /// Begins a request; a session and consent may already suffice.
    async fn begin(&mut self, random: &mut Random) {
        let browser = random.below(2);
        let prompt = *random.pick(&PROMPTS);
        let mut flow = Flow {
            handle: String::new(),
            browser,
            prompt,
            begun: self.op.now(),
            csrf: Default::default(),
            signed_in: None,
            selected: None,
            consented: None,
            finished: false,
        };
        // With max_age the ID token says when the person signed in.
        let request = self.rp.authorization().with("prompt", prompt).with("max_age", "100000");
        let page = request.open(self.op, &mut self.browsers[browser]).await;
        let expected = self.model.proceed(&mut flow);
        self.trace.push(format!("begin prompt={prompt} in browser {browser}: {expected:?}"));
        assert_eq!(Seen::of(&page), expected, "{:#?}", self.trace);
        if expected == Seen::Code {
            return self.redeem(&flow, &page).await;
        }
        flow.handle = page.hidden("request");
        let mut spy = Browser { cookies: self.browsers[browser].cookies.clone(), ..Browser::new() };
        spy.cookies.insert("credenza-session".to_owned(), self.spy.clone());
        for page in PAGES {
            let shown = spy.open(self.op, &format!("{}?request={}", self.url(page), flow.handle)).await;
            flow.csrf[index(page)] = shown.hidden("csrf");
        }
        self.flows.push(flow);
    }

    /// One step with one of the requests, in its own browser or the other.
    async fn step(&mut self, random: &mut Random) {
        let at = random.below(self.flows.len());
        let flow = self.flows[at].clone();
        let browser = if random.once_in(10) { 1 - flow.browser } else { flow.browser };
        // Every other time the step that the page asks for, so that the walk makes progress.
        let page = match (random.once_in(2), self.model.next(&flow)) {
            (true, Seen::Page(next)) => next,
            _ => *random.pick(&PAGES),
        };
        let url = self.url(page);
        if random.once_in(6) {
            let url = format!("{url}?request={}", flow.handle);
            let shown = self.browsers[browser].open(self.op, &url).await;
            let shows = |model: &mut Model, flow: &mut Flow| match model.sessions[flow.browser] {
                None => model.proceed(flow),
                Some(_) => Seen::Page(page),
            };
            return self.compare((at, browser, format!("show {page:?}")), &shown, shows).await;
        }
        let forged = random.once_in(10);
        let csrf = match forged {
            // Made for another page or request; sometimes that is the right one.
            true => random.pick(&self.flows).csrf[random.below(3)].clone(),
            false => flow.csrf[index(page)].clone(),
        };
        let is_right = csrf == flow.csrf[index(page)];
        let own = self.sid(browser).await;
        let session = if random.once_in(8) { random.pick(&self.sids).clone() } else { own.clone() };
        let is_own = session == own;
        let person = random.below(2);
        let (is_password_right, is_cancelled) = (!random.once_in(6), random.once_in(16));
        let decision = *random.pick::<&str>(match page {
            Step::Consent => &["allow", "allow", "allow", "allow", "deny", "continue", "other", "junk"],
            _ => &["continue", "continue", "continue", "continue", "other", "allow", "deny", "junk"],
        });
        let password = if is_password_right { self.people[person].password.as_str() } else { "wrong" };
        let mut fields = vec![("request", flow.handle.as_str()), ("csrf", csrf.as_str())];
        match page {
            Step::Login => {
                fields.extend([("username", self.people[person].username.as_str()), ("password", password)])
            }
            _ => fields.extend([("decision", decision), ("session", &session)]),
        }
        if is_cancelled && page == Step::Login {
            fields.push(("cancel", "1"));
        }
        let shown = self.browsers[browser].post(self.op, &url, &fields).await;
        let what =
            format!("post {:?}", (page, is_right, person, is_password_right, is_cancelled, decision, is_own));
        self.compare((at, browser, what), &shown, |model, flow| match page {
            _ if !is_right => Seen::Forged,
            Step::Login if is_cancelled => model.deny(flow),
            Step::Login if !is_password_right => Seen::Wrong,
            Step::Login => model.sign_in(flow, person),
            _ => model.decide(flow, page, decision, is_own),
        })
        .await;
    }

    /// Performs the same step in the model, and compares.
    async fn compare(
        &mut self,
        (at, browser, what): (usize, usize, String),
        shown: &Page,
        step: impl FnOnce(&mut Model, &mut Flow) -> Seen,
    ) {
        let mut flow = self.flows[at].clone();
        let expected = match (flow.browser == browser, flow.finished) {
            (false, _) => Seen::Gone,
            (true, true) => Seen::Finished,
            (true, false) => step(&mut self.model, &mut flow),
        };
        let sessions = self.model.sessions;
        self.trace.push(format!("{what}, request {at} in browser {browser}: {expected:?}; {sessions:?}"));
        assert_eq!(Seen::of(shown), expected, "{:#?}", self.trace);
        if expected == Seen::Code {
            self.redeem(&flow, shown).await;
        }
        self.flows[at] = flow;
    }

    /// The code gives what the model expects.
    async fn redeem(&mut self, flow: &Flow, page: &Page) {
        self.codes += 1;
        let tokens = Tokens::of(&self.rp.redeem(self.op, &page.code()).await);
        let claims = claims_of(tokens.id());
        let (person, _) = self.model.sessions[flow.browser].unwrap();
        assert_eq!(claims["sub"], self.people[person].user_id.as_str(), "{flow:?}");
        let auth_time = claims["auth_time"].as_i64().unwrap();
        assert!(!flow.prompt.contains("login") || auth_time > flow.begun, "{auth_time} {flow:?}");
    }

    async fn sign_out(&mut self, browser: usize) {
        let page = self.browsers[browser].open(self.op, &format!("{}/logout", self.op.issuer)).await;
        if page.says("logout-confirm") {
            self.browsers[browser].submit(self.op, &page, &[("decision", "logout")]).await;
        }
        self.model.sessions[browser] = None;
        self.trace.push(format!("sign out of browser {browser}"));
    }

    /// Browsers and model agree on who is signed in.
    async fn assert_sessions(&mut self) {
        for browser in 0..2 {
            let account = self.browsers[browser].open(self.op, &format!("{}/account", self.op.issuer)).await;
            match self.model.sessions[browser] {
                None => assert_eq!(account.response.status, 401),
                Some((person, _)) => {
                    assert!(account.says(&format!("Signed in as {}", self.people[person].username)))
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a118_no_order_of_steps_skips_one() {
    let (op, alice, rp) = setup().await;
    let people = [alice, op.user("bob").await];
    let spy = op.user("spy").await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &spy, &mut browser, rp.authorization()).await;
    let paths = std::env::var("CREDENZA_PATHS").map_or(100, |paths| paths.parse().unwrap());
    let mut random = Random::seeded(118);
    let mut codes = 0;
    for _ in 0..paths {
        let mut world = World {
            op: &op,
            tenant: op.default_tenant().await,
            people: &people,
            rp: RelyingParty::confidential(&op).await,
            spy: browser.cookies["credenza-session"].clone(),
            browsers: [Browser::new(), Browser::new()],
            flows: vec![],
            model: Model::default(),
            sids: vec![String::new()],
            codes: 0,
            trace: vec![],
        };
        while world.flows.is_empty() {
            world.begin(&mut random).await;
        }
        for _ in 0..STEPS {
            op.pass(1);
            match random.below(16) {
                0 | 1 => world.begin(&mut random).await,
                2 => world.sign_out(random.below(2)).await,
                _ => world.step(&mut random).await,
            }
        }
        world.assert_sessions().await;
        codes += world.codes;
        // The wrong passwords of one path do not slow down the next.
        op.pass(900);
    }
    assert!(codes > paths / 2, "the walk must also reach the end: {codes} codes on {paths} paths");
}

#[tokio::test(flavor = "multi_thread")]
async fn a118_an_invented_request_is_gone_wherever_it_is_tried() {
    let (op, alice, rp) = setup().await;
    let mut browser = Browser::new();
    rp.sign_in_with(&op, &alice, &mut browser, rp.authorization()).await;
    let page = rp.authorization().with("prompt", "consent").open(&op, &mut browser).await;
    let (real, csrf) = (page.hidden("request"), page.hidden("csrf"));
    for handle in ["", "x", &"A".repeat(43), &real.to_lowercase(), &format!("{real} "), &real[..42]] {
        for kind in PAGES {
            let url = format!("{}/{}", op.issuer, path(kind));
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("request", handle).finish();
            assert_eq!(Seen::of(&browser.open(&op, &format!("{url}?{query}")).await), Seen::Gone, "{handle}");
            let fields = [("request", handle), ("csrf", &csrf), ("decision", "allow")];
            assert_eq!(Seen::of(&browser.post(&op, &url, &fields).await), Seen::Gone, "{handle}");
        }
    }
    // Without the cookie of the browser that began it.
    let session = browser.cookies["credenza-session"].clone();
    let cookie = format!("credenza-session={session}");
    let shown =
        Request::get(op.at(&format!("/consent?request={real}"))).header("cookie", &cookie).send().await;
    assert_eq!(shown.status, 400);
    browser.submit(&op, &page, &[("decision", "allow")]).await.code();
    assert_eq!(Seen::of(&browser.submit(&op, &page, &[("decision", "allow")]).await), Seen::Finished);
}
