//! A supervisor that restarts a server when it dies.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use credenza_tests::Served;

/// How soon a node must be ready after it died.
const READY: Duration = Duration::from_secs(5);
/// Between two polls.
const PAUSE: Duration = Duration::from_millis(5);
/// The setting that arms failpoints.
const FAILPOINTS: &str = "FAILPOINTS";

/// Supervises until it is dropped.
pub(crate) struct Supervisor {
    server: Arc<Mutex<Served>>,
    deaths: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    watch: Option<JoinHandle<()>>,
    /// How much of the log was written before the points were armed.
    read: usize,
}

impl Supervisor {
    /// Supervises a running server.
    pub(crate) fn new(server: Served) -> Self {
        let (server, deaths, over) = (Arc::new(Mutex::new(server)), Arc::default(), Arc::default());
        let watch = {
            let (server, deaths, over) = (Arc::clone(&server), Arc::clone(&deaths), Arc::clone(&over));
            thread::spawn(move || watch(&server, &deaths, &over))
        };
        Self { server, deaths, over, watch: Some(watch), read: 0 }
    }

    /// The server; it is not supervised while this is held.
    pub(crate) fn server(&self) -> MutexGuard<'_, Served> {
        self.server.lock().expect("it is ready in time, however it died")
    }

    /// Kills the server and starts it with this point armed; the start after that has none.
    pub(crate) fn arm(&mut self, point: &str) {
        self.read = {
            let mut server = self.server();
            server.kill();
            self.deaths.store(0, Ordering::SeqCst);
            server.node.set(FAILPOINTS, point);
            let read = server.log().len();
            server.node.launch();
            server.node.unset(FAILPOINTS);
            read
        };
        while !self.server().node.is_ready() {
            thread::sleep(PAUSE);
        }
    }

    /// How often it died since.
    pub(crate) fn deaths(&self) -> usize {
        // A server that has just died is counted, too.
        while !self.server().node.is_ready() {
            thread::sleep(PAUSE);
        }
        self.deaths.load(Ordering::SeqCst)
    }

    /// What it logged since.
    pub(crate) fn log(&self) -> String {
        self.server().log().split_off(self.read)
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        if let Some(watch) = self.watch.take() {
            // If it panicked, the test has seen the poisoned lock.
            let _ = watch.join();
        }
    }
}

fn watch(server: &Mutex<Served>, deaths: &AtomicUsize, over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        {
            let Ok(mut server) = server.lock() else { return };
            if !server.node.is_running() {
                server.node.start_within(READY);
                deaths.fetch_add(1, Ordering::SeqCst);
            }
        }
        thread::sleep(PAUSE);
    }
}
