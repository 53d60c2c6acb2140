//! Invitations: whom operators have asked to make an account.

use credenza_protocol::claims::StandardClaims;
use credenza_protocol::ids::{ClientId, GroupId, InvitationId, UserId};
use credenza_protocol::invitation::{ClientRole, Gives, Invitation, InvitationState};
use credenza_protocol::time::{Seconds, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::kinds;
use super::operation::{Answer, Body, CURSOR, Guard, LIMIT, Media, Method, Operation, Place};
use super::page::{self, Page, Window};
use super::problem::{Problem, accept, accept_at};
use super::reply::Reply;
use crate::admin::invitations::{self, NewInvitation};

const TAG: &str = "Invitations";
const ALL: &str = "/invitations";
const ONE: &str = "/invitations/{invitation_id}";
const EXAMPLE: &str = r#"{"invitation_id": "c07f3a5b", "email": "ada@example.com", "username": null, "claims": {"given_name": "Ada"}, "groups": [], "roles": [], "client_id": null, "locale": "en", "state": "pending", "invited_by": "client:s6BhdRkqt3", "created_at": 1800000000, "sent_at": 1800000000, "expires_at": 1800604800, "accepted_at": null, "revoked_at": null, "user_id": null}"#;
const LISTED: &str = r#"{"items": [{"invitation_id": "c07f3a5b", "email": "ada@example.com", "username": null, "claims": {"given_name": "Ada"}, "groups": [], "roles": [], "client_id": null, "locale": "en", "state": "pending", "invited_by": "client:s6BhdRkqt3", "created_at": 1800000000, "sent_at": 1800000000, "expires_at": 1800604800, "accepted_at": null, "revoked_at": null, "user_id": null}]}"#;

/// An invitation. Its link is in the mail alone.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Invitation")]
pub(crate) struct InvitationBody {
    /// Its id, which authorizes nothing.
    invitation_id: InvitationId,
    /// The address that it was mailed to, which the account has as a verified one.
    pub(crate) email: String,
    /// The username that is proposed; the address, or what the person chooses, without it.
    username: Option<String>,
    /// The standard claims that the account gets (OpenID Connect Core 5.1).
    claims: StandardClaims,
    /// The ids of the groups that it is in.
    groups: Vec<GroupId>,
    /// The roles that it has at clients.
    roles: Vec<ClientRole>,
    /// The application that the person goes on to.
    client_id: Option<ClientId>,
    /// The language of the mail (BCP 47); the first one of the pages without it.
    locale: Option<String>,
    /// What became of it.
    state: InvitationState,
    /// Who has invited: `user:` and a `sub`, `client:` and a `client_id`, `shared_key:` and a name, or `admin-key`; null for
    /// the command line on the server.
    invited_by: Option<String>,
    /// When it was made.
    created_at: Time,
    /// When it was mailed last.
    sent_at: Time,
    /// Until when the link is good.
    expires_at: Time,
    /// When an account was made with it.
    accepted_at: Option<Time>,
    /// When it was taken back.
    revoked_at: Option<Time>,
    /// The account that was made with it.
    user_id: Option<UserId>,
}

/// An invitation to be mailed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvitationBody {
    /// The address.
    pub(crate) email: String,
    /// How many seconds the link is good; as the tenant's `invitation_lifetime` says without it.
    pub(crate) expires_in: Option<Seconds>,
    /// The username that is proposed.
    pub(crate) username: Option<String>,
    /// The standard claims that the account gets (OpenID Connect Core 5.1), without `email`.
    #[serde(default)]
    pub(crate) claims: StandardClaims,
    /// The ids of the groups that it is in; this needs `admin:groups:write` too.
    #[serde(default)]
    pub(crate) groups: Vec<GroupId>,
    /// The roles that it has at clients; this needs `admin:roles:write` too, and a recent sign-in.
    #[serde(default)]
    pub(crate) roles: Vec<ClientRole>,
    /// The application that the person goes on to: where it has registered `initiate_login_uri`, its sign-in begins.
    pub(crate) client_id: Option<ClientId>,
    /// The language of the mail (BCP 47).
    pub(crate) locale: Option<String>,
}

impl InvitationBody {
    pub(crate) fn new(invitation: Invitation, now: Time) -> Self {
        let state = invitation.state(now);
        let Gives { username, claims, groups, roles, client_id, locale } = invitation.gives;
        Self {
            invitation_id: invitation.invitation_id,
            email: invitation.email,
            username,
            claims,
            groups,
            roles,
            client_id,
            locale,
            state,
            invited_by: invitation.invited_by,
            created_at: invitation.created_at,
            sent_at: invitation.sent_at,
            expires_at: invitation.expires_at,
            accepted_at: invitation.accepted_at,
            revoked_at: invitation.revoked_at,
            user_id: invitation.user_id,
        }
    }
}

impl From<NewInvitationBody> for NewInvitation {
    fn from(body: NewInvitationBody) -> Self {
        let NewInvitationBody { email, expires_in, username, claims, groups, roles, client_id, locale } =
            body;
        let gives = Gives { username, claims, groups, roles, client_id, locale };
        Self { email, expires_in, gives, invited_by: None }
    }
}

