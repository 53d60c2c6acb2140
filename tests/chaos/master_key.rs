//! Rotation of the master key of the built binary, step by step as in the manual: everything keeps working, and under a
//! wrong key nothing starts.
//!
//! Chart 540

use credenza::clock::{Clock as _, SystemClock};
use credenza_tests::{MasterKeyTexts, Request, Response, Served, Tokens, assertion};
use credenza_validator::{Algorithm, SigningKey};
use serde_json::Value;

use crate::load::Client;

/// A client of `client_secret_jwt`, whose secret itself is stored, encrypted under the master key.
struct Machine {
    issuer: String,
    id: String,
    key: SigningKey,
}

impl Machine {
    fn register(server: &Served) -> Self {
        let options =
            ["--grant-type", "client_credentials", "--token-endpoint-auth-method", "client_secret_jwt"];
        let made = server.create_client(&options);
        let secret = made["client_secret"].as_str().unwrap();
        let key = SigningKey::from_secret(Algorithm::HS256, secret.as_bytes()).unwrap();
        Self { issuer: server.issuer.clone(), id: made["client_id"].as_str().unwrap().to_owned(), key }
    }

    async fn token(&self) -> Response {
        let proof = assertion(&self.key, &self.id, &self.issuer, SystemClock.now().seconds(), |_| ());
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", kind),
            ("client_assertion", &proof),
        ];
        Request::form(format!("{}/token", self.issuer), &fields).send().await
    }
}

/// The state before the key changed.
struct Before {
    client: Client,
    machine: Machine,
    jwks: Value,
    /// A spent refresh token, its child, and the access token beside it.
    spent: String,
    child: String,
    access_token: String,
}

async fn jwks(server: &Served) -> Value {
    Request::get(format!("{}/jwks", server.issuer)).send().await.json()
}

async fn refreshed(client: &Client, token: &str) -> Tokens {
    let answer = client.app.refresh(token).await.expect("the server is up");
    assert_eq!(answer.status, 200, "{}", answer.text());
    Tokens::of(&answer)
}

impl Before {
    async fn begin(server: &Served) -> Self {
        server.run(&["tenant", "update", "default", "--set", "refresh_grace=600"]).unwrap();
        let (client, machine) = (Client::register(server).await, Machine::register(server));
        assert_eq!(machine.token().await.status, 200);
        let code = client.code().await.unwrap();
        let first = Tokens::of(&client.app.redeem(&code).await.unwrap());
        let spent = first.refresh().to_owned();
        let second = refreshed(&client, &spent).await;
        let child = second.refresh().to_owned();
        Self { client, machine, jwks: jwks(server).await, spent, child, access_token: second.access_token }
    }

    /// Asserts that everything still works.
    async fn goes_on(&mut self, server: &Served) {
        assert_eq!(jwks(server).await, self.jwks, "the same keys");
        assert!(self.client.app.is_active(&self.access_token).await, "a token of before");
        assert_eq!(self.machine.token().await.status, 200, "a secret of before");
        // A lost reply: the same child is returned again, although the key has changed.
        assert_eq!(refreshed(&self.client, &self.spent).await.refresh(), self.child);
        let next = refreshed(&self.client, &self.child).await;
        // Session and consent from before give a code.
        let code = self.client.code().await.expect("the server is up");
        assert_eq!(self.client.app.redeem(&code).await.unwrap().status, 200);
        self.spent = std::mem::replace(&mut self.child, next.refresh().to_owned());
        self.access_token = next.access_token;
    }
}

/// How many values were encrypted anew, and how many there are.
fn reseal(server: &Served, words: &[&str]) -> Value {
    serde_json::from_str(&server.run(words).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_master_key_is_changed_and_everything_goes_on() {
    let mut server = Served::start();
    let mut before = Before::begin(&server).await;
    let a = server.master_keys().clone();
    let b = a.after();
    server.kill();
    // B encrypts, A still decrypts.
    server.start_under(b.clone());
    before.goes_on(&server).await;
    let waiting = reseal(&server, &["key", "reseal", "--check", "--json"]);
    assert_eq!((&waiting["resealed"], &waiting["current"]), (&0.into(), &0.into()), "{waiting}");
    assert_eq!(
        waiting["waiting"],
        5 + 1 + 1 + 1,
        "five keys, those to encrypt to, a client's secret, the root secret"
    );
    // Before everything is encrypted anew, B alone is refused with a message.
    server.kill();
    let said = server.refuses_to_start(&b.alone());
    assert!(said.contains("opens under none") && said.contains("master_keys_previous"), "{said}");
    server.start_again();
    // While the server runs; the command can be interrupted and repeated.
    assert_eq!(reseal(&server, &["key", "reseal", "--json"])["resealed"], 8);
    assert_eq!(reseal(&server, &["key", "reseal", "--json"])["resealed"], 0);
    before.goes_on(&server).await;
    server.kill();
    // B alone.
    server.start_under(b.alone());
    before.goes_on(&server).await;
    assert!(server.run(&["check-config", "--insecure-http", "--database"]).is_ok());
    server.kill();
    // Neither A, nor a third key, nor both together.
    let c = MasterKeyTexts::random();
    let both = MasterKeyTexts { previous: vec![a.current.clone()], ..c.clone() };
    for wrong in [&a, &c, &both] {
        let said = server.refuses_to_start(wrong);
        assert!(said.contains("the secret \"root\" opens under none of the master keys"), "{said}");
        assert!(!said.contains(&wrong.current) && !said.contains(&b.current), "{said}");
    }
    // No data was damaged by that.
    server.start_under(b.alone());
    before.goes_on(&server).await;
    let log = server.log();
    for key in [&a.current, &b.current, &c.current] {
        assert!(!log.contains(key), "a master key is in the log");
    }
    assert!(log.contains("values sealed under previous master keys"), "a start tells what waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_config_finds_what_does_not_open() {
    let mut server = Served::start();
    // By then it has keys.
    assert_eq!(jwks(&server).await["keys"].as_array().unwrap().len(), 5 + 2);
    let words = ["check-config", "--insecure-http", "--database"];
    let shown = server.run(&words).unwrap();
    assert!(shown.contains("master_key = \"(set)\"") && shown.contains("rotate_every"), "{shown}");
    server.kill();
    let b = server.master_keys().after();
    server.start_under(b.clone());
    assert!(server.run(&words).unwrap().contains("master_keys_previous = \"(1 set)\""));
    server.kill();
    let refused = |server: &Served| server.run(&words).unwrap_err();
    server.set_master_keys(b.alone());
    let said = refused(&server);
    assert!(said.contains("7 sealed values open under none of the master keys"), "{said}");
    server.set_master_keys(b);
    server.run(&["key", "reseal"]).unwrap();
    server.set_master_keys(server.master_keys().alone());
    server.run(&words).unwrap();
}
