//! The root secret of an installation, from which the keys of refresh tokens, forms and pairwise subjects are
//! derived. It is made at the first start and never changes, so that none of them changes with the master key.

use credenza_protocol::time::Time;
use credenza_storage::{SealedAt, Store};
use zeroize::Zeroizing;

use super::Error;
use super::hkdf::Hkdf;
use super::seal::{self, MasterKeys};
use crate::failure::Failure;
use crate::rng::Rng;

/// The name that it is stored under.
pub const NAME: &str = "root";

/// The root secret. Only keys that are derived from it are ever used.
#[derive(Clone, Debug)]
pub struct Root(Hkdf);

impl Root {
    /// Opens the root secret in the store; makes it if there is none. Of two servers that start at once one makes it,
    /// and both use that one.
    ///
    /// # Errors
    /// [`Error::Sealed`] under other master keys; a failure of the store.
    pub async fn load(store: &Store, master: &MasterKeys, rng: &dyn Rng, now: Time) -> Result<Self, Failure> {
        let context = seal::of_secret(NAME);
        let mut found = store.secrets.find(NAME).await?;
        if found.is_none() {
            let mut bytes = Zeroizing::new([0; 32]);
            rng.fill(bytes.as_mut());
            store.secrets.create(NAME, master.seal(rng, &context, bytes.as_ref()), now).await?;
            found = store.secrets.find(NAME).await?;
        }
        let sealed = found.ok_or(Failure::Internal("the root secret is missing from the store"))?;
        let opened = master.open(&context, &sealed);
        let bytes = opened.map_err(|_| Error::Sealed(SealedAt::Secret(NAME.to_owned())))?;
        Ok(Self(Hkdf::extract(b"credenza root secret", &bytes)))
    }

    /// The key of one purpose, for an HMAC or the like.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.0.expand(purpose)
    }
}

#[cfg(test)]
mod tests {
    use credenza_storage::Options;

    use super::*;
    use crate::keys::seal::MasterKey;
    use crate::rng::SystemRng;

    async fn load(store: &Store, master: &MasterKeys) -> Result<[u8; 32], Failure> {
        let root = Root::load(store, master, &SystemRng::new(), Time::from_seconds(0)).await?;
        Ok(root.derive("test"))
    }

    #[tokio::test]
    async fn it_is_made_once_and_is_the_same_under_the_next_master_key() {
        let open = || credenza_storage::open("sqlite::memory:", Options::default());
        let (store, other) = (open().await.unwrap(), open().await.unwrap());
        let [a, b] = [[1; 32], [2; 32]].map(|bytes| MasterKey::from_bytes(&bytes));
        let first = load(&store, &a.clone().into()).await.unwrap();
        assert_eq!(load(&store, &a.clone().into()).await.unwrap(), first);
        assert_eq!(load(&store, &MasterKeys::new(b.clone(), vec![a.clone()])).await.unwrap(), first);
        assert!(matches!(load(&store, &b.into()).await, Err(Failure::Keys(Error::Sealed(_)))));
        assert_ne!(load(&other, &a.into()).await.unwrap(), first, "no two installations share it");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn servers_that_start_at_once_have_the_same() {
        let store = credenza_storage::open("sqlite::memory:", Options::default()).await.unwrap();
        let starts = (0..16).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { load(&store, &MasterKey::from_bytes(&[1; 32]).into()).await.unwrap() })
        });
        let mut roots = vec![];
        for start in starts.collect::<Vec<_>>() {
            roots.push(start.await.unwrap());
        }
        roots.dedup();
        assert_eq!(roots.len(), 1);
    }
}
