//! `credenza invitation`: whom an operator has asked to make an account.

use clap::{Args, Subcommand};
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::{ClientId, GroupId};
use credenza_protocol::invitation::ClientRole;
use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::Serialize;

use super::door::{Door, Site};
use super::outcome::Subject;
use super::output::Answer;
use super::{Common, Failure};
use crate::http::admin::wire::{InvitationBody, NewInvitationBody};

const EXAMPLES: &str = "\
Examples:
  credenza invitation create ada@example.com
      A mail with a link, by which Ada chooses a password and has an account
  credenza invitation create ada@example.com --group engineering --role editor@grafana --locale de
      The account is in that group and has that role; the mail is in German
  credenza invitation create ada@example.com --client-id grafana --expires-in 86400
      The link is good for a day, and she goes on to that application
  credenza invitation list
      Every invitation, and what became of it
  credenza invitation resend INVITATION_ID
      Another mail; the link before is dead
  credenza invitation revoke INVITATION_ID
      The link is dead";

/// `credenza invitation …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Invitations {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Invite somebody by mail to make an account
    #[command(after_help = EXAMPLES)]
    Create(Box<New>),
    /// List the invitations, the oldest first, and those that have ended for a month
    List,
    /// Show an invitation
    Show(Which),
    /// Mail it again, also when it has expired; the link before is dead
    Resend {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        link: Link,
    },
    /// Take it back: its link is dead
    Revoke(Which),
}

/// An invitation by its id.
#[derive(Debug, Args)]
struct Which {
    /// Its invitation_id
    invitation_id: String,
}

/// Where the link in the mail leads.
#[derive(Debug, Args)]
struct Link {
    /// The issuer that the link is of, as people reach it [default: that of the settings]
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
}

/// An invitation to be made.
#[derive(Debug, Args)]
struct New {
    /// Whom: the address, which the account has as a verified one
    #[arg(value_name = "ADDRESS")]
    email: String,
    /// How long the link is good [default: the tenant's invitation_lifetime]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..))]
    expires_in: Option<i64>,
    /// The username that is proposed
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Claims of the account, a JSON object with the names of OpenID Connect Core 5.1
    #[arg(long, value_name = "JSON")]
    claims: Option<String>,
    /// A group that the account is in; may be repeated
    #[arg(long = "group", value_name = "NAME")]
    groups: Vec<String>,
    /// A role that the account has at a client; may be repeated
    #[arg(long = "role", value_name = "ROLE@CLIENT_ID")]
    roles: Vec<String>,
    /// The application that the person goes on to
    #[arg(long, value_name = "CLIENT_ID")]
    client_id: Option<String>,
    /// The language of the mail, such as de
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    #[command(flatten)]
    link: Link,
}

/// Every invitation of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct InvitationsBody {
    invitations: Vec<InvitationBody>,
}

impl Invitations {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create(mut new) => {
                let (email, issuer) = (new.email.clone(), new.link.issuer.take());
                let made = site.create_invitation(new.body(&site).await?, issuer).await?;
                Answer::record(&Subject::invitation(&email).accept(made)?)
            }
            Verb::List => {
                let invitations = site.invitations().await?;
                Answer::list(
                    &InvitationsBody { invitations },
                    &["invitation_id", "email", "state", "created_at", "expires_at"],
                )
            }
            Verb::Show(Which { invitation_id }) => {
                let found = site.invitation(&invitation_id).await?;
                Answer::record(&found.ok_or_else(|| Subject::invitation(&invitation_id).absent())?)
            }
            Verb::Resend { which: Which { invitation_id }, link } => {
                let sent = site.resend_invitation(&invitation_id, link.issuer).await?;
                Answer::record(&Subject::invitation(&invitation_id).accept(sent)?)
            }
            Verb::Revoke(Which { invitation_id }) => {
                let revoked = site.revoke_invitation(&invitation_id).await?;
                Answer::record(&Subject::invitation(&invitation_id).accept(revoked)?)
            }
        }
    }
}

impl New {
    /// What is asked for. The groups are looked up by their names.
    async fn body(self, site: &Site<'_>) -> Result<NewInvitationBody, Failure> {
        let mut groups: Vec<GroupId> = vec![];
        for name in &self.groups {
            let found = site.group_named(name).await?;
            groups.push(found.ok_or_else(|| Subject::group(name).absent())?.group_id);
        }
        let claims = self.claims.as_deref().map_or_else(|| Ok(StandardClaims::default()), claims)?;
        Ok(NewInvitationBody {
            email: self.email,
            expires_in: self.expires_in.map(Seconds),
            username: self.username,
            claims,
            groups,
            roles: self.roles.iter().map(|role| self::role(role)).collect::<Result<_, _>>()?,
            client_id: self.client_id.map(ClientId::new),
            locale: self.locale,
        })
    }
}

fn claims(json: &str) -> Result<StandardClaims, Failure> {
    serde_json::from_str(json).map_err(|error| {
        Failure::new(format!("--claims: {error}; write a JSON object such as {{\"given_name\": \"Ada\"}}"))
    })
}

/// The id of a client holds no `@` that this program made; a role may.
fn role(text: &str) -> Result<ClientRole, Failure> {
    let parts = text.rsplit_once('@').filter(|(role, client_id)| !role.is_empty() && !client_id.is_empty());
    let (role, client_id) =
        parts.ok_or_else(|| Failure::new(format!("--role must be ROLE@CLIENT_ID, not {text:?}")))?;
    Ok(ClientRole { client_id: ClientId::new(client_id), role: role.to_owned() })
}
