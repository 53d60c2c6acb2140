//! The options that say how a client hears of the end of a session.

use clap::Args;
use credenza_protocol::client::Client;

/// How it hears of it; what is not said stays as it was.
#[derive(Debug, Args)]
pub(super) struct Logouts {
    /// Where it is told of an end of session, server to server
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// Whether that must name the session
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    backchannel_logout_session_required: Option<bool>,
    /// What the browser opens at an end of session
    #[arg(long, value_name = "URI")]
    frontchannel_logout_uri: Option<String>,
    /// Whether that must name the session
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    frontchannel_logout_session_required: Option<bool>,
}

impl Logouts {
    /// Changes what is said, and leaves the rest.
    pub(super) fn apply(self, client: &mut Client) {
        let uris = [
            (&mut client.backchannel_logout_uri, self.backchannel_logout_uri),
            (&mut client.frontchannel_logout_uri, self.frontchannel_logout_uri),
        ];
        for (old, new) in uris {
            // An empty text takes the old one away.
            *old = new.map_or_else(|| old.take(), |new| Some(new).filter(|uri| !uri.is_empty()));
        }
        let required = [
            (&mut client.backchannel_logout_session_required, self.backchannel_logout_session_required),
            (&mut client.frontchannel_logout_session_required, self.frontchannel_logout_session_required),
        ];
        for (old, new) in required {
            *old = new.unwrap_or(*old);
        }
    }
}
