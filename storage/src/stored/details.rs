//! What of a grant and of its code no query looks into. Only what was given takes room.

use credenza_protocol::claims::ClaimsRequest;
use credenza_protocol::grant::Grant;
use serde::{Deserialize, Serialize};

use crate::codes::CodeRecord;

/// What is in `grants.details`.
#[derive(Serialize, Deserialize)]
pub(crate) struct GrantDetails {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) resource: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) claims: Option<ClaimsRequest>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) wants_auth_time: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
}

impl GrantDetails {
    pub(crate) fn of(grant: &Grant) -> Self {
        Self {
            resource: grant.resource.clone(),
            claims: Some(&grant.claims).filter(|claims| **claims != ClaimsRequest::default()).cloned(),
            wants_auth_time: grant.wants_auth_time,
            amr: grant.amr.clone(),
            acr: grant.acr.clone(),
        }
    }
}

/// What is in `grants.code`.
#[derive(Serialize, Deserialize)]
pub(crate) struct CodeDetails {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) redirect_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code_challenge: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
}

impl CodeDetails {
    pub(crate) fn of(code: &CodeRecord) -> Self {
        Self {
            redirect_uri: code.redirect_uri.clone(),
            code_challenge: code.code_challenge.clone(),
            nonce: code.nonce.clone(),
        }
    }
}
