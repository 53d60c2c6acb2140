//! What it costs to check one password (RFC 9106 4, ASVS 11.4.2).

use argon2::{Params, PasswordHash};

/// The length of a hash in bytes.
pub(super) const OUTPUT_LENGTH: usize = 32;

/// Memory, passes and lanes of argon2id; by default 19 MiB, two passes and one lane.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cost(Params);

impl Default for Cost {
    fn default() -> Self {
        Self(Params::new(19_456, 2, 1, Some(OUTPUT_LENGTH)).unwrap_or_default())
    }
}

impl Cost {
    /// Argon2id with `memory_kib` KiB, `iterations` passes, `parallelism` lanes; `None` when argon2 does
    /// not know such a cost.
    #[must_use]
    pub fn new(memory_kib: u32, iterations: u32, parallelism: u32) -> Option<Self> {
        Params::new(memory_kib, iterations, parallelism, Some(OUTPUT_LENGTH)).ok().map(Self)
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.0.m_cost()
    }

    /// Passes.
    #[must_use]
    pub const fn iterations(&self) -> u32 {
        self.0.t_cost()
    }

    /// Lanes.
    #[must_use]
    pub const fn parallelism(&self) -> u32 {
        self.0.p_cost()
    }

    /// The parameters, as the argon2 crate takes them.
    pub(super) const fn params(&self) -> &Params {
        &self.0
    }

    /// Whether a PHC string is argon2id at this very cost.
    pub(super) fn made(&self, phc: &str) -> bool {
        PasswordHash::new(phc).is_ok_and(|hash| {
            hash.algorithm == argon2::ARGON2ID_IDENT
                && hash.version == Some(argon2::Version::V0x13.into())
                && Params::try_from(&hash).is_ok_and(|params| params == self.0)
        })
    }
}
