//! What operators rely on: keys, tenants, outages, limits, what is documented.

mod administration;
mod demo;
mod disabled;
mod egress_tls;
mod http_layer;
mod import_circles;
mod keys;
mod lifetimes;
mod links;
mod manual;
mod smoke;
mod storage_outage;
mod structure;
mod support_chart;
mod tenants;
