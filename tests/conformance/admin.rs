//! The admin API: who may, what is refused, and that its description is true.

mod access;
mod access_to_accounts;
mod afar;
mod afar_apply;
mod afar_refused;
mod afar_sign_in;
mod authority;
mod changes;
mod described;
mod event_schemas;
mod events;
mod events_followed;
mod grants;
mod groups;
mod import;
mod lists;
mod pages;
mod preconditions;
mod repeats;
mod roles;
mod search;
mod sensitive;
mod told;
mod webhooks;

mod compatible;
mod docs_page;
mod endpoints;
mod examples;
mod hostile_bodies;
mod mass_assignment;
