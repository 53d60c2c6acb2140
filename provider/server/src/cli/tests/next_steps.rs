//! Whatever is printed on failure says what to do next.

use std::io::ErrorKind;

use credenza_protocol::ids::KeyId;
use credenza_storage::{OpenError, SealedAt, StoreError};
use credenza_validator::Algorithm;

use super::*;
use crate::admin::{self, Outcome, Refusal};
use crate::cli::outcome::Subject;
use crate::listener::TlsError;
use crate::{failure, keys};

fn store(reason: &str) -> StoreError {
    StoreError::Failed(reason.into())
}

fn file(kind: ErrorKind) -> OpenError {
    OpenError::File { path: "/var/lib/credenza.db".to_owned(), source: kind.into() }
}

fn bind(setting: &'static str, kind: ErrorKind) -> serve::Error {
    serve::Error::Bind { setting, address: "127.0.0.1:9790".parse().unwrap(), source: kind.into() }
}

/// What the store can say, opened or not.
fn of_storage() -> Vec<(Failure, &'static str)> {
    vec![
        (store("connection refused").into(), "see that the database is up"),
        (store("database is locked").into(), "another process is writing to the database file: wait"),
        (StoreError::Full("no space".into()).into(), "make room on the disk"),
        (OpenError::Scheme("oracle".to_owned()).into(), "write database_url as sqlite:FILE"),
        (OpenError::Url("it names no host").into(), "write database_url as sqlite:FILE"),
        (OpenError::Driver("mysql".to_owned()).into(), "use a build with that driver"),
        (file(ErrorKind::NotFound).into(), "create the directory"),
        (file(ErrorKind::PermissionDenied).into(), "run this as the user that runs the server"),
        (file(ErrorKind::Other).into(), "see that it is a file"),
        (OpenError::Connect("refused".to_owned()).into(), "see that database_url names the right"),
        (
            OpenError::Locked("a.db".to_owned()).into(),
            "is locked: another process holds it; stop that process",
        ),
        (OpenError::Redis("it evicts keys".to_owned()).into(), "or remove the setting: Redis is optional"),
        (OpenError::Migrate("permission denied".to_owned()).into(), "run `credenza migrate` again"),
    ]
}

/// What a server can say that does not start.
fn of_serve() -> Vec<(Failure, &'static str)> {
    let sealed = || keys::Error::Sealed(SealedAt::Secret("root".to_owned()));
    let no_certificate = TlsError::NoCertificate("cert.pem".into());
    let mismatch = TlsError::Config(rustls::Error::General("they do not match".to_owned()));
    vec![
        (serve::Error::Open(OpenError::Locked("a.db".to_owned())).into(), "stop that process"),
        (serve::Error::Redis("it evicts keys".to_owned()).into(), "Redis is optional"),
        (serve::Error::Store(store("gone")).into(), "see that the database is up"),
        (bind("listen", ErrorKind::AddrInUse).into(), "stop it, or set CREDENZA_LISTEN to another address"),
        (
            bind("metrics_listen", ErrorKind::AddrInUse).into(),
            "set CREDENZA_METRICS_LISTEN to another address, or to off",
        ),
        (bind("listen", ErrorKind::AddrNotAvailable).into(), "no such address: set CREDENZA_LISTEN"),
        (bind("listen", ErrorKind::PermissionDenied).into(), "CAP_NET_BIND_SERVICE"),
        (bind("listen", ErrorKind::Other).into(), "set CREDENZA_LISTEN to another address"),
        (serve::Error::Tls(no_certificate).into(), "the file must be PEM"),
        (serve::Error::Tls(mismatch).into(), "tls_key must be the private key of the first certificate"),
        (serve::Error::Sealed(sealed()).into(), "add the previous one to master_keys_previous"),
        (serve::Error::Setting("egress.ca_file: empty".to_owned()).into(), "correct that setting"),
        (serve::Error::Demo("username: taken".to_owned()).into(), "to start afresh"),
        (serve::Error::System("no threads".to_owned()).into(), "then start again"),
        // A store that is gone says nothing about the master key.
        (serve::Error::from(failure::Failure::Store(store("gone"))).into(), "see that the database is up"),
        (serve::Error::from(failure::Failure::Keys(sealed())).into(), "master_key: the secret"),
        (serve::Error::from(failure::Failure::Busy).into(), "then start again"),
    ]
}

