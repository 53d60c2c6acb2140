//! The address of mail: another one counts when the person has proven that they read it.
//!
//! No answer tells whether another account has the address, so none tells whether a change waits.

use std::fmt;

use credenza_protocol::account::ACCOUNT;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAG;
use crate::admin::Refusal;
use crate::admin::document::Invalid;
use crate::flow::mailed::Asked;
use crate::flow::mailed::code::Typed;
use crate::flow::sign_up::Unusable;
use crate::http::admin::call::Call;
use crate::http::admin::kinds;
use crate::http::admin::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use crate::http::admin::problem::Problem;
use crate::http::admin::reply::Reply;
use crate::people::email::{self, Confirmed, Unwanted};

const CHANGE: &str = "/me/email-change";

/// The wish for another address.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddressBody {
    /// The address.
    email: String,
}

/// What the code of the mail is sent back with.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwnEmailChange")]
struct TicketBody {
    /// A value that is good for this person and this address alone, for as long as the code in the mail.
    ticket: String,
}

/// The proof that the person reads the new address.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CodeBody {
    /// The ticket of the answer to the wish.
    #[schemars(extend("writeOnly" = true))]
    ticket: String,
    /// The six digits of the mail. Spaces and hyphens between them do not matter.
    #[schemars(extend("writeOnly" = true))]
    code: String,
}

impl fmt::Debug for CodeBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeBody")
    }
}

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "changeOwnEmail",
        method: Method::Post,
        path: CHANGE,
        place: Place::Account,
        tag: TAG,
        summary: "Ask for another address of mail, where the tenant lets people: a mail with a link and a code goes there, and until one of them is used the old address counts; asking again sends another mail, in place of the one before",
        scope: ACCOUNT,
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: Some(Body {
            name: "NewOwnEmailChange",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<AddressBody>(),
            example: r#"{"email": "ada@example.org"}"#,
        }),
        response: Answer {
            status: 202,
            description: "It is seen to.",
            schema: Some(|generator| generator.subschema_for::<TicketBody>()),
            has_etag: false,
            example: r#"{"ticket": "AAECAwQFBgcICQoLDA0ODw"}"#,
        },
        problems: &[&kinds::TOO_MANY_ATTEMPTS],
        run: |call| Box::pin(ask(call)),
    },
    Operation {
        id: "cancelOwnEmailChange",
        method: Method::Delete,
        path: CHANGE,
        place: Place::Account,
        tag: TAG,
        summary: "Keep the address of mail: the link and the code that were mailed are no longer good",
        scope: ACCOUNT,
        is_sensitive: true,
        guard: Guard::None,
        query: &[],
        request: None,
        response: Answer::nothing("No change waits any more."),
        problems: &[],
        run: |call| Box::pin(cancel(call)),
    },
    Operation {
        id: "verifyOwnEmail",
        method: Method::Post,
        path: "/me/email-change/verify",
        place: Place::Account,
        tag: TAG,
        summary: "Prove the new address of mail by the code that was sent there: it counts from now on; who reads the old one is told, and may undo it for a week",
        scope: ACCOUNT,
        is_sensitive: false,
        guard: Guard::None,
        query: &[],
        request: Some(Body {
            name: "OwnEmailProof",
            media: Media::Json,
            schema: |generator| generator.root_schema_for::<CodeBody>(),
            example: r#"{"ticket": "AAECAwQFBgcICQoLDA0ODw", "code": "271828"}"#,
        }),
        response: Answer::nothing("The new address counts."),
        problems: &[&kinds::TAKEN, &kinds::CONFLICT, &kinds::TOO_MANY_ATTEMPTS],
        run: |call| Box::pin(verify(call)),
    },
];

async fn ask(call: Call) -> Result<Reply, Problem> {
    let AddressBody { email: typed } = call.document()?;
    if !email::is_open(&call.context) {
        return Err(Problem::NotFound);
    }
    let (user, from) = (&call.holder()?.user, (&call.browser(), call.from.lang));
    let why = match email::ask(&call.context, user, typed.trim(), from).await? {
        Ok(Asked::Taken(ticket)) => {
            return Ok(Reply::of(&TicketBody { ticket: ticket.reveal().to_owned() })?.accepted());
        }
        Ok(Asked::TooMany(wait)) => return Err(Problem::TooMany(wait)),
        Err(Unwanted::Own) => "is the address of this account already",
        Err(Unwanted::Unusable(Unusable::NotAnAddress)) => "is not an email address",
        Err(Unwanted::Unusable(Unusable::NotAdmitted(_))) => "cannot be used here",
    };
    Err(Invalid::new("email", why).into())
}

async fn cancel(call: Call) -> Result<Reply, Problem> {
    if !email::is_open(&call.context) {
        return Err(Problem::NotFound);
    }
    email::cancel(&call.context, &call.holder()?.user).await?;
    Ok(Reply::nothing())
}

async fn verify(call: Call) -> Result<Reply, Problem> {
    const WRONG: &str = "is wrong, or the mail is no longer good";
    let CodeBody { ticket, code } = call.document()?;
    let (context, user) = (&call.context, &call.holder()?.user);
    let Some(ticket) = email::opened(context, user, &ticket) else {
        return Err(Invalid::new("ticket", "is none of this account").into());
    };
    let secret = match email::enter(context, user, &ticket, &code).await? {
        Typed::Right(secret) => secret,
        Typed::Wrong => return Err(Invalid::new("code", WRONG).into()),
        Typed::TooMany(wait) => return Err(Problem::TooMany(wait)),
    };
    match email::confirm(context, user, secret.reveal(), call.from.lang).await? {
        Confirmed::Done => Ok(Reply::nothing()),
        Confirmed::Dead => Err(Invalid::new("code", WRONG).into()),
        Confirmed::AddressTaken => Err(Problem::Taken),
        Confirmed::TooMany => Err(Problem::Refused(Refusal::TooManyAddresses)),
    }
}
