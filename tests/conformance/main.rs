//! What the wire says, spec by spec: a module per spec, tests named by section.

mod cors;
mod smoke;
