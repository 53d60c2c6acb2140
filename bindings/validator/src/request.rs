//! The parts of an HTTP request that a check reads.

/// The parts of an HTTP request that a check reads. Fields are given as received, every line of them.
#[derive(Copy, Clone, Debug, Default)]
pub struct Request<'a> {
    /// Every `Authorization` field.
    pub authorization: &'a [&'a str],
    /// Every `DPoP` field.
    pub dpop: &'a [&'a str],
    /// The method, as in `GET`.
    pub method: &'a str,
    /// The absolute URL that the client asked for, as it is seen from outside: the origin of this service, and the request
    /// target as it came, also one in absolute form (RFC 9112 section 3.2.2).
    pub url: &'a str,
    /// The SHA-256 of the client's TLS certificate, base64url (RFC 8705 section 3.1): see
    /// [`crate::certificate::thumbprint`].
    pub certificate_thumbprint: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// A request of which nothing but `Authorization` matters.
    #[must_use]
    pub const fn bearer(authorization: &'a [&'a str]) -> Self {
        Self { authorization, dpop: &[], method: "", url: "", certificate_thumbprint: None }
    }
}
