use std::ffi::OsString;
use std::path::PathBuf;

use credenza_protocol::ids::{ClientId, UserId};
use credenza_protocol::secret::Secret;
use credenza_storage::Options;
use futures_util::future::join_all;

use super::*;
use crate::accounts::password::Password;
use crate::admin::parts::Parts;
use crate::admin::{clients as stored_clients, tenants as stored_tenants, users as stored_users};

mod people;
mod refused;
mod webhooks;

const SECRET: &str = "tGzv3JOkF0XG5Qx2TlKWIA-of-my-own";
const PASSWORD: &str = "correct horse battery";

/// The hash of `U*U` by another provider.
const HASH: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

const SET_UP: &str = r#"
[[tenants]]
name = "acme"
[tenants.settings]
display_name = "Acme Inc."
access_token_lifetime = 300

[[clients]]
tenant = "acme"
client_id = "shop"
client_secret_env = "SHOP_SECRET"
client_name = "Shop"
redirect_uris = ["https://shop.example.com/callback"]
scope = "openid email"

[[clients]]
client_id = "phone"
client_name = "Phone"
redirect_uris = ["com.example.phone:/callback"]
token_endpoint_auth_method = "none"

[[users]]
tenant = "acme"
username = "ada"
user_id = "auth0|5f7c8ec7"
password_env = "ADA_PASSWORD"
[users.claims]
name = "Ada"
email = "ada@example.com"
email_verified = true
"#;

impl Parts {
    async fn run(&self, text: &str, mode: Mode) -> Report {
        let set_up = read(text, Format::Toml).unwrap_or_else(|faults| panic!("{faults:?}"));
        run(&self.admin(), &set_up, mode).await.unwrap_or_else(|failed| panic!("{failed}"))
    }

    async fn apply(&self, text: &str) -> Report {
        self.run(text, Mode::Apply).await
    }

    async fn tenant(&self, name: &str) -> credenza_protocol::tenant::Tenant {
        stored_tenants::find(&self.admin(), name).await.unwrap().unwrap()
    }
}

/// Reads a text, with these variables.
fn read(text: &str, format: Format) -> Result<SetUp, Vec<String>> {
    let variable = |name: &str| match name {
        "SHOP_SECRET" => Some(OsString::from(format!("{SECRET}\n"))),
        "ADA_PASSWORD" => Some(PASSWORD.into()),
        "OTHER" => Some("another-one-of-enough-characters".into()),
        "HASH" => Some(HASH.into()),
        "EMPTY" => Some("".into()),
        "HOOK_SECRET" => Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into()),
        "OTHER_HOOK_SECRET" => Some("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".into()),
        _ => None,
    };
    let around = Surroundings { folder: PathBuf::from("/nowhere"), variable: &variable };
    SetUp::read(text, format, &around).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn actions(report: &Report) -> Vec<(&'static str, &str, &str)> {
    report.steps.iter().map(|step| (step.action.as_str(), &*step.noun, step.name.as_str())).collect()
}

/// The members that a step changes, sorted.
fn members(report: &Report, index: usize) -> Vec<&str> {
    let mut members: Vec<_> =
        report.steps[index].changes.iter().map(|change| change.member.as_str()).collect();
    members.sort_unstable();
    members
}

#[tokio::test]
async fn a_set_up_is_made_once_and_found_again() {
    let parts = Parts::new().await;
    let all = [("tenant", "acme"), ("client", "shop"), ("client", "phone"), ("user", "ada")];
    let each = |action: &'static str| all.map(|(noun, name)| (action, noun, name)).to_vec();
    let planned = parts.run(SET_UP, Mode::Compare).await;
    assert_eq!(actions(&planned), each("create"));
    assert!(stored_tenants::list(&parts.admin()).await.unwrap().is_empty(), "nothing was written");
    let made = parts.apply(SET_UP).await;
    assert_eq!(made, planned, "what was done is what was told");
    for mode in [Mode::Compare, Mode::Apply] {
        let again = parts.run(SET_UP, mode).await;
        assert_eq!((actions(&again), again.changed), (each("unchanged"), false), "{again}");
    }
    // What was made is what the file says, with the defaults of what it does not say.
    let (admin, acme) = (parts.admin(), parts.tenant("acme").await);
    assert_eq!((&*acme.settings.display_name, acme.settings.access_token_lifetime.0), ("Acme Inc.", 300));
    let shop = stored_clients::find(&admin, &acme.tenant_id, &ClientId::new("shop")).await.unwrap().unwrap();
    assert_eq!((shop.secrets.len(), shop.secrets[0].hash), (1, Secret::presented(SECRET).hash()));
    assert_eq!(shop.client.scope.to_string(), "openid email");
    let default = parts.tenant("default").await;
    let phone = stored_clients::find(&admin, &default.tenant_id, &ClientId::new("phone")).await;
    let phone = phone.unwrap().unwrap().client;
    assert_eq!(phone.application_type, credenza_protocol::client::ApplicationType::Native);
    assert!(phone.scope.to_string().contains("profile") && phone.token_endpoint_auth_method_pinned);
    let ada = stored_users::find(&admin, &acme.tenant_id, &UserId::new("auth0|5f7c8ec7")).await;
    let ada = ada.unwrap().unwrap();
    assert_eq!((ada.username.as_str(), ada.claims.email_verified), ("ada", Some(true)));
    let password = Password::from(PASSWORD);
    assert!(stored_users::has_password(&admin, &acme.tenant_id, &ada.user_id, &password).await.unwrap());
    // Nobody is told a secret.
    let told = format!("{made} {made:?} {}", serde_json::to_string(&made).unwrap());
    assert!(
        !told.contains(SECRET) && !told.contains(PASSWORD) && told.contains("client_secret set"),
        "{told}"
    );
}

