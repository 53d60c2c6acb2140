//! `credenza resource`: resources (RFC 8707) that are described.

use clap::{Args, Subcommand};
use credenza_protocol::client::AccessTokenFormat;
use credenza_protocol::language::is_language_tag;
use credenza_protocol::resource_definition::{ResourceDefinition, ScopeDefinition};
use credenza_protocol::time::Seconds;
use schemars::JsonSchema;
use serde::Serialize;

use super::door::Door;
use super::outcome::Subject;
use super::output::Answer;
use super::{Common, Failure, values};
use crate::admin::Outcome;

const EXAMPLES: &str = "\
Examples:
  credenza resource create https://reports.example.com --name Reports --scope 'reports:read=Read your reports'
      On the page that asks for consent, the scope stands in these words
  credenza resource update https://reports.example.com --scope 'reports:read=Read your reports' \\
      --scope 'reports:read#de=Ihre Berichte lesen'
      The same for people who read German
  credenza resource update https://reports.example.com --access-token-lifetime 120 --access-token-format opaque
      Tokens for it live two minutes at most, and are introspected, whatever the client has
  credenza resource disable https://reports.example.com
      No token is issued for it
  credenza client update CLIENT_ID --resource https://reports.example.com
      Which client may ask for tokens for it is said at the client, and which one serves it (--serves)";

/// `credenza resource …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Resources {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Describe a resource
    #[command(after_help = EXAMPLES)]
    Create {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        description: Description,
    },
    /// List the resources that are described
    List,
    /// Show a resource
    Show(Which),
    /// Change what is said of a resource: each option replaces the old value, a list as a whole
    Update {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        description: Description,
    },
    /// Close a resource: no token is issued for it
    Disable(Which),
    /// Open a resource again
    Enable(Which),
    /// Forget what was said of a resource; clients go on naming it
    Delete(Which),
}

#[derive(Debug, Args)]
struct Which {
    /// Its URI: resource of requests, and aud of the tokens for it
    resource: String,
}

/// What is said of it; what is not given stays as it was.
#[derive(Debug, Args)]
struct Description {
    /// What operators call it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A scope and what it allows, as what the application would like to do, such as 'reports:read=Read your reports'; may
    /// be repeated, also with a language tag for what it says in another language ('reports:read#de=Ihre Berichte lesen');
    /// '' clears the list
    #[arg(long = "scope", value_name = "SCOPE=TEXT")]
    scopes: Vec<String>,
    /// How long tokens for it live at most, in seconds; 0: as the client or the tenant has it
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..))]
    access_token_lifetime: Option<i64>,
    /// The form of tokens for it, whatever that of the client
    #[arg(long, value_name = "FORMAT", value_parser = values::wire::<AccessTokenFormat>(["jwt", "opaque"]))]
    access_token_format: Option<AccessTokenFormat>,
}

/// Every resource of a tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct ResourcesBody {
    resources: Vec<ResourceDefinition>,
}

/// A resource of which nothing is said any more.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: String,
}

impl Resources {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        let site = door.at(&self.common.tenant).await?;
        match self.verb {
            Verb::Create { which, description } => {
                let mut new = ResourceDefinition::new(which.resource);
                description.apply(&mut new)?;
                answer(&new.resource, site.create_resource(&new).await?)
            }
            Verb::List => {
                let resources = site.resources().await?;
                Answer::list(
                    &ResourcesBody { resources },
                    &["resource", "name", "access_token_lifetime", "access_token_format", "disabled"],
                )
            }
            Verb::Show(Which { resource }) => {
                let found = site.resource(&resource).await?;
                Answer::record(&found.ok_or_else(|| Subject::resource(&resource).absent())?)
            }
            Verb::Update { which: Which { resource }, description } => {
                let updated = site.update_resource(&resource, |changed| description.apply(changed)).await?;
                answer(&resource, updated)
            }
            Verb::Disable(Which { resource }) => {
                answer(&resource, site.set_resource_disabled(&resource, true).await?)
            }
            Verb::Enable(Which { resource }) => {
                answer(&resource, site.set_resource_disabled(&resource, false).await?)
            }
            Verb::Delete(Which { resource }) => {
                Subject::resource(&resource).accept(site.delete_resource(&resource).await?)?;
                let text = format!("deleted what was said of resource {resource}");
                Answer::done(&DeletedBody { deleted: resource }, &text)
            }
        }
    }
}

impl Description {
    fn apply(self, resource: &mut ResourceDefinition) -> Result<(), Failure> {
        if let Some(name) = self.name {
            resource.name = name;
        }
        if !self.scopes.is_empty() {
            resource.scopes = scopes(&self.scopes)?;
        }
        if let Some(seconds) = self.access_token_lifetime {
            resource.access_token_lifetime = Some(Seconds(seconds)).filter(|own| *own > Seconds(0));
        }
        if self.access_token_format.is_some() {
            resource.access_token_format = self.access_token_format;
        }
        Ok(())
    }
}

/// The scopes as they are given. What is behind the last `#` is a language where the scope before it is given by itself;
/// anywhere else it is a part of the name, since a scope may have one.
fn scopes(given: &[String]) -> Result<Vec<ScopeDefinition>, Failure> {
    let mut pairs = vec![];
    for text in given.iter().filter(|text| !text.is_empty()) {
        pairs.push(text.split_once('=').ok_or_else(|| {
            Failure::new(format!("--scope: {text:?} must be SCOPE=TEXT, the scope and what it allows"))
        })?);
    }
    let language = |name: &str| {
        let (scope, tag) = name.rsplit_once('#').filter(|(_, tag)| is_language_tag(tag))?;
        pairs.iter().any(|(known, _)| *known == scope).then(|| (scope.to_owned(), tag.to_owned()))
    };
    let mut scopes: Vec<ScopeDefinition> = vec![];
    let mut translated = vec![];
    for (name, text) in &pairs {
        match language(name) {
            Some((scope, tag)) => translated.push((scope, tag, (*text).to_owned())),
            None => scopes.push(ScopeDefinition::new(*name, *text)),
        }
    }
    for (scope, tag, text) in translated {
        if let Some(known) = scopes.iter_mut().find(|known| known.scope == scope) {
            known.translations.0.insert(tag, text);
        }
    }
    Ok(scopes)
}

fn answer(resource: &str, outcome: Outcome<ResourceDefinition>) -> Result<Answer, Failure> {
    Answer::record(&Subject::resource(resource).accept(outcome)?)
}
