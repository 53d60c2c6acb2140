//! Somebody who watches over a server, and starts it again when it dies.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use credenza_tests::Served;

/// How soon a node must be ready after it died.
const READY: Duration = Duration::from_secs(5);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);
/// Arms points of a process.
const FAILPOINTS: &str = "FAILPOINTS";

/// Watches until it is dropped.
pub(crate) struct Nurse {
    server: Arc<Mutex<Served>>,
    deaths: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    watch: Option<JoinHandle<()>>,
    /// How much of the log was written before the points were armed.
    read: usize,
}

impl Nurse {
    /// Watches over a server that runs.
    pub(crate) fn new(server: Served) -> Self {
        let (server, deaths, over) = (Arc::new(Mutex::new(server)), Arc::default(), Arc::default());
        let watch = {
            let (server, deaths, over) = (Arc::clone(&server), Arc::clone(&deaths), Arc::clone(&over));
            thread::spawn(move || watch(&server, &deaths, &over))
        };
        Self { server, deaths, over, watch: Some(watch), read: 0 }
    }

    /// The server, for a moment in which nobody looks after it.
    pub(crate) fn server(&self) -> MutexGuard<'_, Served> {
        self.server.lock().expect("it is ready in time, however it died")
    }

    /// Kills the server and starts it with this point armed; the start after that has none.
    pub(crate) fn arm(&mut self, point: &str) {
        {
            let mut server = self.server();
            server.kill();
            self.read = server.log().len();
            self.deaths.store(0, Ordering::SeqCst);
            server.node.set(FAILPOINTS, point);
            server.node.launch();
            server.node.unset(FAILPOINTS);
        }
        while !self.server().node.is_ready() {
            thread::sleep(PAUSE);
        }
    }

    /// How often it died since.
    pub(crate) fn deaths(&self) -> usize {
        // Who has just died is not forgotten.
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

impl Drop for Nurse {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        if let Some(watch) = self.watch.take() {
            // If it failed, the test has learnt so by the lock.
            let _ = watch.join();
        }
    }
}

fn watch(server: &Mutex<Served>, deaths: &AtomicUsize, over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        {
            let Ok(mut server) = server.lock() else { return };
            if !server.node.is_running() {
                let died = Instant::now();
                server.start_again();
                server.node.wait_until_ready(READY.saturating_sub(died.elapsed()));
                deaths.fetch_add(1, Ordering::SeqCst);
            }
        }
        thread::sleep(PAUSE);
    }
}
