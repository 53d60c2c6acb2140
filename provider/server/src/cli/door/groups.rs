//! Groups, here and there.

use credenza_protocol::group::Group;
use credenza_protocol::ids::{GroupId, UserId};
use credenza_protocol::merge_patch;
use credenza_storage::Expected;

use super::Site;
use crate::admin::groups::{self, NewGroup};
use crate::admin::{Outcome, document};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::{GroupDocument, MemberBody};

impl Site<'_> {
    /// Every group, by name.
    pub(in crate::cli) async fn groups(&self) -> Result<Vec<Group>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(groups::all(&installation.admin(), &tenant.tenant_id).await?)
            }
            Self::There(api) => {
                let mut groups: Vec<Group> = api.all(Asked::of("listGroups")).await?;
                groups.sort_by(|one, other| one.name.cmp(&other.name));
                Ok(groups)
            }
        }
    }

    /// The group of that id.
    pub(in crate::cli) async fn group(&self, id: &GroupId) -> Result<Option<Group>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(groups::find(&installation.admin(), &tenant.tenant_id, id).await?)
            }
            Self::There(api) => api.find(named("getGroup", id)).await,
        }
    }

    /// The group of that name.
    pub(in crate::cli) async fn group_named(&self, name: &str) -> Result<Option<Group>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(groups::find_by_name(&installation.admin(), &tenant.tenant_id, name).await?)
            }
            Self::There(api) => {
                let found: Vec<Group> = api.all(Asked::of("listGroups").query("name", name)).await?;
                Ok(found.into_iter().next())
            }
        }
    }

    pub(in crate::cli) async fn create_group(&self, new: NewGroup) -> Result<Outcome<Group>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(groups::create(&installation.admin(), &tenant.tenant_id, new).await?)
            }
            Self::There(api) => {
                let NewGroup { name, description } = new;
                api.call(Asked::of("createGroup").body(&GroupDocument { name, description })?).await
            }
        }
    }

    /// Stores a group that was `read` and edited since.
    pub(in crate::cli) async fn update_group(
        &self,
        read: &Group,
        edited: Group,
    ) -> Result<Outcome<Group>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(groups::update(&installation.admin(), &tenant.tenant_id, edited).await?)
            }
            Self::There(api) => {
                let patch = merge_patch::difference(&members(read)?, &members(&edited)?);
                api.call(named("updateGroup", &read.group_id).version(read.version).body(&patch)?).await
            }
        }
    }

    pub(in crate::cli) async fn delete_group(&self, group: &Group) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let (admin, id) = (installation.admin(), &group.group_id);
                Ok(groups::delete(&admin, &tenant.tenant_id, id, Expected::Any).await?)
            }
            Self::There(api) => api.done(named("deleteGroup", &group.group_id).version(group.version)).await,
        }
    }

    /// The usernames of those who are in it, in their order.
    pub(in crate::cli) async fn group_members(&self, id: &GroupId) -> Result<Vec<String>, Failure> {
        let mut members: Vec<String> = match self {
            Self::Here(installation, tenant) => {
                let found = groups::members(&installation.admin(), &tenant.tenant_id, id).await?;
                found.into_iter().map(|user| user.username).collect()
            }
            Self::There(api) => {
                let found: Vec<MemberBody> = api.all(named("listGroupMembers", id)).await?;
                found.into_iter().map(|member| member.username).collect()
            }
        };
        members.sort();
        Ok(members)
    }

    pub(in crate::cli) async fn add_member(
        &self,
        group: &GroupId,
        user: &UserId,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(groups::add(&installation.admin(), &tenant.tenant_id, group, user).await?)
            }
            Self::There(api) => api.done(named("addGroupMember", group).path("user_id", user)).await,
        }
    }

    pub(in crate::cli) async fn remove_member(
        &self,
        group: &GroupId,
        user: &UserId,
    ) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(groups::remove(&installation.admin(), &tenant.tenant_id, group, user).await?)
            }
            Self::There(api) => api.done(named("removeGroupMember", group).path("user_id", user)).await,
        }
    }
}

fn named(operation: &'static str, id: &GroupId) -> Asked {
    Asked::of(operation).path("group_id", id)
}

/// What of a group can be edited.
fn members(group: &Group) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
    let Group { name, description, .. } = group.clone();
    document::members(&GroupDocument { name, description })
        .map_err(|invalid| Failure::new(invalid.to_string()))
}
