//! Each write of the database's files fails once, by a library that is loaded before the C library: no panic, no answer
//! that does not hold after `kill -9`, nothing spent twice.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

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
/// At most so many calls of an operation are tried in the usual run, each farther than the one before, and in the long
/// one.
const USUAL: [u64; 7] = [1, 2, 3, 5, 9, 17, 33];
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
        let (control, told) = (folder.join("control"), folder.join("told"));
        Some(Self { library, control, told, armed: 0 })
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

#[tokio::test(flavor = "multi_thread")]
async fn each_write_fails_once() {
    let _alone = crate::alone().await;
    let mut server = Served::prepare();
    let Some(mut shim) = Shim::compile(server.database().parent().unwrap()) else { return };
    server.node.set("PASSWORD__MEMORY_KIB", "7168");
    server.node.set("PASSWORD__ITERATIONS", "1");
    server.node.start();
    server.create_user(credenza_tests::served::USERNAME);
    let visitor = Visitor::register(&server).await;
    server.kill();
    shim.load_into(&mut server);
    server.node.start();
    let calls: Vec<u64> = if is_long() { (1..=LONG).collect() } else { USUAL.to_vec() };
    let (mut happened, mut noticed) = (0, 0);
    for (operation, kinds) in FAULTS {
        for kind in kinds {
            for nth in &calls {
                println!("{operation} {nth} {kind}");
                shim.arm(operation, *nth, kind);
                noticed += try_fault(&mut server, &shim, visitor.clone()).await;
                if !shim.has_happened() {
                    break;
                }
                happened += 1;
            }
        }
    }
    let at_start = starts_that_fail(&mut server, &mut shim);
    assert!(at_start > 0, "nothing failed at a start");
    happened += at_start;
    println!("{happened} faults, {noticed} requests without an answer");
    assert!(happened >= 20 && noticed > 0, "nothing failed");
    assert!(!server.log().contains(r#""message":"a panic""#), "{}", server.log());
}

/// A call that fails while the server starts: it starts nevertheless, or ends with an error, and later starts.
fn starts_that_fail(server: &mut Served, shim: &mut Shim) -> u64 {
    let mut happened = 0;
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
    happened
}

/// Uses the provider while a call fails, and looks at every answer after `kill -9`. How many requests were not answered.
async fn try_fault(server: &mut Served, shim: &Shim, mut visitor: Visitor) -> u64 {
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
    assert_eq!(database.count("SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    noticed
}
