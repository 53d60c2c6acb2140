//! Computing and checking one hash, and the memory that it takes.

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};

use super::cost::{Cost, OUTPUT_LENGTH};
use crate::rng::Rng;

/// A stored hash that needs more than this many KiB was not made with any sensible setting.
const MAX_MEMORY_KIB: u32 = 1 << 20;
/// A little over 32 MiB in blocks of 1 KiB, see [`Memory`].
const ALWAYS_MAPPED: usize = 33 << 10;

/// The memory of one hash, reused by the next. It is reserved larger than the largest block that allocators keep for
/// themselves after it is freed (32 MiB), so that releasing it returns it to the system; pages that are never touched
/// cost nothing.
#[derive(Default)]
pub(super) struct Memory {
    blocks: Vec<Block>,
    /// Blocks filled so far: the cost of hashing, which tests compare.
    #[cfg(test)]
    pub(super) work: u64,
}

impl Memory {
    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.blocks.capacity() < count {
            self.blocks = Vec::with_capacity(count.max(ALWAYS_MAPPED));
        }
        // Argon2 writes each block before it reads it, so what the last hash left there does not matter.
        self.blocks.resize(count, Block::new());
        &mut self.blocks
    }

    /// Returns the memory to the system.
    pub(super) fn release(&mut self) {
        self.blocks = Vec::new();
    }
}

/// Hashes a password on the calling thread; for the command line.
#[must_use]
pub fn hash_now(password: &str, cost: &Cost, rng: &dyn Rng) -> String {
    hash(password, &salt(rng), cost, &mut Memory::default())
}

/// Whether the password has that hash, on the calling thread; for the command line, whose time tells nobody anything.
#[must_use]
pub fn matches_now(password: &str, phc: &str) -> bool {
    compare(password, phc, &mut Memory::default()).unwrap_or(false)
}

/// Sixteen random bytes (RFC 9106 3.1).
pub(super) fn salt(rng: &dyn Rng) -> [u8; 16] {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    bytes
}

/// Hashes a password: a PHC string. If argon2 refused the parameters, the string would match nothing; it does not refuse
/// a [`Cost`] and a salt of ours.
pub(super) fn hash(password: &str, salt: &[u8; 16], cost: &Cost, memory: &mut Memory) -> String {
    let mut output = [0; OUTPUT_LENGTH];
    match fill(password, salt, cost.params(), &mut output, memory) {
        Some(()) => phc(salt, &output, cost),
        None => String::new(),
    }
}

/// A PHC string that no password matches: its output is random.
pub(super) fn dummy(cost: &Cost, rng: &dyn Rng) -> String {
    let mut output = [0; OUTPUT_LENGTH];
    rng.fill(&mut output);
    phc(&salt(rng), &output, cost)
}

/// Whether the password has that hash. A hash that cannot be read matches nothing, and takes as long as `dummy`.
pub(super) fn matches(password: &str, phc: &str, dummy: &str, memory: &mut Memory) -> bool {
    match compare(password, phc, memory) {
        Some(equal) => equal,
        None => {
            tracing::error!("a stored password hash is not one of argon2");
            let _ = compare(password, dummy, memory);
            false
        }
    }
}

fn compare(password: &str, phc: &str, memory: &mut Memory) -> Option<bool> {
    let hash = PasswordHash::new(phc).ok()?;
    let (salt, expected) = (hash.salt?, hash.hash?);
    let params = Params::try_from(&hash).ok().filter(|params| params.m_cost() <= MAX_MEMORY_KIB)?;
    let known = hash.algorithm == Algorithm::Argon2id.ident() && hash.version == Some(Version::V0x13.into());
    if !known {
        return None;
    }
    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..expected.len())?;
    fill(password, &salt, &params, output, memory)?;
    // Output compares in constant time.
    Some(Output::new(output).ok()? == expected)
}

fn fill(password: &str, salt: &[u8], params: &Params, output: &mut [u8], memory: &mut Memory) -> Option<()> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    #[cfg(test)]
    {
        memory.work += u64::from(params.m_cost()) * u64::from(params.t_cost());
    }
    let blocks = memory.blocks(params.block_count());
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, blocks).ok()
}

fn phc(salt: &[u8; 16], output: &[u8; OUTPUT_LENGTH], cost: &Cost) -> String {
    let hash = || {
        Some(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(cost.params()).ok()?,
            salt: Some(Salt::new(salt).ok()?),
            hash: Some(Output::new(output).ok()?),
        })
    };
    hash().map(|hash| hash.to_string()).unwrap_or_default()
}
