//! An operation of the admin API, or of the account API: its path, who may call it, and its description, in one value. Without all of it, nothing
//! can be routed.

use std::pin::Pin;

use axum::routing::MethodFilter;
use schemars::{Schema, SchemaGenerator};

use super::call::Call;
use super::kinds::Kind;
use super::lines::NDJSON;
use super::problem::Problem;
use super::reply::Reply;

/// What an operation does, under way.
pub(crate) type Running = Pin<Box<dyn Future<Output = Result<Reply, Problem>> + Send>>;

/// An operation.
pub(crate) struct Operation {
    /// `operationId`: the name of a method in an SDK.
    pub(crate) id: &'static str,
    /// The method.
    pub(crate) method: Method,
    /// The path, below that of its [`Place`].
    pub(crate) path: &'static str,
    /// Where it exists.
    pub(crate) place: Place,
    /// What it is about: a group of operations.
    pub(crate) tag: &'static str,
    /// What it does.
    pub(crate) summary: &'static str,
    /// The scope that it asks for.
    pub(crate) scope: &'static str,
    /// Whether people must have signed in lately (RFC 9470).
    pub(crate) is_sensitive: bool,
    /// What guards it against being carried out on something else, or twice.
    pub(crate) guard: Guard,
    /// The parameters of its query.
    pub(crate) query: &'static [Parameter],
    /// Its body.
    pub(crate) request: Option<Body>,
    /// Its answer.
    pub(crate) response: Answer,
    /// The kinds of problems that it has besides those of every operation.
    pub(crate) problems: &'static [&'static Kind],
    /// Carries it out.
    pub(crate) run: fn(Call) -> Running,
}

/// A method.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// Where an operation exists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// At each tenant.
    Tenant,
    /// At the default tenant alone, for callers with `admin:installation`.
    Installation,
    /// At each tenant, for people and their own account: by a token of theirs with the scope `account`.
    Account,
}

impl Place {
    /// The path that those of its operations stand below.
    pub(crate) const fn base(self) -> &'static str {
        match self {
            Self::Tenant | Self::Installation => "/admin/v1",
            Self::Account => "/api/v1",
        }
    }
}

/// What guards an operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Guard {
    /// Nothing: it may be repeated.
    None,
    /// `If-Match`, which must be there.
    IfMatch,
    /// `If-Match`, which may be there: what it does is right whatever was read, and is no less right when it is repeated.
    OptionalIfMatch,
    /// `Idempotency-Key`, which may be there.
    IdempotencyKey,
}

/// A parameter of the query.
#[derive(Eq, PartialEq)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) description: &'static str,
    /// Its form.
    pub(crate) form: Form,
}

/// The form of a parameter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    Text,
    Truth,
    /// A number, from 1.
    Count,
    /// From 1 to the limit of a page.
    Limit,
    /// From the first number to the second.
    Between(u32, u32),
    /// A time, in seconds since 1970.
    Time,
    /// A time, by RFC 3339 or in seconds since 1970.
    Moment,
    /// One of these.
    Word(&'static [&'static str]),
}

/// The body of a request.
pub(crate) struct Body {
    /// The name of its schema.
    pub(crate) name: &'static str,
    /// Its media type.
    pub(crate) media: Media,
    /// Its schema.
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
    /// One that is good, as JSON.
    pub(crate) example: &'static str,
}

/// The media type of a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Media {
    /// A whole document.
    Json,
    /// Members of one, over what else it has by default.
    Partial,
    /// Changes (RFC 7396).
    MergePatch,
    /// Lines, each a document: the operation reads them itself, piece by piece.
    Lines,
}

/// The answer where the request is carried out.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// What it says.
    pub(crate) description: &'static str,
    /// The schema of its body.
    pub(crate) schema: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// Whether it has an `ETag`.
    pub(crate) has_etag: bool,
    /// One, as JSON.
    pub(crate) example: &'static str,
}

/// The parameters of a list.
pub(crate) const LIMIT: Parameter =
    Parameter { name: "limit", description: "How many items a page has; 50 without it.", form: Form::Limit };
/// See [`LIMIT`].
pub(crate) const CURSOR: Parameter = Parameter {
    name: "cursor",
    description: "Where the page begins: next_cursor of the page before it, asked for by the same caller with the same \
                  other parameters.",
    form: Form::Text,
};

impl Answer {
    /// Without a body.
    pub(crate) const fn nothing(description: &'static str) -> Self {
        Self { status: 204, description, schema: None, has_etag: false, example: "" }
    }
}

impl Method {
    /// As axum has it.
    pub(super) const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    /// As OpenAPI has it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

impl Media {
    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Json | Self::Partial => "application/json",
            Self::MergePatch => "application/merge-patch+json",
            Self::Lines => NDJSON,
        }
    }
}
