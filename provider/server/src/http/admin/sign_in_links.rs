//! Links by which a user signs in without a password, made by an operator.

use credenza_protocol::ids::{ClientId, UserId};
use credenza_protocol::time::{Seconds, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use super::problem::{Problem, accept};
use super::reply::Reply;
use super::users::find;
use crate::admin::sign_in_links::{self, Made, NewLink};
use crate::flow::sign_in::{given, link};

/// A link to be made.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSignInLinkBody {
    /// Whether it is mailed to the verified address of the user; if not, the answer holds it.
    pub(crate) mail: bool,
    /// The client to which the person goes on, by its `initiate_login_uri` or else its `client_uri`; without one, to their
    /// account.
    pub(crate) client_id: Option<ClientId>,
    /// How many seconds it is good, 86400 at most; without it, 600.
    pub(crate) expires_in: Option<Seconds>,
}

/// A link that was made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SignInLink")]
pub(crate) struct SignInLinkBody {
    /// Who signs in by it.
    pub(crate) user_id: UserId,
    /// The link itself, on the one occasion when it is shown; not if it was mailed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// Until when it is good.
    pub(crate) expires_at: Time,
}

impl SignInLinkBody {
    /// What is shown of it: its address too, where `issuer` is that of its tenant.
    pub(crate) fn new(made: Made, issuer: Option<&str>) -> Self {
        let Made { user_id, secret, expires_at } = made;
        Self { user_id, url: issuer.map(|issuer| link::url(issuer, &secret)), expires_at }
    }
}

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    id: "createSignInLink",
    method: Method::Post,
    path: "/users/{user_id}/sign-in-links",
    place: Place::Tenant,
    tag: "Users",
    summary: "Make a link by which a user signs in once, without a password; it is mailed to them, or shown this once",
    scope: "admin:users:sign_in_links",
    is_sensitive: true,
    guard: Guard::IdempotencyKey,
    query: &[],
    request: Some(Body {
        name: "NewSignInLink",
        media: Media::Json,
        schema: |generator| generator.root_schema_for::<NewSignInLinkBody>(),
        example: r#"{"mail": false, "expires_in": 3600}"#,
    }),
    response: Answer {
        status: 200,
        description: "The link.",
        schema: Some(|generator| generator.subschema_for::<SignInLinkBody>()),
        has_etag: false,
        example: r#"{"user_id": "248289761001", "url": "https://id.example.com/login/link?token=2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpA", "expires_at": 1800003600}"#,
    },
    problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY, &kinds::CONFLICT],
    run: |call| Box::pin(create(call)),
}];

async fn create(call: Call) -> Result<Reply, Problem> {
    let NewSignInLinkBody { mail, client_id, expires_in } = call.document()?;
    let user = find(&call).await?;
    let new = NewLink { client_id, expires_in };
    if !mail {
        let made = accept(sign_in_links::create(&call.admin(), call.tenant(), &user, new, None).await?)?;
        return Reply::of(&SignInLinkBody::new(made, Some(&call.context.realm.issuer)));
    }
    let write = given::writer(&call.context, &user);
    let made = sign_in_links::create(&call.admin(), call.tenant(), &user, new, Some(&write)).await?;
    let made = accept(made)?;
    given::queued(&call.context);
    Reply::of(&SignInLinkBody::new(made, None))
}
