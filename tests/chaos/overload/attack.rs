//! What all attacks have in common: the addresses they come from, their target, and an end.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use super::bounds;
use super::target::Target;

/// After a connection has ended, until it is opened again.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);
/// The same for attacks that consist of opening connections.
pub(crate) const SHORT: Duration = Duration::from_millis(20);

/// An attack.
#[async_trait]
pub(crate) trait Attack: Send + 'static {
    /// Attacks until the time is over.
    async fn run(&self, by: Attackers);
}

/// Who attacks whom, and until when.
#[derive(Clone)]
pub(crate) struct Attackers {
    /// Who is attacked.
    pub(crate) target: Arc<Target>,
    until: Instant,
    effort: Arc<Effort>,
}

/// How much was tried.
#[derive(Default)]
struct Effort {
    connections: AtomicU64,
    requests: AtomicU64,
}

/// The addresses that attack: `127.0.1.1` and those after it.
pub(crate) fn address(number: usize) -> IpAddr {
    let number = number % usize::from(bounds::ATTACKERS);
    Ipv4Addr::new(127, 0, 1, 1 + u8::try_from(number).unwrap()).into()
}

/// Begins an attack, on a thread of its own so that it takes no turns of those who measure. The result of that thread is
/// how many connections and how many requests it made.
pub(crate) fn begin(attack: impl Attack, target: &Target, span: Duration) -> thread::JoinHandle<(u64, u64)> {
    let target = Arc::new(target.clone());
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let effort = Arc::new(Effort::default());
        runtime.block_on(async {
            let by = Attackers { target, until: Instant::now() + span, effort: Arc::clone(&effort) };
            attack.run(by).await;
        });
        (effort.connections.load(Ordering::Relaxed), effort.requests.load(Ordering::Relaxed))
    })
}

impl Attackers {
    /// Opens a connection from one of the addresses.
    pub(crate) async fn connect(&self, number: usize) -> io::Result<TcpStream> {
        self.open(TcpSocket::new_v4()?, number).await
    }

    /// The same with a socket that is prepared already.
    pub(crate) async fn open(&self, socket: TcpSocket, number: usize) -> io::Result<TcpStream> {
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::new(address(number), 0))?;
        let stream = socket.connect(self.target.address).await?;
        stream.set_nodelay(true)?;
        self.effort.connections.fetch_add(1, Ordering::Relaxed);
        Ok(stream)
    }

    /// Counts requests that were sent, whole or in part.
    pub(crate) fn sent(&self, requests: u64) {
        self.effort.requests.fetch_add(requests, Ordering::Relaxed);
    }

    /// Does this so many times at once, and again after a pause whenever one of them ends, until the time is over.
    pub(crate) async fn many<F, Fut>(&self, count: usize, pause: Duration, act: F)
    where
        F: Fn(Self, usize) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = io::Result<()>> + Send,
    {
        let mut all = JoinSet::new();
        for number in 0..count {
            let (by, act) = (self.clone(), act.clone());
            all.spawn(async move {
                let end = by.until;
                let again = async {
                    loop {
                        // A refusal is what the other side should do; the attacker comes back.
                        let _ = act(by.clone(), number).await;
                        sleep(pause).await;
                    }
                };
                let _: Result<(), _> = timeout_at(end, again).await;
            });
        }
        while all.join_next().await.is_some() {}
    }
}

/// Reads and forgets until the other side closes.
pub(crate) async fn drain(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut waste = [0; 4096];
    while stream.read(&mut waste).await? > 0 {}
    Ok(())
}
