use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credenza_validator::{Algorithm, SigningKey};

use super::*;
use crate::keys::root::Root;

#[tokio::test]
async fn keys_are_made_ahead_and_never_run_out() {
    let installation = installation().await;
    let made = run(&installation, &["key", "create", "--algorithm", "ES256"]).await;
    assert_eq!(made["status"], "published", "the first keys are made beside it, and sign until then");
    assert_eq!(made["active_at"].as_i64().unwrap(), made["created_at"].as_i64().unwrap() + 3600);
    let keys = run(&installation, &["key", "list"]).await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 6);
    assert!(!keys.to_string().contains("sealed"));
    let old = keys["keys"].as_array().unwrap().iter();
    let old = old.clone().find(|key| key["algorithm"] == "ES256" && key["status"] == "signing").unwrap();
    let (old, new) = (text(old, "kid"), text(&made, "kid"));
    refused(&installation, &["key", "disable", old], "nothing would be left").await;
    refused(&installation, &["key", "delete", old], "nothing would be left").await;
    let now = run(&installation, &["key", "update", new, "--active-now"]).await;
    assert!(now["active_at"].as_i64().unwrap() <= installation.admin().now.seconds());
    run(&installation, &["key", "disable", old]).await;
    assert_eq!(run(&installation, &["key", "show", new]).await["status"], "signing");
    assert_eq!(run(&installation, &["key", "enable", old]).await["disabled_at"], Value::Null);
    run(&installation, &["key", "delete", "--kid", old]).await;
    refused(&installation, &["key", "show", old], "no key").await;
    run(&installation, &["key", "delete", new, "--force"]).await;
    // One kid of 64 begins with a hyphen, and is no option.
    for words in [&["key", "delete", "-x", "--force"][..], &["key", "disable", "--kid", "-x"]] {
        refused(&installation, words, "there is no key \"-x\"").await;
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
async fn statuses(installation: &Installation, algorithm: &str) -> Vec<(String, String)> {
    let list = run(installation, &["key", "list"]).await;
    let keys = list["keys"].as_array().unwrap().iter();
    let keys = keys.filter(|key| key["algorithm"] == algorithm);
    keys.map(|key| (text(key, "kid").to_owned(), text(key, "status").to_owned())).collect()
}

#[tokio::test]
async fn rotate_makes_the_next_key_once() {
    let installation = installation().await;
    refused(&installation, &["key", "rotate"], "no key to rotate").await;
    run(&installation, &["key", "create", "--algorithm", "ES256", "--active-in", "0"]).await;
    let before = run(&installation, &["key", "list"]).await["keys"].as_array().unwrap().len();
    let one = run(&installation, &["key", "rotate", "--algorithm", "EdDSA"]).await;
    let [next] = one["keys"].as_array().unwrap().as_slice() else { panic!("{one}") };
    assert_eq!((&next["algorithm"], &next["status"]), (&json!("EdDSA"), &json!("published")));
    let seconds = |key: &Value, name: &str| key[name].as_i64().unwrap();
    assert_eq!(seconds(next, "active_at") - seconds(next, "created_at"), 86_400);
    assert_eq!(one["changed"], true);
    // Said twice, it is the same one, and both the answer and the exit code say that nothing was done.
    let again = answer(&installation, &["key", "rotate", "--algorithm", "EdDSA"]).await;
    assert_eq!((&again.body["keys"], &again.body["changed"]), (&one["keys"], &json!(false)));
    assert_eq!(again.exit_code(), 3);
    // For all, it is there for the others too.
    let all = run(&installation, &["key", "rotate", "--json"]).await;
    assert_eq!(all["keys"].as_array().unwrap().len(), 5);
    assert!(all["keys"].as_array().unwrap().contains(next));
    assert_eq!(run(&installation, &["key", "list"]).await["keys"].as_array().unwrap().len(), before + 5);
    // At once is when nobody can be without it: the same key, earlier.
    let now = run(&installation, &["key", "rotate", "--algorithm", "EdDSA", "--now"]).await;
    assert_eq!(now["keys"][0]["kid"], next["kid"]);
    assert_eq!(seconds(&now["keys"][0], "active_at") - seconds(next, "created_at"), 120);
    // And again it is not put off.
    let again = answer(&installation, &["key", "rotate", "--algorithm", "EdDSA", "--now"]).await;
    assert_eq!((&again.body["keys"], again.exit_code()), (&now["keys"], 3));
    refused(&installation, &["key", "rotate", "--tenant", "nobody"], "no tenant").await;
    let without = Installation { master_keys: None, ..installation };
    run(&without, &["key", "rotate", "--algorithm", "EdDSA"]).await;
}

#[tokio::test]
async fn a_rotation_at_once_without_a_next_key_makes_one() {
    let installation = installation().await;
    run(&installation, &["key", "create", "--algorithm", "ES256", "--active-in", "0"]).await;
    let now = run(&installation, &["key", "rotate", "--algorithm", "ES384", "--now"]).await;
    let key = &now["keys"][0];
    assert_eq!(key["active_at"].as_i64().unwrap() - key["created_at"].as_i64().unwrap(), 120);
    assert_eq!(key["status"], "published", "nothing signs before it is published");
}

#[tokio::test]
async fn a_key_from_pem_becomes_the_next_one() {
    let installation = installation().await;
    let first = Pem::new("first", Algorithm::ES256);
    let words = ["key", "import", "--algorithm", "ES256", "--file"];
    let words = |file| [&words[..], &[file]].concat();
    let made = run(&installation, &words(first.path())).await;
    assert_eq!(made["status"], "signing", "it is the first of its algorithm");
    assert_eq!(statuses(&installation, "ES256").await.len(), 1);
    for other in ["RS256", "PS256", "ES384", "EdDSA"] {
        assert_eq!(statuses(&installation, other).await.len(), 1, "the others are made beside it");
    }
    refused(&installation, &words(first.path()), "here already").await;
    let second = Pem::new("second", Algorithm::ES256);
    let made = run(&installation, &words(second.path())).await;
    assert_eq!(made["status"], "published");
    assert_eq!(made["active_at"].as_i64().unwrap() - made["created_at"].as_i64().unwrap(), 3600);
    let third = Pem::new("third", Algorithm::ES256);
    let at = [&words(third.path())[..], &["--active-at", "2001-02-03T04:05:06Z"]].concat();
    let made = run(&installation, &at).await;
    assert_eq!((&made["active_at"], &made["status"]), (&json!(981_173_106), &json!("published")));
    // Its name is the thumbprint, as for those made here, and it is in that tenant alone.
    let pkcs8 =
        crate::keys::pem::private_key(Algorithm::ES256, &std::fs::read(third.path()).unwrap()).unwrap();
    let key = SigningKey::from_pkcs8(Algorithm::ES256, &pkcs8).unwrap();
    assert_eq!(made["kid"], json!(key.kid()));
    run(&installation, &["tenant", "create", "acme"]).await;
    run(&installation, &[&words(third.path())[..], &["--tenant", "acme"]].concat()).await;
}

fn import<'a>(algorithm: &'a str, file: &'a str) -> [&'a str; 6] {
    ["key", "import", "--algorithm", algorithm, "--file", file]
}

