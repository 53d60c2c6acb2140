//! OAuth 2 and its extensions: a module for each specification, tests named by section.

mod advertised_client_auth;
mod client_keys;
mod closed_resources;
mod cors;
mod local_network;
mod resource_server;
mod response_modes;
mod revocation_feed;
mod revocation_feed_answer;
mod rfc6749_authorize;
mod rfc6749_token;
mod rfc6750;
mod rfc7009;
mod rfc7523;
mod rfc7591;
mod rfc7591_software_statement;
mod rfc7592;
mod rfc7592_races;
mod rfc7636;
mod rfc7662;
mod rfc8252;
mod rfc8414;
mod rfc8707;
mod rfc9068;
mod rfc9101;
mod rfc9207;
