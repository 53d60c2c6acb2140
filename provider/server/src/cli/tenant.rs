//! `credenza tenant`: issuers of their own.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use credenza_protocol::ids::TenantId;
use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant, TenantSettings, TrustedIssuer, is_tenant_name};
use credenza_protocol::time::{Seconds, Time};
use credenza_validator::JwkSet;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::office::Office;
use super::output::Answer;
use super::{Failure, values};
use crate::rng;

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

/// RFC 6749 4.1.2 lets a code live for ten minutes at most.
const LONGEST_CODE: Seconds = Seconds(600);
/// The longest name that people see.
const MAX_NAME: usize = 200;

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
    /// Make a tenant: an issuer of its own at /t/NAME
    #[command(after_help = EXAMPLES)]
    Create {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        settings: SettingArgs,
    },
    /// List the tenants
    List,
    /// Show a tenant
    Show(Which),
    /// Change the settings of a tenant
    Update {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        settings: SettingArgs,
    },
    /// Disable a tenant: nothing of it answers any more
    Disable(Which),
    /// Enable a tenant again
    Enable(Which),
    /// Delete a tenant with all its clients, users and keys
    Delete(Which),
}

/// Which tenant.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Its name, as it stands in URLs: a-z, 0-9 and -, at most 63
    name: Option<String>,
    /// Its name
    #[arg(long = "name", value_name = "NAME")]
    named: Option<String>,
}

#[derive(Debug, Args)]
struct SettingArgs {
    /// The name that people see
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// A setting by its name, such as access_token_lifetime=300 or registration=open; may be repeated
    #[arg(long = "set", value_name = "SETTING=VALUE")]
    set: Vec<String>,
    /// Whose software statements are taken (RFC 7591 2.3): a file with a JSON list of {"iss", "jwks"}
    #[arg(long, value_name = "FILE")]
    software_statement_issuers: Option<PathBuf>,
}

/// Every tenant.
#[derive(Debug, Serialize, JsonSchema)]
struct TenantsBody {
    tenants: Vec<Tenant>,
}

/// A tenant that is no more.
#[derive(Debug, Serialize, JsonSchema)]
struct DeletedBody {
    deleted: String,
}

impl Which {
    fn name(self) -> String {
        self.name.or(self.named).unwrap_or_default()
    }
}

impl SettingArgs {
    fn apply(self, settings: TenantSettings) -> Result<TenantSettings, Failure> {
        let wrong = |error: serde_json::Error| Failure::new(format!("--set: {error}"));
        let mut members = serde_json::to_value(settings).map_err(wrong)?;
        for assignment in &self.set {
            let (name, value) = assignment
                .split_once('=')
                .ok_or_else(|| Failure::new(format!("--set must be SETTING=VALUE, not {assignment:?}")))?;
            if let Some(members) = members.as_object_mut() {
                // A number or a truth value as such; anything else is a word.
                let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
                members.insert(name.to_owned(), value);
            }
        }
        if let (Some(file), Some(members)) = (&self.software_statement_issuers, members.as_object_mut()) {
            members.insert("software_statement_issuers".to_owned(), read_issuers(file)?);
        }
        let mut settings: TenantSettings = serde_json::from_value(members).map_err(wrong)?;
        if let Some(name) = self.display_name {
            settings.display_name = name;
        }
        check(&settings)?;
        Ok(settings)
    }
}

fn read_issuers(file: &Path) -> Result<Value, Failure> {
    let wrong =
        |error: String| Failure::new(format!("--software-statement-issuers: {}: {error}", file.display()));
    let text = fs::read(file).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))
}

/// One without a key that can be used would be trusted for nothing.
fn check_issuer(trusted: &TrustedIssuer) -> Result<(), Failure> {
    values::check_text("iss of a software statement", &trusted.issuer, MAX_NAME)?;
    match JwkSet::parse(trusted.jwks.to_string().as_bytes()) {
        Ok(set) if !set.keys.is_empty() => Ok(()),
        Ok(_) => Err(Failure::new(format!("jwks of {:?} holds no key that can be used", trusted.issuer))),
        Err(error) => Err(Failure::new(format!("jwks of {:?}: {error}", trusted.issuer))),
    }
}

