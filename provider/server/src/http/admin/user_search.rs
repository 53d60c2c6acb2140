//! Searching users: the parameters of the list.

use std::str::FromStr as _;

use credenza_protocol::attribute::search;
use credenza_protocol::ids::{GroupId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use credenza_protocol::user_search::{InvalidSearch, Order, UserSearch};
use credenza_storage::UserPlace;

use super::call::Call;
use super::operation::{CURSOR, Form, LIMIT, Parameter};
use super::page::Window;
use super::problem::Problem;
use super::reply::Reply;
use crate::admin::users;
use crate::failure::Failure;

pub(super) static PARAMETERS: &[Parameter] = &[
    LIMIT,
    CURSOR,
    text(
        "user_id",
        "The user of exactly this id. Of user_id, username, username_prefix, email, phone_number, name_prefix, \
                     attribute and group_id, one may be given.",
    ),
    text(
        "username",
        "The user of exactly this name, compared without regard to case and to forms of one letter (RFC 8265).",
    ),
    text("username_prefix", "Users whose name begins like this, compared in the same way."),
    text("email", "Users of this email address, verified or not, compared without regard to case."),
    text(
        "phone_number",
        "Users of this phone number, verified or not, compared without spaces, hyphens and brackets.",
    ),
    text(
        "name_prefix",
        "Users whose claim name begins like this, or given_name and family_name where there is no name; \
                         compared without regard to case.",
    ),
    text(
        "attribute",
        "Users who have this value of an attribute that the tenant has declared searchable: NAME:VALUE, exactly as it is; of a \
                         list, one of its texts.",
    ),
    text("group_id", "Users in this group."),
    Parameter { name: "disabled", description: "Users who are disabled, or who are not.", form: Form::Truth },
    Parameter {
        name: "email_verified",
        description: "Users whose email address is verified, or whose is not or who have none.",
        form: Form::Truth,
    },
    Parameter {
        name: "created_after",
        description: "Users who were made at this time or later.",
        form: Form::Time,
    },
    Parameter {
        name: "created_before",
        description: "Users who were made before this time.",
        form: Form::Time,
    },
    Parameter {
        name: "order_by",
        description: "The order, where nothing that singles users out is given, or username_prefix with username. Without \
                      it: what singles them out has its own, created_after and created_before go by created_at, \
                      disabled=true by since when, everything else by user_id.",
        form: Form::Word(&Order::NAMES),
    },
    Parameter { name: "desc", description: "Against order_by.", form: Form::Truth },
];

const fn text(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, description, form: Form::Text }
}

/// One page of users. It may be short, or empty, though there is a next one: so it is where only few of many users are
/// searched for, see [`users::search`].
pub(super) async fn list(call: Call) -> Result<Reply, Problem> {
    let (window, search) = (Window::read(&call)?, read(&call)?);
    let after = window.after.as_deref().map(place).transpose()?;
    let found = users::search(&call.admin(), call.tenant(), &search, after, window.wanted()).await?;
    let users::Found { mut users, goes_on } = found?;
    let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
    let has_more = users.len() > limit;
    users.truncate(limit);
    let last = users.last().map(|(place, _)| place.clone()).filter(|_| has_more);
    let next = last.or(goes_on).map(|place| serde_json::to_string(&place)).transpose();
    let next = next.map_err(|_| Failure::Internal("a place among users is not JSON"))?;
    let items: Vec<User> = users.into_iter().map(|(_, user)| user).collect();
    window.reply_from(&call, items, next)
}

/// The place in a cursor, which nobody but this provider can have written.
fn place(after: &str) -> Result<UserPlace, Problem> {
    let unknown = |_| Problem::Parameter("cursor".to_owned(), "is of an earlier version: begin again");
    serde_json::from_str(after).map_err(unknown)
}

fn read(call: &Call) -> Result<UserSearch, Problem> {
    let text = |name: &str| call.query.get(name).map(str::to_owned);
    let order_by = call.query.get("order_by").map(|name| {
        let unknown = || Problem::Parameter("order_by".to_owned(), "must be user_id, username or created_at");
        Order::parse(name).ok_or_else(unknown)
    });
    let definitions = &call.context.realm.tenant.settings.attributes;
    let attribute = call.query.get("attribute").map(|text| {
        search::wanted(definitions, text).map_err(|why| Problem::Parameter("attribute".to_owned(), why))
    });
    Ok(UserSearch {
        attribute: attribute.transpose()?,
        user_id: text("user_id").map(UserId::new),
        username: text("username"),
        username_prefix: text("username_prefix"),
        email: text("email"),
        phone_number: text("phone_number"),
        name_prefix: text("name_prefix"),
        group_id: text("group_id").map(GroupId::new),
        disabled: truth(call, "disabled")?,
        email_verified: truth(call, "email_verified")?,
        created_after: time(call, "created_after")?,
        created_before: time(call, "created_before")?,
        order_by: order_by.transpose()?,
        desc: truth(call, "desc")?.unwrap_or_default(),
    })
}

fn truth(call: &Call, name: &str) -> Result<Option<bool>, Problem> {
    match call.query.get(name) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(Problem::Parameter(name.to_owned(), "must be true or false")),
    }
}

fn time(call: &Call, name: &str) -> Result<Option<Time>, Problem> {
    let Some(text) = call.query.get(name) else { return Ok(None) };
    let seconds = i64::from_str(text).ok().filter(|seconds| *seconds >= 0);
    let wrong = || Problem::Parameter(name.to_owned(), "must be a time in seconds since 1970");
    Ok(Some(Time::from_seconds(seconds.ok_or_else(wrong)?)))
}

impl From<InvalidSearch> for Problem {
    fn from(InvalidSearch { parameter, why }: InvalidSearch) -> Self {
        Self::Parameter(parameter.to_owned(), why)
    }
}
