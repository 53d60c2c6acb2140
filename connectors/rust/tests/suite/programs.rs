//! Chart 941: quick starts of the connectors for Rust | the README's programs for Axum, Actix and tonic, as printed, started and called, with keys fetched over HTTP

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use crate::client::get;
use crate::issuer::Served;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts an example that Cargo has built beside this test.
async fn start(name: &str, issuer: &str, more: &[(&str, &str)]) -> (Program, SocketAddr) {
    let own = std::env::current_exe().unwrap();
    let built: PathBuf = own.ancestors().nth(2).unwrap().join("examples").join(name);
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = Command::new(&built);
    command.env("ISSUER", issuer).env("LISTEN", address.to_string()).envs(more.iter().copied());
    let started = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", built.display()));
    let program = Program(started);
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return (program, address);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{name} does not listen");
}

#[test]
fn the_readme_prints_the_examples() {
    let readme = std::fs::read_to_string(Path::new(FOLDER).join("README.md")).unwrap();
    for name in ["axum", "actix", "tonic", "sign_in"] {
        let example = std::fs::read_to_string(Path::new(FOLDER).join(format!("examples/{name}.rs"))).unwrap();
        assert!(readme.contains(&format!("```rust,no_run\n{example}```")), "{name} is printed otherwise");
    }
}

#[tokio::test]
async fn the_quick_starts_run_as_printed() {
    let served = Served::start(Duration::ZERO).await;
    for name in ["axum", "actix"] {
        let (_program, address) = start(name, &served.name, &[]).await;
        let good = served.issuer.bearer("orders:read");
        let answer = get(address, "/orders", &[("Authorization", &good)]).await;
        assert_eq!((answer.status, &*answer.body), (200, "Hello user"), "{name}");
        let answer = get(address, "/orders", &[]).await;
        assert_eq!(
            answer.field("www-authenticate").as_deref(),
            Some(r#"Bearer scope="orders:read""#),
            "{name}"
        );
        let scopeless = served.issuer.bearer("other");
        assert_eq!(get(address, "/orders", &[("Authorization", &scopeless)]).await.status, 403, "{name}");
        let document = get(address, "/.well-known/oauth-protected-resource", &[]).await;
        assert!(document.body.contains(&served.name), "{name}: {}", document.body);
    }
}

#[tokio::test]
async fn the_quick_start_of_tonic_runs_as_printed() {
    use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
    let served = Served::start(Duration::ZERO).await;
    let (_program, address) = start("tonic", &served.name, &[]).await;
    let channel = tonic::transport::Channel::from_shared(format!("http://{address}")).unwrap();
    let mut client = HealthClient::new(channel.connect().await.unwrap());
    let mut request = tonic::Request::new(HealthCheckRequest::default());
    assert_eq!(
        client.check(HealthCheckRequest::default()).await.unwrap_err().code(),
        tonic::Code::Unauthenticated
    );
    let good = served.issuer.bearer("orders:read");
    request.metadata_mut().insert("authorization", good.parse().unwrap());
    assert!(client.check(request).await.is_ok());
}

#[tokio::test]
async fn the_quick_start_of_signing_in_runs_as_printed() {
    let served = Served::start(Duration::ZERO).await;
    let settings = [
        ("CLIENT_ID", "app"),
        ("CLIENT_SECRET", "secret"),
        ("ORIGIN", "http://localhost:3000"),
        ("SECRET", "thirty-two bytes or more of which nobody knows"),
    ];
    let (_program, address) = start("sign_in", &served.name, &settings).await;
    let page = get(address, "/?a=b", &[("Accept", "text/html")]).await;
    assert_eq!(
        (page.status, page.field("location").as_deref()),
        (302, Some("/auth/login?return_to=%2F%3Fa%3Db"))
    );
    let fetched = get(address, "/", &[("Accept", "application/json")]).await;
    assert_eq!((fetched.status, fetched.field("location")), (401, None));
}
