//! Each write of the database's files fails once, by a library that is loaded before the C library: no panic, no answer
//! that does not hold after `kill -9`, nothing spent twice.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs, thread};

use credenza_tests::services::is_long;
use credenza_tests::{Database, Served, Tokens};

use super::visitor::{Visitor, wait_until_ready};
use crate::app::{App, Spendable};
use crate::invariants;
use crate::person::OFFLINE;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/chaos/disk/faults.c");
/// How a call fails: the operation, and the kinds.
const FAULTS: [(&str, &[&str]); 3] =
    [("write", &["eio", "enospc", "short"]), ("sync", &["eio", "enospc", "slow"]), ("truncate", &["eio"])];
/// At most these calls of an operation are tried in the usual run, each farther than the one before, and so many in the
/// long one.
const USUAL: [u64; 4] = [1, 2, 7, 33];
const LONG: u64 = 150;
/// How long a start may take, far more than it does.
const PATIENCE: Duration = Duration::from_secs(60);

/// The library, and the files by which it is told what to do.
struct Shim {
    library: PathBuf,
    control: PathBuf,
    told: PathBuf,
    armed: u64,
}

impl Shim {
    /// Compiles it; `None` where that is not possible, which fails in CI.
    fn compile(folder: &Path) -> Option<Self> {
        let library = folder.join("faults.so");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).args([SOURCE, "-ldl", "-lpthread"]);
        let is_made = cfg!(target_os = "linux") && cc.status().is_ok_and(|status| status.success());
        if !is_made {
            assert!(
                env::var_os("CI").is_none(),
                "the library of faults does not compile: it needs cc and Linux"
            );
            println!("skipped: the library of faults does not compile, it needs cc and Linux");
            return None;
        }
        Some(Self { library, control: folder.join("control"), told: folder.join("told"), armed: 0 })
    }

    /// The same library, told what to do by files in that folder.
    fn beside(&self, folder: &Path) -> Self {
        let (control, told) = (folder.join("control"), folder.join("told"));
        Self { library: self.library.clone(), control, told, armed: 0 }
    }

    fn load_into(&self, server: &mut Served) {
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        server.node.set_variable("LD_PRELOAD", &text(&self.library));
        server.node.set_variable("FAULTS_CONTROL", &text(&self.control));
        server.node.set_variable("FAULTS_TOLD", &text(&self.told));
    }

    /// The Nth call from now on fails.
    fn arm(&mut self, operation: &str, nth: u64, kind: &str) {
        self.armed += 1;
        let next = self.control.with_extension("next");
        fs::write(&next, format!("{} {operation} {nth} {kind}\n", self.armed)).unwrap();
        fs::rename(next, &self.control).unwrap();
    }

    /// Nothing fails any more, in a process that is started later.
    fn disarm(&self) {
        fs::remove_file(&self.control).unwrap();
    }

    /// Whether that has happened.
    fn has_happened(&self) -> bool {
        let told = fs::read_to_string(&self.told).unwrap_or_default();
        told.lines().any(|line| line.split(' ').next() == Some(&self.armed.to_string()))
    }
}

/// What was answered while a call failed.
struct Answered {
    app: App,
    code: String,
    tokens: Vec<Tokens>,
    is_revoked: bool,
}

impl Answered {
    /// A code that is redeemed and refreshed; `None` if an answer was lost and the code with it.
    async fn begin(visitor: &mut Visitor, app: &App) -> Option<Self> {
        let code = visitor.person.code(app, OFFLINE).await;
        let first = app.exchange(&Spendable::Code(code.clone())).await;
        if first.response.status != 200 {
            assert!(first.again, "{}", first.response.text());
            return None;
        }
        let mut tokens = vec![Tokens::of(&first.response)];
        let next = app.exchange(&Spendable::Refresh(tokens[0].refresh().to_owned())).await.response;
        assert_eq!(next.status, 200, "a lost reply is forgiven: {}", next.text());
        tokens.push(Tokens::of(&next));
        Some(Self { app: app.clone(), code, tokens, is_revoked: false })
    }

    async fn revoke(&mut self) {
        self.app.revoke(self.tokens[1].refresh()).await;
        self.is_revoked = true;
    }

    /// Every answer holds.
    async fn check(&self) {
        for tokens in &self.tokens {
            let is_active = self.app.is_active(&tokens.access_token).await;
            assert_eq!(is_active, !self.is_revoked, "an answer does not hold");
        }
        if !self.is_revoked {
            let next = self.app.exchange(&Spendable::Refresh(self.tokens[1].refresh().to_owned())).await;
            assert_eq!(next.response.status, 200, "{}", next.response.text());
        }
        self.app.assert_dead(&self.code, &[]).await;
    }
}

/// A server whose files fail, and what came of it so far.
struct Lane {
    server: Served,
    shim: Shim,
    visitor: Visitor,
    happened: u64,
    /// Requests that were not answered.
    noticed: u64,
}

