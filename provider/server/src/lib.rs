//! Credenza: a self-hosted OpenID Connect and OAuth 2 provider.
//!
//! A request goes one way: a file of [`http`] turns bytes into parameters, `credenza_protocol` parses
//! them, a file of [`flow`] loads and writes, the protocol decides, [`flow::issue`] mints, and the
//! answer goes back. An endpoint holds no rule; a flow has no branch on HTTP and none on SQL.
//!
//! | module | what it is for |
//! |---|---|
//! | [`config`], [`cli`], [`serve`], [`dev`] | settings, commands, starting and stopping |
//! | [`listener`], [`telemetry`] | connections, TLS, limits; logs and metrics |
//! | [`in_flight`] | how many requests there may be, and each address's share of them |
//! | [`context`], [`state`], [`realm`], [`loaded_client`], [`keys`], [`clock`], [`rng`] | what a request finds |
//! | [`failure`] | what may fail inside the server |
//! | [`remote_keys`], [`logos`] | what clients publish at URLs of their own |
//! | [`logouts`] | tells clients of ended sessions |
//! | [`http`] | every path once, one file per endpoint |
//! | [`people`] | what people do with their own accounts |
//! | [`flow`] | one file per use case of the protocols |
//! | [`admin`] | what operators do, one file per noun |
//! | [`apply`] | a whole set-up from one file |
//! | [`egress`] | every fetch that the provider makes |
//! | [`events`] | what other systems are told |
//! | [`accounts`] | people: passwords, throttling |
//! | [`explain`] | what the log tells of a request, in sentences |
//! | [`pages`] | what people see |
//! | [`manual`] | the manual |

pub mod accounts;
pub mod admin;
pub mod apply;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
#[cfg(feature = "demo")]
pub mod demo;
#[cfg(feature = "demo")]
pub mod dev;
pub mod egress;
pub mod events;
pub mod explain;
pub mod failure;
pub mod flow;
pub mod following;
pub mod http;
pub mod in_flight;
pub mod keys;
pub mod listener;
pub mod loaded_client;
pub mod logos;
pub mod logouts;
pub mod mail;
pub mod manual;
pub mod pages;
pub mod people;
pub mod realm;
pub mod remote_keys;
pub mod request_objects;
pub mod rng;
pub mod serve;
pub mod state;
pub mod telemetry;
