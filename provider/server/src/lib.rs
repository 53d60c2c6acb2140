//! Credenza.
