//! Computing and checking one hash, and the memory that it takes.

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};

use super::cost::{Cost, OUTPUT_LENGTH};
use super::foreign::{Foreign, Unusable};
use crate::rng::Rng;

/// A stored hash that needs more than this was not made with any setting that is accepted: memory in KiB, passes, lanes.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 100;
const MAX_LANES: u32 = 64;
/// Of a hash that comes from elsewhere less is taken on: 128 MiB, and some seconds of work.
const MAX_IMPORTED_KIB: u32 = 1 << 17;
const MAX_IMPORTED_WORK: u64 = 1 << 21;
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
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params().clone());
    match fill(&argon2, password, salt, &mut output, memory) {
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

/// Whether the password has that hash. One that is wrong for a hash of another provider takes as long as `dummy` at least,
/// if there is one, as does a hash that cannot be read, which matches nothing.
pub(super) fn matches(password: &str, stored: &str, dummy: Option<&str>, memory: &mut Memory) -> bool {
    let is_right = match argon2_text(stored) {
        Some(phc) => match compare(password, phc, memory) {
            Some(equal) => return equal,
            None => None,
        },
        None => Foreign::read(stored).ok().map(|hash| hash.matches(password.as_bytes())),
    };
    if is_right.is_none() {
        tracing::error!("a stored password hash cannot be checked");
    }
    if is_right == Some(true) {
        return true;
    }
    if let Some(dummy) = dummy {
        let _ = compare(password, dummy, memory);
    }
    false
}

/// Refuses a hash of another provider that could not be checked, or would cost too much.
///
/// # Errors
/// [`Unusable`].
pub fn check_hash(stored: &str) -> Result<(), Unusable> {
    const NAME: &str = "argon2";
    let Some(phc) = argon2_text(stored) else {
        return Foreign::read(stored).map(|_| ());
    };
    let hash = Argon2Hash::read(phc).ok_or(Unusable::Malformed(NAME))?;
    let (memory, passes) = (hash.params.m_cost(), hash.params.t_cost());
    let work = u64::from(memory) * u64::from(passes);
    if memory > MAX_IMPORTED_KIB || work > MAX_IMPORTED_WORK || hash.params.p_cost() > MAX_LANES {
        return Err(Unusable::Costly(NAME));
    }
    Ok(())
}

/// The PHC string of a hash by argon2; Django writes another `argon2` before it.
fn argon2_text(stored: &str) -> Option<&str> {
    let phc = stored.strip_prefix("argon2").unwrap_or(stored);
    phc.starts_with("$argon2").then_some(phc)
}

/// A hash by argon2.
struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Salt,
    output: Output,
}

impl Argon2Hash {
    fn read(phc: &str) -> Option<Self> {
        let hash = PasswordHash::new(phc).ok()?;
        let known = [Algorithm::Argon2id, Algorithm::Argon2i];
        let algorithm = known.into_iter().find(|known| known.ident() == hash.algorithm)?;
        let version = Version::try_from(hash.version?).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let is_bounded = params.m_cost() <= MAX_MEMORY_KIB
            && params.t_cost() <= MAX_PASSES
            && params.p_cost() <= MAX_LANES;
        is_bounded.then_some(Self { algorithm, version, params, salt: hash.salt?, output: hash.hash? })
    }
}

fn compare(password: &str, phc: &str, memory: &mut Memory) -> Option<bool> {
    let hash = Argon2Hash::read(phc)?;
    let argon2 = Argon2::new(hash.algorithm, hash.version, hash.params.clone());
    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..hash.output.len())?;
    fill(&argon2, password, &hash.salt, output, memory)?;
    // Output compares in constant time.
    Some(Output::new(output).ok()? == hash.output)
}

fn fill(
    argon2: &Argon2<'_>,
    password: &str,
    salt: &[u8],
    output: &mut [u8],
    memory: &mut Memory,
) -> Option<()> {
    let params = argon2.params();
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
