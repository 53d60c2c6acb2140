//! Every reason to refuse a request, each with its name, its answer and the section that requires it.

mod meaning;

use serde::{Serialize, Serializer};

pub use meaning::Meaning;

/// Why a request is refused.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
#[expect(missing_docs, reason = "the table in `rule/meaning` describes each")]
pub enum Rule {
    TokenMissing,
    CredentialsMany,
    TokenTooLong,
    TokenMalformed,
    TokenEncrypted,
    Alg,
    Typ,
    Crit,
    Kid,
    Signature,
    ClaimsMalformed,
    ClaimMissing,
    Iss,
    Aud,
    Exp,
    Nbf,
    Iat,
    MaxTokenAge,
    Revoked,
    Inactive,
    KeysUnavailable,
    IntrospectionUnavailable,
    RevocationsUnavailable,
    ReplaysUnavailable,
    Scope,
    Client,
    Tenant,
    Organization,
    Role,
    Permission,
    Plan,
    Acr,
    MaxAge,
    BindingMissing,
    BindingUnsupported,
    DpopRequired,
    DpopScheme,
    DpopMissing,
    DpopMany,
    DpopMalformed,
    DpopTyp,
    DpopAlg,
    DpopKey,
    DpopSignature,
    DpopHtm,
    DpopHtu,
    DpopIat,
    DpopAth,
    DpopNonce,
    DpopReplay,
    DpopBinding,
    CertificateMissing,
    CertificateBinding,
    Nonce,
    Azp,
    AtHash,
    CHash,
    LogoutEvents,
    LogoutNonce,
    LogoutSubject,
    LogoutReplay,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 61] = [
        Self::TokenMissing,
        Self::CredentialsMany,
        Self::TokenTooLong,
        Self::TokenMalformed,
        Self::TokenEncrypted,
        Self::Alg,
        Self::Typ,
        Self::Crit,
        Self::Kid,
        Self::Signature,
        Self::ClaimsMalformed,
        Self::ClaimMissing,
        Self::Iss,
        Self::Aud,
        Self::Exp,
        Self::Nbf,
        Self::Iat,
        Self::MaxTokenAge,
        Self::Revoked,
        Self::Inactive,
        Self::KeysUnavailable,
        Self::IntrospectionUnavailable,
        Self::RevocationsUnavailable,
        Self::ReplaysUnavailable,
        Self::Scope,
        Self::Client,
        Self::Tenant,
        Self::Organization,
        Self::Role,
        Self::Permission,
        Self::Plan,
        Self::Acr,
        Self::MaxAge,
        Self::BindingMissing,
        Self::BindingUnsupported,
        Self::DpopRequired,
        Self::DpopScheme,
        Self::DpopMissing,
        Self::DpopMany,
        Self::DpopMalformed,
        Self::DpopTyp,
        Self::DpopAlg,
        Self::DpopKey,
        Self::DpopSignature,
        Self::DpopHtm,
        Self::DpopHtu,
        Self::DpopIat,
        Self::DpopAth,
        Self::DpopNonce,
        Self::DpopReplay,
        Self::DpopBinding,
        Self::CertificateMissing,
        Self::CertificateBinding,
        Self::Nonce,
        Self::Azp,
        Self::AtHash,
        Self::CHash,
        Self::LogoutEvents,
        Self::LogoutNonce,
        Self::LogoutSubject,
        Self::LogoutReplay,
    ];

    /// Its name in answers and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.meaning().name
    }

    /// The section that requires it.
    #[must_use]
    pub const fn section(self) -> &'static str {
        self.meaning().section
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}