#[tokio::test]
async fn what_cannot_be_imported_gets_a_clear_word() {
    let installation = installation().await;
    let good = Pem::new("good", Algorithm::EdDSA);
    refused(&installation, &import("RS256", good.path()), "an Ed25519 key, which does not sign with RS256")
        .await;
    refused(&installation, &import("EdDSA", "/nowhere"), "/nowhere could not be read").await;
    let text = std::fs::read_to_string(good.path()).unwrap();
    for (changed, why) in [
        (text.replace("PRIVATE", "PUBLIC"), "no private key"),
        (text.replace("PRIVATE", "ENCRYPTED PRIVATE"), "decrypt it first"),
        ("garbage".to_owned(), "no PEM text"),
    ] {
        let bad = Pem::new("bad", Algorithm::EdDSA);
        std::fs::write(bad.path(), changed).unwrap();
        refused(&installation, &import("EdDSA", bad.path()), why).await;
    }
    for time in ["soon", "2001-02-30T00:00:00Z", "-1", "999999999999999"] {
        let at = format!("--active-at={time}");
        refused(&installation, &[&import("EdDSA", good.path())[..], &[&at]].concat(), "must be a time").await;
    }
    assert!(statuses(&installation, "EdDSA").await.is_empty(), "nothing was made");
    run(&installation, &import("EdDSA", good.path())).await;
}

