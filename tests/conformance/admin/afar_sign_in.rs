//! Chart 871: credenza login | by the browser (RFC 8252, PKCE), kept in a file of mode 0600, refreshed by one of several processes, signed out; a sensitive command asks for a recent sign-in (RFC 9470)

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use credenza::admin::Administration;
use credenza::admin::clients::{self, NewClient, NewSecret};
use credenza::admin::command_line;
use credenza_protocol::admin_roles::Role;
use credenza_protocol::tenant::DEFAULT_TENANT;
use credenza_protocol::time::Time;
use credenza_tests::{Authorization, Browser, Person, Printed, Provider, Request, Terminal, give};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// A provider at which an operator lets people sign in from the command line, and a person with that role.
async fn site(role: Role) -> (Provider, Person, Terminal) {
    let op = Provider::start().await;
    enable(&op).await;
    let ada = op.user("ada").await;
    give(&op, DEFAULT_TENANT, &ada.user_id, role, true).await;
    let terminal = Terminal::at(&op.issuer);
    (op, ada, terminal)
}

async fn enable(op: &Provider) {
    let tenant = op.state.store.tenants.find(DEFAULT_TENANT).await.unwrap().unwrap();
    let admin = Administration::of_server(&op.state, Time::from_seconds(op.now()));
    let new = NewClient { client: command_line::client(&op.issuer), secret: NewSecret::Generated };
    let made = clients::create(&admin, &tenant, new).await.unwrap();
    assert!(matches!(made, credenza::admin::Outcome::Done(_)), "{made:?}");
}

/// `credenza login`, which waits for the browser, and the address that it prints.
fn begin(terminal: &Terminal, options: &[&str]) -> (Child, BufReader<std::process::ChildStderr>, Url) {
    let mut login = terminal.command(&[&["login", "--no-browser", "--output", "json"], options].concat());
    let mut login = login.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(login.stderr.take().unwrap());
    let mut line = String::new();
    while !line.trim().starts_with("http") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended: {:?}", login.wait_with_output().unwrap());
    }
    (login, said, Url::parse(line.trim()).unwrap())
}

/// The request as a browser sends it.
fn request(url: &Url) -> Authorization {
    Authorization { base: String::new(), parameters: url.query_pairs().into_owned().collect() }
}

