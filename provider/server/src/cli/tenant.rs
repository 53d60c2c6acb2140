//! `credenza tenant`: issuers of their own.

use clap::{Args, Subcommand};
use credenza_protocol::tenant::Tenant;
use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use super::door::Door;
use super::outcome::Subject;
use super::output::Answer;
use super::which::WhichTenant;
use crate::admin::tenants;

mod settings;

use settings::SettingArgs;

const EXAMPLES: &str = "\
Examples:
  credenza tenant create acme --display-name 'Acme Inc.'
      An issuer of its own at https://HOST/t/acme
  credenza client create --tenant acme --name 'Their app' --redirect-uri https://acme.example.com/callback
      A client of that tenant
  credenza tenant update acme --set access_token_lifetime=300 --set session_idle_lifetime=3600
      Other lifetimes, in seconds
  credenza tenant update acme --set registration=token --set front_channel_tokens=true
      Clients may register themselves with an initial access token; implicit and hybrid flows are allowed";

/// `credenza tenant …`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Tenants {
    /// Print one JSON object, for scripts
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a tenant: an issuer of its own at /t/NAME
    #[command(after_help = EXAMPLES)]
    Create {
        #[command(flatten)]
        which: WhichTenant,
        #[command(flatten)]
        settings: SettingArgs,
    },
    /// List the tenants
    List,
    /// Show a tenant
    Show(WhichTenant),
    /// Change the settings of a tenant
    Update {
        #[command(flatten)]
        which: WhichTenant,
        #[command(flatten)]
        settings: SettingArgs,
    },
    /// Disable a tenant: none of its endpoints and pages answer any more
    Disable(WhichTenant),
    /// Enable a tenant again
    Enable(WhichTenant),
    /// Delete a tenant with all its clients, users and keys
    Delete(WhichTenant),
}

/// Every tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct TenantsBody {
    tenants: Vec<Tenant>,
}

/// A tenant that was deleted.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: String,
}

impl Tenants {
    pub(super) async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        match self.verb {
            Verb::Create { which, settings } => create(door, &which.name(), settings).await,
            Verb::List => {
                let tenants = door.tenants().await?;
                Answer::list(&TenantsBody { tenants }, &["name", "created_at", "disabled_at"])
            }
            Verb::Show(which) => Answer::record(&door.tenant(&which.name()).await?),
            Verb::Update { which, settings } => update(door, &which.name(), settings).await,
            Verb::Disable(which) => set_disabled(door, &which.name(), true).await,
            Verb::Enable(which) => set_disabled(door, &which.name(), false).await,
            Verb::Delete(which) => delete(door, which.name()).await,
        }
    }
}

async fn create(door: Door<'_>, name: &str, settings: SettingArgs) -> Result<Answer, Failure> {
    let settings = settings.apply(&tenants::default_settings(name))?;
    let created = door.create_tenant(name, settings).await?;
    Answer::record(&Subject::tenant(name).accept(created)?)
}

async fn update(door: Door<'_>, name: &str, settings: SettingArgs) -> Result<Answer, Failure> {
    let tenant = door.tenant(name).await?;
    let settings = settings.apply(&tenant.settings)?;
    let updated = door.update_tenant(tenant, settings).await?;
    Answer::record(&Subject::tenant(name).accept(updated)?)
}

async fn set_disabled(door: Door<'_>, name: &str, disabled: bool) -> Result<Answer, Failure> {
    let updated = door.set_tenant_disabled(name, disabled).await?;
    Answer::record(&Subject::tenant(name).accept(updated)?)
}

async fn delete(door: Door<'_>, name: String) -> Result<Answer, Failure> {
    let deleted = door.delete_tenant(&name).await?;
    Subject::tenant(&name).accept(deleted)?;
    let text = format!("deleted tenant {name}");
    Answer::done(&DeletedBody { deleted: name }, &text)
}
