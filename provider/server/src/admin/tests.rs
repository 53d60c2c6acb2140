use credenza_protocol::attribute::Attributes;
use credenza_protocol::claims::StandardClaims;
use credenza_protocol::client::{Client, GrantType};
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::{ClientId, UserId};
use credenza_protocol::secret::Secret;
use credenza_protocol::tenant::{Tenant, TenantSettings};
use credenza_protocol::time::Seconds;
use credenza_storage::Expected;

use super::clients::{Issued, NewClient, NewSecret, SecretChange};
use super::registration_tokens::NewToken;
use super::users::NewUser;
use super::*;
use crate::accounts::password::Password;
use crate::admin::parts::Parts;

mod signing_keys;

fn done<T>(outcome: Outcome<T>) -> T
where
    Outcome<T>: std::fmt::Debug,
{
    match outcome {
        Outcome::Done(record) => record,
        other => panic!("{other:?}"),
    }
}

fn fields<T: std::fmt::Debug>(outcome: Outcome<T>) -> Vec<&'static str> {
    match outcome {
        Outcome::Invalid(fields) => fields.iter().map(|invalid| invalid.field).collect(),
        other => panic!("{other:?}"),
    }
}

fn app() -> NewClient {
    let client = Client {
        client_name: "App".to_owned(),
        redirect_uris: vec!["https://app.test/callback".to_owned()],
        ..clients::defaults(ClientId::new("app"))
    };
    NewClient { client, secret: NewSecret::Generated }
}

fn ada() -> NewUser {
    NewUser {
        user_id: None,
        username: "ada".to_owned(),
        claims: StandardClaims::default(),
        attributes: Attributes::default(),
        password: None,
        password_change_required: false,
    }
}

#[tokio::test]
async fn a_tenant_has_a_name_of_its_own_and_settings_within_limits() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let acme = done(tenants::create(&admin, "acme", tenants::default_settings("acme")).await.unwrap());
    assert_eq!(acme.settings.display_name, "acme");
    let again = tenants::create(&admin, "acme", TenantSettings::default()).await.unwrap();
    assert_eq!(again, Outcome::Taken);
    let settings = TenantSettings {
        display_name: " ".to_owned(),
        home_uri: Some("javascript:alert(1)".to_owned()),
        code_lifetime: Seconds(601),
        session_lifetime: Seconds(0),
        refresh_grace: Seconds(-1),
        unused_client_lifetime: Seconds(-1),
        ..TenantSettings::default()
    };
    let wrong = tenants::create(&admin, "A/B", settings.clone()).await.unwrap();
    let settings_alone = [
        "display_name",
        "home_uri",
        "session_lifetime",
        "code_lifetime",
        "refresh_grace",
        "unused_client_lifetime",
    ];
    assert_eq!(fields(wrong), [&["name"], &settings_alone[..]].concat(), "every fault at once");
    let wrong = tenants::update(&admin, Tenant { settings, ..acme.clone() }).await.unwrap();
    assert_eq!(fields(wrong), settings_alone);
    assert_eq!(tenants::find(&admin, "acme").await.unwrap(), Some(acme.clone()), "nothing was changed");

    let home_uri = Some("https://portal.example/".to_owned());
    let settings = TenantSettings { home_uri, code_lifetime: Seconds(600), ..acme.settings.clone() };
    let updated = done(tenants::update(&admin, Tenant { settings, ..acme.clone() }).await.unwrap());
    assert_eq!(updated.settings.code_lifetime, Seconds(600));
    let disabled = done(tenants::set_disabled(&admin, updated, Expected::Any, true).await.unwrap());
    assert_eq!(disabled.disabled_at, Some(admin.now));
    assert_eq!(tenants::delete(&admin, "acme", Expected::Any).await.unwrap(), Outcome::Done(()));
    assert_eq!(tenants::delete(&admin, "acme", Expected::Any).await.unwrap(), Outcome::Absent);
    assert_eq!(tenants::update(&admin, acme).await.unwrap(), Outcome::Absent);
}

#[tokio::test]
async fn the_default_tenant_is_made_once_and_stays() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let first = tenants::ensure_default(&admin).await.unwrap();
    assert_eq!(tenants::ensure_default(&admin).await.unwrap(), first);
    let refused = tenants::delete(&admin, &first.name, Expected::Any).await.unwrap();
    assert_eq!(refused, Outcome::Refused(Refusal::DefaultTenant));
    assert_eq!(tenants::list(&admin).await.unwrap(), [first]);
}

