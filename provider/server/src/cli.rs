//! The command line: what an operator and their scripts type.
//!
//! `tenant`, `client`, `service-account`, `registration-token`, `resource`, `resource-secret`, `user`, `invitation`, `group`, `role`,
//! `webhook`, `key`, `admin`, `events` and `apply` work on the database itself, also while a server uses it, which sees each
//! change at once; or with `--server` on an installation elsewhere, by its admin API. With `--output json`, or `--json` for short, each answer is one JSON object on standard
//! output, and an error is `{"error": …}` there as well; `--output yaml` is the same in YAML; without it, answers are for
//! people. An error is a sentence on standard error, with exit code 1, or 2 when the configuration or the command line is
//! wrong. Exit code 3 is no error: a script may want to know that there was nothing to rotate, or what `apply --dry-run`
//! would change. `explain` reads the log and nothing else, and `token check` a token and what its issuer publishes.
//!
//! A command parses its options and prints what became of them. What operators may do, and how, is in [`crate::admin`].

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config::{self, Config, Sources};
#[cfg(feature = "demo")]
use crate::dev;
use crate::keys::reseal::survey;
use crate::{serve, telemetry};

mod admin;
mod apply;
mod client;
mod completion;
mod door;
mod events;
mod explain;
mod failure;
mod files;
mod group;
mod healthcheck;
mod installation;
mod invitation;
mod key;
mod login;
mod mail;
mod outcome;
mod output;
mod registration_token;
mod remote;
mod resource;
mod resource_secret;
mod restored;
mod role;
mod service_account;
mod tenant;
mod token;
mod user;
mod values;
mod webhook;
mod which;

use door::{Door, Place};
use failure::Failure;
use installation::Installation;
use output::{Answer, Form};

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
    /// How answers are written [default: table, or json with --json]
    #[arg(long, global = true, value_name = "FORM")]
    output: Option<Form>,
    /// Work on the installation with this issuer by its admin API, and not on a database of this machine [default: the one
    /// that CREDENZA_SERVER names]
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    /// A PEM file with authorities that are trusted besides those of the system, for --server
    #[arg(long, global = true, value_name = "FILE")]
    ca_file: Option<PathBuf>,
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
    /// Sign in at a server, so that commands can work on it from here
    Login(login::Login),
    /// Sign out again
    Logout,
    /// Show who commands are at a server
    Whoami,
    /// Print a script that completes these commands in a shell
    Completion(completion::Completion),
    /// Tokens: what a service says of one
    Token(token::Tokens),
    /// Mail: whether it can be sent
    Mail(mail::Mails),
    /// Explain a support code from the log: what was refused, by which rule, and what to do next
    Explain(explain::Explain),
    #[command(flatten)]
    About(About),
}

/// The commands about things in an installation.
#[derive(Debug, Subcommand)]
enum About {
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
    /// Invitations: people who are asked to make an account
    Invitation(invitation::Invitations),
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
    let json = if wants_json(&cli.command) { Form::Json } else { Form::Table };
    let form = cli.output.unwrap_or(json);
    let code = match run(cli) {
        Ok(answer) => output::print(&answer, form),
        Err(failure) => output::complain(&failure, form),
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
    let place = Place { server: cli.server, ca_file: cli.ca_file };
    if let Some(command) = of_this_machine(&cli.command) {
        place.must_be_here(command)?;
    }
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
        Command::Healthcheck => block_on(healthcheck::run(installation::settings(sources)?))?,
        Command::Completion(completion) => completion.run(&mut Cli::command()),
        Command::Explain(explain) => explain.run(),
        Command::Mail(mails) => block_on(mails.run(installation::settings(sources)?))?,
        Command::Token(tokens) => block_on(tokens.run(place.ca_file.as_deref()))?,
        Command::Login(login) => block_on(login.run(&place))?,
        Command::Logout => block_on(login::logout(&place))?,
        Command::Whoami => block_on(login::whoami(&place))?,
        Command::Apply(apply) => {
            if let Some(schema) = apply.schema() {
                return schema;
            }
            // What is wrong with the file by itself needs no installation.
            let set_up = apply.read()?;
            block_on(async { apply.run(set_up, place.open(sources).await?.door()).await })?
        }
        Command::Restored(restored) => {
            block_on(async { restored.run(&Installation::open(sources).await?).await })?
        }
        Command::About(about) => block_on(async { about.run(place.open(sources).await?.door()).await })?,
    }
}

