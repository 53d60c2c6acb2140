//! The options that say how a client is told that a session has ended.

use clap::Args;
use credenza_protocol::client::Client;

use super::replace;

/// How it is told; what is not given stays as it was.
#[derive(Debug, Args)]
pub(super) struct Logouts {
    /// Where it is notified, server to server, when a session ends
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// Whether the notification must name the session
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    backchannel_logout_session_required: Option<bool>,
    /// What the browser loads when a session ends
    #[arg(long, value_name = "URI")]
    frontchannel_logout_uri: Option<String>,
    /// Whether that request must name the session
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    frontchannel_logout_session_required: Option<bool>,
}

impl Logouts {
    /// Changes what is given, and leaves the rest.
    pub(super) fn apply(self, client: &mut Client) {
        replace::text(&mut client.backchannel_logout_uri, self.backchannel_logout_uri);
        replace::value(
            &mut client.backchannel_logout_session_required,
            self.backchannel_logout_session_required,
        );
        replace::text(&mut client.frontchannel_logout_uri, self.frontchannel_logout_uri);
        replace::value(
            &mut client.frontchannel_logout_session_required,
            self.frontchannel_logout_session_required,
        );
    }
}
