//! The admin API: who may, what is refused, and that its description is true.

mod access;
mod authority;
mod changes;
mod described;
mod event_schemas;
mod events;
mod events_followed;
mod lists;
mod repeats;
mod sensitive;
mod told;
mod webhooks;
