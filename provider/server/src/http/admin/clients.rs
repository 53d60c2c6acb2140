//! Clients: applications that people sign in to, and service accounts.

use credenza_protocol::client::Client;
use credenza_protocol::ids::ClientId;
use credenza_protocol::secret::Secret;
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use credenza_storage::ClientRecord;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::Call;
use super::kinds;
use super::operation::{
    Answer, Body, CURSOR, Form, Guard, LIMIT, Media, Method, Operation, Parameter, Place,
};
use super::page::{Page, Window};
use super::problem::{Problem, accept};
use super::reply::Reply;
use crate::admin::clients::{self, Issued, NewClient, NewSecret, SecretChange};

const TAG: &str = "Clients";
const ONE: &str = "/clients/{client_id}";
const SERVICE_ACCOUNT: Parameter =
    Parameter { name: "service_account", description: "true: service accounts alone.", form: Form::Truth };
const EXAMPLE: &str = r#"{"client_id": "s6BhdRkqt3", "client_name": "My app", "redirect_uris": ["https://app.example.com/callback"], "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "client_secret_basic", "scope": "openid profile email", "created_at": 1800000000, "updated_at": 1800000000, "disabled_at": null, "version": 1}"#;
const ISSUED: &str = r#"{"client_id": "s6BhdRkqt3", "client_secret": "7Fjfp0ZBr1KtDRbnfVdmIw5rYlI8mmm3nVqkq1yFTxE", "client_name": "My app", "redirect_uris": ["https://app.example.com/callback"], "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "client_secret_basic", "scope": "openid profile email", "created_at": 1800000000, "updated_at": 1800000000, "disabled_at": null, "version": 1}"#;
const LISTED: &str = r#"{"items": [{"client_id": "s6BhdRkqt3", "client_name": "My app", "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic", "scope": "reports:read", "created_at": 1800000000, "updated_at": 1800000000, "disabled_at": null, "version": 1}]}"#;

/// A client. Its metadata have the names of RFC 7591 and OpenID Connect Registration.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OAuthClient")]
pub(crate) struct ClientBody {
    #[serde(flatten)]
    client: Client,
    /// Its secret, on the one occasion when it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// When it was made.
    created_at: Time,
    /// When it last changed.
    updated_at: Time,
    /// When it was disabled; it can do nothing then.
    disabled_at: Option<Time>,
    /// Higher with each change, and than that of any client before it that had the same id; the `ETag` is made of it.
    version: Version,
}

impl ClientBody {
    fn new(record: ClientRecord, secret: Option<&Secret>) -> Self {
        let ClientRecord { client, created_at, updated_at, disabled_at, version, .. } = record;
        let client_secret = secret.map(|secret| secret.reveal().to_owned());
        Self { client, client_secret, created_at, updated_at, disabled_at, version }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listClients",
        method: Method::Get,
        path: "/clients",
        place: Place::Tenant,
        tag: TAG,
        summary: "List clients, by id",
        scope: "admin:clients:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR, SERVICE_ACCOUNT],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of clients.",
            schema: Some(|generator| generator.subschema_for::<Page<ClientBody>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createClient",
        method: Method::Post,
        path: "/clients",
        place: Place::Tenant,
        tag: TAG,
        summary: "Create a client; what is not said of it has the defaults of the command line",
        scope: "admin:clients:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewOAuthClient",
            media: Media::Partial,
            schema: |generator| generator.root_schema_for::<Client>(),
            example: r#"{"client_name": "My app", "redirect_uris": ["https://app.example.com/callback"]}"#,
        }),
        response: Answer {
            status: 201,
            description: "The client, with its secret if it has one. The secret is not shown again.",
            schema: Some(|generator| generator.subschema_for::<ClientBody>()),
            has_etag: true,
            example: ISSUED,
        },
        problems: &[&kinds::TAKEN, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "getClient",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show a client",
        scope: "admin:clients:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "updateClient",
        method: Method::Patch,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Change a client; null gives a member its default",
        scope: "admin:clients:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: Some(Body {
            name: "OAuthClientPatch",
            media: Media::MergePatch,
            schema: |generator| generator.root_schema_for::<Client>(),
            example: r#"{"client_name": "Our app", "logo_uri": null}"#,
        }),
        response: Answer {
            status: 200,
            description: "The client as it is now. If another method of authentication needs another secret, that is \
                          here, and not shown again.",
            schema: Some(|generator| generator.subschema_for::<ClientBody>()),
            has_etag: true,
            example: EXAMPLE,
        },
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(update(call)),
    },
    Operation {
        id: "deleteClient",
        method: Method::Delete,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Delete a client with its grants, tokens and consents",
        scope: "admin:clients:write",
        is_sensitive: false,
        guard: Guard::IfMatch,
        query: &[],
        request: None,
        response: Answer::nothing("It is gone."),
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(delete(call)),
    },
    Operation {
        id: "disableClient",
        method: Method::Post,
        path: "/clients/{client_id}/disable",
        place: Place::Tenant,
        tag: TAG,
        summary: "Disable a client: it can do nothing, and what people granted it is revoked",
        scope: "admin:clients:write",
        is_sensitive: false,
        guard: Guard::OptionalIfMatch,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(set_disabled(call, true)),
    },
    Operation {
        id: "enableClient",
        method: Method::Post,
        path: "/clients/{client_id}/enable",
        place: Place::Tenant,
        tag: TAG,
        summary: "Enable a client again; people have to grant it access anew",
        scope: "admin:clients:write",
        is_sensitive: false,
        guard: Guard::OptionalIfMatch,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(set_disabled(call, false)),
    },
    Operation {
        id: "rotateClientSecret",
        method: Method::Post,
        path: "/clients/{client_id}/secret",
        place: Place::Tenant,
        tag: TAG,
        summary: "Give a client a new secret; those that it has are worthless at once",
        scope: "admin:clients:secrets",
        is_sensitive: true,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: None,
        response: Answer {
            status: 200,
            description: "The client with its new secret, which is not shown again.",
            schema: Some(|generator| generator.subschema_for::<ClientBody>()),
            has_etag: true,
            example: ISSUED,
        },
        problems: &[&kinds::NOT_FOUND, &kinds::STALE, &kinds::INVALID_VALUES, &kinds::BEYOND_AUTHORITY],
        run: |call| Box::pin(rotate_secret(call)),
    },
];