#[tokio::test]
async fn a_client_is_made_once_with_the_secret_that_its_method_needs() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = tenants::ensure_default(&admin).await.unwrap();
    let Issued { record, secret } = done(clients::create(&admin, &tenant, app()).await.unwrap());
    let [kept] = &record.secrets[..] else { panic!("{:?}", record.secrets) };
    assert_eq!(Some(kept.hash), secret.map(|secret| secret.hash()));
    assert!(kept.sealed.is_none() && kept.expires_at.is_none());
    assert!(matches!(clients::create(&admin, &tenant, app()).await.unwrap(), Outcome::Taken));

    let given = |method: AuthMethod, secret: &str| {
        let mut new = app();
        new.client.client_id = ClientId::new(method.as_str());
        new.client.token_endpoint_auth_method = method;
        NewClient { secret: NewSecret::Given(Secret::presented(secret)), ..new }
    };
    let whole = given(AuthMethod::ClientSecretJwt, "a secret of its own, of 32 bytes or more");
    let Issued { record, secret } = done(clients::create(&admin, &tenant, whole).await.unwrap());
    assert_eq!(secret.unwrap().reveal(), "a secret of its own, of 32 bytes or more");
    let context = crate::keys::seal::of_client_secret(&tenant.tenant_id, &record.client.client_id);
    let opened = parts.master_keys.open(&context, record.secrets[0].sealed.as_ref().unwrap()).unwrap();
    assert_eq!(opened.as_slice(), b"a secret of its own, of 32 bytes or more");
    let short = given(AuthMethod::ClientSecretJwt, "thirty-one bytes are not enough");
    for wrong in [given(AuthMethod::None, "x"), given(AuthMethod::ClientSecretPost, ""), short] {
        assert_eq!(fields(clients::create(&admin, &tenant, wrong).await.unwrap()), ["client_secret"]);
    }
    let without = Administration { master_keys: None, ..admin };
    let jwt = NewClient { secret: NewSecret::Generated, ..given(AuthMethod::ClientSecretJwt, "") };
    assert!(matches!(clients::create(&without, &tenant, jwt).await, Err(Error::NoMasterKey(_))));
    assert_eq!(clients::all(&admin, &tenant.tenant_id).await.unwrap().len(), 2, "nothing else was stored");
}

#[tokio::test]
async fn a_client_that_could_not_work_is_neither_made_nor_stored() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = tenants::ensure_default(&admin).await.unwrap();
    let mut new = app();
    new.client.redirect_uris.clear();
    assert_eq!(fields(clients::create(&admin, &tenant, new).await.unwrap()), ["redirect_uris"]);
    let Issued { record, .. } = done(clients::create(&admin, &tenant, app()).await.unwrap());
    let mut edited = record.clone();
    edited.client.client_name.clear();
    let wrong = clients::update(&admin, &tenant, edited, SecretChange::Keep).await.unwrap();
    assert_eq!(fields(wrong), ["client_name"]);
    let mut public = record.clone();
    public.client.token_endpoint_auth_method = AuthMethod::None;
    let wrong = clients::update(&admin, &tenant, public.clone(), SecretChange::Rotate).await.unwrap();
    assert_eq!(fields(wrong), ["token_endpoint_auth_method"]);
    let found = clients::find(&admin, &tenant.tenant_id, &record.client.client_id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&record), "nothing was changed");

    let Issued { record, secret } =
        done(clients::update(&admin, &tenant, public, SecretChange::Keep).await.unwrap());
    assert!(record.secrets.is_empty() && secret.is_none(), "a public client keeps no secret");
    let mut service = record;
    service.client.token_endpoint_auth_method = AuthMethod::ClientSecretBasic;
    service.client.grant_types = vec![GrantType::ClientCredentials];
    let Issued { record, secret } =
        done(clients::update(&admin, &tenant, service, SecretChange::Keep).await.unwrap());
    assert!(secret.is_some(), "its method needs one");
    assert!(record.client.response_types.is_empty(), "nobody signs in to it");
}

