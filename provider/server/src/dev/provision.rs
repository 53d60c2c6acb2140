//! The demo's user and clients: created when they are missing, otherwise left as they are.

use credenza_protocol::account_policy::AccountDeletion;
use credenza_protocol::client::Client;
use credenza_protocol::client_auth::AuthMethod;
use credenza_protocol::ids::ClientId;
use credenza_protocol::redirect_uri::check_web_uri;
use credenza_protocol::sign_up::SignUpPolicy;
use credenza_protocol::tenant::{SignInByMail, Tenant, TenantSettings};
use credenza_protocol::version::Version;

use super::files::{DemoFile, Secrets};
use super::person;
use crate::accounts::password::Password;
use crate::admin::clients::{self, NewClient, NewSecret, SecretChange};
use crate::admin::users::{self, NewUser};
use crate::admin::{Administration, Outcome, tenants};
use crate::demo::SPA_CLIENT_ID;
use crate::failure::Failure;
use crate::serve;

/// Lets people make and delete accounts in a database that is new: one that nobody is in, and of which nothing was set.
pub(super) async fn sign_up(admin: &Administration<'_>, tenant: Tenant) -> Result<Tenant, serve::Error> {
    let is_new = tenant.version == Version::FIRST;
    if !is_new || !users::page(admin, &tenant.tenant_id, None, 1).await?.is_empty() {
        return Ok(tenant);
    }
    let settings = TenantSettings {
        sign_up: SignUpPolicy::Open,
        sign_in_by_mail: SignInByMail::On,
        account_deletion: AccountDeletion::On,
        ..tenant.settings.clone()
    };
    let changed = Tenant { settings, ..tenant.clone() };
    match tenants::update(admin, changed).await.map_err(failed)? {
        Outcome::Done(tenant) => Ok(tenant),
        // Another process was faster.
        _ => Ok(tenant),
    }
}

/// The demo user, with the password of the file. If that is new, a user from an earlier one gets it.
pub(super) async fn user(
    admin: &Administration<'_>,
    tenant: &Tenant,
    secrets: &Secrets,
) -> Result<(), serve::Error> {
    let (tenant, demo) = (&tenant.tenant_id, &secrets.demo);
    let password = Password::from(demo.password.as_str());
    match users::find_by_username(admin, tenant, &demo.username).await? {
        Some(user) if secrets.fresh => {
            made(users::set_password(admin, tenant, &user.user_id, &password).await.map_err(failed)?)
        }
        Some(_) => Ok(()),
        None => {
            let username = demo.username.clone();
            let new = NewUser {
                user_id: None,
                username,
                claims: person::claims(),
                attributes: Default::default(),
                password: Some(password),
                password_change_required: false,
            };
            made(users::create(admin, tenant, new).await.map_err(failed)?)
        }
    }
}

/// The clients of the demo, with the URIs of the present issuer: the one on the server, and the one in the browser.
pub(super) async fn clients(
    admin: &Administration<'_>,
    tenant: &Tenant,
    demo: &DemoFile,
    issuer: &str,
) -> Result<(), serve::Error> {
    // Where a sign-in begins again that has come to an end.
    let page = |path: &str| Some(format!("{issuer}{path}")).filter(|uri| check_web_uri(uri).is_ok());
    let on_server = Client {
        client_name: "Demo application".to_owned(),
        redirect_uris: vec![format!("{issuer}/demo/callback")],
        post_logout_redirect_uris: vec![format!("{issuer}/demo")],
        client_uri: page("/demo"),
        ..public(&demo.client_id)
    };
    let in_browser = Client {
        client_name: "Demo application in the browser".to_owned(),
        redirect_uris: vec![format!("{issuer}/demo/spa")],
        post_logout_redirect_uris: vec![format!("{issuer}/demo/spa")],
        client_uri: page("/demo/spa"),
        refresh_token_cookie: true,
        ..public(SPA_CLIENT_ID)
    };
    client(admin, tenant, on_server).await?;
    client(admin, tenant, in_browser).await
}

fn public(client_id: &str) -> Client {
    Client {
        token_endpoint_auth_method: AuthMethod::None,
        require_pkce: true,
        ..clients::defaults(ClientId::new(client_id))
    }
}

async fn client(admin: &Administration<'_>, tenant: &Tenant, mut wanted: Client) -> Result<(), serve::Error> {
    match clients::find(admin, &tenant.tenant_id, &wanted.client_id).await? {
        Some(record) if record.client.redirect_uris == wanted.redirect_uris => Ok(()),
        Some(mut record) => {
            record.client.redirect_uris = wanted.redirect_uris;
            record.client.post_logout_redirect_uris = wanted.post_logout_redirect_uris;
            record.client.client_uri = wanted.client_uri;
            made(clients::update(admin, tenant, record, SecretChange::Keep).await.map_err(failed)?)
        }
        None => {
            clients::complete(&mut wanted, |member| member == "application_type");
            let new = NewClient { client: wanted, secret: NewSecret::Generated };
            made(clients::create(admin, tenant, new).await.map_err(failed)?)
        }
    }
}

/// Where another process did the same at the same time, it did so from the same file.
fn made<T>(outcome: Outcome<T>) -> Result<(), serve::Error> {
    match outcome {
        Outcome::Invalid(fields) => {
            let fields: Vec<_> = fields.iter().map(ToString::to_string).collect();
            Err(serve::Error::Demo(fields.join("; ")))
        }
        _ => Ok(()),
    }
}

fn failed(error: crate::admin::Error) -> serve::Error {
    Failure::from(error).into()
}
