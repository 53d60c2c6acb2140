//! The connections that are open, and which one makes room for another.
//!
//! A connection over an address's share displaces the oldest idle one of that address. When there is no room at all, it
//! displaces the oldest idle one of anybody. Nothing is displaced while the server works on it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::activity::Activity;
use crate::config::Limits;
use crate::in_flight::{Permit, Shares, Short};
use crate::telemetry::{Closed, ListenerMetrics};

/// Connections beyond the limits for processes of this machine, which may check its health by them.
const RESERVED: usize = 8;
/// How many of the oldest connections are looked at for one that is idle.
const LOOKED_AT: usize = 512;

/// The connections of all sockets of a server.
pub(super) struct Connections {
    shares: Arc<Shares>,
    open: Mutex<Open>,
    metrics: ListenerMetrics,
}

/// In the order of their age.
#[derive(Default)]
struct Open {
    next: u64,
    all: BTreeMap<u64, Entry>,
    of_holder: HashMap<IpAddr, BTreeSet<u64>>,
    reserved: BTreeMap<u64, Arc<Activity>>,
}

struct Entry {
    holder: IpAddr,
    /// Its clients are many, so that it is displaced only while it is idle.
    is_proxy: bool,
    activity: Arc<Activity>,
    _permit: Permit,
}

/// Who wants to be let in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newcomer {
    /// The address as limits count it.
    pub(super) holder: IpAddr,
    /// Whether it is a trusted proxy, which has no share of its own.
    pub(super) is_proxy: bool,
    /// Whether it is a process of this machine that speaks for itself.
    pub(super) is_local: bool,
}

/// The place of a connection, until it is dropped.
pub(super) struct Admitted {
    connections: Arc<Connections>,
    id: u64,
    /// Whether it is one of those that are kept for checks of health.
    pub(super) is_reserved: bool,
}

impl Connections {
    pub(super) fn new(limits: &Limits, metrics: ListenerMetrics) -> Arc<Self> {
        let shares = Shares::new(limits.connections, limits.address_percent);
        Arc::new(Self { shares, open: Mutex::default(), metrics })
    }

    /// Lets a connection in, unless there is no room for it.
    pub(super) fn admit(self: &Arc<Self>, newcomer: Newcomer, activity: &Arc<Activity>) -> Option<Admitted> {
        let mut open = self.open();
        let id = open.next;
        open.next = id.wrapping_add(1);
        let is_reserved = match self.permit(&mut open, newcomer) {
            Some(permit) => {
                open.insert(id, newcomer, activity, permit);
                false
            }
            None if newcomer.is_local && self.reserve(&mut open) => {
                open.reserved.insert(id, Arc::clone(activity));
                true
            }
            None => {
                self.metrics.closed(Closed::Refused);
                return None;
            }
        };
        self.metrics.open.increment(1.0);
        Some(Admitted { connections: Arc::clone(self), id, is_reserved })
    }

    fn permit(&self, open: &mut Open, newcomer: Newcomer) -> Option<Permit> {
        let Newcomer { holder, is_proxy, .. } = newcomer;
        let take = || match is_proxy {
            true => self.shares.take_unshared(holder, 1),
            false => self.shares.take(holder, 1),
        };
        match take() {
            Ok(permit) => Some(permit),
            Err(Short::Own) => {
                let own = open.of_holder.get(&holder).into_iter().flatten();
                let own = own.filter_map(|id| open.all.get(id).map(|entry| (*id, entry)));
                let oldest = displaceable(own, |_| true)?;
                open.displace(oldest);
                // What was displaced is given back: the address holds no more than before.
                Some(self.shares.take_beyond(holder, 1))
            }
            Err(Short::All) => {
                let held = |holder: IpAddr| open.of_holder.get(&holder).map_or(0, BTreeSet::len);
                let few = held(holder);
                let oldest = open.all.iter().take(LOOKED_AT).map(|(id, entry)| (*id, entry));
                let oldest = displaceable(oldest, |entry| held(entry.holder) > few + 1)?;
                open.displace(oldest);
                take().ok()
            }
        }
    }