const SHOWN: Answer = Answer {
    status: 200,
    description: "The invitation.",
    schema: Some(|generator| generator.subschema_for::<InvitationBody>()),
    has_etag: false,
    example: EXAMPLE,
};

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "listInvitations",
        method: Method::Get,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "List invitations, the oldest first, and those that have ended for a month",
        scope: "admin:invitations:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[LIMIT, CURSOR],
        request: None,
        response: Answer {
            status: 200,
            description: "A page of invitations.",
            schema: Some(|generator| generator.subschema_for::<Page<InvitationBody>>()),
            has_etag: false,
            example: LISTED,
        },
        problems: &[],
        run: |call| Box::pin(list(call)),
    },
    Operation {
        id: "createInvitation",
        method: Method::Post,
        path: ALL,
        place: Place::Tenant,
        tag: TAG,
        summary: "Invite somebody by mail to make an account; whether they have one is not said",
        scope: "admin:invitations:write",
        is_sensitive: false,
        guard: Guard::IdempotencyKey,
        query: &[],
        request: Some(Body {
            name: "NewInvitation",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<NewInvitationBody>(),
            example: r#"{"email": "ada@example.com", "claims": {"given_name": "Ada"}, "locale": "en"}"#,
        }),
        response: Answer { status: 201, ..SHOWN },
        problems: &[&kinds::SIGN_IN_TOO_OLD, &kinds::BEYOND_AUTHORITY, &kinds::CONFLICT],
        run: |call| Box::pin(create(call)),
    },
    Operation {
        id: "getInvitation",
        method: Method::Get,
        path: ONE,
        place: Place::Tenant,
        tag: TAG,
        summary: "Show an invitation, and what became of it",
        scope: "admin:invitations:read",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND],
        run: |call| Box::pin(get(call)),
    },
    Operation {
        id: "resendInvitation",
        method: Method::Post,
        path: "/invitations/{invitation_id}/resend",
        place: Place::Tenant,
        tag: TAG,
        summary: "Mail an invitation again, also one that has expired; the link before is dead",
        scope: "admin:invitations:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::BEYOND_AUTHORITY, &kinds::CONFLICT],
        run: |call| Box::pin(resend(call)),
    },
    Operation {
        id: "revokeInvitation",
        method: Method::Post,
        path: "/invitations/{invitation_id}/revoke",
        place: Place::Tenant,
        tag: TAG,
        summary: "Take an invitation back: its link is dead",
        scope: "admin:invitations:write",
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: None,
        response: SHOWN,
        problems: &[&kinds::NOT_FOUND, &kinds::CONFLICT],
        run: |call| Box::pin(revoke(call)),
    },
];

async fn list(call: Call) -> Result<Reply, Problem> {
    let window = Window::read(&call)?;
    let after = match window.parts()? {
        Some([made, id]) => Some((page::time(made)?, InvitationId::new(id))),
        None => None,
    };
    let found = invitations::page(&call.admin(), call.tenant(), after, window.wanted()).await?;
    let bodies = found.into_iter().map(|one| InvitationBody::new(one, call.context.now)).collect();
    window.reply(&call, bodies, |last: &InvitationBody| {
        page::key([&last.created_at.seconds().to_string(), last.invitation_id.as_str()])
    })
}

async fn create(call: Call) -> Result<Reply, Problem> {
    let body: NewInvitationBody = call.document()?;
    if !body.roles.is_empty() {
        call.signed_in_lately()?;
    }
    let new = NewInvitation { invited_by: Some(call.caller.name()), ..NewInvitation::from(body) };
    let tenant = &call.context.realm.tenant;
    let made = accept_at(place, invitations::create(&call.admin(), tenant, new, call.post()).await?)?;
    let location = call.url_of(ONE, made.invitation_id.as_str())?;
    Ok(shown(&call, made)?.created_at(location))
}

/// Where a field is in the body: all but its own members are claims.
fn place(field: &str) -> &'static str {
    const MEMBERS: [&str; 8] =
        ["email", "expires_in", "username", "claims", "groups", "roles", "client_id", "locale"];
    if MEMBERS.contains(&field) { "" } else { "/claims" }
}

async fn get(call: Call) -> Result<Reply, Problem> {
    let found = invitations::find(&call.admin(), call.tenant(), &id(&call)).await?;
    shown(&call, found.ok_or(Problem::NotFound)?)
}

async fn resend(call: Call) -> Result<Reply, Problem> {
    let tenant = &call.context.realm.tenant;
    let sent = invitations::resend(&call.admin(), tenant, &id(&call), call.post()).await?;
    shown(&call, accept(sent)?)
}

async fn revoke(call: Call) -> Result<Reply, Problem> {
    let revoked = invitations::revoke(&call.admin(), call.tenant(), &id(&call)).await?;
    shown(&call, accept(revoked)?)
}

fn id(call: &Call) -> InvitationId {
    InvitationId::new(call.path("invitation_id"))
}

fn shown(call: &Call, invitation: Invitation) -> Result<Reply, Problem> {
    Reply::of(&InvitationBody::new(invitation, call.context.now))
}
