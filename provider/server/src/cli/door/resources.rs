//! Resources, here and there.

use credenza_protocol::merge_patch;
use credenza_protocol::resource_definition::ResourceDefinition;

use super::Site;
use crate::admin::{Outcome, document, resources};
use crate::cli::Failure;
use crate::cli::remote::{Api, Asked};

impl Site<'_> {
    /// Every resource that is described.
    pub(in crate::cli) async fn resources(&self) -> Result<Vec<ResourceDefinition>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = resources::list(&installation.admin(), tenant).await?;
                Ok(found.unwrap_or_default())
            }
            Self::There(api) => api.all(Asked::of("listResources")).await,
        }
    }

    /// The resource of that URI.
    pub(in crate::cli) async fn resource(&self, uri: &str) -> Result<Option<ResourceDefinition>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(resources::find(&installation.admin(), tenant, uri).await?)
            }
            Self::There(api) => api.find(named("getResource", uri)).await,
        }
    }

    pub(in crate::cli) async fn create_resource(
        &self,
        new: &ResourceDefinition,
    ) -> Result<Outcome<ResourceDefinition>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(resources::create(&installation.admin(), tenant, new).await?)
            }
            Self::There(api) => api.call(Asked::of("createResource").body(new)?).await,
        }
    }

    /// Changes a resource as it is now.
    pub(in crate::cli) async fn update_resource(
        &self,
        uri: &str,
        change: impl FnOnce(&mut ResourceDefinition) -> Result<(), Failure>,
    ) -> Result<Outcome<ResourceDefinition>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let admin = installation.admin();
                let found = resources::find(&admin, tenant, uri).await?;
                let Some(read) = found else { return Ok(Outcome::Absent) };
                let mut changed = read.clone();
                change(&mut changed)?;
                Ok(resources::update(&admin, tenant, &read, &changed).await?)
            }
            Self::There(api) => update_there(api, uri, change).await,
        }
    }

    pub(in crate::cli) async fn set_resource_disabled(
        &self,
        uri: &str,
        disabled: bool,
    ) -> Result<Outcome<ResourceDefinition>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(resources::set_disabled(&installation.admin(), tenant, uri, disabled).await?)
            }
            Self::There(api) => {
                let set = |resource: &mut ResourceDefinition| {
                    resource.disabled = disabled;
                    Ok(())
                };
                update_there(api, uri, set).await
            }
        }
    }

    pub(in crate::cli) async fn delete_resource(&self, uri: &str) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(resources::delete(&installation.admin(), tenant, uri, None).await?)
            }
            Self::There(api) => match api.read::<ResourceDefinition>(named("getResource", uri)).await? {
                Some(read) => api.done(named("deleteResource", uri).read(&read)).await,
                None => Ok(Outcome::Absent),
            },
        }
    }
}

/// Reads it, and sends what is changed.
async fn update_there(
    api: &Api<'_>,
    uri: &str,
    change: impl FnOnce(&mut ResourceDefinition) -> Result<(), Failure>,
) -> Result<Outcome<ResourceDefinition>, Failure> {
    let found = api.read::<ResourceDefinition>(named("getResource", uri)).await?;
    let Some(read) = found else { return Ok(Outcome::Absent) };
    let mut changed = read.body.clone();
    change(&mut changed)?;
    let patch = merge_patch::difference(&members(&read.body)?, &members(&changed)?);
    api.call(named("updateResource", uri).read(&read).body(&patch)?).await
}

fn named(operation: &'static str, uri: &str) -> Asked {
    Asked::of(operation).path("resource", uri)
}

fn members(resource: &ResourceDefinition) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
    document::members(resource).map_err(|invalid| Failure::new(invalid.to_string()))
}
