//! Name resolution. A lookup continues in the system after its caller has given up, and a name server that does not
//! answer makes it last. So the lookups at a time are limited, in total and for the names that one server may be behind:
//! a slow one delays the lookups of its own names alone, and several slow ones together leave some for others.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;

use super::EgressError;
use super::slots::Slots;

/// The most lookups at a time; an abandoned one counts until the system has finished it.
const LOOKUPS: usize = 64;
/// The most of them for the names of one zone, while none is under way for others.
const LOOKUPS_OF_ZONE: usize = 16;
/// Labels below a country (of two letters) that names are registered below, as in `co.uk`.
const SHARED: [&str; 9] = ["ac", "co", "com", "edu", "gov", "ne", "net", "or", "org"];

/// Finds the addresses of a host.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// All addresses of the name.
    ///
    /// # Errors
    /// The name does not exist, or no name server answers.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's own resolver.
#[derive(Copy, Clone, Debug, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 443)).await?.map(|address| address.ip()).collect())
    }
}

/// The lookups that are under way.
pub(super) struct Lookups {
    resolver: Arc<dyn Resolve>,
    slots: Slots,
}

impl Lookups {
    pub(super) fn new(resolver: Arc<dyn Resolve>) -> Self {
        Self { resolver, slots: Slots::new(LOOKUPS, LOOKUPS_OF_ZONE) }
    }

    /// The addresses of a name.
    ///
    /// # Errors
    /// [`EgressError::NotFound`]; [`EgressError::Busy`] when too many wait for names of its zone already.
    pub(super) async fn addresses(&self, name: String) -> Result<Vec<IpAddr>, EgressError> {
        let slot = self.slots.take(zone(&name).to_owned()).await?;
        let resolver = Arc::clone(&self.resolver);
        let lookup = tokio::spawn(async move {
            let _slot = slot;
            resolver.resolve(&name).await
        });
        let found = lookup.await.map_err(io::Error::other).and_then(|found| found);
        found.map_err(EgressError::NotFound)
    }
}

/// What the names of one owner most likely end in: the last two labels, or three where names are registered below these
/// two.
fn zone(name: &str) -> &str {
    let name = name.trim_end_matches('.');
    let mut labels = name.rsplit('.');
    let (last, second) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    let is_shared = last.len() == 2 && SHARED.contains(&second);
    let count = if is_shared { 3 } else { 2 };
    let length = name.rsplit('.').take(count).map(|label| label.len() + 1).sum::<usize>();
    name.len().checked_sub(length).and_then(|before| name.get(before + 1..)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use tokio::task::JoinSet;
    use tokio::time::timeout;

    use super::*;

    const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn names_of_one_owner_are_of_one_zone() {
        for (name, expected) in [
            ("localhost", "localhost"),
            ("example.com", "example.com"),
            ("a.example.com", "example.com"),
            ("a.b.example.com.", "example.com"),
            ("example.co.uk", "example.co.uk"),
            ("a.example.co.uk", "example.co.uk"),
            ("co.uk", "co.uk"),
            ("example.de", "example.de"),
            ("a.example.de", "example.de"),
            ("a.x.io", "x.io"),
            ("", ""),
            (".", ""),
        ] {
            assert_eq!(zone(name), expected, "{name}");
        }
    }

    /// One whose server for `slow.test` never answers.
    struct Slow;

    #[async_trait]
    impl Resolve for Slow {
        async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
            if zone(host) == "slow.test" { pending().await } else { Ok(vec![ADDRESS]) }
        }
    }

    #[tokio::test]
    async fn a_slow_name_server_takes_only_its_part_of_the_lookups() {
        let lookups = Arc::new(Lookups::new(Arc::new(Slow)));
        let given_up: JoinSet<bool> = (0..2 * LOOKUPS)
            .map(|number| {
                let lookups = Arc::clone(&lookups);
                let lookup = async move { lookups.addresses(format!("{number}.slow.test")).await };
                async move { timeout(Duration::from_millis(50), lookup).await.is_err() }
            })
            .collect();
        assert!(given_up.join_all().await.iter().all(|given_up| *given_up), "none is answered");
        // Those that were begun go on, though nobody waits for them any more.
        let within = Duration::from_secs(10);
        for name in ["fast.test", "a.fast.test", "localhost"] {
            let found = timeout(within, lookups.addresses(name.to_owned())).await;
            assert_eq!(found.unwrap().unwrap(), [ADDRESS], "{name}");
        }
        let again = lookups.addresses("1.slow.test".to_owned());
        assert!(timeout(Duration::from_millis(50), again).await.is_err(), "there is no room for its own");
    }

    /// One whose servers for names of zones with `slow` in their names never answer.
    struct Several;

    #[async_trait]
    impl Resolve for Several {
        async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
            if host.contains("slow") { pending().await } else { Ok(vec![ADDRESS]) }
        }
    }

    #[tokio::test]
    async fn several_slow_name_servers_leave_lookups_to_others() {
        let lookups = Arc::new(Lookups::new(Arc::new(Several)));
        for zone in 1..=8 {
            let asked = (0..2 * LOOKUPS_OF_ZONE).map(|number| {
                let name = format!("{number}.slow{zone}.test");
                timeout(Duration::from_millis(20), lookups.addresses(name))
            });
            let asked = futures_util::future::join_all(asked).await;
            assert!(asked.iter().all(Result::is_err), "none is answered");
            for name in ["fast.test", "a.fast.test", "quick.test"] {
                let found = timeout(Duration::from_secs(10), lookups.addresses(name.to_owned())).await;
                assert_eq!(found.unwrap().unwrap(), [ADDRESS], "{name} beside {zone} slow ones");
            }
        }
    }
}