const SHOWN: Answer = Answer {
    status: 200,
    description: "The client.",
    schema: Some(|generator| generator.subschema_for::<ClientBody>()),
    has_etag: true,
    example: EXAMPLE,
};

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = window.after.as_deref().map(ClientId::new);
    let (admin, tenant, wanted) = (call.admin(), call.tenant(), window.wanted());
    let records = if call.flag(SERVICE_ACCOUNT.name)? {
        clients::page_of_service_accounts(&admin, tenant, after.as_ref(), wanted).await?
    } else {
        clients::page(&admin, tenant, after.as_ref(), wanted).await?
    };
    let bodies = records.into_iter().map(|record| ClientBody::new(record, None)).collect();
    window.reply(&call, bodies, |body| body.client.client_id.to_string())
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let new_id = clients::new_id(call.context.state.rng.as_ref());
    let client = clients::from_members(new_id, call.body.clone())?;
    let new = NewClient { client, secret: NewSecret::Generated };
    let created = clients::create(&call.admin(), &call.context.realm.tenant, new).await?;
    let new = accept(created)?;
    let location = call.url_of(ONE, new.record.client.client_id.as_str())?;
    Ok(issued(new)?.created_at(location))
}

async fn get(call: Call) -> Result<Reply, Problem> {
    shown(find(&call).await?)
}

async fn update(call: Call) -> Result<Reply, Problem> {
    let record = find(&call).await?;
    call.check(record.version)?;
    let client = clients::with_changes(&record.client, call.body.clone())?;
    change(&call, ClientRecord { client, ..record }, SecretChange::Keep).await
}

async fn rotate_secret(call: Call) -> Result<Reply, Problem> {
    let record = find(&call).await?;
    issued(accept(clients::rotate_secret(&call.admin(), call.tenant(), record).await?)?)
}

async fn change(call: &Call, record: ClientRecord, secret: SecretChange) -> Result<Reply, Problem> {
    let updated = clients::update(&call.admin(), &call.context.realm.tenant, record, secret).await?;
    issued(accept(updated)?)
}

async fn set_disabled(call: Call, disabled: bool) -> Result<Reply, Problem> {
    let expected = call.expected(find(&call).await?.version)?;
    let changed = clients::set_disabled(&call.admin(), call.tenant(), &id(&call), expected, disabled).await?;
    shown(accept(changed)?)
}

async fn delete(call: Call) -> Result<Reply, Problem> {
    let expected = call.expected(find(&call).await?.version)?;
    accept(clients::delete(&call.admin(), call.tenant(), &id(&call), expected).await?)?;
    Ok(Reply::nothing())
}

fn id(call: &Call) -> ClientId {
    ClientId::new(call.path("client_id"))
}

async fn find(call: &Call) -> Result<ClientRecord, Problem> {
    clients::find(&call.admin(), call.tenant(), &id(call)).await?.ok_or(Problem::NotFound)
}

fn shown(record: ClientRecord) -> Result<Reply, Problem> {
    issued(Issued { record, secret: None })
}

fn issued(issued: Issued) -> Result<Reply, Problem> {
    let version = issued.record.version;
    Ok(Reply::of(&ClientBody::new(issued.record, issued.secret.as_ref()))?.version(version))
}
