//! Users, here and there.

use credenza_protocol::ids::UserId;
use credenza_protocol::merge_patch;
use credenza_protocol::user::User;
use credenza_storage::Expected;

use super::Site;
use crate::admin::users::{self, GivenPassword, NewUser, UserDocument};
use crate::admin::{Outcome, document};
use crate::cli::Failure;
use crate::cli::remote::Asked;
use crate::http::admin::wire::{DeletionBody, NewDeletionBody, NewUserBody, PasswordBody};

impl Site<'_> {
    /// Every user, by id.
    pub(in crate::cli) async fn users(&self) -> Result<Vec<User>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(users::all(&installation.admin(), &tenant.tenant_id).await?)
            }
            Self::There(api) => api.all(Asked::of("listUsers")).await,
        }
    }

    /// The user of that id.
    pub(in crate::cli) async fn user(&self, id: &UserId) -> Result<Option<User>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(users::find(&installation.admin(), &tenant.tenant_id, id).await?)
            }
            Self::There(api) => api.find(named("getUser", id)).await,
        }
    }

    /// The user of that name.
    pub(in crate::cli) async fn user_named(&self, username: &str) -> Result<Option<User>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(users::find_by_username(&installation.admin(), &tenant.tenant_id, username).await?)
            }
            Self::There(api) => {
                let found: Vec<User> = api.all(Asked::of("listUsers").query("username", username)).await?;
                Ok(found.into_iter().next())
            }
        }
    }

    pub(in crate::cli) async fn create_user(
        &self,
        new: NewUser,
        password: Option<GivenPassword>,
    ) -> Result<Outcome<User>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(users::create_with(&installation.admin(), &tenant.tenant_id, new, password).await?)
            }
            Self::There(api) => {
                let NewUser { user_id, username, claims, attributes, password: _, password_change_required } =
                    new;
                let user_id = user_id.map(|id| id.to_string());
                let password = plain(password)?;
                let body =
                    NewUserBody { user_id, username, claims, attributes, password, password_change_required };
                api.call(Asked::of("createUser").body(&body)?).await
            }
        }
    }

    /// Stores a user who was `read` and edited since.
    pub(in crate::cli) async fn update_user(
        &self,
        read: &User,
        edited: User,
        password: Option<GivenPassword>,
    ) -> Result<Outcome<User>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(users::update_with(&installation.admin(), &tenant.tenant_id, edited, password).await?)
            }
            Self::There(api) => {
                let id = &read.user_id;
                let password = password.map(|given| match given {
                    GivenPassword::Plain(plain) => {
                        PasswordBody { password: Some(plain.reveal().to_owned()), password_hash: None }
                    }
                    GivenPassword::Hash(hash) => PasswordBody { password: None, password_hash: Some(hash) },
                });
                let patch = merge_patch::difference(&members(read)?, &members(&edited)?);
                if !patch.is_empty() || password.is_none() {
                    let asked = named("updateUser", id).version(read.version).body(&patch)?;
                    let updated = api.call(asked).await?;
                    if password.is_none() || !matches!(updated, Outcome::Done(_)) {
                        return Ok(updated);
                    }
                }
                if let Some(password) = password {
                    let set = api.done(named("setUserPassword", id).body(&password)?).await?;
                    if !matches!(set, Outcome::Done(())) {
                        return Ok(set.map(|()| edited));
                    }
                }
                api.call(named("getUser", id)).await
            }
        }
    }

    pub(in crate::cli) async fn set_user_disabled(
        &self,
        user: User,
        disabled: bool,
    ) -> Result<Outcome<User>, Failure> {
        match self {
            Self::Here(installation, tenant) => Ok(users::set_disabled(
                &installation.admin(),
                &tenant.tenant_id,
                user,
                Expected::Any,
                disabled,
            )
            .await?),
            Self::There(api) => {
                api.call(named(if disabled { "disableUser" } else { "enableUser" }, &user.user_id)).await
            }
        }
    }

    /// Forgets the failed sign-ins of a user.
    pub(in crate::cli) async fn unlock_user(&self, user: &User) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(users::unlock(&installation.admin(), &tenant.tenant_id, user).await?)
            }
            Self::There(api) => api.done(named("unlockUser", &user.user_id)).await,
        }
    }

    /// Everybody who is to be deleted, by id.
    pub(in crate::cli) async fn user_deletions(&self) -> Result<Vec<DeletionBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let found = users::deletions(&installation.admin(), &tenant.tenant_id).await?;
                Ok(found.into_iter().map(DeletionBody::from).collect())
            }
            Self::There(api) => api.all(Asked::of("listUserDeletions")).await,
        }
    }

    /// Schedules the deletion of a user after so many days.
    pub(in crate::cli) async fn schedule_user_deletion(
        &self,
        user: &User,
        grace_days: u32,
    ) -> Result<Outcome<DeletionBody>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                let (admin, id) = (installation.admin(), &tenant.tenant_id);
                let done = users::schedule_deletion(&admin, id, user, Expected::Any, grace_days).await?;
                Ok(done.map(DeletionBody::from))
            }
            Self::There(api) => {
                let asked =
                    named("scheduleUserDeletion", &user.user_id).body(&NewDeletionBody { grace_days })?;
                api.call(asked).await
            }
        }
    }

    /// Keeps a user who is to be deleted.
    pub(in crate::cli) async fn keep_user(&self, user: &User) -> Result<Outcome<User>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(users::keep(&installation.admin(), &tenant.tenant_id, &user.user_id).await?)
            }
            Self::There(api) => api.call(named("keepUser", &user.user_id)).await,
        }
    }

    pub(in crate::cli) async fn delete_user(&self, user: &User) -> Result<Outcome<()>, Failure> {
        match self {
            Self::Here(installation, tenant) => {
                Ok(users::delete(&installation.admin(), &tenant.tenant_id, &user.user_id, Expected::Any)
                    .await?)
            }
            Self::There(api) => api.done(named("deleteUser", &user.user_id).version(user.version)).await,
        }
    }
}

fn named(operation: &'static str, id: &UserId) -> Asked {
    Asked::of(operation).path("user_id", id)
}

/// What of a user can be edited.
fn members(user: &User) -> Result<serde_json::Map<String, serde_json::Value>, Failure> {
    document::members(&UserDocument::of(user)).map_err(|invalid| Failure::new(invalid.to_string()))
}

fn plain(password: Option<GivenPassword>) -> Result<Option<String>, Failure> {
    match password {
        None => Ok(None),
        Some(GivenPassword::Plain(password)) => Ok(Some(password.reveal().to_owned())),
        Some(GivenPassword::Hash(_)) => Err(Failure::new(
            "--password-hash-file: the hash of a new user cannot be set from afar: create the user without it, and set it \
             by `credenza user update`",
        )),
    }
}