#[tokio::test]
async fn what_the_file_names_is_changed_and_the_rest_stays() {
    let parts = Parts::new().await;
    parts.apply(SET_UP).await;
    let changes = r#"
[[tenants]]
name = "acme"
disabled = true
settings = { code_lifetime = 30 }
[[clients]]
tenant = "acme"
client_id = "shop"
client_secret_env = "OTHER"
redirect_uris = ["https://shop.example.com/callback", "https://shop.example.com/other"]
client_uri = "https://shop.example.com"
disabled = true
[[users]]
tenant = "acme"
username = "ADA"
password_env = "OTHER"
claims = { email = "", nickname = "A" }
"#;
    let planned = parts.run(changes, Mode::Compare).await;
    assert_eq!(parts.apply(changes).await, planned);
    assert_eq!(members(&planned, 0), ["disabled", "settings.code_lifetime"]);
    assert_eq!(members(&planned, 1), ["client_secret", "client_uri", "disabled", "redirect_uris"]);
    assert_eq!(
        members(&planned, 2),
        ["claims.email", "claims.email_verified", "claims.nickname", "password"]
    );
    assert!(!parts.apply(changes).await.changed);
    let (admin, acme) = (parts.admin(), parts.tenant("acme").await);
    assert_eq!(acme.settings.access_token_lifetime.0, 300, "what is not named stays");
    assert!(acme.disabled_at.is_some());
    let shop = stored_clients::find(&admin, &acme.tenant_id, &ClientId::new("shop")).await.unwrap().unwrap();
    assert!(shop.disabled_at.is_some() && shop.client.redirect_uris.len() == 2);
    assert_eq!(shop.client.client_name, "Shop");
    let ada = stored_users::find_by_username(&admin, &acme.tenant_id, "ada").await.unwrap().unwrap();
    assert_eq!((ada.username.as_str(), ada.claims.name.as_deref()), ("ada", Some("Ada")));
    assert_eq!((ada.claims.email, ada.claims.email_verified), (None, None), "an empty text takes it away");
    // Enabled again, and taken away a member at a time.
    let back = "[[clients]]\ntenant = \"acme\"\nclient_id = \"shop\"\nclient_uri = \"\"\ndisabled = false\n";
    let report = parts.apply(back).await;
    assert_eq!(members(&report, 0), ["client_uri", "disabled"], "{report}");
}

