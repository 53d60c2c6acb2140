//! Secrets at rest (manual: attacks): the database holds hashes and ciphertext, no secret in the clear (A261), and
//! nothing that two installations share (A262).
//!
//! Chart 540: Secrets at rest | hashed, or sealed under a master key that can be changed

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use credenza::keys::reseal::{reseal, survey};
use credenza::keys::root;
use credenza::keys::seal::{self, MasterKey, MasterKeys};
use credenza_protocol::client::{AccessTokenFormat, Client};
use credenza_protocol::sign_up::SignUpPolicy;
use credenza_storage::encryption_keys_of;
use credenza_tests::{
    Administrator, Browser, Provider, RelyingParty, Tokens, assertion, link_in, setup, signing_key,
};
use credenza_validator::Algorithm;

/// A folder that is deleted when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("credenza-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.0.join("credenza.db").display())
    }

    /// The bytes of every file in it, including the write-ahead log.
    fn bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        files.flat_map(|path: PathBuf| std::fs::read(path).unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A failed cleanup is not a test result.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Every secret that a run issues or receives.
struct Secrets(Vec<(&'static str, Vec<u8>)>);

impl Secrets {
    fn add(&mut self, what: &'static str, value: &str) {
        assert!(value.len() > 8, "{what} is too short to be looked for: {value}");
        self.0.push((what, value.as_bytes().to_vec()));
        if let Ok(bytes) = URL_SAFE_NO_PAD.decode(value) {
            self.0.push((what, bytes));
        }
    }

    fn tokens(&mut self, tokens: &Tokens) {
        self.add("an access token", &tokens.access_token);
        self.add("a refresh token", tokens.refresh());
        self.add("an ID token", tokens.id());
        for token in [&tokens.access_token, tokens.id()] {
            if let Some(signature) = token.split('.').nth(2) {
                self.add("a signature", signature);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a261_after_a_full_run_the_database_holds_no_secret_in_the_clear() {
    let folder = Folder::new("a261");
    let op = Provider::builder().mailing().database_url(&folder.url()).start().await;
    let mut secrets = Secrets(vec![]);
    let alice = op.user("alice").await;
    secrets.add("a password", &alice.password);
    secrets.add("the master key", std::str::from_utf8(&[7; 32]).unwrap());
    let plain = RelyingParty::confidential(&op).await;
    let opaque = |client: &mut Client| client.access_token_format = AccessTokenFormat::Opaque;
    let opaque = RelyingParty::register(&op, opaque).await;
    let (symmetric, key) = RelyingParty::with_secret_jwt(&op, Algorithm::HS256).await;
    for rp in [&plain, &opaque, &symmetric] {
        secrets.add("a client secret", rp.secret.as_deref().unwrap());
    }
    let mut browser = Browser::new();
    for rp in [&plain, &opaque] {
        let page = rp.authorization().open(&op, &mut browser).await;
        if page.says("login-submit") {
            secrets.add("a request", &page.hidden("request"));
            secrets.add("a form's field", &page.hidden("csrf"));
            browser.submit(&op, &page, &[("username", "alice"), ("password", "a wrong password")]).await;
            secrets.add("a wrong password", "a wrong password");
        }
        let code = rp.authorization().code(&op, &mut browser, &alice).await;
        secrets.add("a code", &code);
        let tokens = Tokens::of(&rp.redeem(&op, &code).await);
        secrets.tokens(&tokens);
        let renewed = Tokens::of(&rp.refresh(&op, tokens.refresh()).await);
        secrets.tokens(&renewed);
        rp.assert_alive(&op, &renewed).await;
        let unspent = rp.authorization().code(&op, &mut browser, &alice).await;
        secrets.add("an unspent code", &unspent);
        rp.call(&op, "/revoke", &[("token", &renewed.access_token)]).send().await;
    }
    secrets.add("a code verifier", credenza_tests::VERIFIER);
    let proof = assertion(&key, symmetric.client_id(), &op.issuer, op.now(), |_| ());
    assert_eq!(symmetric.assert_token(&op, &proof).await.status, 200);
    secrets.add("an assertion", &proof);
    // Somebody has forgotten their password, and has not used the link yet.
    let forgot = browser.open(&op, &format!("{}/forgot-password", op.issuer)).await;
    secrets.add("a request", &forgot.hidden("request"));
    browser.submit(&op, &forgot, &[("username", "alice")]).await;
    let mail = op.mails(1).await.remove(0);
    secrets.add("the token of a link", link_in(&mail).split("token=").nth(1).unwrap());
    secrets.add("a mail", &mail.subject);
    // Somebody wants an account, and has not opened the link yet.
    op.change_settings(|settings| settings.sign_up = SignUpPolicy::Open).await;
    let sign_up = browser.open(&op, &format!("{}/signup", op.issuer)).await;
    let sent = browser.submit(&op, &sign_up, &[("email", "new@people.test")]).await;
    for field in ["request", "ticket"] {
        secrets.add("a sign-up", &sent.hidden(field));
    }
    let mail = op.mails(2).await.remove(1);
    secrets.add("the token of a link", link_in(&mail).split("token=").nth(1).unwrap());
    secrets.add("a mail", &mail.subject);
    // Somebody is invited, and has not opened the link yet.
    let who = Administrator::service(&op, "admin:invitations:write").await;
    let invited = who.post(&op, "/invitations", &serde_json::json!({"email": "ada@people.test"})).await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    let mail = op.mails(3).await.remove(2);
    secrets.add("the token of a link", link_in(&mail).split("token=").nth(1).unwrap());
    secrets.add("a mail", &mail.subject);
    // One request still under way, one session still alive.
    let open = plain.authorization().with("prompt", "consent").open(&op, &mut browser).await;
    secrets.add("a request", &open.hidden("request"));
    for value in browser.cookies.values() {
        secrets.add("a cookie", value);
    }
    let written = op.state.store.maintenance.check().await;
    assert!(written.is_ok());
    let before = folder.bytes();
    op.state.store.maintenance.close().await;
    for bytes in [before, folder.bytes()] {
        for (what, secret) in &secrets.0 {
            assert!(!holds(&bytes, secret), "{what}: {}", String::from_utf8_lossy(secret));
        }
        // Positive control: what is not secret is found.
        for public in ["alice@people.test", plain.client_id(), "https://rp.test/callback", "Wonder & Land"] {
            assert!(holds(&bytes, public.as_bytes()), "{public}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a261_private_keys_lie_under_the_master_key() {
    let folder = Folder::new("a261-keys");
    let op = Provider::builder().database_url(&folder.url()).start().await;
    let bytes = folder.bytes();
    // How PKCS#8 begins for RSA, EC and Ed25519 (RFC 5208, RFC 5915, RFC 8410), raw and in base64; and the markers
    // of PEM and JWK.
    let rsa = hex("300d06092a864886f70d0101010500");
    let (ec, ed25519) = (hex("06072a8648ce3d0201"), hex("300506032b6570"));
    for mark in [&rsa[..], &ec, &ed25519, b"PRIVATE KEY", b"\"d\":\"", b"MIIEv", b"MIGHAgEA", b"MC4CAQAw"] {
        assert!(!holds(&bytes, mark), "{}", String::from_utf8_lossy(mark));
    }
    // Positive control: a private key has such markers.
    let private = credenza_validator::SigningKey::generate_pkcs8(Algorithm::ES256).unwrap();
    assert!(holds(&private, &ec) && STANDARD.encode(&private).starts_with("MIGHAgEA"));
    // And the keys are there.
    let tenant = op.default_tenant().await;
    let keys = op.jwks().await["keys"].as_array().unwrap().len();
    let encryption = op.state.store.secrets.find(&encryption_keys_of(&tenant)).await.unwrap();
    assert!(encryption.is_some());
    assert_eq!(op.state.store.keys.list(&tenant).await.unwrap().len() + 2, keys);
}

#[tokio::test(flavor = "multi_thread")]
async fn a261_the_root_secret_and_rotated_keys_lie_under_the_master_key_before_and_after_it_changes() {
    let folder = Folder::new("a261-root");
    let op = Provider::builder().database_url(&folder.url()).start().await;
    let (symmetric, _) = RelyingParty::with_secret_jwt(&op, Algorithm::HS256).await;
    op.pass(90 * 86_400);
    assert_eq!(op.state.rotate_keys().await.unwrap(), 5);
    let (store, tenant) = (&op.state.store, op.default_tenant().await);
    // Everything that a copy of the database must not reveal.
    let mut plain: Vec<Vec<u8>> = vec![symmetric.secret.clone().unwrap().into_bytes()];
    let sealed = store.secrets.find(root::NAME).await.unwrap().unwrap();
    plain.push(op.state.master.open(&seal::of_secret(root::NAME), &sealed).unwrap().to_vec());
    for purpose in ["refresh-token", "csrf", "pairwise"] {
        plain.push(op.state.root.derive(&format!("{purpose}/{tenant}")).to_vec());
    }
    for record in store.keys.list(&tenant).await.unwrap() {
        let context = seal::of_signing_key(&tenant, &record.kid);
        let private = op.state.master.open(&context, &record.sealed).unwrap();
        // Nor a part of it: the last bytes of RSA and EC keys, or all of an Ed25519 key.
        plain.push(private[private.len() - 24..].to_vec());
    }
    let name = encryption_keys_of(&tenant);
    let sealed = store.secrets.find(&name).await.unwrap().unwrap();
    let encryption = op.state.master.open(&seal::of_secret(&name), &sealed).unwrap();
    plain.push(encryption[encryption.len() - 40..encryption.len() - 8].to_vec());
    assert_eq!(plain.len(), 1 + 1 + 3 + 10 + 1);
    plain.extend([[7; 32], [8; 32]].map(Vec::from));
    let lies = |when: &str| {
        let bytes = folder.bytes();
        for (index, secret) in plain.iter().enumerate() {
            assert!(!holds(&bytes, secret), "number {index} {when}");
        }
        assert!(holds(&bytes, symmetric.client_id().as_bytes()), "the control");
        assert!(holds(&bytes, b"root"), "the control");
    };
    lies("before");
    let next = MasterKeys::new(MasterKey::from_bytes(&[8; 32]), vec![MasterKey::from_bytes(&[7; 32])]);
    let waiting = survey(store, &next).await.unwrap().waiting;
    assert_eq!(reseal(store, &next, op.state.rng.as_ref()).await.unwrap(), waiting);
    assert_eq!(waiting, 13);
    lies("after");
    let alone = MasterKeys::from(MasterKey::from_bytes(&[8; 32]));
    let found = survey(store, &alone).await.unwrap();
    assert_eq!((found.current, found.waiting, found.lost.len()), (13, 0, 0));
    assert_eq!(survey(store, &op.state.master).await.unwrap().lost.len(), 13, "the old one opens nothing");
    store.maintenance.close().await;
    lies("at the end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a261_another_master_key_opens_nothing() {
    let folder = Folder::new("a261-master");
    let url = folder.url();
    let op = Provider::builder().database_url(&url).start().await;
    let jwks = op.jwks().await;
    let key = op.state.store.keys.list(&op.default_tenant().await).await.unwrap().remove(0);
    let tenant = op.default_tenant().await;
    let open = |master: [u8; 32]| {
        let master = MasterKey::from_bytes(&master).into();
        credenza::keys::KeyRing::open(&tenant, vec![key.clone()], &master, key.active_at).is_ok()
    };
    assert!(open([7; 32]) && !open([8; 32]));
    op.state.store.maintenance.close().await;
    drop(op);
    // The same master key finds the same keys again.
    let op = Provider::builder().database_url(&url).start().await;
    assert_eq!(op.jwks().await, jwks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a262_two_installations_have_nothing_in_common() {
    let (one, alice, rp) = setup().await;
    let (two, _, _) = setup().await;
    let tokens = rp.sign_in(&one, &alice).await;
    // The fixtures share keys to save time; the code that makes keys does not.
    let fresh = [signing_key(Algorithm::ES256), signing_key(Algorithm::ES256)];
    assert_ne!(fresh[0].kid(), fresh[1].kid());
    let refused = credenza_tests::Request::get(two.at("/userinfo")).bearer(&tokens.access_token).send().await;
    assert_eq!(refused.status, 401);
    rp.assert_alive(&one, &tokens).await;
    rp.refresh(&two, tokens.refresh()).await.assert_refused(401, "invalid_client");
}

/// Nothing in the tree that goes into the binary looks like a private key or a password set by default.
#[test]
fn a262_no_private_key_is_shipped() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders: Vec<_> = [
        "provider/server/src",
        "provider/server/assets",
        "provider/server/templates",
        "provider/protocol/src",
        "storage/src",
        "migrations",
    ]
    .iter()
    .map(|folder| root.join(folder))
    .collect();
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            seen += 1;
            let text = String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned();
            for mark in ["-----BEGIN", "PRIVATE KEY-----", "\"d\":\"", "MIIEv", "MIGHAgEA", "MC4CAQAw"] {
                assert!(!text.contains(mark), "{mark} in {}", entry.display());
            }
        }
    }
    assert!(seen > 100, "{seen} files");
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