#[tokio::test]
async fn reseal_seals_everything_once_and_can_be_looked_at_before() {
    let a = MasterKey::from_bytes(&[7; 32]);
    let b = MasterKey::from_bytes(&[8; 32]);
    let installation = installation().await;
    run(&installation, &["key", "create", "--algorithm", "ES256"]).await;
    run(&installation, &["tenant", "create", "acme"]).await;
    run(&installation, &["key", "create", "--algorithm", "ES256", "--tenant", "acme"]).await;
    let client = ["client", "create", "--name", "A", "--redirect-uri", "https://a.example/cb"];
    let jwt = [&client[..], &["--token-endpoint-auth-method", "client_secret_jwt"]].concat();
    for _ in 0..3 {
        run(&installation, &jwt).await;
    }
    run(&installation, &client).await;
    let tenant = tenant_id(&installation).await;
    let root = async |installation: &Installation| {
        let keys = installation.master_keys.as_ref().unwrap();
        Root::load(&installation.store, keys, &installation.rng, installation.admin().now)
            .await
            .map(|root| root.derive("test"))
    };
    let before = root(&installation).await.unwrap();
    let all = 6 + 6 + 3 + 1;
    let counts =
        |resealed, current, waiting| json!({ "resealed": resealed, "current": current, "waiting": waiting });
    assert_eq!(run(&installation, &["key", "reseal"]).await, counts(0, all, 0));
    let installation =
        Installation { master_keys: Some(MasterKeys::new(b.clone(), vec![a])), ..installation };
    assert_eq!(run(&installation, &["key", "reseal", "--check"]).await, counts(0, 0, all));
    assert_eq!(run(&installation, &["key", "reseal", "--json"]).await, counts(all, all, 0));
    assert_eq!(run(&installation, &["key", "reseal"]).await, counts(0, all, 0));
    // The old key is not needed any more, and everything is what it was.
    let installation = Installation { master_keys: Some(b.into()), ..installation };
    assert_eq!(run(&installation, &["key", "reseal", "--check"]).await, counts(0, all, 0));
    assert_eq!(root(&installation).await.unwrap(), before);
    for record in installation.store.keys.list(&tenant).await.unwrap() {
        let keys = installation.master_keys.as_ref().unwrap();
        assert!(crate::keys::KeyRing::open(&tenant, vec![record], keys, installation.admin().now).is_ok());
    }
    // A third key opens nothing, and says what it does not open.
    let installation =
        Installation { master_keys: Some(MasterKey::from_bytes(&[9; 32]).into()), ..installation };
    for words in [&["key", "reseal"][..], &["key", "reseal", "--check"]] {
        refused(&installation, words, &format!("{all} sealed values open under none of the master keys"))
            .await;
    }
    assert!(root(&installation).await.is_err());
}

#[tokio::test]
async fn what_is_lost_does_not_keep_the_rest_from_being_sealed_anew() {
    let [a, b, lost] = [[7; 32], [8; 32], [9; 32]].map(|bytes| MasterKey::from_bytes(&bytes));
    let installation = installation().await;
    run(&installation, &["key", "create", "--algorithm", "ES256"]).await;
    let installation = Installation { master_keys: Some(lost.into()), ..installation };
    let stray = run(&installation, &["key", "create", "--algorithm", "ES256"]).await;
    let installation =
        Installation { master_keys: Some(MasterKeys::new(b.clone(), vec![a])), ..installation };
    refused(
        &installation,
        &["key", "reseal"],
        &format!(
            "1 sealed values open under none of the master keys (6 do): the key {}",
            text(&stray, "kid")
        ),
    )
    .await;
    run(&installation, &["key", "delete", text(&stray, "kid")]).await;
    let installation = Installation { master_keys: Some(b.into()), ..installation };
    let counts = json!({ "resealed": 0, "current": 6, "waiting": 0 });
    assert_eq!(run(&installation, &["key", "reseal"]).await, counts);
}
