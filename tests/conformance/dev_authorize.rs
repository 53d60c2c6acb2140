//! Scratch entry while the suite is written.
