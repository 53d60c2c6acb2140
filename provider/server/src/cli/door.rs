//! Where a command does its work: on the database of this machine, or at a server elsewhere by its admin API. It is chosen
//! once; what prints the answers does not know which it was.
//!
//! A file per noun holds each of its use cases twice: here, and there.

use std::ffi::OsString;
use std::path::PathBuf;

use credenza_protocol::tenant::{DEFAULT_TENANT, Tenant, TenantSettings};

use super::Failure;
use super::installation::Installation;
use super::remote::{Api, Asked, Folder, Issuer, Remote};
use crate::config::Sources;

mod admin_roles;
mod apply;
mod approvals;
mod authenticators;
mod client_keys;
mod client_secrets;
mod clients;
mod desk;
mod devices;
mod events;
mod groups;
mod invitations;
mod keys;
mod people;
mod registration_tokens;
mod resource_secrets;
mod resources;
mod roles;
mod sessions;
mod sign_in_links;
mod tenants;
mod users;
mod webhook_deliveries;
mod webhook_secrets;
mod webhooks;

pub(super) use apply::Refused;
pub(super) use clients::{ClientBody, ClientSecret};
pub(super) use events::EventsWanted;
pub(super) use people::Became;
pub(super) use webhooks::WebhookBody;

/// Which installation is meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// `--server`.
    pub(super) server: Option<String>,
    /// `--ca-file`.
    pub(super) ca_file: Option<PathBuf>,
}

/// The way to an installation.
#[derive(Clone, Copy)]
pub(super) enum Door<'a> {
    /// Its database.
    Here(&'a Installation),
    /// Its admin API.
    There(&'a Remote),
}

/// The same, for one tenant.
pub(super) enum Site<'a> {
    /// In the database.
    Here(&'a Installation, Box<Tenant>),
    /// By its admin API.
    There(Api<'a>),
}

/// What a door leads to.
pub(super) enum Opened {
    /// A database.
    Here(Box<Installation>),
    /// A server.
    There(Box<Remote>),
}

impl Place {
    /// The issuer that is meant, if it is a server's: the one that was named, or else, where there is no installation on this
    /// machine, the one where somebody has signed in last.
    pub(super) fn issuer(&self, is_here: impl FnOnce() -> bool) -> Result<Option<Issuer>, Failure> {
        if let Some(named) = self.named() {
            return Issuer::parse(&named).map(Some);
        }
        if is_here() {
            return Ok(None);
        }
        // Whoever has no place for sign-ins has none.
        let Ok(folder) = Folder::find() else { return Ok(None) };
        let Some(current) = folder.read()?.current else { return Ok(None) };
        crate::telemetry::say(format!("using the server {current}\n"));
        Issuer::parse(&current).map(Some)
    }

    /// The server that was named: by the option, or by the environment.
    pub(super) fn named(&self) -> Option<String> {
        let variable = || std::env::var("CREDENZA_SERVER").ok();
        self.server.clone().or_else(variable).filter(|server| !server.trim().is_empty())
    }

    /// Refuses a command that is about this machine, where a server was named for it.
    pub(super) fn must_be_here(&self, command: &str) -> Result<(), Failure> {
        match &self.server {
            None => Ok(()),
            Some(_) => Err(elsewhere(command)),
        }
    }

    /// Opens the way there.
    pub(super) async fn open(&self, sources: Sources) -> Result<Opened, Failure> {
        match self.issuer(|| super::installation::is_here(&sources))? {
            Some(issuer) => {
                let variable = |name: &str| -> Option<OsString> { std::env::var_os(name) };
                let remote = Remote::open(issuer, self.ca_file.as_deref(), &variable)?;
                Ok(Opened::There(Box::new(remote)))
            }
            None => Ok(Opened::Here(Box::new(Installation::open(sources).await?))),
        }
    }
}

impl Opened {
    pub(super) fn door(&self) -> Door<'_> {
        match self {
            Self::Here(installation) => Door::Here(installation),
            Self::There(remote) => Door::There(remote),
        }
    }
}

impl<'a> Door<'a> {
    /// The tenant of that name, which is not looked for at a server before something is asked of it.
    pub(super) async fn at(self, tenant: &str) -> Result<Site<'a>, Failure> {
        Ok(match self {
            Self::Here(installation) => {
                Site::Here(installation, Box::new(installation.tenant(tenant).await?))
            }
            Self::There(remote) => Site::There(remote.at(tenant)?),
        })
    }
}

impl<'a> Site<'a> {
    /// The database and the tenant, for what is not to be done from afar, and why.
    pub(super) fn only_here(&self, command: &str, why: &str) -> Result<(&'a Installation, &Tenant), Failure> {
        match self {
            Self::Here(installation, tenant) => Ok((installation, tenant)),
            Self::There(_) => Err(Failure::new(format!(
                "`credenza {command}` cannot be done from afar: {why}; run it on that machine, without --server"
            ))),
        }
    }

    /// The issuer of the tenant: the one that is asked, or else that of the installation, which the option or the settings
    /// name.
    pub(super) fn issuer(&self, option: Option<String>) -> Result<String, Failure> {
        match self {
            Self::There(api) => Ok(api.issuer().to_string()),
            Self::Here(installation, tenant) => {
                let issuer = option.or_else(|| installation.issuer.clone()).ok_or_else(|| {
                    Failure::new(
                        "no issuer is set: name that of the server by --issuer, or set CREDENZA_ISSUER",
                    )
                })?;
                let issuer = issuer.trim_end_matches('/');
                Ok(match tenant.name.as_str() {
                    DEFAULT_TENANT => issuer.to_owned(),
                    name => format!("{issuer}/t/{name}"),
                })
            }
        }
    }

    /// The settings of the tenant.
    pub(super) async fn settings(&self) -> Result<TenantSettings, Failure> {
        match self {
            Self::Here(_, tenant) => Ok(tenant.settings.clone()),
            Self::There(api) => {
                let found: Option<Tenant> = api.find(Asked::of("getTenant")).await?;
                let absent = || Failure::new(format!("{} has no admin API", api.issuer()));
                found.map(|tenant| tenant.settings).ok_or_else(absent)
            }
        }
    }
}

/// A command that works on the machine of the server alone.
fn elsewhere(command: &str) -> Failure {
    Failure::new(format!(
        "`credenza {command}` cannot be done from afar: run it on the machine of the server, without --server"
    ))
}