#[tokio::test]
async fn a_client_that_is_gone_is_absent() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = tenants::ensure_default(&admin).await.unwrap();
    let (id, client_id) = (&tenant.tenant_id, ClientId::new("app"));
    let Issued { record, .. } = done(clients::create(&admin, &tenant, app()).await.unwrap());
    let disabled = done(clients::set_disabled(&admin, id, &client_id, Expected::Any, true).await.unwrap());
    assert_eq!(disabled.disabled_at, Some(admin.now));
    assert_eq!(clients::delete(&admin, id, &client_id, Expected::Any).await.unwrap(), Outcome::Done(()));
    assert_eq!(clients::delete(&admin, id, &client_id, Expected::Any).await.unwrap(), Outcome::Absent);
    assert_eq!(
        clients::set_disabled(&admin, id, &client_id, Expected::Any, false).await.unwrap(),
        Outcome::Absent
    );
    let update = clients::update(&admin, &tenant, record, SecretChange::Keep).await.unwrap();
    assert!(matches!(update, Outcome::Absent));
}

#[tokio::test]
async fn whole_lists_are_read_over_the_end_of_a_page() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = tenants::ensure_default(&admin).await.unwrap();
    let count = listing::PAGE as usize + 1;
    for number in 0..count {
        let mut new = app();
        new.client.client_id = ClientId::new(format!("app-{number}"));
        new.client.token_endpoint_auth_method = AuthMethod::None;
        done(clients::create(&admin, &tenant, new).await.unwrap());
    }
    let all = clients::all(&admin, &tenant.tenant_id).await.unwrap();
    let ids: std::collections::BTreeSet<_> = all.iter().map(|record| &record.client.client_id).collect();
    assert_eq!((all.len(), ids.len()), (count, count));
}

#[tokio::test]
async fn users_have_names_that_can_be_typed_and_told_apart() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = &tenants::ensure_default(&admin).await.unwrap().tenant_id;
    let new = NewUser { password: Some(Password::from("correct horse")), ..ada() };
    let user = done(users::create(&admin, tenant, new).await.unwrap());
    assert!(parts.store.credentials.password(tenant, &user.user_id).await.unwrap().is_some());
    let twin = NewUser { username: "ADA".to_owned(), ..ada() };
    assert_eq!(users::create(&admin, tenant, twin).await.unwrap(), Outcome::Taken);
    for username in ["", " ", " ada", "a\nb", &"x".repeat(255)] {
        let new = NewUser { username: username.to_owned(), ..ada() };
        assert_eq!(fields(users::create(&admin, tenant, new).await.unwrap()), ["username"], "{username:?}");
    }
    let claims = |email: &str, birthdate: &str| StandardClaims {
        email: Some(email.to_owned()),
        birthdate: Some(birthdate.to_owned()),
        ..StandardClaims::default()
    };
    for (password, email, birthdate, wrong) in [
        ("", "a@b.c", "1915-12-10", &["password"][..]),
        (&*"x".repeat(1025), "nobody", "1915-13-10", &["birthdate", "email", "password"]),
        ("x", "two words@b.c", "1915-12-10", &["email"]),
    ] {
        let new = NewUser {
            user_id: None,
            username: "bob".to_owned(),
            claims: claims(email, birthdate),
            attributes: Attributes::default(),
            password: Some(password.into()),
            password_change_required: false,
        };
        assert_eq!(fields(users::create(&admin, tenant, new).await.unwrap()), wrong);
    }
    assert_eq!(users::all(&admin, tenant).await.unwrap(), [user]);
    let bob = NewUser { username: "bob".to_owned(), claims: claims("a@b.c", "1990-04-23"), ..ada() };
    done(users::create(&admin, tenant, bob).await.unwrap());
}