#[tokio::test]
async fn only_what_is_called_absent_is_deleted() {
    let parts = Parts::new().await;
    parts.apply(SET_UP).await;
    assert!(!parts.apply("").await.changed, "an empty file says nothing");
    let absent = r#"
[[clients]]
tenant = "acme"
client_id = "shop"
absent = true
[[users]]
tenant = "acme"
username = "ada"
absent = true
"#;
    assert_eq!(actions(&parts.run(absent, Mode::Compare).await), actions(&parts.apply(absent).await));
    assert_eq!(
        actions(&parts.apply(absent).await),
        [("unchanged", "client", "shop"), ("unchanged", "user", "ada")]
    );
    let tenant = "[[tenants]]\nname = \"acme\"\nabsent = true\n";
    assert_eq!(actions(&parts.apply(tenant).await), [("delete", "tenant", "acme")]);
    assert!(!parts.apply(tenant).await.changed);
    assert!(stored_tenants::find(&parts.admin(), "acme").await.unwrap().is_none());
    assert_eq!(stored_tenants::list(&parts.admin()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_many_who_apply_at_once_one_makes_each_thing() {
    let parts = Parts::new().await;
    let reports = join_all((0..8).map(|_| parts.apply(SET_UP))).await;
    let made = |name: &str| {
        let steps = reports.iter().flat_map(|report| &report.steps);
        steps.filter(|step| step.name == name && step.action == Action::Create).count()
    };
    for name in ["acme", "shop", "phone", "ada"] {
        assert_eq!(made(name), 1, "{name}");
    }
    assert!(!parts.apply(SET_UP).await.changed);
}

#[tokio::test]
async fn a_user_is_renamed_by_their_id() {
    let parts = Parts::new().await;
    parts.apply(SET_UP).await;
    let renamed = "[[users]]\ntenant = \"acme\"\nusername = \"lovelace\"\nuser_id = \"auth0|5f7c8ec7\"\npassword_env = \"ADA_PASSWORD\"\n";
    let report = parts.apply(renamed).await;
    assert_eq!(members(&report, 0), ["username"]);
    assert!(!parts.apply(renamed).await.changed);
}

#[tokio::test]
async fn a_hash_is_for_whoever_has_no_password_yet() {
    let parts = Parts::new().await;
    let bob = "[[users]]\nusername = \"bob\"\npassword_hash_env = \"HASH\"\n";
    let made = parts.apply(bob).await;
    assert_eq!(members(&made, 0), ["password_hash"]);
    assert!(!format!("{made} {made:?}").contains(HASH));
    let (admin, tenant) = (parts.admin(), parts.tenant("default").await.tenant_id);
    let id = stored_users::find_by_username(&admin, &tenant, "bob").await.unwrap().unwrap().user_id;
    let has = async |password: &str| {
        stored_users::has_password(&parts.admin(), &tenant, &id, &Password::from(password)).await.unwrap()
    };
    assert!(has("U*U").await && !has("U*V").await);
    assert!(!parts.apply(bob).await.changed);
    // The password itself is known by the hash; another one takes its place, and the hash does not come back.
    let typed = bob.replace("password_hash_env = \"HASH\"", "password_env = \"OTHER\"");
    assert_eq!(members(&parts.apply(&typed).await, 0), ["password"]);
    assert!(has("another-one-of-enough-characters").await && !has("U*U").await);
    assert!(!parts.apply(bob).await.changed, "whoever has a password keeps theirs");
    // Somebody who was made without one is given it.
    parts.apply("[[users]]\nusername = \"eve\"\n").await;
    let eve = bob.replace("bob", "eve");
    assert_eq!(members(&parts.apply(&eve).await, 0), ["password_hash"]);
    assert!(!parts.apply(&eve).await.changed);
}

#[tokio::test]
async fn a_name_in_another_form_is_the_same_user() {
    let parts = Parts::new().await;
    let user = |name: &str| format!("[[users]]\nusername = \"{name}\"\n");
    assert!(parts.apply(&user("J\u{f6}rg")).await.changed);
    for form in ["Jo\u{308}rg", "J\u{d6}RG"] {
        assert!(!parts.apply(&user(form)).await.changed, "{form:?}");
    }
    let twice = read(&format!("{}{}", user("J\u{f6}rg"), user("Jo\u{308}rg")), Format::Toml);
    assert!(twice.unwrap_err()[0].contains("stands in the file twice"));
}

#[tokio::test]
async fn an_address_is_verified_where_the_file_says_so_alone() {
    let parts = Parts::new().await;
    parts.apply(SET_UP).await;
    let user = "[[users]]\ntenant = \"acme\"\nusername = \"ada\"\n";
    let verified = async || {
        let (admin, acme) = (parts.admin(), parts.tenant("acme").await);
        let ada = stored_users::find_by_username(&admin, &acme.tenant_id, "ada").await.unwrap().unwrap();
        ada.claims.email_verified
    };
    parts.apply(&format!("{user}claims = {{ email = \"ada@example.com\" }}\n")).await;
    assert_eq!(verified().await, Some(true), "the same address");
    let other = format!("{user}claims = {{ email = \"ada@example.org\" }}\n");
    parts.apply(&other).await;
    assert_eq!(verified().await, Some(false));
    assert!(!parts.apply(&other).await.changed);
}

#[tokio::test]
async fn json_says_the_same() {
    let json = serde_json::to_string(&SET_UP.parse::<toml::Table>().unwrap()).unwrap();
    let parts = Parts::new().await;
    parts.apply(SET_UP).await;
    let set_up = read(&json, Format::Json).unwrap();
    assert!(!run(&parts.admin(), &set_up, Mode::Apply).await.unwrap().changed);
    for (name, format) in
        [("a.json", Format::Json), ("a.JSON", Format::Json), ("a.toml", Format::Toml), ("a", Format::Toml)]
    {
        assert_eq!(Format::of(std::path::Path::new(name)), format, "{name}");
    }
}

/// `UPDATE_MANUAL=1 cargo test -p credenza --lib apply` writes it anew.
#[test]
fn the_schema_is_published() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../manual/apply.schema.json");
    let made = format!("{:#}\n", schema().to_value());
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        made,
        "write it anew with UPDATE_MANUAL=1"
    );
    let value = schema().to_value();
    let at = |pointer: &str| value.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/additionalProperties"), false);
    assert_eq!(at("/properties/clients/items/additionalProperties"), false);
    assert_eq!(at("/properties/clients/items/required"), serde_json::json!(["client_id"]));
    for member in ["redirect_uris", "jwks_uri", "client_secret_file", "tenant"] {
        assert!(at(&format!("/properties/clients/items/properties/{member}")).is_object(), "{member}");
    }
    assert!(at("/properties/tenants/items/properties/settings/properties/code_lifetime").is_object());
    assert!(at("/properties/users/items/properties/claims/properties/email").is_object());
    assert!(at("/properties/users/items/properties/attributes/additionalProperties").is_object());
    assert_eq!(at("/properties/roles/items/required"), serde_json::json!(["client_id", "role"]));
    let told = at("/properties/groups/items/properties/members/description");
    assert!(told.to_string().contains("whole membership"), "{told}");
}
