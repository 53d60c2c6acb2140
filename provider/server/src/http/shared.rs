//! What the endpoints share: reading requests, writing responses, and the layers around both.

pub(super) mod address;
pub(super) mod browser;
pub(super) mod context;
pub(super) mod cors;
pub(super) mod csrf;
pub(super) mod failure;
pub(super) mod form;
pub(super) mod issuer_path;
pub(super) mod json;
pub(super) mod layers;
pub(super) mod lost;
pub(super) mod mailed;
pub(super) mod notice;
pub(super) mod page;
pub(super) mod profile_fields;
pub(super) mod refresh_cookie;
pub(super) mod reply;
pub(super) mod robot_check;
pub(super) mod step;
pub(super) mod way_on;
