//! Chart 875

use std::env;
use std::sync::Arc;
use std::time::Duration;

use credenza_admin::apis::clients_api::{
    self, CreateClientParams, DeleteClientParams, RotateClientSecretParams,
};
use credenza_admin::apis::tenants_api::{self, CreateTenantParams, DeleteTenantByNameParams};
use credenza_admin::apis::users_api::{
    self, CreateUserParams, DeleteUserParams, GetUserParams, ListUsersParams, UpdateUserParams,
};
use credenza_admin::models::{
    NewOAuthClient, NewTenant, NewTenantSettings, NewUser, StandardClaims, User, UserPatch,
};
use credenza_admin::{
    admin, etag, kind, paginate, problem, Configuration, Retries, ServiceAccount, TokenError,
    TokenSource as _,
};
use futures_util::{future, TryStreamExt as _};

fn issuer() -> String {
    env::var("SDK_ISSUER").unwrap()
}

fn new_admin() -> Configuration {
    let secret = env::var("SDK_CLIENT_SECRET").unwrap();
    let account = ServiceAccount::new(&issuer(), env::var("SDK_CLIENT_ID").unwrap(), secret);
    admin(&issuer(), account, Retries::default())
}

fn fresh() -> String {
    format!("rs-{:08x}", rand::random::<u32>())
}

async fn create(admin: &Configuration, new_user: NewUser) -> User {
    users_api::create_user(admin, CreateUserParams { new_user, ..Default::default() }).await.unwrap()
}

fn named(username: String) -> NewUser {
    NewUser { username, ..Default::default() }
}

async fn control(request: reqwest::RequestBuilder) -> String {
    request.send().await.unwrap().text().await.unwrap()
}

async fn fail(words: &[(&str, &str)]) {
    control(reqwest::Client::new().post(format!("{}/_proxy/fail", issuer())).query(words)).await;
}

/// When, in ms, and the Idempotency-Key, of each request.
async fn seen(method: &str, path: &str) -> Vec<(u64, String)> {
    let request = reqwest::Client::new().get(format!("{}/_proxy/seen", issuer()));
    let text = control(request.query(&[("method", method), ("path", path)])).await;
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(at, key)| (at.parse().unwrap(), key.to_owned())).collect()
}

#[tokio::test]
async fn a_tenant_a_client_and_a_user_are_made_changed_and_deleted() {
    let admin = new_admin();
    let name = fresh();
    let settings = NewTenantSettings { display_name: Some("Acme".to_owned()), ..Default::default() };
    let new_tenant = NewTenant { name: name.clone(), settings: Some(settings), ..Default::default() };
    let params = CreateTenantParams { new_tenant, ..Default::default() };
    let tenant = tenants_api::create_tenant(&admin, params).await.unwrap();
    assert_eq!(tenant.settings.display_name, "Acme");
    let new_o_auth_client = NewOAuthClient {
        client_name: Some("App".to_owned()),
        redirect_uris: Some(vec!["https://app.example.com/callback".to_owned()]),
        ..Default::default()
    };
    let params = CreateClientParams { new_o_auth_client, ..Default::default() };
    let client = clients_api::create_client(&admin, params).await.unwrap();
    assert!(client.client_secret.is_some());
    let claims = StandardClaims {
        nickname: Some(Some("Al".to_owned())),
        email: Some(Some(format!("{name}@example.com"))),
        ..Default::default()
    };
    let user = create(&admin, NewUser { claims: Some(claims), ..named(name.clone()) }).await;

    // null takes a member away, and what is not named stays.
    let claims = StandardClaims { nickname: Some(None), ..Default::default() };
    let user_patch = UserPatch { claims: Some(Some(claims)), ..Default::default() };
    let params = UpdateUserParams { user_id: user.user_id.clone(), if_match: etag(user.version), user_patch };
    let changed = users_api::update_user(&admin, params).await.unwrap();
    assert_eq!(changed.claims.nickname.flatten(), None);
    assert_eq!(changed.claims.email.flatten(), Some(format!("{name}@example.com")));

    let params = DeleteUserParams { user_id: user.user_id, if_match: etag(changed.version) };
    users_api::delete_user(&admin, params).await.unwrap();
    let params = DeleteClientParams { client_id: client.client_id, if_match: etag(client.version) };
    clients_api::delete_client(&admin, params).await.unwrap();
    let params = DeleteTenantByNameParams { name, if_match: etag(tenant.version) };
    tenants_api::delete_tenant_by_name(&admin, params).await.unwrap();
}

#[tokio::test]
async fn every_user_is_listed_once_page_by_page() {
    let admin = new_admin();
    let list = |cursor| {
        users_api::list_users(&admin, ListUsersParams { limit: Some(70), cursor, ..Default::default() })
    };
    let users: Vec<User> = paginate(list).try_collect().await.unwrap();
    let mut names: Vec<_> = users.iter().map(|user| &user.username).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("seed-")).count(), 300);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), users.len());
}

