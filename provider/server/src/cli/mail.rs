//! `credenza mail`: whether mail can be sent.

use clap::{Args, Subcommand};
use serde_json::json;

use super::Failure;
use super::output::Answer;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::mail::{Written, hand_over, message, transport};
use crate::pages::{Lang, Letter};
use crate::rng::{self, SystemRng};

const EXAMPLES: &str = "\
Examples:
  credenza mail test ada@example.com
      Send a mail as the server would, at once, and say what the mail server answers";

/// `credenza mail …`
#[derive(Debug, Args)]
pub(super) struct Mails {
    /// Print one JSON object, for scripts; short for --output json
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send a mail that says that mail works
    #[command(after_help = EXAMPLES)]
    Test {
        /// Where to
        #[arg(value_name = "ADDRESS")]
        address: String,
    },
}

impl Mails {
    pub(super) async fn run(self, settings: Settings) -> Result<Answer, Failure> {
        let Command::Test { address } = self.command;
        let Some(mail) = &settings.mail else {
            return Err(Failure::new("no mail is sent: set mail.smtp_url and mail.from (or mail.directory)"));
        };
        let letter = Letter::test(
            Lang::default(),
            settings.issuer.as_ref().map_or("Credenza", |issuer| issuer.as_str()),
        );
        let written = Written::of(&letter, &address, None);
        let transport =
            transport(&mail.way).map_err(|why| Failure::with_step(why, "correct that setting"))?;
        let failed = |why| {
            Failure::with_step(
                why,
                "see that mail.smtp_url is right, and that the server takes mail from here",
            )
        };
        let message = message(&mail.from, (&rng::id(&SystemRng::new()), SystemClock.now()), &written)
            .map_err(|error| Failure::with_step(error, "give an address such as ada@example.com"))?;
        hand_over(&*transport, &written, message).await.map_err(failed)?;
        let said = format!("The mail was taken. See whether it arrives at {address}.");
        Answer::done(&json!({ "sent": true, "to": address, "from": mail.from.to_string() }), &said)
    }
}