fn check(settings: &TenantSettings) -> Result<(), Failure> {
    values::check_text("the display name", &settings.display_name, MAX_NAME)?;
    let lifetimes = [
        settings.code_lifetime,
        settings.access_token_lifetime,
        settings.id_token_lifetime,
        settings.refresh_token_idle_lifetime,
        settings.grant_lifetime,
        settings.session_lifetime,
        settings.session_idle_lifetime,
        settings.login_lifetime,
    ];
    settings.software_statement_issuers.iter().try_for_each(check_issuer)?;
    if settings.unused_client_lifetime < Seconds(0) {
        return Err(Failure::new("unused_client_lifetime must be zero, which is for ever, or more"));
    }
    if lifetimes.iter().any(|lifetime| *lifetime <= Seconds(0)) || settings.refresh_grace < Seconds(0) {
        return Err(Failure::new("a lifetime must be more than zero seconds"));
    }
    if settings.code_lifetime > LONGEST_CODE {
        return Err(Failure::new("code_lifetime must be 600 seconds at most (RFC 6749 4.1.2)"));
    }
    Ok(())
}

impl Tenants {
    pub(super) async fn run(self, office: &Office) -> Result<Answer, Failure> {
        match self.verb {
            Verb::Create { which, settings } => create(office, which.name(), settings).await,
            Verb::List => {
                let tenants = office.store.tenants.list().await?;
                Answer::list(&TenantsBody { tenants }, &["name", "created_at", "disabled_at"])
            }
            Verb::Show(which) => Answer::record(&office.tenant(&which.name()).await?),
            Verb::Update { which, settings } => {
                let tenant = office.tenant(&which.name()).await?;
                let settings = settings.apply(tenant.settings)?;
                let found = office.store.tenants.update(&tenant.tenant_id, settings, office.now()).await?;
                shown(office, found, tenant.name).await
            }
            Verb::Disable(which) => set_disabled(office, which, Some(office.now())).await,
            Verb::Enable(which) => set_disabled(office, which, None).await,
            Verb::Delete(which) => delete(office, which.name()).await,
        }
    }
}

async fn create(office: &Office, name: String, settings: SettingArgs) -> Result<Answer, Failure> {
    if !is_tenant_name(&name) {
        return Err(Failure::new(format!(
            "a tenant's name is 1 to 63 of a-z, 0-9 and -, with no - at its ends, not {name:?}"
        )));
    }
    let display_name = name.clone();
    let tenant = Tenant {
        tenant_id: TenantId::new(rng::id(&office.rng)),
        name,
        settings: settings.apply(TenantSettings { display_name, ..TenantSettings::default() })?,
        created_at: office.now(),
        disabled_at: None,
    };
    if !office.store.tenants.create(tenant.clone()).await? {
        return Err(Failure::new(format!("there is a tenant {:?} already", tenant.name)));
    }
    Answer::record(&tenant)
}

async fn set_disabled(office: &Office, which: Which, disabled_at: Option<Time>) -> Result<Answer, Failure> {
    let tenant = office.tenant(&which.name()).await?;
    let found = office.store.tenants.set_disabled(&tenant.tenant_id, disabled_at).await?;
    shown(office, found, tenant.name).await
}

async fn delete(office: &Office, name: String) -> Result<Answer, Failure> {
    if name == DEFAULT_TENANT {
        return Err(Failure::new("the default tenant cannot be deleted; it can be disabled"));
    }
    let tenant = office.tenant(&name).await?;
    if !office.store.tenants.delete(&tenant.tenant_id).await? {
        return Err(absent(&name));
    }
    let text = format!("deleted tenant {name}");
    Answer::done(&DeletedBody { deleted: name }, &text)
}

async fn shown(office: &Office, found: bool, name: String) -> Result<Answer, Failure> {
    if found { Answer::record(&office.tenant(&name).await?) } else { Err(absent(&name)) }
}

fn absent(name: &str) -> Failure {
    Failure::new(format!("there is no tenant {name:?}"))
}
