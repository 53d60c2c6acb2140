//! The applications that have access to a person's account: listed, and their access withdrawn by the person.

use std::collections::BTreeMap;

use credenza_protocol::ids::{ClientId, UserId};
use credenza_protocol::scope::Scope;
use credenza_protocol::time::Time;

use crate::admin::{Administration, Outcome, grants};
use crate::context::Context;
use crate::failure::Failure;

/// How many of each are read: more than anybody looks through.
const MOST: u32 = 200;

/// An application that has access, or need not ask for it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// The client.
    pub client_id: ClientId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// The resources that it may do it at.
    pub resource: Vec<String>,
    /// When it last got tokens; `None` where it has no access now, and need not ask for it.
    pub last_used_at: Option<Time>,
}

/// The applications, by name. One that is gone or disabled has no access, and is not listed.
///
/// # Errors
/// [`Failure`].
pub async fn list(context: &Context, user: &UserId) -> Result<Vec<Application>, Failure> {
    let tenant = &context.realm.tenant.tenant_id;
    let admin = admin(context);
    let mut found: BTreeMap<ClientId, Application> = BTreeMap::new();
    for consent in grants::consents_page(&admin, tenant, user, None, MOST).await? {
        let application = entry(&mut found, consent.client_id);
        application.scope = application.scope.union(&consent.scope);
    }
    for used in grants::page(&admin, tenant, user, None, MOST).await? {
        let application = entry(&mut found, used.grant.client_id);
        application.scope = application.scope.union(&used.grant.scope);
        application.last_used_at = application.last_used_at.max(Some(used.last_used_at));
        application.resource.extend(used.grant.resource);
    }
    let mut applications = vec![];
    for (client_id, mut application) in found {
        let Some(client) = context.client(&client_id).await? else { continue };
        application.name.clone_from(&client.client.client_name);
        application.resource.sort_unstable();
        application.resource.dedup();
        applications.push(application);
    }
    applications.sort_by_cached_key(|application| application.name.to_lowercase());
    Ok(applications)
}

/// Withdraws the access of an application, and what is remembered of the person's consent: it must ask anew. `false` where it
/// had neither.
///
/// # Errors
/// [`Failure`].
pub async fn withdraw(context: &Context, user: &UserId, client_id: &ClientId) -> Result<bool, Failure> {
    let tenant = &context.realm.tenant.tenant_id;
    let admin = admin(context);
    if matches!(grants::withdraw_consent(&admin, tenant, user, client_id).await?, Outcome::Done(())) {
        return Ok(true);
    }
    let revoked = grants::revoke_of_client(&admin, tenant, user, client_id).await?;
    Ok(matches!(revoked, Outcome::Done(count) if count > 0))
}

fn entry(found: &mut BTreeMap<ClientId, Application>, client_id: ClientId) -> &mut Application {
    found.entry(client_id.clone()).or_insert_with(|| Application {
        client_id,
        name: String::new(),
        scope: Scope::default(),
        resource: vec![],
        last_used_at: None,
    })
}

fn admin(context: &Context) -> Administration<'_> {
    Administration::of_server(&context.state, context.now)
}
