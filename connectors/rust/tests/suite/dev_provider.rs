//! The provider itself: `credenza dev`, which shows its mail at `/demo/inbox`, or `credenza serve`, which sends none.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use credenza_connectors::service::ClientConfig;
use serde_json::Value;

use crate::client::get;

/// 32 random bytes, for a database that lives as long as the test.
const MASTER_KEY: &str = "qm2DOl/D9tPIIas/BFo5cbVZ7GL9WjWrkT8GMtEXz7E=";

/// One that ends with the test, and its folder with it.
pub(crate) struct DevProvider {
    pub(crate) issuer: String,
    pub(crate) address: SocketAddr,
    mail: bool,
    binary: PathBuf,
    folder: PathBuf,
    process: Option<Child>,
}

impl Drop for DevProvider {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.kill());
            drop(process.wait());
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl DevProvider {
    /// Starts one; nothing where there is no provider, unless CI=true. `CREDENZA_BIN` names it.
    pub(crate) async fn start(name: &str) -> Option<Self> {
        Self::start_with(name, true).await
    }

    /// One that sends no mail.
    pub(crate) async fn start_without_mail(name: &str) -> Option<Self> {
        Self::start_with(name, false).await
    }

    async fn start_with(name: &str, mail: bool) -> Option<Self> {
        let own = std::env::current_exe().unwrap();
        let built = own.ancestors().nth(2).unwrap().join("credenza");
        let binary = std::env::var_os("CREDENZA_BIN").map_or(built, PathBuf::from);
        if !binary.exists() && std::env::var("CI").as_deref() != Ok("true") {
            eprintln!("there is no provider: CREDENZA_BIN names it");
            return None;
        }
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let folder = std::env::temp_dir().join(format!("credenza-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let issuer = format!("http://localhost:{}", address.port());
        let mut provider = Self { issuer, address, mail, binary, folder, process: None };
        let log = provider.folder.join("dev.log");
        let (words, said): (&[&str], _) =
            if mail { (&["dev"], "Password:") } else { (&["serve", "--insecure-http"], "serving") };
        let output = std::fs::File::create(&log).unwrap();
        let mut program = provider.command(words);
        program.stdout(output.try_clone().unwrap()).stderr(Stdio::from(output));
        provider.process = Some(program.spawn().unwrap());
        for _ in 0..600 {
            if std::fs::read_to_string(&log).unwrap().contains(said) {
                return Some(provider);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the provider does not start: {}", std::fs::read_to_string(&log).unwrap());
    }

    /// A client that may use the admin API so far.
    pub(crate) fn service_account(&self, scope: &str) -> ClientConfig {
        let resource = format!("{}/admin", self.issuer);
        let options = ["--json", "--name", "Job", "--scope", scope, "--resource", &resource];
        let output = self.command(&["service-account", "create"]).args(options).output().unwrap();
        let made: Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        ClientConfig {
            issuer: self.issuer.clone(),
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            scope: String::new(),
            resource: None,
        }
    }

    /// Waits until so many mails were sent to an address, as that is done beside the request.
    pub(crate) async fn want_letters(&self, address: &str, count: usize) {
        for _ in 0..300 {
            let page = get(self.address, "/demo/inbox", &[]).await.body;
            if page.matches(&format!("<bdi>{address}</bdi>")).count() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{address} does not have {count} mails");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(Path::new(&self.binary));
        // What the provider would take for its settings.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CREDENZA_")) {
            command.env_remove(name);
        }
        command.current_dir(&self.folder).args(arguments).env("CREDENZA_METRICS_LISTEN", "off");
        command.env("CREDENZA_ISSUER", &self.issuer).env("CREDENZA_LISTEN", self.address.to_string());
        if !self.mail {
            let database = format!("sqlite:{}/credenza.db", self.folder.display());
            command.env("CREDENZA_DATABASE_URL", database).env("CREDENZA_MASTER_KEY", MASTER_KEY);
        }
        command
    }
}
