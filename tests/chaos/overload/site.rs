//! The provider under attack: a process of the binary with its default limits, one application, and a host outside that
//! is slow.

use std::fs;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use credenza_tests::outside::{ca_pem, server_files};
use credenza_tests::{Database, Outside, Reply, Served, served};
use url::{Url, form_urlencoded};

use super::footprint::Observed;
use super::target::{Target, unsigned_assertion};
use crate::app::{App, CALLBACK, OPTIONS};

/// The soft limit on descriptors that most systems start a process with.
const DESCRIPTORS: u32 = 1024;
/// What the attackers, who live in this process, need.
pub(crate) const OWN_DESCRIPTORS: u32 = 8192;
/// The size of a logo, just below what the provider takes.
const LOGO: usize = 250_000;
/// Where it keeps the request object and the keys of a client, and takes its time.
pub(crate) const SLOW_PATHS: [&str; 2] = ["/request", "/jwks"];
/// Longer than anybody waits.
const SLOW: Duration = Duration::from_secs(120);

/// A running provider.
pub(crate) struct Site {
    /// The process.
    pub(crate) server: Served,
    /// The application of ordinary users.
    pub(crate) app: App,
    /// What an attacker knows.
    pub(crate) target: Target,
    outside: Outside,
}

impl Site {
    /// Starts it.
    pub(crate) async fn start() -> Self {
        let outside = Outside::start().await;
        outside.serve("/logo", "image/png", [&b"\x89PNG\r\n\x1a\n"[..], &vec![0; LOGO]].concat());
        for path in SLOW_PATHS {
            outside.reply(path, Reply::ok("application/json", "{}").after(SLOW));
        }
        let mut server = prepared();
        server.node.set("EGRESS__ALLOW", "127.0.0.1");
        server.node.set("EGRESS__CA_FILE", "ca.pem");
        fs::write(server.database().with_file_name("ca.pem"), ca_pem()).unwrap();
        limit_descriptors(DESCRIPTORS);
        server.node.start();
        limit_descriptors(OWN_DESCRIPTORS);
        server.create_user(served::USERNAME);
        let url = |path: &str| format!("https://127.0.0.1:{}{path}", outside.port);
        let (logo, [request, jwks]) = (url("/logo"), SLOW_PATHS.map(url));
        let more = ["--grant-type", "client_credentials", "--logo-uri", &logo, "--request-uri", &request];
        let made = server.create_client(&[&OPTIONS[..], &more].concat());
        let keys = ["--token-endpoint-auth-method", "private_key_jwt", "--jwks-uri", &jwks];
        let keyed = server.create_client(&[&["--grant-type", "client_credentials"], &keys[..]].concat());
        let client_id = made["client_id"].as_str().unwrap();
        let discovery = Url::parse(&format!("{}/.well-known/openid-configuration", server.issuer)).unwrap();
        let mut target = Target::discovered(&discovery, client_id, CALLBACK).await;
        let logo = format!("/logos/{client_id}");
        target.big.extend([logo.clone(), logo]);
        let request = form_urlencoded::byte_serialize(request.as_bytes()).collect::<String>();
        target.fetching.push((format!("{}&request_uri={request}", target.authorize), String::new()));
        let assertion = unsigned_assertion(&server.issuer, keyed["client_id"].as_str().unwrap(), now());
        target.fetching.push((target.token.clone(), asserted(&assertion)));
        Self { app: App::of(&server.issuer, &made), server, target, outside }
    }

    /// How often it has fetched what is at this path.
    pub(crate) fn fetched(&self, path: &str) -> usize {
        self.outside.requests_for(path).len()
    }

    /// What is looked at.
    pub(crate) fn observed(&self) -> Observed {
        let database = Some(Database::file(&self.server.database()));
        Observed { process: self.server.node.id(), database }
    }
}

/// A process that serves TLS itself. Whoever wants to know whether it is ready must speak TLS as well.
pub(crate) fn launch_with_tls() -> Served {
    let mut server = prepared();
    let files = server_files(server.database().parent().unwrap());
    server.node.set("TLS_CERT", files.cert.to_str().unwrap());
    server.node.set("TLS_KEY", files.key.to_str().unwrap());
    server.node.set("ISSUER", &server.issuer.replace("http://127.0.0.1", "https://localhost"));
    limit_descriptors(DESCRIPTORS);
    server.node.launch();
    limit_descriptors(OWN_DESCRIPTORS);
    server
}

/// A server that logs what servers usually log.
fn prepared() -> Served {
    let mut server = Served::prepare();
    server.node.set("LOG__LEVEL", "info");
    server
}

/// The form of a request for a token by a client assertion (RFC 7523 2.2).
fn asserted(assertion: &str) -> String {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ];
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the provider under test is a process with the clock of the system"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Sets the soft limit of this process, which those that it starts begin with.
pub(crate) fn limit_descriptors(soft: u32) {
    let own = std::process::id().to_string();
    let status = Command::new("prlimit").args(["--pid", &own, &format!("--nofile={soft}:")]).status();
    assert!(status.unwrap().success(), "prlimit is needed");
}
