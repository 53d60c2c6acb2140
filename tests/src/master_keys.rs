//! Master keys as they are configured.

use crate::node::master_key;

/// The current key and the previous ones.
#[derive(Clone, Debug)]
pub struct MasterKeyTexts {
    /// The one that encrypts.
    pub current: String,
    /// Those that only decrypt.
    pub previous: Vec<String>,
}

impl MasterKeyTexts {
    /// A new key without previous ones.
    #[must_use]
    pub fn random() -> Self {
        Self { current: master_key(), previous: vec![] }
    }

    /// A new key, with these as the previous ones.
    #[must_use]
    pub fn after(&self) -> Self {
        let previous = [std::slice::from_ref(&self.current), &self.previous].concat();
        Self { previous, ..Self::random() }
    }

    /// The current key alone.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self { previous: vec![], ..self.clone() }
    }
}
