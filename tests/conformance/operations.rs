//! What operators rely on: keys, tenants, outages, limits, what is documented.

mod administration;
mod apply;
mod demo;
mod dev;
mod disabled;
mod egress_tls;
mod host;
mod http2_limits;
mod http_layer;
mod import_circles;
mod issuer_path;
mod keys;
mod lifetimes;
mod links;
mod log_lines;
mod manual;
mod overload;
mod raw;
mod restore;
mod slow_bodies;
mod smoke;
mod storage_outage;
mod structure;
mod support_chart;
mod tenants;
mod user_import;