/// What use cases can say.
fn of_admin() -> Vec<(Failure, &'static str)> {
    let failed = |failure: failure::Failure| Failure::from(admin::Error::Failed(failure));
    let key = |error: keys::Error| failed(error.into());
    let client = |outcome: Outcome<()>| Subject::client("app").accept(outcome).unwrap_err();
    vec![
        (admin::Error::NoMasterKey("a key").into(), "set master_key, or CREDENZA_MASTER_KEY"),
        (failed(store("gone").into()), "see that the database is up"),
        (failed(failure::Failure::Busy), "try again in a moment"),
        (failed(failure::Failure::Internal("a key could not be made")), "report it"),
        (key(keys::Error::Key(credenza_validator::KeyError::Rejected)), "use a key of the algorithm"),
        (key(keys::Error::NoKey(Algorithm::ES256)), "`credenza key create`"),
        (client(Outcome::Absent), "`credenza client list`"),
        (client(Outcome::Taken), "choose another, or change that one by `credenza client update`"),
        (client(Outcome::Stale), "run the command again"),
        (client(Outcome::Refused(Refusal::DefaultTenant)), "it can be disabled"),
        (client(Outcome::Refused(Refusal::LastSigner(Algorithm::ES256))), "create another key first"),
        (client(Outcome::Refused(Refusal::WebhooksOff)), "set it to true"),
        (client(Outcome::Refused(Refusal::TooManyWebhookSecrets)), "delete one"),
        (client(Outcome::Refused(Refusal::LastWebhookSecret)), "add another one first"),
        (client(Outcome::Refused(Refusal::NoKey)), "create one with `credenza key create`"),
    ]
}

#[test]
fn every_failure_says_what_to_do_next() {
    for (failure, step) in [of_storage(), of_serve(), of_admin()].into_iter().flatten() {
        let text = failure.to_string();
        assert!(text.contains(step), "{step}\n{text}");
        assert!(!text.contains('\n') && text.len() < 400, "one sentence: {text}");
    }
    let lost = SealedAt::SigningKey(credenza_protocol::ids::TenantId::new("t"), KeyId::new("k"));
    assert!(keys::Error::Sealed(lost).next_step().contains("master_keys_previous"));
}

#[cfg(feature = "demo")]
#[test]
fn a_development_server_that_does_not_start_says_so_too() {
    let listen = dev::Error::Listen {
        address: "127.0.0.1:8080".parse().unwrap(),
        source: ErrorKind::AddrInUse.into(),
    };
    let file = dev::Error::File { path: "credenza-dev".into(), why: "read-only".to_owned() };
    for (error, step) in
        [(listen, "set CREDENZA_LISTEN to another"), (file, "set CREDENZA_DEV_DIR to another")]
    {
        let text = Failure::from(error).to_string();
        assert!(text.contains(step), "{text}");
    }
}

#[test]
fn faults_of_settings_say_what_would_be_accepted() {
    let environment = |name: &str, value: &str| {
        let given = Sources::new().environment([(name.into(), value.into())]);
        Failure::from(config::Settings::load(given).unwrap_err()).to_string()
    };
    for (name, value, step) in [
        ("CREDENZA_LISTEN", "here", "must be an IP address and a port"),
        ("CREDENZA_LISTENS", "here", "is not a setting; here are"),
        ("CREDENZA_A__B__C", "x", "`credenza settings` lists them"),
        ("CREDENZA_MASTER_KEY_FILE", "/nowhere", "name a file that this user can read, or remove"),
        ("CREDENZA_TLS_CERT", "cert.pem", "tls_key is missing"),
        ("CREDENZA_REDIS__CA_FILE", "/nowhere", "name a file that this user can read"),
        ("CREDENZA_EVENTS__REDIS", "yes", "needs redis_url"),
    ] {
        let text = environment(name, value);
        assert!(text.contains(step), "{name}: {text}");
    }
    let text = Failure::from(Config::load(Sources::new()).unwrap_err()).to_string();
    assert!(
        text.lines().all(|line| line.contains("is missing: set it in the file, or as CREDENZA_")),
        "{text}"
    );
}
