//! The admin API: who may, what is refused, and that its description is true.

mod access;
mod access_to_accounts;
mod authority;
mod changes;
mod described;
mod event_schemas;
mod events;
mod events_followed;
mod grants;
mod import;
mod lists;
mod repeats;
mod search;
mod sensitive;
mod told;
mod webhooks;
