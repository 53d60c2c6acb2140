//! 2.7 dynamic registration, request objects and key rotation, 2.10 third-party-initiated login.

use super::Row;

pub(super) const ROWS: &[Row] = &[];
