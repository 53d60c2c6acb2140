//! The command line: what an operator and their scripts type.
//!
//! `tenant`, `client`, `service-account`, `registration-token`, `resource`, `resource-secret`, `user`, `group`, `role`,
//! `webhook`, `key`, `admin` and `events` work on the
//! database itself, also while a server uses it, which sees each change at once. With `--json` each answer is one JSON
//! object on standard output, and an error is
//! `{"error": …}` there as well; without it, answers are for people. An error is a sentence on standard error, with exit
//! code 1, or 2 when the configuration or the command line is wrong. Exit code 3 is no error: a script may want to know that
//! there was nothing to rotate, or what `apply --dry-run` would change. `explain` reads the log and nothing else.
//!
//! A command parses its options and prints what became of them. What operators may do, and how, is in [`crate::admin`].

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{self, Config, Sources};
#[cfg(feature = "demo")]
use crate::dev;
use crate::keys::reseal::survey;
use crate::{serve, telemetry};

mod admin;
mod apply;
mod client;
mod events;
mod explain;
mod failure;
mod files;
mod group;
mod healthcheck;
mod installation;
mod key;
mod outcome;
mod output;
mod registration_token;
mod resource;
mod resource_secret;
mod restored;
mod role;
mod service_account;
mod tenant;
mod user;
mod values;
mod webhook;
mod which;

use failure::Failure;
use installation::Installation;
use output::Answer;

const EXAMPLES: &str = "\
Examples:
  credenza dev
      Try everything out on this machine; then open http://localhost:8080/demo
  credenza serve --config /etc/credenza.toml
      Run for real
  credenza client create --name 'My app' --redirect-uri https://app.example.com/callback
      Register an application
  credenza user create --username ada --email ada@example.com --password-stdin
      Create an account
  credenza apply set-up.toml
      All of that from one file, as often as you like

Settings are read from the file, and from the environment as CREDENZA_ and their path: listen is CREDENZA_LISTEN,
limits.body_bytes is CREDENZA_LIMITS__BODY_BYTES. CREDENZA_MASTER_KEY_FILE names a file that contains the key.
`credenza settings` lists them all.";

/// A self-hosted OpenID Connect and OAuth 2 provider
#[derive(Debug, Parser)]
#[command(name = "credenza", version, after_help = EXAMPLES)]
struct Cli {
    /// The configuration, a TOML file [default: the one that CREDENZA_CONFIG names]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try everything out: creates a database, a user and a client in ./credenza-dev; not for production
    #[cfg(feature = "demo")]
    Dev,
    /// Run the provider
    Serve {
        /// Accept an http issuer, if its host is this machine
        #[arg(long)]
        insecure_http: bool,
    },
    /// Update the tables of the database, as `serve` does when it starts
    Migrate,
    /// Show the configuration as `serve` would use it, without secrets, or everything that is wrong with it
    CheckConfig {
        /// Accept an http issuer, if its host is this machine
        #[arg(long)]
        insecure_http: bool,
        /// Check the database too: whether the master keys open everything that is sealed there. Its tables are
        /// updated, as `serve` does when it starts
        #[arg(long)]
        database: bool,
        /// Print JSON instead of TOML
        #[arg(long)]
        json: bool,
    },
    /// List every setting: its names, its default and its meaning
    Settings {
        /// Print the JSON schema of the configuration file instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Say that a backup of the database was put in place; before the servers are started again
    Restored(restored::Restored),
    /// Ask the server that runs here whether it is ready; exit code 0 if so
    Healthcheck,
    /// Make tenants, clients and users as a file says; a second time, nothing is changed
    Apply(apply::Apply),
    /// Explain a support code from the log: what was refused, by which rule, and what to do next
    Explain(explain::Explain),
    /// Tenants, each an issuer of its own
    Tenant(tenant::Tenants),
    /// Clients: applications that people sign in to, and services
    Client(client::Clients),
    /// Service accounts: clients that act for themselves, such as scripts
    ServiceAccount(service_account::ServiceAccounts),
    /// Tokens with which clients register themselves
    RegistrationToken(registration_token::RegistrationTokens),
    /// Resources: APIs, what their scopes mean to people, and what tokens for them are like
    Resource(resource::Resources),
    /// Secrets shared with services that cannot read public keys
    ResourceSecret(resource_secret::ResourceSecrets),
    /// Users: the people
    User(user::Users),
    /// Groups of users
    Group(group::Groups),
    /// Roles: what users and groups are at a client
    Role(role::Roles),
    /// Webhooks: where events are sent
    Webhook(webhook::Webhooks),
    /// Signing keys
    Key(key::Keys),
    /// Roles: which people may administer what, by the admin API
    Admin(admin::Admins),
    /// Events: what has happened
    Events(events::Events),
}

/// Runs the command that was typed.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = wants_json(&cli.command);
    let code = match run(cli) {
        Ok(answer) => output::print(&answer, json),
        Err(failure) => output::complain(&failure, json),
    };
    telemetry::flush();
    code
}

