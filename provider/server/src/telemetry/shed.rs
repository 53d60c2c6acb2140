//! What the listener turned away, and which connections it closed.

use metrics::{Counter, Gauge, Key, Label, Level, Metadata, Recorder, Unit};

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));
const OPEN: &str = "credenza_connections_open";
const CLOSED: &str = "credenza_connections_closed_total";
const SHED: &str = "credenza_requests_shed_total";
const FORWARDED: &str = "credenza_untrusted_forwarded_total";

/// Which limit a request was turned away by.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Shed {
    /// As many requests are in flight as may be.
    Requests,
    /// As many requests of its address are in flight as may be.
    RequestsOfAddress,
    /// As many requests of its client are in flight as may be.
    RequestsOfClient,
    /// Bodies and unread answers take as much memory as they may.
    Memory,
    /// Those of its address take as much memory as they may.
    MemoryOfAddress,
    /// Its body did not arrive in time.
    SlowBody,
    /// It would have had to wait for another host, and too many do.
    OtherHosts,
    /// It came on a connection that is kept for checks of health.
    Reserved,
}

impl Shed {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Requests, "requests"),
        (Self::RequestsOfAddress, "requests_of_address"),
        (Self::RequestsOfClient, "requests_of_client"),
        (Self::Memory, "memory"),
        (Self::MemoryOfAddress, "memory_of_address"),
        (Self::SlowBody, "slow_body"),
        (Self::OtherHosts, "other_hosts"),
        (Self::Reserved, "reserved"),
    ];
}

/// Why the server closed a connection.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Closed {
    /// No request came for too long.
    Idle,
    /// An answer was not read in time.
    Unread,
    /// It made room for a newer one.
    Displaced,
    /// There was no room for it.
    Refused,
}

impl Closed {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Idle, "idle"),
        (Self::Unread, "unread"),
        (Self::Displaced, "displaced"),
        (Self::Refused, "refused"),
    ];
}

/// What a listener counts; nothing by default.
#[derive(Clone)]
pub struct ListenerMetrics {
    /// Connections that are open.
    pub open: Gauge,
    /// Requests with forwarded addresses from peers that are not trusted.
    pub forwarded: Counter,
    shed: Vec<(Shed, Counter)>,
    closed: Vec<(Closed, Counter)>,
}

impl Default for ListenerMetrics {
    fn default() -> Self {
        Self { open: Gauge::noop(), forwarded: Counter::noop(), shed: vec![], closed: vec![] }
    }
}

impl ListenerMetrics {
    pub(super) fn new(recorder: &impl Recorder) -> Self {
        let counter = |name, value: &'static str| {
            let labels = vec![Label::from_static_parts("reason", value)];
            recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
        };
        describe(recorder);
        Self {
            open: recorder.register_gauge(&Key::from_static_name(OPEN), &METADATA),
            forwarded: recorder.register_counter(&Key::from_static_name(FORWARDED), &METADATA),
            shed: Shed::ALL.map(|(reason, name)| (reason, counter(SHED, name))).into(),
            closed: Closed::ALL.map(|(reason, name)| (reason, counter(CLOSED, name))).into(),
        }
    }

    /// A request was turned away.
    pub fn shed(&self, reason: Shed) {
        if let Some((_, counter)) = self.shed.iter().find(|(known, _)| *known == reason) {
            counter.increment(1);
        }
    }

    /// A connection was closed.
    pub fn closed(&self, reason: Closed) {
        if let Some((_, counter)) = self.closed.iter().find(|(known, _)| *known == reason) {
            counter.increment(1);
        }
    }
}

fn describe(recorder: &impl Recorder) {
    let counters = [
        (SHED, "Requests that a limit turned away, by reason."),
        (CLOSED, "Connections that the server closed or refused, by reason."),
        (FORWARDED, "Requests with forwarded addresses from peers that trusted_proxies does not list."),
    ];
    for (name, text) in counters {
        recorder.describe_counter(name.into(), Some(Unit::Count), text.into());
    }
    recorder.describe_gauge(OPEN.into(), Some(Unit::Count), "Connections that are open.".into());
}
