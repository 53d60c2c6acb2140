package credenza

// Rule is a reason to refuse a request, by its name in logs, which never changes.
type Rule string

// Every rule.
const (
	// RuleTokenMissing: the request has no access token (RFC 6750 section 3.1).
	RuleTokenMissing Rule = "token_missing"
	// RuleCredentialsMany: the request has several Authorization fields, or a malformed one (RFC 6750 section 3.1).
	RuleCredentialsMany Rule = "credentials_many"
	// RuleTokenTooLong: the token is too long (RFC 8725 section 3.11).
	RuleTokenTooLong Rule = "token_too_long"
	// RuleTokenMalformed: the token is malformed (RFC 7519 section 7.2).
	RuleTokenMalformed Rule = "token_malformed"
	// RuleTokenEncrypted: the token cannot be decrypted (RFC 7516 section 5.2).
	RuleTokenEncrypted Rule = "token_encrypted"
	// RuleAlg: the token's algorithm is not accepted (RFC 8725 section 3.1).
	RuleAlg Rule = "alg"
	// RuleTyp: the token is of another type (RFC 8725 section 3.11).
	RuleTyp Rule = "typ"
	// RuleCrit: the token needs an unknown extension (RFC 7515 section 4.1.11).
	RuleCrit Rule = "crit"
	// RuleKid: the token's key is unknown (RFC 7515 section 4.1.4).
	RuleKid Rule = "kid"
	// RuleSignature: the token's signature is wrong (RFC 7515 section 5.2).
	RuleSignature Rule = "signature"
	// RuleClaimsMalformed: the token's claims are malformed (RFC 7519 section 4).
	RuleClaimsMalformed Rule = "claims_malformed"
	// RuleClaimMissing: the token lacks a claim (RFC 9068 section 2.2).
	RuleClaimMissing Rule = "claim_missing"
	// RuleIss: the token is of another issuer (RFC 7519 section 4.1.1).
	RuleIss Rule = "iss"
	// RuleAud: the token is for another audience (RFC 7519 section 4.1.3).
	RuleAud Rule = "aud"
	// RuleExp: the token has expired (RFC 7519 section 4.1.4).
	RuleExp Rule = "exp"
	// RuleNbf: the token is not valid yet (RFC 7519 section 4.1.5).
	RuleNbf Rule = "nbf"
	// RuleIat: the token was issued in the future (RFC 7519 section 4.1.6).
	RuleIat Rule = "iat"
	// RuleMaxTokenAge: the token is too old (RFC 7519 section 4.1.6).
	RuleMaxTokenAge Rule = "max_token_age"
	// RuleRevoked: the token was revoked (RFC 7009 section 2).
	RuleRevoked Rule = "revoked"
	// RuleInactive: the token is not active (RFC 7662 section 2.2).
	RuleInactive Rule = "inactive"
	// RuleKeysUnavailable: the issuer's keys cannot be had (RFC 7517 section 5).
	RuleKeysUnavailable Rule = "keys_unavailable"
	// RuleIntrospectionUnavailable: the issuer cannot be asked about the token (RFC 7662 section 2.3).
	RuleIntrospectionUnavailable Rule = "introspection_unavailable"
	// RuleRevocationsUnavailable: the issuer's revoked tokens cannot be had (RFC 7009 section 2).
	RuleRevocationsUnavailable Rule = "revocations_unavailable"
	// RuleReplaysUnavailable: the store of used DPoP proofs cannot be asked (RFC 9449 section 11.1).
	RuleReplaysUnavailable Rule = "replays_unavailable"
	// RuleScope: the token lacks a scope (RFC 6750 section 3.1).
	RuleScope Rule = "scope"
	// RuleClient: the token is of another client (RFC 9068 section 4).
	RuleClient Rule = "client"
	// RuleTenant: the token is of another tenant (RFC 9068 section 4).
	RuleTenant Rule = "tenant"
	// RuleOrganization: the token is of another organization (RFC 9068 section 4).
	RuleOrganization Rule = "organization"
	// RuleRole: the token lacks a role (RFC 9068 section 4).
	RuleRole Rule = "role"
	// RulePermission: the token lacks a permission (RFC 9068 section 4).
	RulePermission Rule = "permission"
	// RulePlan: the token is of another plan (RFC 9068 section 4).
	RulePlan Rule = "plan"
	// RuleACR: a different authentication level is required (RFC 9470 section 3).
	RuleACR Rule = "acr"
	// RuleMaxAge: more recent authentication is required (RFC 9470 section 3).
	RuleMaxAge Rule = "max_age"
	// RuleBindingMissing: the token is not bound to its sender (RFC 9449 section 7.1).
	RuleBindingMissing Rule = "binding_missing"
	// RuleBindingUnsupported: the token is bound in a way that is not checked here (RFC 7800 section 3).
	RuleBindingUnsupported Rule = "binding_unsupported"
	// RuleDPoPRequired: tokens are accepted with DPoP alone (RFC 9449 section 7.1).
	RuleDPoPRequired Rule = "dpop_required"
	// RuleDPoPScheme: the authentication scheme does not fit the token's binding (RFC 9449 section 7.2).
	RuleDPoPScheme Rule = "dpop_scheme"
	// RuleDPoPMissing: the request has no DPoP proof (RFC 9449 section 4.3).
	RuleDPoPMissing Rule = "dpop_missing"
	// RuleDPoPMany: the request has several DPoP proofs (RFC 9449 section 4.3).
	RuleDPoPMany Rule = "dpop_many"
	// RuleDPoPMalformed: the DPoP proof is malformed (RFC 9449 section 4.3).
	RuleDPoPMalformed Rule = "dpop_malformed"
	// RuleDPoPTyp: the DPoP proof is of another type (RFC 9449 section 4.2).
	RuleDPoPTyp Rule = "dpop_typ"
	// RuleDPoPAlg: the DPoP proof's algorithm is not accepted (RFC 9449 section 4.3).
	RuleDPoPAlg Rule = "dpop_alg"
	// RuleDPoPKey: the DPoP proof has no public key that fits (RFC 9449 section 4.3).
	RuleDPoPKey Rule = "dpop_key"
	// RuleDPoPSignature: the DPoP proof's signature is wrong (RFC 9449 section 4.3).
	RuleDPoPSignature Rule = "dpop_signature"
	// RuleDPoPHtm: the DPoP proof is for another method (RFC 9449 section 4.3).
	RuleDPoPHtm Rule = "dpop_htm"
	// RuleDPoPHtu: the DPoP proof is for another URL (RFC 9449 section 4.3).
	RuleDPoPHtu Rule = "dpop_htu"
	// RuleDPoPIat: the DPoP proof is not of this time (RFC 9449 section 11.1).
	RuleDPoPIat Rule = "dpop_iat"
	// RuleDPoPAth: the DPoP proof is for another token (RFC 9449 section 7.1).
	RuleDPoPAth Rule = "dpop_ath"
	// RuleDPoPNonce: the DPoP proof needs the nonce given (RFC 9449 section 9).
	RuleDPoPNonce Rule = "dpop_nonce"
	// RuleDPoPReplay: the DPoP proof was used before (RFC 9449 section 11.1).
	RuleDPoPReplay Rule = "dpop_replay"
	// RuleDPoPBinding: the token is bound to another DPoP key (RFC 9449 section 7.1).
	RuleDPoPBinding Rule = "dpop_binding"
	// RuleCertificateMissing: the token is bound to a certificate, and the request has none (RFC 8705 section 3).
	RuleCertificateMissing Rule = "certificate_missing"
	// RuleCertificateBinding: the token is bound to another certificate (RFC 8705 section 3).
	RuleCertificateBinding Rule = "certificate_binding"
	// RuleNonce: the nonce is another (OpenID Connect Core section 3.1.3.7).
	RuleNonce Rule = "nonce"
	// RuleAzp: the token is for another authorized party (OpenID Connect Core section 3.1.3.7).
	RuleAzp Rule = "azp"
	// RuleAtHash: the token came with another access token (OpenID Connect Core section 3.2.2.9).
	RuleAtHash Rule = "at_hash"
	// RuleCHash: the token came with another code (OpenID Connect Core section 3.3.2.10).
	RuleCHash Rule = "c_hash"
	// RuleLogoutEvents: the token tells of no logout (OpenID Connect Back-Channel Logout section 2.6).
	RuleLogoutEvents Rule = "logout_events"
	// RuleLogoutNonce: the logout token has a nonce (OpenID Connect Back-Channel Logout section 2.6).
	RuleLogoutNonce Rule = "logout_nonce"
	// RuleLogoutSubject: the logout token names neither a person nor a session (OpenID Connect Back-Channel Logout section 2.6).
	RuleLogoutSubject Rule = "logout_subject"
	// RuleLogoutReplay: the logout token was used before (OpenID Connect Back-Channel Logout section 2.6).
	RuleLogoutReplay Rule = "logout_replay"
)

// Meaning is what a rule means.
type Meaning struct {
	// Status is the status of the answer.
	Status int
	// Error is the error code of the challenge; empty where the request had no credentials, or is not at fault.
	Error string
	// Section is the section that requires the rule.
	Section string
	// Description is an explanation for developers.
	Description string
}

// Meaning tells what the rule means; the zero value for one that does not exist.
func (rule Rule) Meaning() Meaning { return meanings[rule] }
