//! Files that are refused as a whole: nothing of them is carried out.

use super::*;

/// Everything that is wrong with a text, told by reading it or by comparing it.
pub(super) async fn faults(parts: &Parts, text: &str) -> Vec<String> {
    let set_up = match read(text, Format::Toml) {
        Ok(set_up) => set_up,
        Err(faults) => return faults,
    };
    match run(&parts.admin(), &set_up, Mode::Apply).await {
        Err(Failed::Faults(faults)) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("{text}\n{other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_is_told_with_its_place() {
    let parts = Parts::new().await;
    let web = "redirect_uris = [\"https://a.example/cb\"]\nclient_name = \"A\"\n";
    let client = |rest: &str| format!("[[clients]]\nclient_id = \"a\"\n{web}{rest}\n");
    let user = |rest: &str| format!("[[users]]\nusername = \"ada\"\n{rest}\n");
    for (text, fault) in [
        ("clients = [\n".to_owned(), "line "),
        ("[[client]]\nclient_id = \"a\"\n".to_owned(), "client: unknown field `client`"),
        ("[[tenants]]\nname = \"a\"\n\nabsnt = true\n".to_owned(), "tenants[0].absnt: unknown field"),
        (
            "[[tenants]]\nname = \"a\"\nabsent = \"yes\"\n".to_owned(),
            "line 3: tenants[0].absent: invalid type",
        ),
        ("[[clients]]\nclient_name = \"a\"\n".to_owned(), "missing field `client_id`"),
        (client("disabled = \"no\""), "clients[0]: disabled: invalid type"),
        (client("redirect_urls = []"), "clients[0].redirect_urls: unknown field"),
        (client("grant_types = [\"magic\"]"), "clients[0].grant_types[0]: unknown variant"),
        (client(""), "clients[0].client_secret_file: is missing"),
        (client("client_secret_env = \"NOWHERE\""), "clients[0].client_secret_env: NOWHERE cannot be read"),
        (client("client_secret_env = \"EMPTY\""), "clients[0].client_secret_env: EMPTY is empty"),
        (client("client_secret_file = \"s\""), "clients[0].client_secret_file: /nowhere/s cannot be read"),
        (
            client("client_secret_file = \"s\"\nclient_secret_env = \"OTHER\""),
            "clients[0].client_secret_file: stands beside client_secret_env",
        ),
        (
            client("client_secret_env = \"OTHER\"\ntoken_endpoint_auth_method = \"none\""),
            "clients[0].client_secret: does not go with",
        ),
        (
            client("client_secret_env = \"OTHER\"\ntenant = \"nobody\""),
            "clients[0].tenant: there is no tenant",
        ),
        (client("client_secret_env = \"OTHER\"\npolicy_uri = \"javascript:x\""), "clients[0].policy_uri:"),
        ("[[clients]]\nclient_id = \"a b\"\n".to_owned(), "clients[0].client_id: must be 1 to 255"),
        (user("claims = { nam = \"Ada\" }"), "users[0].claims.nam: unknown field"),
        (user("claims = { email = \"ada\" }"), "users[0].email:"),
        (user("password_env = \"EMPTY\""), "users[0].password_env: EMPTY is empty"),
        (user("password_hash_env = \"OTHER\""), "users[0].password_hash:"),
        (
            user("password_hash_env = \"HASH\"\npassword_env = \"OTHER\""),
            "users[0]: names a password and the hash of one",
        ),
        (user("user_id = \"two words\""), "users[0].user_id: must be 1 to 255"),
        (format!("{}{}", user(""), user("")), "users[1]: stands in the file twice"),
        ("[[tenants]]\nname = \"A B\"\n".to_owned(), "tenants[0].name:"),
        (
            "[[tenants]]\nname = \"default\"\nabsent = true\n".to_owned(),
            "tenants[0].absent: the default tenant",
        ),
        (
            "[[tenants]]\nname = \"a\"\nsettings = { code_lifetime = 601 }\n".to_owned(),
            "tenants[0].code_lifetime: must be at most 600",
        ),
        (
            "[[tenants]]\nname = \"a\"\nabsent = true\n[[users]]\ntenant = \"a\"\nusername = \"ada\"\n"
                .to_owned(),
            "users[0].tenant: there is no tenant",
        ),
    ] {
        let found = faults(&parts, &text).await;
        assert!(found.iter().any(|line| line.contains(fault)), "{fault}\n{text}\n{found:#?}");
        assert!(!format!("{found:?}").contains("another-one-of"), "a secret is told");
    }
    assert!(stored_tenants::list(&parts.admin()).await.unwrap().is_empty(), "nothing was written");
}

#[tokio::test]
async fn all_faults_are_told_at_once_and_the_good_entries_wait() {
    let parts = Parts::new().await;
    let text = format!("{SET_UP}\n[[users]]\nusername = \"\"\n[[clients]]\nclient_id = \"x y\"\n");
    let found = faults(&parts, &text).await;
    assert!(found.iter().any(|line| line.starts_with("users[1].username")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("clients[2].client_id")), "{found:?}");
    assert!(stored_tenants::list(&parts.admin()).await.unwrap().is_empty(), "nothing was written");
}

#[tokio::test]
async fn a_name_of_somebody_else_is_not_taken() {
    let parts = Parts::new().await;
    parts.apply(SET_UP).await;
    let text = "[[users]]\ntenant = \"acme\"\nusername = \"Ada\"\nuser_id = \"another\"\n";
    assert_eq!(
        faults(&parts, text).await,
        ["users[0].username: is that of another user, whose id is auth0|5f7c8ec7: correct one of them"]
    );
}

#[tokio::test]
async fn a_name_that_looks_like_another_is_refused_before_anything_is_written() {
    let parts = Parts::new().await;
    parts.apply(SET_UP).await;
    let text = "[[users]]\ntenant = \"acme\"\nusername = \"\u{430}da\"\n";
    let planned = run(&parts.admin(), &read(text, Format::Toml).unwrap(), Mode::Compare).await;
    let Err(Failed::Faults(planned)) = planned else { panic!("{planned:?}") };
    let planned: Vec<_> = planned.iter().map(ToString::to_string).collect();
    assert!(planned[0].contains("this one looks like it"), "{planned:?}");
    assert_eq!(faults(&parts, text).await, planned);
    assert!(parts.apply(&text.replace('\u{430}', "l")).await.changed, "another name is fine");
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_the_next_run_goes_on() {
    let parts = Parts::new().await;
    let set_up = read(SET_UP, Format::Toml).unwrap();
    let broken = credenza_storage::open("sqlite::memory:", Options::default()).await.unwrap();
    broken.maintenance.close().await;
    let mut store = parts.store.clone();
    store.credentials = broken.credentials.clone();
    let failing = Parts { store, ..Parts::new().await };
    parts.apply(SET_UP).await;
    let other = read(&SET_UP.replace("Acme Inc.", "Acme Ltd."), Format::Toml).unwrap();
    let Err(failed) = run(&failing.admin(), &other, Mode::Apply).await else { panic!("it fails") };
    assert!(failed.to_string().contains("then try again"), "{failed}");
    assert!(run(&parts.admin(), &other, Mode::Apply).await.unwrap().changed);
    assert!(run(&parts.admin(), &set_up, Mode::Apply).await.unwrap().changed);
}