    /// Makes sure that there is a place among the reserved ones.
    fn reserve(&self, open: &mut Open) -> bool {
        if open.reserved.len() < RESERVED {
            return true;
        }
        let oldest = open.reserved.iter().find(|(_, activity)| !activity.is_working()).map(|(id, _)| *id);
        let displaced = oldest.and_then(|id| open.reserved.remove(&id));
        displaced.inspect(|activity| activity.displace()).is_some()
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn insert(&mut self, id: u64, newcomer: Newcomer, activity: &Arc<Activity>, permit: Permit) {
        let Newcomer { holder, is_proxy, .. } = newcomer;
        self.all.insert(id, Entry { holder, is_proxy, activity: Arc::clone(activity), _permit: permit });
        self.of_holder.entry(holder).or_default().insert(id);
    }

    fn remove(&mut self, id: u64) -> Option<Entry> {
        let entry = self.all.remove(&id)?;
        if let Some(of_holder) = self.of_holder.get_mut(&entry.holder) {
            of_holder.remove(&id);
            if of_holder.is_empty() {
                self.of_holder.remove(&entry.holder);
            }
        }
        Some(entry)
    }

    fn displace(&mut self, id: u64) {
        if let Some(entry) = self.remove(id) {
            entry.activity.displace();
        }
    }
}

/// The first that is idle; without one, the first that only waits for its client and may be displaced all the same.
fn displaceable<'a>(
    oldest: impl Iterator<Item = (u64, &'a Entry)>,
    may: impl Fn(&Entry) -> bool,
) -> Option<u64> {
    let mut waiting = None;
    for (id, entry) in oldest {
        if entry.activity.is_idle() {
            return Some(id);
        }
        if waiting.is_none() && !entry.is_proxy && !entry.activity.is_working() && may(entry) {
            waiting = Some(id);
        }
    }
    waiting
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self.connections.open();
        open.reserved.remove(&self.id);
        drop(open.remove(self.id));
        drop(open);
        self.connections.metrics.open.decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Server(Arc<Connections>);

    impl Server {
        fn new(connections: usize) -> Self {
            let limits = Limits { connections, ..Limits::default() };
            Self(Connections::new(&limits, ListenerMetrics::default()))
        }

        fn admit(&self, from: &str) -> Option<(Admitted, Arc<Activity>)> {
            let newcomer = Newcomer {
                holder: from.parse().unwrap(),
                is_proxy: from == "10.0.0.1",
                is_local: from == "127.0.0.1",
            };
            let activity = Activity::new();
            self.0.admit(newcomer, &activity).map(|admitted| (admitted, activity))
        }

        fn many(&self, from: &str, count: usize) -> Vec<(Admitted, Arc<Activity>)> {
            (0..count).filter_map(|_| self.admit(from)).collect()
        }

        fn open(&self) -> usize {
            self.0.open().all.len()
        }
    }

    #[test]
    fn an_address_displaces_its_own_idle_connections_only() {
        let server = Server::new(100);
        let _idle = server.many("127.0.0.2", 50);
        assert_eq!(server.open(), 12);
        let _others = server.many("127.0.0.3", 50);
        assert_eq!(server.open(), 23, "eleven of those that are free");
        assert_eq!(server.0.open().of_holder.len(), 2);
    }

    #[test]
    fn what_is_worked_on_stays() {
        let server = Server::new(100);
        let busy: Vec<_> = server.many("127.0.0.2", 12);
        let _work: Vec<_> = busy.iter().map(|(_, activity)| (activity.open(), activity.working())).collect();
        assert!(server.admit("127.0.0.2").is_none());
        assert!(server.admit("127.0.0.3").is_some(), "others are let in");
        let server = Server::new(100);
        let reading: Vec<_> = server.many("127.0.0.2", 12);
        let _open: Vec<_> = reading.iter().map(|(_, activity)| activity.open()).collect();
        assert!(server.admit("127.0.0.2").is_some(), "one that waits for its client makes room");
        assert_eq!(server.open(), 11);
    }

    #[test]
    fn when_it_is_full_the_oldest_idle_one_goes() {
        let server = Server::new(4);
        let all: Vec<_> = (2..6).map(|n| server.admit(&format!("127.0.0.{n}")).unwrap()).collect();
        let _work = all.iter().skip(1).map(|(_, activity)| activity.working()).collect::<Vec<_>>();
        let _open = all.iter().skip(1).map(|(_, activity)| activity.open()).collect::<Vec<_>>();
        let (_late, _) = server.admit("127.0.0.9").unwrap();
        assert!(!server.0.open().of_holder.contains_key(&"127.0.0.2".parse().unwrap()));
    }

    #[test]
    fn a_trusted_proxy_has_no_share_and_this_machine_a_reserve() {
        let server = Server::new(20);
        let proxied = server.many("10.0.0.1", 20);
        let _work: Vec<_> =
            proxied.iter().map(|(_, activity)| (activity.open(), activity.working())).collect();
        assert_eq!(server.open(), 20);
        assert!(server.admit("127.0.0.2").is_none());
        let checks = server.many("127.0.0.1", 30);
        assert!(checks.len() == 30 && checks.iter().all(|(admitted, _)| admitted.is_reserved));
        assert_eq!(server.0.open().reserved.len(), RESERVED);
        drop((checks, proxied));
        assert!(server.0.open().reserved.is_empty() && server.open() == 0);
    }
}
