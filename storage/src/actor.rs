//! Who acts: events say so of what the admin API did. It is known for a whole request, like its span in the log, and not an
//! argument of every method.

use credenza_protocol::admin_roles::Assignment;
use credenza_protocol::event::Actor;
use credenza_protocol::ids::{TenantId, UserId};

tokio::task_local! {
    static ACTOR: Actor;
    static RIGHTS: Rights;
}

/// The roles by which a person acts, as they were when the person came. What takes rights from others looks again whether they
/// are still there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rights {
    /// The tenant that the person is of.
    pub tenant_id: TenantId,
    /// Their id.
    pub user_id: UserId,
    /// Their roles.
    pub roles: Vec<Assignment>,
}

/// Does the work as something that this actor does: events that are written by it in the same task name the actor.
pub async fn acting<T>(actor: Actor, work: impl Future<Output = T>) -> T {
    ACTOR.scope(actor, work).await
}

/// Does the work as something that a person does by these roles.
pub async fn acting_by<T>(rights: Rights, work: impl Future<Output = T>) -> T {
    RIGHTS.scope(rights, work).await
}

/// Who acts in this task, if that was said.
pub(crate) fn of_this_task() -> Option<Actor> {
    ACTOR.try_with(Clone::clone).ok()
}

/// The roles by which they act, if they do by any.
pub(crate) fn rights_of_this_task() -> Option<Rights> {
    RIGHTS.try_with(Clone::clone).ok()
}
