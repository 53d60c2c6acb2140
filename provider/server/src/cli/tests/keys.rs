use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_validator::{Algorithm, SigningKey};

use super::*;
use crate::keys::root::Root;

#[tokio::test]
async fn keys_are_made_ahead_and_never_run_out() {
    let office = office().await;
    let made = run(&office, &["key", "create", "--algorithm", "ES256"]).await;
    assert_eq!(made["status"], "published", "the first keys are made beside it, and sign until then");
    assert_eq!(made["active_at"].as_i64().unwrap(), made["created_at"].as_i64().unwrap() + 3600);
    let keys = run(&office, &["key", "list"]).await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 6);
    assert!(!keys.to_string().contains("sealed"));
    let old = keys["keys"].as_array().unwrap().iter();
    let old = old.clone().find(|key| key["algorithm"] == "ES256" && key["status"] == "signing").unwrap();
    let (old, new) = (text(old, "kid"), text(&made, "kid"));
    refused(&office, &["key", "disable", old], "nothing would be left").await;
    refused(&office, &["key", "delete", old], "nothing would be left").await;
    let now = run(&office, &["key", "update", new, "--active-now"]).await;
    assert!(now["active_at"].as_i64().unwrap() <= office.now().seconds());
    run(&office, &["key", "disable", old]).await;
    assert_eq!(run(&office, &["key", "show", new]).await["status"], "signing");
    assert_eq!(run(&office, &["key", "enable", old]).await["disabled_at"], Value::Null);
    run(&office, &["key", "delete", "--kid", old]).await;
    refused(&office, &["key", "show", old], "no key").await;
    run(&office, &["key", "delete", new, "--force"]).await;
    // One kid of 64 begins with a hyphen, and is no option.
    for words in [&["key", "delete", "-x", "--force"][..], &["key", "disable", "--kid", "-x"]] {
        refused(&office, words, "there is no key \"-x\"").await;
    }
}

/// A PEM file of this test alone, gone with it.
struct Pem(std::path::PathBuf);