#[tokio::test]
async fn a_user_is_edited_disabled_and_deleted() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = &tenants::ensure_default(&admin).await.unwrap().tenant_id;
    let ada = done(users::create(&admin, tenant, ada()).await.unwrap());
    let bob = NewUser { username: "bob".to_owned(), ..self::ada() };
    let mut bob = done(users::create(&admin, tenant, bob).await.unwrap());
    "Ada".clone_into(&mut bob.username);
    assert_eq!(users::update(&admin, tenant, bob.clone(), None).await.unwrap(), Outcome::Taken);
    "bobby".clone_into(&mut bob.username);
    bob.claims.email_verified = Some(true);
    users::set_email(&mut bob.claims, Some("bob@example.test".to_owned()));
    assert_eq!(bob.claims.email_verified, Some(false), "nobody has verified the new one");
    let bob = done(users::update(&admin, tenant, bob, Some("battery staple".into())).await.unwrap());
    let hash = parts.store.credentials.password(tenant, &bob.user_id).await.unwrap();
    let changed = users::set_password(&admin, tenant, &bob.user_id, &"another one".into()).await.unwrap();
    assert_eq!(changed, Outcome::Done(()));
    assert_ne!(parts.store.credentials.password(tenant, &bob.user_id).await.unwrap(), hash);
    let empty = users::set_password(&admin, tenant, &bob.user_id, &"".into()).await.unwrap();
    assert_eq!(fields(empty), ["password"]);
    let nobody = UserId::new("nobody");
    let absent = users::set_password(&admin, tenant, &nobody, &"x".into()).await.unwrap();
    assert_eq!(absent, Outcome::Absent);
    let disabled = done(users::set_disabled(&admin, tenant, bob.clone(), Expected::Any, true).await.unwrap());
    assert_eq!(disabled.disabled_at, Some(admin.now));
    assert_eq!(users::delete(&admin, tenant, &bob.user_id, Expected::Any).await.unwrap(), Outcome::Done(()));
    assert_eq!(users::delete(&admin, tenant, &bob.user_id, Expected::Any).await.unwrap(), Outcome::Absent);
    assert_eq!(users::update(&admin, tenant, bob.clone(), None).await.unwrap(), Outcome::Absent);
    assert_eq!(
        users::set_disabled(&admin, tenant, bob, Expected::Any, false).await.unwrap(),
        Outcome::Absent
    );
    assert_eq!(users::all(&admin, tenant).await.unwrap(), [ada]);
}

/// The key of an algorithm without RSA, which takes no time.
#[tokio::test]
async fn registration_tokens_have_limits_and_end() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = &tenants::ensure_default(&admin).await.unwrap().tenant_id;
    let new = NewToken { name: "CI".to_owned(), uses: Some(1), expires_in: Some(Seconds(60)) };
    let (record, token) = done(registration_tokens::create(&admin, tenant, new).await.unwrap());
    assert_eq!((record.hash, record.expires_at), (token.hash(), Some(admin.now + Seconds(60))));
    let wrong = NewToken { name: "a\u{7}".to_owned(), uses: Some(0), expires_in: Some(Seconds(0)) };
    let wrong = registration_tokens::create(&admin, tenant, wrong).await.unwrap();
    assert_eq!(fields(wrong), ["name", "uses", "expires_in"]);
    assert_eq!(registration_tokens::list(&admin, tenant).await.unwrap(), std::slice::from_ref(&record));
    let delete = async || registration_tokens::delete(&admin, tenant, &record.token_id).await.unwrap();
    assert_eq!((delete().await, delete().await), (Outcome::Done(()), Outcome::Absent));
}

#[tokio::test]
async fn a_registration_spends_its_token_and_can_be_replaced() {
    let parts = Parts::new().await;
    let admin = parts.admin();
    let tenant = tenants::ensure_default(&admin).await.unwrap();
    let new = NewToken { uses: Some(1), ..NewToken::default() };
    let (_, token) = done(registration_tokens::create(&admin, &tenant.tenant_id, new).await.unwrap());
    let register = async |id: &str| {
        let client = Client { client_id: ClientId::new(id), ..app().client };
        clients::register(&admin, &tenant, client, Some(token.hash())).await.unwrap()
    };
    let registered = done(register("one").await);
    assert!(registered.issued.secret.is_some());
    assert!(matches!(register("two").await, Outcome::Absent), "it was good for one client");
    let mut record = registered.issued.record;
    "Another name".clone_into(&mut record.client.client_name);
    let Issued { record, secret } = done(clients::reregister(&admin, &tenant, record).await.unwrap());
    assert!(secret.is_none(), "the secret stays");
    let found = clients::find(&admin, &tenant.tenant_id, &record.client.client_id).await.unwrap().unwrap();
    assert_eq!((found.client.client_name.as_str(), found.secrets), ("Another name", record.secrets));
}
