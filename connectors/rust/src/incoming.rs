//! What a guard reads of a request, in whichever framework.

use std::borrow::Cow;

use crate::Issuers;
use crate::issuers::Choice;

/// A request as a framework has it.
pub trait Incoming {
    /// The method.
    fn method(&self) -> &str;

    /// Every line of a field, as it came.
    fn fields(&self, name: &str) -> Vec<Cow<'_, str>>;

    /// Path and query as the client sent them, also where a router has taken a prefix away.
    fn target(&self) -> &str;

    /// The host, with its port, that the client asked.
    fn host(&self) -> Cow<'_, str>;

    /// Whether it came to this program by TLS, as far as the framework knows.
    fn is_secure(&self) -> bool;

    /// The thumbprint of the client's certificate, from the connection.
    fn certificate(&self) -> Option<String>;
}

/// The client's certificate as its thumbprint (RFC 8705 section 3.1, `x5t#S256`): a program that ends TLS itself puts one
/// into the extensions of the request or, in Actix, of the connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClientCertificate(String);

impl ClientCertificate {
    /// That of a certificate given as DER or PEM; `None` for anything else.
    #[must_use]
    pub fn of(certificate: &[u8]) -> Option<Self> {
        credenza_validator::certificate::thumbprint(certificate).map(Self)
    }

    /// The thumbprint.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.0
    }
}

/// What was read of a request, and the validator that is to decide about it.
#[derive(Clone)]
pub struct Asked {
    pub(crate) authorization: Vec<String>,
    pub(crate) dpop: Vec<String>,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The URL that the client asked for; empty where there is no proof to compare it with.
    pub(crate) url: String,
    pub(crate) certificate: Option<String>,
    pub(crate) is_preflight: bool,
    pub(crate) choice: Choice,
}

impl Asked {
    /// Reads a request. `origin` stands for the part of the URL that this program does not see.
    pub(crate) fn read(
        request: &dyn Incoming,
        origin: Option<&str>,
        certificate: Option<String>,
        issuers: &Issuers,
    ) -> Self {
        let owned = |name| request.fields(name).into_iter().map(Cow::into_owned).collect::<Vec<_>>();
        let has = |name| !request.fields(name).is_empty();
        let dpop = owned("dpop");
        let target = request.target();
        let url = match (dpop.is_empty(), origin) {
            (true, _) => String::new(),
            (false, Some(origin)) => format!("{}{target}", origin.trim_end_matches('/')),
            (false, None) => {
                let scheme = if request.is_secure() { "https" } else { "http" };
                format!("{scheme}://{}{target}", request.host())
            }
        };
        let authorization = owned("authorization");
        Self {
            choice: issuers.choose(request, &authorization),
            authorization,
            method: request.method().to_owned(),
            path: target.split('?').next().unwrap_or_default().to_owned(),
            url,
            certificate,
            is_preflight: request.method() == "OPTIONS"
                && has("origin")
                && has("access-control-request-method"),
            dpop,
        }
    }
}