impl About {
    /// Does the work, here or elsewhere.
    async fn run(self, door: Door<'_>) -> Result<Answer, Failure> {
        match self {
            // They hold much while they wait: all that a tenant or a client is, and an import.
            Self::Tenant(tenants) => Box::pin(tenants.run(door)).await,
            Self::Client(clients) => Box::pin(clients.run(door)).await,
            Self::ServiceAccount(accounts) => Box::pin(accounts.run(door)).await,
            Self::Resource(resources) => Box::pin(resources.run(door)).await,
            Self::Webhook(webhooks) => Box::pin(webhooks.run(door)).await,
            Self::Events(events) => Box::pin(events.run(door)).await,
            Self::RegistrationToken(tokens) => Box::pin(tokens.run(door)).await,
            Self::ResourceSecret(secrets) => Box::pin(secrets.run(door)).await,
            Self::User(users) => Box::pin(users.run(door)).await,
            Self::Invitation(invitations) => invitations.run(door).await,
            Self::Group(groups) => Box::pin(groups.run(door)).await,
            Self::Role(roles) => Box::pin(roles.run(door)).await,
            Self::Key(keys) => Box::pin(keys.run(door)).await,
            Self::Admin(admins) => Box::pin(admins.run(door)).await,
        }
    }

    const fn wants_json(&self) -> bool {
        match self {
            Self::Tenant(tenants) => tenants.json,
            Self::Client(clients) => clients.common.json,
            Self::ServiceAccount(accounts) => accounts.common.json,
            Self::Resource(resources) => resources.common.json,
            Self::Webhook(webhooks) => webhooks.common.json,
            Self::Events(events) => events.common.json,
            Self::RegistrationToken(tokens) => tokens.common.json,
            Self::ResourceSecret(secrets) => secrets.common.json,
            Self::User(users) => users.common.json,
            Self::Invitation(invitations) => invitations.common.json,
            Self::Group(groups) => groups.common.json,
            Self::Role(roles) => roles.common.json,
            Self::Key(keys) => keys.common.json,
            Self::Admin(admins) => admins.common.json,
        }
    }
}

/// The commands that are about the machine that they run on, by name.
const fn of_this_machine(command: &Command) -> Option<&'static str> {
    match command {
        #[cfg(feature = "demo")]
        Command::Dev => Some("dev"),
        Command::Serve { .. } => Some("serve"),
        Command::Migrate => Some("migrate"),
        Command::CheckConfig { .. } => Some("check-config"),
        Command::Healthcheck => Some("healthcheck"),
        Command::Restored(_) => Some("restored"),
        Command::Explain(_) => Some("explain"),
        Command::Token(_) => Some("token check"),
        Command::Mail(_) => Some("mail test"),
        _ => None,
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
        Command::Token(tokens) => tokens.json,
        Command::Mail(mails) => mails.json,
        Command::Restored(restored) => restored.json,
        Command::About(about) => about.wants_json(),
        #[cfg(feature = "demo")]
        Command::Dev => false,
        Command::Serve { .. } | Command::Migrate | Command::Healthcheck => false,
        Command::Completion(_) | Command::Login(_) | Command::Logout | Command::Whoami => false,
    }
}

/// The options of every command about something in a tenant.
#[derive(Debug, clap::Args)]
struct Common {
    /// Print one JSON object, for scripts; short for --output json
    #[arg(long, global = true)]
    json: bool,
    /// The tenant
    #[arg(long, global = true, value_name = "NAME", default_value = credenza_protocol::tenant::DEFAULT_TENANT)]
    tenant: String,
}

#[cfg(test)]
mod tests;