impl Lane {
    /// One on a copy of what another left, so that each need not be set up anew.
    fn on_a_copy(left: &Served, shim: &Shim, visitor: &Visitor) -> Self {
        let mut server = prepare();
        server.set_master_keys(left.master_keys().clone());
        for end in ["", "-wal"] {
            let [from, to] = [left, &server].map(|server| format!("{}{end}", server.database().display()));
            if Path::new(&from).exists() {
                fs::copy(from, to).unwrap();
            }
        }
        let shim = shim.beside(server.database().parent().unwrap());
        shim.load_into(&mut server);
        let visitor = visitor.at(&server.node.address);
        Self { server, shim, visitor, happened: 0, noticed: 0 }
    }

    /// Each of the calls fails in this way, until one never comes.
    async fn fails(mut self, operation: &str, kind: &str) -> Self {
        let calls: Vec<u64> = if is_long() { (1..=LONG).collect() } else { USUAL.to_vec() };
        self.server.node.start();
        for nth in calls {
            println!("{operation} {nth} {kind}");
            self.shim.arm(operation, nth, kind);
            self.noticed += self.try_fault().await;
            if !self.shim.has_happened() {
                break;
            }
            self.happened += 1;
        }
        self
    }

    /// A call that fails while the server starts: it starts nevertheless, or ends with an error, and later starts.
    fn fails_at_start(mut self) -> Self {
        let Self { server, shim, .. } = &mut self;
        let mut happened = 0;
        server.node.start();
        for (operation, nth) in [("write", 1), ("write", 2), ("sync", 1), ("truncate", 1)] {
            server.kill();
            shim.arm(operation, nth, "eio");
            server.node.launch();
            if !server.node.is_ready_within(PATIENCE) {
                let ended = server.node.wait_for_end(PATIENCE).expect("it starts or ends");
                assert_eq!(ended.code(), Some(1), "{ended}: {}", server.log());
            } else {
                server.kill();
            }
            happened += u64::from(shim.has_happened());
            shim.disarm();
            server.start_again();
        }
        self.happened = happened;
        self
    }

    /// Uses the provider while a call fails, and looks at every answer after `kill -9`. How many requests were not
    /// answered.
    async fn try_fault(&mut self) -> u64 {
        let Self { server, shim, visitor, .. } = self;
        let mut visitor = visitor.clone();
        let apps = [visitor.app.clone(), visitor.opaque.clone()];
        let doubts = || apps[0].doubts.load(std::sync::atomic::Ordering::SeqCst);
        let before = doubts();
        let mut answered = vec![];
        for app in &apps {
            for is_to_end in [false, true] {
                if let Some(mut chain) = Answered::begin(&mut visitor, app).await {
                    if is_to_end {
                        chain.revoke().await;
                    }
                    answered.push(chain);
                }
            }
        }
        assert!(!answered.is_empty(), "one fault is not felt everywhere");
        assert!(server.node.is_running(), "{}", server.log());
        let noticed = doubts() - before;
        server.kill();
        shim.disarm();
        server.start_again();
        wait_until_ready(server, "ok\n").await;
        for chain in &answered {
            chain.check().await;
        }
        let database = Database::file(&server.database());
        invariants::assert_hold(&database);
        let corrupt = "SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
        assert_eq!(database.count(corrupt), 0);
        noticed
    }
}

/// A server to which passwords cost little.
fn prepare() -> Served {
    let mut server = Served::prepare();
    server.node.set("PASSWORD__MEMORY_KIB", "7168");
    server.node.set("PASSWORD__ITERATIONS", "1");
    server
}

/// Does the work on a thread of its own.
fn alongside<W: Future<Output = Lane>>(
    work: impl FnOnce() -> W + Send + 'static,
) -> thread::JoinHandle<Lane> {
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work())
    })
}

/// Each way to fail at a server of its own, all at the same time: most of it is waiting for servers to start.
#[tokio::test(flavor = "multi_thread")]
async fn each_write_fails_once() {
    let _alone = crate::alone().await;
    let mut left = prepare();
    let Some(shim) = Shim::compile(left.database().parent().unwrap()) else { return };
    left.node.start();
    left.create_user(credenza_tests::served::USERNAME);
    let visitor = Visitor::register(&left).await;
    left.kill();
    let lane = || Lane::on_a_copy(&left, &shim, &visitor);
    let starting = lane();
    let starting = alongside(move || async move { starting.fails_at_start() });
    let mut failing = vec![];
    for (operation, kinds) in FAULTS {
        for kind in kinds {
            let lane = lane();
            failing.push((operation, kind, alongside(move || lane.fails(operation, kind))));
        }
    }
    let (mut happened, mut noticed) = (0, 0);
    for (operation, kind, lane) in failing {
        let lane = lane.join().unwrap();
        assert!(lane.happened > 1 || operation == "truncate", "{operation} {kind} did not happen");
        assert!(!lane.server.log().contains(r#""message":"a panic""#), "{}", lane.server.log());
        happened += lane.happened;
        noticed += lane.noticed;
    }
    let starting = starting.join().unwrap();
    assert!(starting.happened > 0, "nothing failed at a start");
    assert!(!starting.server.log().contains(r#""message":"a panic""#), "{}", starting.server.log());
    println!("{} faults, {noticed} requests without an answer", happened + starting.happened);
    assert!(noticed > 0, "nothing was felt");
}
