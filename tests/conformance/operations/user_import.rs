//! People who move here from another provider keep their ids, names and passwords.
//!
//! Chart 558: Moving here | users and password hashes imported line by line: argon2, bcrypt, scrypt, PBKDF2, SHA-crypt, phpass, SSHA

use credenza::admin::Administration;
use credenza::admin::users::{self, Import, Imported, Mode};
use credenza_protocol::ids::UserId;
use credenza_protocol::time::Time;
use credenza_tests::{Person, Provider, RelyingParty};
use serde_json::{Value, json};

/// As PHP, Django, passlib and others hash `password`.
const HASHES: [&str; 5] = [
    "bcrypt$$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm",
    "$scrypt$ln=10,r=8,p=1$c2FsdHNhbHQxMjM0NTY3OA$bKLSovb5WDo8xy/92Ni1fa/dSgKQ1qA1gy2s2DaJLNs",
    "pbkdf2_sha256$1000$seasalt2$uVEb+sgBbQ+os/7/NKCwt12lTi30NXcIL1uign1R2Qc=",
    "{SSHA}yrht1iYXEIkejLVu42JWkadd80RzYWx0c2FsdA==",
    "$argon2i$v=19$m=64,t=2,p=2$c2FsdHNhbHQxMjM0NTY3OA$2tHveG5Svb3lY8vOgHvDaclSYOAPt+41H3Jik4m4vRo",
];

/// Imports these lines, as a command does.
async fn import(op: &Provider, lines: &[String], is_dry_run: bool) -> Vec<Imported> {
    let tenant = op.default_tenant().await;
    let admin = Administration::of_server(&op.state, Time::from_seconds(op.now()));
    let mut import = Import::new(&admin, &tenant, Mode { is_dry_run, updates: false });
    import.lines(lines).await.unwrap()
}

fn why(imported: &Imported) -> String {
    let Imported::Refused(fields) = imported else { panic!("{imported:?}") };
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

async fn stored_hash(op: &Provider, id: &str) -> String {
    let tenant = op.default_tenant().await;
    op.state.store.credentials.password(&tenant, &UserId::new(id)).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_another_provider_is_good_here_and_is_hashed_anew() {
    let op = Provider::start().await;
    let rp = RelyingParty::confidential(&op).await;
    let line = |index: usize| {
        let (id, name) = (format!("sub-{index}"), format!("person-{index}"));
        json!({ "user_id": id, "username": name, "password_hash": HASHES[index] }).to_string()
    };
    let lines: Vec<_> = (0..HASHES.len()).map(line).collect();
    for (index, imported) in import(&op, &lines, false).await.into_iter().enumerate() {
        assert_eq!(imported, Imported::Created(UserId::new(format!("sub-{index}"))));
    }
    for (index, hash) in HASHES.into_iter().enumerate() {
        let (id, username) = (format!("sub-{index}"), format!("person-{index}"));
        let user_id = UserId::new(id.as_str());
        let person = Person { user_id, username: username.clone(), password: "password".to_owned() };
        let form = rp.authorization().open(&op, &mut credenza_tests::Browser::new()).await;
        assert!(form.says("login-submit"));
        assert_eq!(stored_hash(&op, &id).await, hash);
        let tokens = rp.sign_in(&op, &person).await;
        assert_eq!(credenza_tests::claims_of(tokens.id())["sub"], id.as_str());
        let new = stored_hash(&op, &id).await;
        assert!(new.starts_with("$argon2id$"), "{new}");
        rp.sign_in(&op, &person).await;
        assert_eq!(stored_hash(&op, &id).await, new, "hashed anew once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_stands_alone_and_can_be_given_again() {
    let op = Provider::start().await;
    op.user("taken").await;
    let lines = [
        json!({ "user_id": "1", "username": "ada", "claims": { "email": "ada@example.com", "email_verified": true } }),
        json!({ "user_id": "2", "username": "taken" }),
        json!({ "username": "bad\u{200b}name" }),
        json!({ "username": "costly", "password_hash": "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" }),
        json!({ "username": "unknown", "password_hash": "5f4dcc3b5aa765d61d8327deb882cf99" }),
        json!({ "username": "member", "surprise": true }),
        json!({ "user_id": "7", "username": "\u{430}da" }),
        json!({ "user_id": "8", "username": "gone", "disabled": true }),
    ];
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    let tried = import(&op, &lines, true).await;
    let tenant = op.default_tenant().await;
    assert_eq!(
        op.state.store.users.list(&tenant, None, 99).await.unwrap().len(),
        1,
        "a dry run stores nothing"
    );
    let done = import(&op, &lines, false).await;
    for outcomes in [&tried, &done] {
        assert_eq!(outcomes[0], Imported::Created(UserId::new("1")));
        assert_eq!(outcomes[7], Imported::Created(UserId::new("8")));
        for (index, reason) in [
            (1, "username"),
            (2, "U+200B"),
            (3, "costs too much"),
            (4, "SHA-crypt"),
            (5, "surprise"),
            (6, "looks like it"),
        ] {
            assert!(why(&outcomes[index]).contains(reason), "{index}: {:?}", outcomes[index]);
        }
    }
    let gone = op.state.store.users.find(&tenant, &UserId::new("8")).await.unwrap().unwrap();
    assert!(gone.disabled_at.is_some());
    let again = import(&op, &lines, false).await;
    assert_eq!(again[0], Imported::Unchanged(UserId::new("1")));
    assert_eq!(again[7], Imported::Unchanged(UserId::new("8")));
    let changed = json!({ "user_id": "1", "username": "ada", "claims": { "name": "Ada" } }).to_string();
    assert!(why(&import(&op, &[changed], false).await[0]).contains("claims"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_can_be_imported_elsewhere() {
    let (here, there) = (Provider::start().await, Provider::start().await);
    let alice = here.user("alice").await;
    let disabled = here.user("disabled").await;
    here.disable_user(&disabled).await;
    let tenant = here.default_tenant().await;
    let admin = Administration::of_server(&here.state, Time::from_seconds(here.now()));
    let mut lines = vec![];
    for user in users::all(&admin, &tenant).await.unwrap() {
        let bare = users::exported(&admin, &tenant, user.clone(), false).await.unwrap();
        assert_eq!(bare.password_hash, None, "only where it is asked for");
        let line = users::exported(&admin, &tenant, user, true).await.unwrap();
        lines.push(serde_json::to_string(&line).unwrap());
    }
    assert_eq!(lines.len(), 2);
    for imported in import(&there, &lines, false).await {
        assert!(matches!(imported, Imported::Created(_)), "{imported:?}");
    }
    let rp = RelyingParty::confidential(&there).await;
    let tokens = rp.sign_in(&there, &alice).await;
    assert_eq!(credenza_tests::claims_of(tokens.id())["sub"], alice.user_id.as_str());
}
