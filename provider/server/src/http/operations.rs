//! What operators ask: is the server alive, is it ready.

pub(super) mod health;
