//! scrypt (RFC 7914), as PHC strings (`$scrypt$ln=16,r=8,p=1$SALT$HASH`, which passlib writes too) and Django write it.

use scrypt::Params;

use super::Unusable;
use super::encoding::{base64, same};

const NAME: &str = "scrypt";
/// The most memory, in bytes.
const MOST_MEMORY: u64 = 1 << 27;
/// The most work, in blocks of 128 bytes: some seconds.
const MOST_BLOCKS: u64 = 1 << 23;

/// A hash by scrypt.
pub(crate) struct Scrypt {
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Scrypt {
    /// A PHC string, after its name.
    pub(super) fn read(text: &str) -> Result<Self, Unusable> {
        let parts: Vec<_> = text.split('$').collect();
        let [params, salt, output] = parts.as_slice() else { return Err(Unusable::Malformed(NAME)) };
        let params = params_of(params)?;
        let salt = base64(salt).ok_or(Unusable::Malformed(NAME))?;
        Self::new(params, salt, output)
    }

    /// Django's `N$SALT$r$p$HASH`.
    pub(super) fn of_django(text: &str) -> Result<Self, Unusable> {
        let parts: Vec<_> = text.split('$').collect();
        let [n, salt, r, p, output] = parts.as_slice() else { return Err(Unusable::Malformed(NAME)) };
        let number = |text: &str| text.parse::<u32>().map_err(|_| Unusable::Malformed(NAME));
        let n = number(n)?;
        if !n.is_power_of_two() {
            return Err(Unusable::Malformed(NAME));
        }
        Self::new(params(n.trailing_zeros(), number(r)?, number(p)?)?, salt.as_bytes().to_vec(), output)
    }

    fn new(params: Params, salt: Vec<u8>, output: &str) -> Result<Self, Unusable> {
        let output = base64(output).filter(|output| (16..=64).contains(&output.len()));
        Ok(Self { params, salt, output: output.ok_or(Unusable::Malformed(NAME))? })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut output = vec![0; self.output.len()];
        let made = scrypt::scrypt(password, &self.salt, &self.params, &mut output);
        made.is_ok() && same(&output, &self.output)
    }
}

/// `ln=16,r=8,p=1`; lanes are one where nothing is said.
pub(super) fn params_of(text: &str) -> Result<Params, Unusable> {
    let (mut ln, mut r, mut p) = (None, None, 1);
    for param in text.split(',') {
        let (name, value) = param.split_once('=').ok_or(Unusable::Malformed(NAME))?;
        let value = value.parse().map_err(|_| Unusable::Malformed(NAME))?;
        match name {
            "ln" => ln = Some(value),
            "r" => r = Some(value),
            "p" => p = value,
            _ => return Err(Unusable::Malformed(NAME)),
        }
    }
    match (ln, r) {
        (Some(ln), Some(r)) => params(ln, r, p),
        _ => Err(Unusable::Malformed(NAME)),
    }
}

/// Parameters within bounds.
fn params(ln: u32, r: u32, p: u32) -> Result<Params, Unusable> {
    let blocks = 1_u64.checked_shl(ln).and_then(|n| n.checked_mul(u64::from(r)));
    let within = |blocks: u64| {
        blocks.saturating_mul(128) <= MOST_MEMORY && blocks.saturating_mul(u64::from(p)) <= MOST_BLOCKS
    };
    // Some memory goes to each lane as well.
    let lanes = u64::from(r).saturating_mul(u64::from(p)).saturating_mul(128) <= MOST_MEMORY;
    if ln >= 32 || !blocks.is_some_and(within) || !lanes {
        return Err(Unusable::Costly(NAME));
    }
    let ln = u8::try_from(ln).map_err(|_| Unusable::Costly(NAME))?;
    Params::new(ln, r, p).map_err(|_| Unusable::Malformed(NAME))
}
