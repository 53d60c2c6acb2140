//! What a client has and is told of people: its roles, and claims beside those of its scopes.

use clap::Args;
use credenza_protocol::claim_mapping::{ClaimMapping, InvalidSpelling};
use credenza_protocol::client::Client;

use super::replace;
use crate::cli::Failure;

/// Roles and claims; what is not given stays as it was.
#[derive(Debug, Args)]
pub(super) struct AboutPeople {
    /// A role that people and groups may have at it, see `credenza role grant`; may be repeated
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// A claim that it is told, such as 'department=attribute:dept in id_token,userinfo': from attribute:NAME, claim:NAME,
    /// groups, roles or constant:VALUE, into id_token, access_token or userinfo, or all of them; may be repeated
    #[arg(long = "claim", value_name = "CLAIM=SOURCE")]
    claims: Vec<String>,
    /// Whether its ID tokens hold the claims of its scopes too, and not the userinfo endpoint alone
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    claims_in_id_token: Option<bool>,
}

impl AboutPeople {
    /// Changes what is given, and leaves the rest; nothing but '' clears a list.
    pub(super) fn apply(self, client: &mut Client) -> Result<(), Failure> {
        replace::texts(&mut client.roles, self.roles);
        if !self.claims.is_empty() {
            let texts = self.claims.iter().filter(|text| !text.is_empty());
            client.claim_mappings = texts.map(|text| mapping(text)).collect::<Result<_, _>>()?;
        }
        replace::value(&mut client.claims_in_id_token, self.claims_in_id_token);
        Ok(())
    }
}

fn mapping(text: &str) -> Result<ClaimMapping, Failure> {
    let failed = |wrong: InvalidSpelling| Failure::new(format!("--claim: {text:?} {wrong}"));
    ClaimMapping::parse(text).map_err(failed)
}
