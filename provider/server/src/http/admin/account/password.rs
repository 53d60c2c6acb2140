//! The password of the person.

use std::fmt;

use credenza_protocol::account::ACCOUNT;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAG;
use crate::admin::document::Invalid;
use crate::flow::Halt;
use crate::http::admin::call::Call;
use crate::http::admin::kinds;
use crate::http::admin::operation::{Answer, Body, Guard, Media, Method, Operation, Place};
use crate::http::admin::problem::Problem;
use crate::http::admin::reply::Reply;
use crate::people::password::{self, NotChanged, Typed};

/// A new password in place of the old one.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PasswordBody {
    /// The password as it is. It may be left out if the person has signed in lately.
    #[schemars(extend("writeOnly" = true))]
    old_password: Option<String>,
    /// The password as it shall be.
    #[schemars(extend("writeOnly" = true))]
    new_password: String,
    /// Whether everything that is signed in or granted ends, this token with it.
    #[serde(default)]
    everywhere: bool,
}

impl fmt::Debug for PasswordBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordBody")
    }
}

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    id: "changeOwnPassword",
    method: Method::Post,
    path: "/me/password",
    place: Place::Account,
    tag: TAG,
    summary: "Change the password: with the old one, or after a recent sign-in (RFC 9470); the person is told by mail",
    scope: ACCOUNT,
    is_sensitive: false,
    guard: Guard::None,
    query: &[],
    request: Some(Body {
        name: "OwnPasswordChange",
        media: Media::Json,
        schema: |generator| generator.root_schema_for::<PasswordBody>(),
        example: r#"{"old_password": "correct horse battery staple", "new_password": "seven wet umbrellas in Lisbon", "everywhere": true}"#,
    }),
    response: Answer::nothing("It is changed."),
    problems: &[&kinds::SIGN_IN_TOO_OLD, &kinds::TOO_MANY_ATTEMPTS, &kinds::STALE],
    run: |call| Box::pin(change(call)),
}];

async fn change(call: Call) -> Result<Reply, Problem> {
    let PasswordBody { old_password: old, new_password: new, everywhere } = call.document()?;
    if old.is_none() {
        call.signed_in_recently()?;
    }
    let typed = Typed { old, new, everywhere, lang: call.from.lang };
    match password::replace(&call.context, &call.holder()?.user, typed, &call.browser()).await {
        Ok(_) => Ok(Reply::nothing()),
        Err(Halt::Failed(failure)) => Err(Problem::Failed(failure)),
        Err(Halt::Refused(why)) => Err(match why {
            NotChanged::Wrong => Invalid::new("old_password", "is not the password of this account").into(),
            NotChanged::NoPassword => {
                Invalid::new("old_password", "cannot be: the account has no password").into()
            }
            NotChanged::Unfit(unfit) => Invalid::new("new_password", unfit.to_string()).into(),
            NotChanged::Throttled(wait) => Problem::TooMany(wait),
            NotChanged::Overtaken => Problem::Stale,
        }),
    }
}
