//! Every OAuth 2 and OpenID Connect rule of Credenza, as a pure function or a parser.
//!
//! Nothing here does I/O, reads a clock or draws randomness: values are loaded by the flows of
//! the server, the rule takes them together with `now`, and returns a value or the error of that
//! endpoint. A spec noun is a file name:
//!
//! | file | rules of |
//! |---|---|
//! | [`authorize`] | the authorization endpoint: RFC 6749 3.1 and 4.1, OpenID Connect Core 3.1.2, RFC 9207 |
//! | [`redirect_uri`] | RFC 6749 3.1.2, RFC 8252 7, RFC 9700 2.1 |
//! | [`authentication`] | RFC 8176, `acr` of OpenID Connect Core 2 |
//! | [`authenticator`] | what people prove their identity with besides a password: RFC 6238, Web Authentication |
//! | [`response_type`], [`response_mode`] | OAuth 2.0 Multiple Response Types, Form Post Response Mode |
//! | [`pkce`] | RFC 7636 |
//! | [`client_auth`], [`client_secret`], [`client_keys`] | RFC 6749 2.3, RFC 7523, OpenID Connect Core 9 |
//! | [`token`] | RFC 6749 4.1.3, 4.4, 5, 6 |
//! | [`refresh_token_cookie`] | RFC 6749 10.12: refresh tokens out of reach of scripts |
//! | [`access_token`] | RFC 9068 |
//! | [`consent`] | what a person allows a client, so that they are not asked again: OpenID Connect Core 3.1.2.4 |
//! | [`confirmation`] | RFC 7800 3.1, RFC 9449 6.1, RFC 8705 3.1 |
//! | [`id_token`], [`claims`], [`userinfo`] | OpenID Connect Core 2, 5 |
//! | [`subject`] | OpenID Connect Core 8 |
//! | [`group`], [`role`] | groups of people, and their roles at a client: RFC 9068 2.2.3.1, RFC 7643 4.1.2 |
//! | [`attribute`], [`claim_mapping`], [`person_claims`] | what is known of people beyond the standard claims, and which token tells it |
//! | [`resource`], [`resource_definition`] | RFC 8707 |
//! | [`lifetimes`] | how long what is issued to a client lives |
//! | [`bearer`] | RFC 6750 |
//! | [`introspection`], [`revocation`] | RFC 7662, RFC 7009 |
//! | [`revocation_feed`] | the JWTs of the issuer that were revoked before they expire; no standard |
//! | [`discovery`] | OpenID Connect Discovery, RFC 8414 |
//! | [`webfinger`] | RFC 7033, OpenID Connect Discovery 2 |
//! | [`registration`] | RFC 7591, RFC 7592, OpenID Connect Registration |
//! | [`logout`] | OpenID Connect RP-Initiated Logout |
//! | [`backchannel_logout`], [`frontchannel_logout`] | OpenID Connect Back-Channel and Front-Channel Logout |
//! | [`session_management`] | OpenID Connect Session Management |
//! | [`email`] | RFC 5321 4.1.2, RFC 6531 3.3 |
//! | [`username`], [`password`], [`text`] | RFC 8265, UTS 39 |
//! | [`event`] | CloudEvents 1.0: notifications of changes |
//! | [`brand`] | how the pages look: WCAG 2.2 1.4.3; no standard else |
//! | [`service_account`] | RFC 6749 4.4: clients that nobody signs in to |
//! | [`user_search`] | what operators may search users by; no standard |
//! | [`account`] | who may manage the account of a person in their name; no standard |
//! | [`admin_roles`] | who may use the admin API; no standard |
//! | [`own_profile`] | what people may change about themselves; no standard |
//! | [`device`] | where native applications of people are installed; no standard |
//! | [`merge_patch`] | RFC 7396 |
//! | [`webhook`] | Standard Webhooks |

pub mod access_token;
pub mod account;
pub mod account_policy;
pub mod admin_roles;
pub mod approval;
pub mod attribute;
pub mod authentication;
pub mod authenticator;
pub mod authorize;
pub mod backchannel_logout;
pub mod bearer;
pub mod brand;
pub mod claim_mapping;
pub mod claims;
pub mod client;
pub mod client_auth;
pub mod client_keys;
pub mod client_secret;
pub mod confirmation;
pub mod consent;
pub mod device;
pub mod discovery;
pub mod email;
pub mod error;
pub mod event;
pub mod frontchannel_logout;
pub mod grant;
pub mod group;
pub mod id_token;
pub mod ids;
pub mod introspection;
pub mod invitation;
pub mod language;
pub mod lifetimes;
pub mod logout;
pub mod merge_patch;
pub mod own_profile;
pub mod params;
pub mod password;
pub mod person_claims;
pub mod pkce;
pub mod place;
mod precis;
pub mod redirect_uri;
pub mod refresh_token_cookie;
pub mod registration;
pub mod request_object;
pub mod resource;
pub mod resource_definition;
pub mod response_mode;
pub mod response_type;
pub mod revocation;
pub mod revocation_feed;
pub mod role;
pub mod scope;
pub mod secret;
pub mod service_account;
pub mod session;
pub mod session_management;
pub mod sign_up;
pub mod sign_up_fields;
pub mod subject;
pub mod tenant;
pub mod terms;
pub mod text;
pub mod time;
pub mod token;
pub mod user;
pub mod user_search;
pub mod userinfo;
pub mod username;
pub mod version;
pub mod webfinger;
pub mod webhook;
