//! The options that give a client lifetimes of its own.

use clap::Args;
use credenza_protocol::client::Client;
use credenza_protocol::time::Seconds;

/// Lifetimes in seconds; what is not given stays as it was, and 0 is as the tenant has it.
#[derive(Debug, Args)]
pub(super) struct OwnLifetimes {
    /// How long its access tokens live, in seconds; 0: as the tenant's settings say
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    access_token_lifetime: Option<i64>,
    /// How long its ID tokens are valid
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    id_token_lifetime: Option<i64>,
    /// How long its refresh tokens live when they are not used
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    refresh_token_idle_lifetime: Option<i64>,
    /// How long what a person allows it lasts at most, however often it is refreshed
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    grant_lifetime: Option<i64>,
    /// How long after signing in a person has to sign in for it again
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    session_lifetime: Option<i64>,
}

impl OwnLifetimes {
    /// Changes what is given, and leaves the rest.
    pub(super) fn apply(self, client: &mut Client) {
        for (own, new) in [
            (&mut client.access_token_lifetime, self.access_token_lifetime),
            (&mut client.id_token_lifetime, self.id_token_lifetime),
            (&mut client.refresh_token_idle_lifetime, self.refresh_token_idle_lifetime),
            (&mut client.grant_lifetime, self.grant_lifetime),
            (&mut client.session_lifetime, self.session_lifetime),
        ] {
            if let Some(seconds) = new {
                *own = Some(Seconds(seconds)).filter(|own| *own > Seconds(0));
            }
        }
    }
}
