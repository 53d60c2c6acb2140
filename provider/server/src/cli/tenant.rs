//! `credenza tenant`: issuers of their own.

use clap::{Args, Subcommand};
use credenza_protocol::tenant::Tenant;
use credenza_storage::Expected;
use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use super::installation::Installation;
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
    pub(super) async fn run(self, installation: &Installation) -> Result<Answer, Failure> {
        match self.verb {
            Verb::Create { which, settings } => create(installation, &which.name(), settings).await,
            Verb::List => {
                let tenants = tenants::list(&installation.admin()).await?;
                Answer::list(&TenantsBody { tenants }, &["name", "created_at", "disabled_at"])
            }
            Verb::Show(which) => Answer::record(&installation.tenant(&which.name()).await?),
            Verb::Update { which, settings } => update(installation, &which.name(), settings).await,
            Verb::Disable(which) => set_disabled(installation, &which.name(), true).await,
            Verb::Enable(which) => set_disabled(installation, &which.name(), false).await,
            Verb::Delete(which) => delete(installation, which.name()).await,
        }
    }
}

async fn create(installation: &Installation, name: &str, settings: SettingArgs) -> Result<Answer, Failure> {
    let settings = settings.apply(&tenants::default_settings(name))?;
    let created = tenants::create(&installation.admin(), name, settings).await?;
    Answer::record(&Subject::tenant(name).accept(created)?)
}

async fn update(installation: &Installation, name: &str, settings: SettingArgs) -> Result<Answer, Failure> {
    let mut tenant = installation.tenant(name).await?;
    tenant.settings = settings.apply(&tenant.settings)?;
    let updated = tenants::update(&installation.admin(), tenant).await?;
    Answer::record(&Subject::tenant(name).accept(updated)?)
}

async fn set_disabled(installation: &Installation, name: &str, disabled: bool) -> Result<Answer, Failure> {
    let tenant = installation.tenant(name).await?;
    let updated = tenants::set_disabled(&installation.admin(), tenant, Expected::Any, disabled).await?;
    Answer::record(&Subject::tenant(name).accept(updated)?)
}

async fn delete(installation: &Installation, name: String) -> Result<Answer, Failure> {
    let deleted = tenants::delete(&installation.admin(), &name, Expected::Any).await?;
    Subject::tenant(&name).accept(deleted)?;
    let text = format!("deleted tenant {name}");
    Answer::done(&DeletedBody { deleted: name }, &text)
}