/// Signs in, and returns what the command prints.
async fn sign_in(
    op: &Provider,
    terminal: &Terminal,
    browser: &mut Browser,
    person: &Person,
    options: &[&str],
) -> Value {
    let (login, _said, url) = begin(terminal, options);
    let page = request(&url).finish(op, browser, person).await;
    let back = page.response.location().to_owned();
    assert!(back.starts_with("http://127.0.0.1:"), "{back}");
    assert_eq!(Request::get(back).send().await.status, 200);
    let output = login.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Makes the access token that is kept look expired.
fn expire(terminal: &Terminal, issuer: &str) {
    let mut kept = terminal.read_kept();
    kept["servers"][issuer]["expires_at"] = 1.into();
    std::fs::write(terminal.kept(), kept.to_string()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_7_3_a_person_signs_in_by_the_browser_and_works() {
    let (op, ada, terminal) = site(Role::Auditor).await;
    assert!(terminal.refused(&["user", "list"]).contains("nobody is signed in"));
    let who = sign_in(&op, &terminal, &mut Browser::new(), &ada, &[]).await;
    assert_eq!(who["username"], "ada");
    assert_eq!(who["user_id"], ada.user_id.as_str());
    assert_eq!(terminal.json(&["user", "list"])["users"][0]["username"], "ada");
    assert_eq!(terminal.json(&["whoami"])["username"], "ada");
    // What the role does not bring is refused by name.
    let refused = terminal.refused(&["user", "create", "--username", "bob"]);
    assert!(refused.contains("admin:users:write"), "{refused}");
    // Nothing names a server: the one where somebody has signed in last is meant.
    let mut current = terminal.command(&["user", "list", "--json"]);
    let current = Printed::of(&current.env_remove("CREDENZA_SERVER").output().unwrap());
    assert!(current.stdout.contains("\"ada\"") && current.stderr.contains(&op.issuer), "{current:?}");
    // What is kept is for this user's eyes alone.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(terminal.kept()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(terminal.kept(), std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(terminal.refused(&["user", "list"]).contains("chmod 600"));
        std::fs::set_permissions(terminal.kept(), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    // Signed out, there and here.
    let kept = terminal.read_kept();
    let token = kept["servers"][&op.issuer]["access_token"].as_str().unwrap().to_owned();
    let call = || Request::get(op.at("/admin/v1/users")).bearer(&token).send();
    assert_eq!(call().await.status, 200);
    assert_eq!(terminal.json(&["logout"])["signed_out"], op.issuer);
    assert_eq!(call().await.status, 401);
    assert!(terminal.refused(&["user", "list"]).contains("nobody is signed in"));
    assert!(terminal.refused(&["logout"]).contains("nothing to do"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_8_6_nobody_signs_in_where_no_operator_enabled_it() {
    let op = Provider::start().await;
    let terminal = Terminal::at(&op.issuer);
    let (mut login, _said, url) = begin(&terminal, &[]);
    let page = Browser::new().open(&op, url.as_str()).await;
    page.assert_error_page();
    login.kill().unwrap();
    login.wait().unwrap();
    // Positive control.
    enable(&op).await;
    let (mut login, _said, url) = begin(&terminal, &[]);
    assert!(Browser::new().open(&op, url.as_str()).await.says("login-submit"));
    login.kill().unwrap();
    login.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8252_8_9_an_answer_that_was_not_asked_for_is_turned_away() {
    let (op, ada, terminal) = site(Role::Auditor).await;
    let (login, _said, url) = begin(&terminal, &[]);
    let asked: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["resource"], format!("{}/admin", op.issuer));
    let back = &asked["redirect_uri"];
    for wrong in ["?code=stolen&state=guessed", "?code=stolen", ""] {
        assert_eq!(Request::get(format!("{back}{wrong}")).send().await.status, 404, "{wrong}");
    }
    // Of another issuer (RFC 9207): the whole sign-in is off.
    let mixed = format!("{back}?code=a&state={}&iss=https%3A%2F%2Fevil.example", asked["state"]);
    assert_eq!(Request::get(mixed).send().await.status, 200);
    let output = login.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!terminal.kept().exists());
    // Positive control: the next one works.
    sign_in(&op, &terminal, &mut Browser::new(), &ada, &[]).await;
    assert!(terminal.kept().exists());
}

/// Passes connections on to a provider, and counts the requests that refresh a token.
async fn pass_on(socket: TcpListener, provider: String, refreshed: Arc<AtomicUsize>) {
    while let Ok((client, _)) = socket.accept().await {
        let server = TcpStream::connect(provider.trim_start_matches("http://")).await.unwrap();
        let refreshed = Arc::clone(&refreshed);
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        tokio::spawn(async move {
            let mut part = vec![0; 65_536];
            while let Ok(read @ 1..) = from_client.read(&mut part).await {
                if String::from_utf8_lossy(&part[..read]).contains("grant_type=refresh_token") {
                    refreshed.fetch_add(1, Ordering::SeqCst);
                }
                if to_server.write_all(&part[..read]).await.is_err() {
                    break;
                }
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_6_of_several_processes_one_refreshes() {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", socket.local_addr().unwrap());
    let op = Provider::builder().issuer(&issuer).start().await;
    let refreshed = Arc::new(AtomicUsize::new(0));
    tokio::spawn(pass_on(socket, op.at(""), Arc::clone(&refreshed)));
    enable(&op).await;
    let ada = op.user("ada").await;
    give(&op, DEFAULT_TENANT, &ada.user_id, Role::Auditor, true).await;
    let terminal = Terminal::at(&issuer);
    sign_in(&op, &terminal, &mut Browser::new(), &ada, &[]).await;
    let before = terminal.read_kept()["servers"][&issuer].clone();
    expire(&terminal, &issuer);
    let started: Vec<_> = (0..4)
        .map(|_| {
            let mut command = terminal.command(&["user", "list", "--json"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for process in started {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(refreshed.load(Ordering::SeqCst), 1);
    let after = terminal.read_kept()["servers"][&issuer].clone();
    assert_ne!(after["access_token"], before["access_token"]);
    assert_ne!(after["refresh_token"], before["refresh_token"], "it was rotated");
    // Whoever is signed out elsewhere is told what to do.
    expire(&terminal, &issuer);
    op.disable_user(&ada).await;
    let refused = terminal.refused(&["user", "list"]);
    assert!(refused.contains("has ended") && refused.contains("credenza login --server"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9470_4_a_sensitive_command_asks_for_a_recent_sign_in() {
    let (op, ada, terminal) = site(Role::Owner).await;
    let mut browser = Browser::new();
    sign_in(&op, &terminal, &mut browser, &ada, &[]).await;
    let create = ["key", "create", "--algorithm", "ES384"];
    assert_eq!(terminal.json(&create)["algorithm"], "ES384");
    op.pass(901);
    // The token itself has expired by the clock of the provider, so that the command refreshes it first.
    expire(&terminal, &op.issuer);
    let refused = terminal.refused(&create);
    assert!(refused.contains("sign-in of the last 900 seconds"), "{refused}");
    assert!(refused.contains("--max-age 900"), "{refused}");
    // What is not sensitive goes on.
    assert!(!terminal.json(&["key", "list"])["keys"].as_array().unwrap().is_empty());
    sign_in(&op, &terminal, &mut browser, &ada, &["--max-age", "900"]).await;
    assert_eq!(terminal.json(&create)["algorithm"], "ES384");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_enables_and_disables_it() {
    let server = credenza_tests::Served::start();
    let made = server.node.run(&["admin", "cli", "enable"]);
    assert_eq!(made["client_id"], "credenza-cli");
    assert_eq!(made["token_endpoint_auth_method"], "none");
    assert_eq!(made["resources"][0], format!("{}/admin", server.issuer));
    assert!(made.get("client_secret").is_none());
    // As often as one likes.
    assert_eq!(server.node.run(&["admin", "cli", "enable"])["scope"], made["scope"]);
    assert!(server.node.run(&["admin", "cli", "disable"])["disabled_at"].is_number());
    let again = server.node.run(&["admin", "cli", "enable"]);
    assert!(again["disabled_at"].is_null(), "{again}");
    let _acme = server.node.run(&["tenant", "create", "acme"]);
    let theirs = server.node.run(&["admin", "cli", "enable", "--tenant", "acme"]);
    assert_eq!(theirs["resources"][0], format!("{}/t/acme/admin", server.issuer));
}
