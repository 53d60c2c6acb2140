//! Cases of signatures and encryption alone.
