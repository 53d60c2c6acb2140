//! Who acts: events say so of what the admin API did. It is known for a whole request, like its span in the log, and not an
//! argument of every method.

use credenza_protocol::event::Actor;

tokio::task_local! {
    static ACTOR: Actor;
}

/// Does the work as something that this actor does: events that are written by it in the same task name the actor.
pub async fn acting<T>(actor: Actor, work: impl Future<Output = T>) -> T {
    ACTOR.scope(actor, work).await
}

/// Who acts in this task, if that was said.
pub(crate) fn of_this_task() -> Option<Actor> {
    ACTOR.try_with(Clone::clone).ok()
}