#[tokio::test]
async fn what_is_refused_is_a_problem_with_its_kind_and_its_values() {
    let admin = new_admin();
    let missing =
        users_api::get_user(&admin, GetUserParams { user_id: "nobody".to_owned() }).await.unwrap_err();
    assert_eq!(kind(&missing).as_deref(), Some("not-found"));
    let said = problem(&missing).unwrap();
    assert_eq!(said.status, 404);
    assert!(said.support_code.is_some());

    let user = create(&admin, named(fresh())).await;
    let claims = StandardClaims { nickname: Some(Some("Al".to_owned())), ..Default::default() };
    let user_patch = UserPatch { claims: Some(Some(claims)), ..Default::default() };
    let params = UpdateUserParams { user_id: user.user_id, if_match: etag(user.version), user_patch };
    users_api::update_user(&admin, params.clone()).await.unwrap();
    let stale = users_api::update_user(&admin, params).await.unwrap_err();
    assert_eq!(problem(&stale).unwrap().status, 412);

    let claims = StandardClaims { email: Some(Some("nowhere".to_owned())), ..Default::default() };
    let new_user = NewUser { claims: Some(claims), ..named(fresh()) };
    let params = CreateUserParams { new_user, ..Default::default() };
    let wrong = users_api::create_user(&admin, params).await.unwrap_err();
    assert_eq!(problem(&wrong).unwrap().errors.unwrap()[0].pointer, "/claims/email");
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again_when_retry_after_says() {
    let admin = new_admin();
    let user_id = create(&admin, named(fresh())).await.user_id;
    let path = format!("/users/{user_id}");
    let of = [("method", "GET"), ("path", &*path)];
    fail(&[&of[..], &[("times", "1"), ("status", "429"), ("retry_after", "1")]].concat()).await;
    fail(&[&of[..], &[("times", "1"), ("status", "503")]].concat()).await;
    let get = || users_api::get_user(&admin, GetUserParams { user_id: user_id.clone() });
    assert_eq!(get().await.unwrap().user_id, user_id);
    let times = seen("GET", &path).await;
    assert_eq!(times.len(), 3);
    assert!(times[1].0 - times[0].0 >= 950, "{times:?}");

    // Not for ever, and what comes then is no problem of the API.
    fail(&[&of[..], &[("times", "9"), ("status", "503"), ("retry_after", "0")]].concat()).await;
    let given = get().await.unwrap_err();
    assert!(problem(&given).is_none(), "{given}");
    assert!(given.to_string().contains("503"), "{given}");
    assert_eq!(seen("GET", &path).await.len(), 7);
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_carried_out_once() {
    let admin = new_admin();
    let name = fresh();
    let before = seen("POST", "/admin/v1/users").await.len();
    fail(&[("method", "POST"), ("path", "/admin/v1/users"), ("times", "1"), ("lost", "after")]).await;
    let user = create(&admin, named(name.clone())).await;
    let all = seen("POST", "/admin/v1/users").await;
    let [(_, first), (_, second)] = &all[before..] else { panic!("{all:?}") };
    assert_ne!(first, "-");
    assert_eq!(first, second);
    let params = ListUsersParams { username: Some(name), ..Default::default() };
    let found = users_api::list_users(&admin, params).await.unwrap().items;
    assert_eq!(found.iter().map(|one| &one.user_id).collect::<Vec<_>>(), [&user.user_id]);
}

#[tokio::test]
async fn a_token_is_fetched_once_for_all_who_wait() {
    let before = seen("POST", "/token").await.len();
    let own = new_admin();
    let list = || users_api::list_users(&own, ListUsersParams { limit: Some(1), ..Default::default() });
    let pages = future::try_join_all((0..50).map(|_| list())).await.unwrap();
    assert!(pages.iter().all(|page| page.items.len() == 1));
    assert_eq!(seen("POST", "/token").await.len() - before, 1);
}

#[tokio::test]
async fn after_its_secret_is_rotated_a_service_account_needs_the_new_one() {
    let admin = new_admin();
    let new_o_auth_client = NewOAuthClient {
        client_name: Some("Script".to_owned()),
        grant_types: Some(vec!["client_credentials".to_owned()]),
        resources: Some(vec![format!("{}/admin", issuer())]),
        scope: Some("admin:users:read".to_owned()),
        ..Default::default()
    };
    let params = CreateClientParams { new_o_auth_client, ..Default::default() };
    let script = clients_api::create_client(&admin, params).await.unwrap();
    let account =
        |secret: Option<String>| ServiceAccount::new(&issuer(), script.client_id.clone(), secret.unwrap());
    account(script.client_secret.clone()).token().await.unwrap();
    let params = RotateClientSecretParams { client_id: script.client_id.clone(), ..Default::default() };
    let rotated = clients_api::rotate_client_secret(&admin, params).await.unwrap();
    account(rotated.client_secret).token().await.unwrap();
    let refused = account(script.client_secret.clone()).token().await;
    assert!(matches!(refused, Err(TokenError::Refused { code, .. }) if code == "invalid_client"));
}

#[tokio::test]
async fn a_token_is_replaced_when_it_was_revoked_and_before_it_expires() {
    let new_o_auth_client = NewOAuthClient {
        client_name: Some("Script".to_owned()),
        grant_types: Some(vec!["client_credentials".to_owned()]),
        resources: Some(vec![format!("{}/admin", issuer())]),
        scope: Some("admin:users:read".to_owned()),
        access_token_lifetime: Some(3),
        ..Default::default()
    };
    let params = CreateClientParams { new_o_auth_client, ..Default::default() };
    let script = clients_api::create_client(&new_admin(), params).await.unwrap();
    let secret = script.client_secret.clone().unwrap();
    let tokens = Arc::new(ServiceAccount::new(&issuer(), script.client_id.clone(), secret.clone()));
    let own = admin(&issuer(), tokens.clone(), Retries::default());
    let first = tokens.token().await.unwrap();
    assert_eq!(tokens.token().await.unwrap(), first);
    let revocation = reqwest::Client::new().post(format!("{}/revoke", issuer())).form(&[("token", &first)]);
    control(revocation.basic_auth(&script.client_id, Some(secret))).await;
    users_api::list_users(&own, ListUsersParams { limit: Some(1), ..Default::default() }).await.unwrap();
    let second = tokens.token().await.unwrap();
    assert_ne!(second, first);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_ne!(tokens.token().await.unwrap(), second);
}
