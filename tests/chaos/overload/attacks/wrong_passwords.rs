//! Wrong passwords by the hundred, for names that nobody has.

use std::io;
use std::time::Duration;

use async_trait::async_trait;
use credenza_tests::{Browser, Page, Request, Step};
use tokio::time::sleep;
use url::Url;

use crate::overload::attack::{Attack, Attackers, SHORT, address};

/// Who try one password after the other.
const GUESSERS: usize = 32;
/// Between two passwords.
const TURN: Duration = Duration::from_millis(50);

pub(crate) struct WrongPasswords;

#[async_trait]
impl Attack for WrongPasswords {
    async fn run(&self, by: Attackers) {
        let guessing = async |by: Attackers, number| {
            // What counts is that it is an attack from there: the requests have connections of their own.
            drop(by.connect(number).await?);
            let mut browser = Browser::new();
            let page = login(&by, &mut browser, number).await.ok_or(io::ErrorKind::ConnectionAborted)?;
            let (form, base) = (page.form(), Url::parse(&page.url).unwrap());
            let action = base.join(&form.action).unwrap().to_string();
            for guess in 0.. {
                let username = format!("nobody-{number}-{guess}");
                let typed = [("username", username.as_str()), ("password", "a guess that is wrong")];
                let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let fields: Vec<_> = hidden.chain(typed).collect();
                browser.try_send(Request::form(&action, &fields).from(address(number))).await;
                by.sent(1);
                sleep(TURN).await;
            }
            Ok(())
        };
        by.many(GUESSERS, SHORT, guessing).await;
    }
}

/// The page that asks for the password.
async fn login(by: &Attackers, browser: &mut Browser, number: usize) -> Option<Page> {
    let origin = Url::parse(&format!("http://{}", by.target.authority)).unwrap();
    let mut url = origin.join(&by.target.authorize).unwrap();
    let mut response = browser.try_send(Request::get(url.as_str()).from(address(number))).await?;
    while response.status.is_redirection() {
        url = url.join(response.location()).unwrap();
        response = browser.try_send(Request::get(url.as_str()).from(address(number))).await?;
    }
    let page = Page { url: url.to_string(), response };
    (page.step() == Step::Login).then_some(page)
}
