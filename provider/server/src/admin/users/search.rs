//! Users who are searched for.

use credenza_protocol::ids::TenantId;
use credenza_protocol::user::User;
use credenza_protocol::user_search::{Index, InvalidSearch, UserSearch, Walk};
use credenza_storage::{Passed, Step, StoreError, UserPlace};

use crate::admin::{Administration, listing};

/// How many users a page passes at most, so that a search that hardly anybody meets does not read everybody at once.
const MOST_PASSED: usize = 2000;

/// Users who were found, and where they stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The users, in the order of the search, each with the place after which the next page would begin.
    pub users: Vec<(UserPlace, User)>,
    /// Where the search goes on, if the page ends before all that it could have were found: many were passed who are not
    /// searched for. The page may be short, or empty.
    pub goes_on: Option<UserPlace>,
}

/// One page of those who are searched for: at most `limit`, after that place.
///
/// # Errors
/// [`StoreError`].
pub async fn search(
    admin: &Administration<'_>,
    tenant: &TenantId,
    search: &UserSearch,
    mut after: Option<UserPlace>,
    limit: u32,
) -> Result<Result<Found, InvalidSearch>, StoreError> {
    let walk = match search.walk() {
        Ok(walk) => walk,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut passed) = (Found::default(), 0);
    // Where nothing else is asked for, the first step is the whole page.
    let mut size = limit;
    loop {
        let step = Step { after: after.take(), desc: search.desc, limit: size };
        let next = take(admin, tenant, &walk, step).await?;
        let is_last = next.len() < usize::try_from(size).unwrap_or(usize::MAX);
        size = listing::PAGE;
        passed += next.len();
        after = next.last().map(|last| last.place.clone());
        let good = next.into_iter().filter(|passed| search.admits(&passed.user));
        let missing = wanted.saturating_sub(found.users.len());
        found.users.extend(good.map(|Passed { place, user }| (place, user)).take(missing));
        if is_last || found.users.len() >= wanted {
            return Ok(Ok(found));
        }
        if passed >= MOST_PASSED {
            found.goes_on = after;
            return Ok(Ok(found));
        }
    }
}

/// The next users on a walk.
async fn take(
    admin: &Administration<'_>,
    tenant: &TenantId,
    walk: &Walk,
    step: Step,
) -> Result<Vec<Passed>, StoreError> {
    let users = &admin.store.users;
    let by_id = |user: User| {
        let place = UserPlace { key: user.user_id.to_string(), user_id: user.user_id.clone() };
        Passed { place, user }
    };
    let after = step.after.as_ref().map(|place| &place.user_id);
    let found = match walk {
        Walk::Along(Index::Ids) if !step.desc => users.list(tenant, after, step.limit).await?,
        Walk::Along(index) => return users.walk(tenant, index, step).await,
        Walk::Group(group) => admin.store.groups.members(tenant, group, after, step.limit).await?,
        // Of one who is found there is no next page.
        Walk::Id(_) | Walk::Username(_) if after.is_some() => vec![],
        Walk::Id(id) => users.find(tenant, id).await?.into_iter().collect(),
        Walk::Username(name) => users.find_by_username(tenant, name).await?.into_iter().collect(),
    };
    Ok(found.into_iter().map(by_id).collect())
}
