//! Master keys as they are configured.

use crate::node::master_key;

/// The current one and those before it.
#[derive(Clone, Debug)]
pub struct MasterKeyTexts {
    /// The one that seals.
    pub current: String,
    /// Those that only open.
    pub previous: Vec<String>,
}

impl MasterKeyTexts {
    /// A new one, alone.
    #[must_use]
    pub fn random() -> Self {
        Self { current: master_key(), previous: vec![] }
    }

    /// A new one, after these.
    #[must_use]
    pub fn after(&self) -> Self {
        let previous = [std::slice::from_ref(&self.current), &self.previous].concat();
        Self { previous, ..Self::random() }
    }

    /// Without those before.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self { previous: vec![], ..self.clone() }
    }
}