fn run(cli: Cli) -> Result<Answer, Failure> {
    let named = || std::env::var_os("CREDENZA_CONFIG").filter(|file| !file.is_empty());
    let mut sources = Sources::new();
    if let Some(file) = cli.config.or_else(|| named().map(PathBuf::from)) {
        sources = sources.file(&file);
    }
    let sources = sources.environment(std::env::vars_os());
    match cli.command {
        Command::CheckConfig { insecure_http, database, .. } => {
            let config = Config::load(with_flag(sources, insecure_http))?;
            if database {
                block_on(check_database(&config))??;
            }
            Answer::config(&config.document)
        }
        Command::Settings { .. } => Answer::done(&config::schema(), config::table().trim_end()),
        Command::Serve { insecure_http } => {
            let config = Config::load(with_flag(sources, insecure_http))?;
            telemetry::init(&config.log);
            block_on(serve::serve(config))??;
            Ok(Answer::nothing())
        }
        #[cfg(feature = "demo")]
        Command::Dev => {
            let dev = dev::Dev::prepare(sources)?;
            telemetry::init(&dev.config.log);
            block_on(dev.serve())??;
            Ok(Answer::nothing())
        }
        Command::Migrate => block_on(migrate(sources))?,
        Command::Restored(restored) => {
            block_on(async { restored.run(&Installation::open(sources).await?).await })?
        }
        Command::Healthcheck => block_on(healthcheck::run(installation::settings(sources)?))?,
        Command::Apply(apply) => {
            if let Some(schema) = apply.schema() {
                return schema;
            }
            let set_up = apply.read()?;
            block_on(async { apply.run(&set_up, &Installation::open(sources).await?).await })?
        }
        Command::Explain(explain) => explain.run(),
        Command::Tenant(tenants) => {
            block_on(async { tenants.run(&Installation::open(sources).await?).await })?
        }
        Command::Client(clients) => {
            block_on(async { clients.run(&Installation::open(sources).await?).await })?
        }
        Command::ServiceAccount(accounts) => {
            block_on(async { accounts.run(&Installation::open(sources).await?).await })?
        }
        Command::RegistrationToken(tokens) => {
            block_on(async { tokens.run(&Installation::open(sources).await?).await })?
        }
        Command::Resource(resources) => {
            block_on(async { resources.run(&Installation::open(sources).await?).await })?
        }
        Command::ResourceSecret(secrets) => {
            block_on(async { secrets.run(&Installation::open(sources).await?).await })?
        }
        Command::User(users) => block_on(async { users.run(&Installation::open(sources).await?).await })?,
        Command::Group(groups) => block_on(async { groups.run(&Installation::open(sources).await?).await })?,
        Command::Role(roles) => block_on(async { roles.run(&Installation::open(sources).await?).await })?,
        Command::Webhook(webhooks) => {
            block_on(async { webhooks.run(&Installation::open(sources).await?).await })?
        }
        Command::Key(keys) => block_on(async { keys.run(&Installation::open(sources).await?).await })?,
        Command::Admin(admins) => block_on(async { admins.run(&Installation::open(sources).await?).await })?,
        Command::Events(events) => block_on(async { events.run(&Installation::open(sources).await?).await })?,
    }
}

fn with_flag(sources: Sources, insecure_http: bool) -> Sources {
    if insecure_http { sources.set("insecure_http", "true", "--insecure-http") } else { sources }
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| serve::Error::System(format!("the runtime could not be started: {error}")))?;
    Ok(runtime.block_on(future))
}

/// The master keys open everything that is sealed; tells how much waits for `key reseal`.
async fn check_database(config: &Config) -> Result<(), Failure> {
    let store = serve::open(config).await?;
    let survey = survey(&store, &config.master_keys).await?;
    store.maintenance.close().await;
    key::reseal::refuse_lost(&survey)?;
    if survey.waiting > 0 {
        let waiting = survey.waiting;
        let _ = writeln!(io::stderr(), "{waiting} sealed values wait for `credenza key reseal`");
    }
    Ok(())
}

async fn migrate(sources: Sources) -> Result<Answer, Failure> {
    let place = installation::Place::find(sources)?;
    let done = credenza_storage::migrate(place.database_url.as_str()).await?;
    Answer::migrated(done)
}

fn wants_json(command: &Command) -> bool {
    match command {
        Command::CheckConfig { json, .. } | Command::Settings { json } => *json,
        Command::Apply(apply) => apply.json,
        Command::Explain(explain) => explain.json,
        Command::Restored(restored) => restored.json,
        Command::Tenant(tenants) => tenants.json,
        Command::Client(clients) => clients.common.json,
        Command::ServiceAccount(accounts) => accounts.common.json,
        Command::RegistrationToken(tokens) => tokens.common.json,
        Command::Resource(resources) => resources.common.json,
        Command::ResourceSecret(secrets) => secrets.common.json,
        Command::User(users) => users.common.json,
        Command::Group(groups) => groups.common.json,
        Command::Role(roles) => roles.common.json,
        Command::Webhook(webhooks) => webhooks.common.json,
        Command::Key(keys) => keys.common.json,
        Command::Admin(admins) => admins.common.json,
        Command::Events(events) => events.common.json,
        #[cfg(feature = "demo")]
        Command::Dev => false,
        Command::Serve { .. } | Command::Migrate | Command::Healthcheck => false,
    }
}

/// The options of every command about something in a tenant.
#[derive(Debug, clap::Args)]
struct Common {
    /// Print one JSON object, for scripts
    #[arg(long, global = true)]
    json: bool,
    /// The tenant
    #[arg(long, global = true, value_name = "NAME", default_value = credenza_protocol::tenant::DEFAULT_TENANT)]
    tenant: String,
}

#[cfg(test)]
mod tests;
