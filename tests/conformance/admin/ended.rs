//! Chart 881: Rights that end meanwhile | an import, an export and following events end with the rights of whoever asked; what stands in the lines before stays

use std::time::Duration;

use credenza_protocol::scope::Scope;
use credenza_tests::{Administrator, Provider, Tokens};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// A line of an import; each is large, so that no buffer holds what was not asked for.
fn line(n: usize) -> String {
    let text = "x".repeat(1900);
    format!("{}\n", json!({"username": format!("person-{n}"), "attributes": {"notes": vec![text; 10]}}))
}

async fn declare(op: &Provider) {
    let owner = Administrator::service(op, "admin:tenant:read admin:tenant:write").await;
    let changes = json!({"settings": {"attributes": [{"name": "notes", "type": "strings"}]}});
    let changed = owner.patch(op, "/tenant", "*", &changes).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
}

/// The same account, enabled again, with another token.
async fn again(op: &Provider, who: Administrator) -> Administrator {
    who.client.set_enabled(op, true).await;
    // What was issued in the second in which the account ended is dead.
    op.pass(1);
    let audience = format!("{}/admin", op.issuer);
    let fields = [("grant_type", "client_credentials"), ("resource", audience.as_str())];
    let token = Tokens::of(&who.client.token(op, &fields).await).access_token;
    Administrator { token, ..who }
}

async fn count(op: &Provider) -> usize {
    op.state.store.users.list(&op.default_tenant().await, None, 10_000).await.unwrap().len()
}

/// Sends an import up to its line 400, and returns when the first of it are stored.
async fn begin(op: &Provider, who: &Administrator) -> (TcpStream, String) {
    let all: Vec<_> = (0..800).map(line).collect();
    let address = op.origin().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /admin/v1/users/import HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
        who.token,
        all.concat().len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(all[..400].concat().as_bytes()).await.unwrap();
    let stored = async {
        while count(op).await < 256 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), stored).await.unwrap();
    (stream, all[400..].concat())
}

async fn finish(mut stream: TcpStream, rest: &str) -> String {
    stream.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_ends_with_the_account_that_sends_it() {
    let op = Provider::start().await;
    declare(&op).await;
    let who = Administrator::service(&op, "admin:users:import").await;
    let (stream, rest) = begin(&op, &who).await;
    who.client.set_enabled(&op, false).await;
    let answer = finish(stream, &rest).await;
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("unauthenticated"), "{answer}");
    assert_eq!(count(&op).await, 256, "what was stored before stays, and nothing comes after it");
    // Positive control: enabled again, and by another token, the same lines are finished.
    let again = again(&op, who).await;
    let body: String = (0..800).map(line).collect();
    let request = again.request(&op, "POST", "/users/import").header("content-type", "application/x-ndjson");
    let answer = request.body(body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(count(&op).await, 800);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_ends_where_its_scope_does_and_not_otherwise() {
    for (left, status) in [("admin:users:read", "403"), ("admin:users:import admin:users:read", "200")] {
        let op = Provider::start().await;
        declare(&op).await;
        let who = Administrator::service(&op, "admin:users:import").await;
        let (stream, rest) = begin(&op, &who).await;
        who.client.update(&op, |record| record.client.scope = Scope::stored(left)).await;
        let answer = finish(stream, &rest).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{left}: {answer}");
        assert_eq!(count(&op).await, if status == "200" { 800 } else { 256 });
    }
}

/// Asks for everybody over a connection that holds little, and reads the beginning.
async fn export(op: &Provider, who: &Administrator) -> TcpStream {
    let address = op.origin().trim_start_matches("http://").to_owned();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8192).unwrap();
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let head = format!(
        "GET /admin/v1/users/export HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
        who.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut begun = [0; 1024];
    stream.read_exact(&mut begun).await.unwrap();
    assert!(String::from_utf8_lossy(&begun).starts_with("HTTP/1.1 200"));
    stream
}

/// The rest of an answer: how many users, and whether it is whole.
async fn read_on(mut stream: TcpStream) -> (usize, bool) {
    let mut rest = vec![];
    let _broken = stream.read_to_end(&mut rest).await;
    let text = String::from_utf8_lossy(&rest);
    (text.matches("\"username\"").count(), text.ends_with("0\r\n\r\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_breaks_off_with_the_account_that_asked_for_it() {
    let op = Provider::start().await;
    declare(&op).await;
    let who = Administrator::service(&op, "admin:users:export admin:users:import").await;
    let body: String = (0..1200).map(line).collect();
    let request = who.request(&op, "POST", "/users/import").header("content-type", "application/x-ndjson");
    assert_eq!(request.body(body).send().await.status, 200);
    let begun = export(&op, &who).await;
    who.client.set_enabled(&op, false).await;
    let (count, is_whole) = read_on(begun).await;
    assert!(count < 1000 && !is_whole, "{count}");
    // Positive control.
    let whole = again(&op, who).await.get(&op, "/users/export").await;
    assert_eq!((whole.status.as_u16(), whole.text().lines().count()), (200, 1200));
}