impl Pem {
    fn new(name: &str, algorithm: Algorithm) -> Self {
        let path = std::env::temp_dir().join(format!("credenza-{name}-{}.pem", std::process::id()));
        let key = STANDARD.encode(&*SigningKey::generate_pkcs8(algorithm).unwrap());
        let [begin, end] = ["BEGIN", "END"].map(|word| format!("-----{word} {}-----", "PRIVATE KEY"));
        std::fs::write(&path, format!("{begin}\n{key}\n{end}\n")).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Pem {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The kid and what it does, of each key of an algorithm, the newest first.
async fn statuses(office: &Office, algorithm: &str) -> Vec<(String, String)> {
    let list = run(office, &["key", "list"]).await;
    let keys = list["keys"].as_array().unwrap().iter();
    let keys = keys.filter(|key| key["algorithm"] == algorithm);
    keys.map(|key| (text(key, "kid").to_owned(), text(key, "status").to_owned())).collect()
}

#[tokio::test]
async fn rotate_makes_the_next_key_once() {
    let office = office().await;
    refused(&office, &["key", "rotate"], "no key to rotate").await;
    run(&office, &["key", "create", "--algorithm", "ES256", "--active-in", "0"]).await;
    let before = run(&office, &["key", "list"]).await["keys"].as_array().unwrap().len();
    let one = run(&office, &["key", "rotate", "--algorithm", "EdDSA"]).await;
    let [next] = one["keys"].as_array().unwrap().as_slice() else { panic!("{one}") };
    assert_eq!((&next["algorithm"], &next["status"]), (&json!("EdDSA"), &json!("published")));
    let seconds = |key: &Value, name: &str| key[name].as_i64().unwrap();
    assert_eq!(seconds(next, "active_at") - seconds(next, "created_at"), 86_400);
    // Said twice, it is the same one; for all, it is there for the others too.
    assert_eq!(run(&office, &["key", "rotate", "--algorithm", "EdDSA"]).await, one);
    let all = run(&office, &["key", "rotate", "--json"]).await;
    assert_eq!(all["keys"].as_array().unwrap().len(), 5);
    assert!(all["keys"].as_array().unwrap().contains(next));
    assert_eq!(run(&office, &["key", "list"]).await["keys"].as_array().unwrap().len(), before + 5);
    // At once is when nobody can be without it: the same key, earlier.
    let now = run(&office, &["key", "rotate", "--algorithm", "EdDSA", "--now"]).await;
    assert_eq!(now["keys"][0]["kid"], next["kid"]);
    assert_eq!(seconds(&now["keys"][0], "active_at") - seconds(next, "created_at"), 120);
    // And again it is not put off.
    assert_eq!(run(&office, &["key", "rotate", "--algorithm", "EdDSA", "--now"]).await, now);
    refused(&office, &["key", "rotate", "--tenant", "nobody"], "no tenant").await;
    let without = Office { master_keys: None, ..office };
    run(&without, &["key", "rotate", "--algorithm", "EdDSA"]).await;
}

#[tokio::test]
async fn a_rotation_at_once_without_a_next_key_makes_one() {
    let office = office().await;
    run(&office, &["key", "create", "--algorithm", "ES256", "--active-in", "0"]).await;
    let now = run(&office, &["key", "rotate", "--algorithm", "ES384", "--now"]).await;
    let key = &now["keys"][0];
    assert_eq!(key["active_at"].as_i64().unwrap() - key["created_at"].as_i64().unwrap(), 120);
    assert_eq!(key["status"], "published", "nothing signs before it is published");
}

#[tokio::test]
async fn a_key_from_pem_becomes_the_next_one() {
    let office = office().await;
    let first = Pem::new("first", Algorithm::ES256);
    let words = ["key", "import", "--algorithm", "ES256", "--file"];
    let words = |file| [&words[..], &[file]].concat();
    let made = run(&office, &words(first.path())).await;
    assert_eq!(made["status"], "signing", "it is the first of its algorithm");
    assert_eq!(statuses(&office, "ES256").await.len(), 1);
    for other in ["RS256", "PS256", "ES384", "EdDSA"] {
        assert_eq!(statuses(&office, other).await.len(), 1, "the others are made beside it");
    }
    refused(&office, &words(first.path()), "here already").await;
    let second = Pem::new("second", Algorithm::ES256);
    let made = run(&office, &words(second.path())).await;
    assert_eq!(made["status"], "published");
    assert_eq!(made["active_at"].as_i64().unwrap() - made["created_at"].as_i64().unwrap(), 3600);
    let third = Pem::new("third", Algorithm::ES256);
    let at = [&words(third.path())[..], &["--active-at", "2001-02-03T04:05:06Z"]].concat();
    let made = run(&office, &at).await;
    assert_eq!((&made["active_at"], &made["status"]), (&json!(981_173_106), &json!("published")));
    // Its name is the thumbprint, as for those made here, and it is in that tenant alone.
    let pkcs8 =
        crate::keys::pem::private_key(Algorithm::ES256, &std::fs::read(third.path()).unwrap()).unwrap();
    let key = SigningKey::from_pkcs8(Algorithm::ES256, &pkcs8).unwrap();
    assert_eq!(made["kid"], json!(key.kid()));
    run(&office, &["tenant", "create", "acme"]).await;
    run(&office, &[&words(third.path())[..], &["--tenant", "acme"]].concat()).await;
}

fn import<'a>(algorithm: &'a str, file: &'a str) -> [&'a str; 6] {
    ["key", "import", "--algorithm", algorithm, "--file", file]
}

#[tokio::test]
async fn what_cannot_be_imported_gets_a_clear_word() {
    let office = office().await;
    let good = Pem::new("good", Algorithm::EdDSA);
    refused(&office, &import("RS256", good.path()), "an Ed25519 key, which does not sign with RS256").await;
    refused(&office, &import("EdDSA", "/nowhere"), "/nowhere: ").await;
    let text = std::fs::read_to_string(good.path()).unwrap();
    for (changed, why) in [
        (text.replace("PRIVATE", "PUBLIC"), "no private key"),
        (text.replace("PRIVATE", "ENCRYPTED PRIVATE"), "decrypt it first"),
        ("garbage".to_owned(), "no PEM text"),
    ] {
        let bad = Pem::new("bad", Algorithm::EdDSA);
        std::fs::write(bad.path(), changed).unwrap();
        refused(&office, &import("EdDSA", bad.path()), why).await;
    }
    for time in ["soon", "2001-02-30T00:00:00Z", "-1", "999999999999999"] {
        let at = format!("--active-at={time}");
        refused(&office, &[&import("EdDSA", good.path())[..], &[&at]].concat(), "must be a time").await;
    }
    assert!(statuses(&office, "EdDSA").await.is_empty(), "nothing was made");
    run(&office, &import("EdDSA", good.path())).await;
}

#[tokio::test]
async fn reseal_seals_everything_once_and_can_be_looked_at_before() {
    let a = MasterKey::from_bytes(&[7; 32]);
    let b = MasterKey::from_bytes(&[8; 32]);
    let office = office().await;
    run(&office, &["key", "create", "--algorithm", "ES256"]).await;
    run(&office, &["tenant", "create", "acme"]).await;
    run(&office, &["key", "create", "--algorithm", "ES256", "--tenant", "acme"]).await;
    let client = ["client", "create", "--name", "A", "--redirect-uri", "https://a.example/cb"];
    let jwt = [&client[..], &["--token-endpoint-auth-method", "client_secret_jwt"]].concat();
    for _ in 0..3 {
        run(&office, &jwt).await;
    }
    run(&office, &client).await;
    let tenant = tenant_id(&office).await;
    let root = async |office: &Office| {
        let keys = office.master_keys.as_ref().unwrap();
        Root::load(&office.store, keys, &office.rng, office.now()).await.map(|root| root.derive("test"))
    };
    let before = root(&office).await.unwrap();
    let all = 6 + 6 + 3 + 1;
    let counts =
        |resealed, current, waiting| json!({ "resealed": resealed, "current": current, "waiting": waiting });
    assert_eq!(run(&office, &["key", "reseal"]).await, counts(0, all, 0));
    let office = Office { master_keys: Some(MasterKeys::new(b.clone(), vec![a])), ..office };
    assert_eq!(run(&office, &["key", "reseal", "--check"]).await, counts(0, 0, all));
    assert_eq!(run(&office, &["key", "reseal", "--json"]).await, counts(all, all, 0));
    assert_eq!(run(&office, &["key", "reseal"]).await, counts(0, all, 0));
    // The old key is not needed any more, and everything is what it was.
    let office = Office { master_keys: Some(b.into()), ..office };
    assert_eq!(run(&office, &["key", "reseal", "--check"]).await, counts(0, all, 0));
    assert_eq!(root(&office).await.unwrap(), before);
    for record in office.store.keys.list(&tenant).await.unwrap() {
        let keys = office.master_keys.as_ref().unwrap();
        assert!(crate::keys::KeyRing::open(&tenant, vec![record], keys, office.now()).is_ok());
    }
    // A third key opens nothing, and says what it does not open.
    let office = Office { master_keys: Some(MasterKey::from_bytes(&[9; 32]).into()), ..office };
    for words in [&["key", "reseal"][..], &["key", "reseal", "--check"]] {
        refused(&office, words, &format!("{all} sealed values open under none of the master keys")).await;
    }
    assert!(root(&office).await.is_err());
}

#[tokio::test]
async fn what_is_lost_does_not_keep_the_rest_from_being_sealed_anew() {
    let [a, b, lost] = [[7; 32], [8; 32], [9; 32]].map(|bytes| MasterKey::from_bytes(&bytes));
    let office = office().await;
    run(&office, &["key", "create", "--algorithm", "ES256"]).await;
    let office = Office { master_keys: Some(lost.into()), ..office };
    let stray = run(&office, &["key", "create", "--algorithm", "ES256"]).await;
    let office = Office { master_keys: Some(MasterKeys::new(b.clone(), vec![a])), ..office };
    refused(
        &office,
        &["key", "reseal"],
        &format!(
            "1 sealed values open under none of the master keys (6 do): the key {}",
            text(&stray, "kid")
        ),
    )
    .await;
    run(&office, &["key", "delete", text(&stray, "kid")]).await;
    let office = Office { master_keys: Some(b.into()), ..office };
    let counts = json!({ "resealed": 0, "current": 6, "waiting": 0 });
    assert_eq!(run(&office, &["key", "reseal"]).await, counts);
}
