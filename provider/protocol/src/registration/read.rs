//! A document as a client (RFC 7591 2, OpenID Connect Registration 2): one rule for each field.

use url::Url;

use super::document::Document;
use super::{Fault, Members, Policy, check};
use crate::client::{AccessTokenFormat, ApplicationType, Client, ConsentPolicy, GrantType};
use crate::ids::ClientId;
use crate::redirect_uri;
use crate::response_mode::ResponseMode;
use crate::response_type::ResponseType;
use crate::scope::Scope;

/// Reads the metadata of a client that registers itself. Absent members have the defaults of the specs; members that only
/// an operator may set (`consent`, `resources`, `serves`, roles, claim mappings, a brand, origins, lifetimes, the form of access
/// tokens) are not read, and
/// neither are names that are unknown here, those with a language tag (RFC 7591 2.2) among them. Scopes, grant types and
/// response types that the client cannot have are left out; the answer tells what is registered.
///
/// # Errors
/// [`Fault`]: a member of the wrong type, of a value that is not supported, or that does not go with the others.
pub fn read(members: &Members, client_id: ClientId, policy: &Policy<'_>) -> Result<Client, Fault> {
    let doc = Document(members);
    let (grant_types, response_types) = flows(doc, policy)?;
    let redirect_uris = doc.list("redirect_uris")?.unwrap_or_default();
    let (id_alg, id_enc) =
        doc.encryption("id_token_encrypted_response_alg", "id_token_encrypted_response_enc")?;
    let (userinfo_alg, userinfo_enc) =
        doc.encryption("userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc")?;
    let (object_alg, object_enc) =
        doc.encryption("request_object_encryption_alg", "request_object_encryption_enc")?;
    let application_type = doc.word("application_type")?.unwrap_or_else(|| application_type(&redirect_uris));
    let plain = Client::new(client_id);
    let client = Client {
        client_id: plain.client_id,
        client_name: doc.text("client_name")?.unwrap_or_else(|| place(&redirect_uris)),
        redirect_uris,
        post_logout_redirect_uris: doc.texts("post_logout_redirect_uris")?,
        grant_types,
        response_types,
        response_modes: doc.words("response_modes")?.unwrap_or_else(ResponseMode::all),
        local_network_redirects: policy.local_network_redirects,
        allowed_origins: vec![],
        refresh_token_cookie: false,
        native_sign_in: false,
        service_account: false,
        application_type,
        token_endpoint_auth_method: doc.word("token_endpoint_auth_method")?.unwrap_or_default(),
        token_endpoint_auth_method_pinned: doc.value("token_endpoint_auth_method").is_some(),
        token_endpoint_auth_signing_alg: doc.word("token_endpoint_auth_signing_alg")?,
        jwks: doc.value("jwks").cloned(),
        jwks_uri: doc.text("jwks_uri")?,
        scope: scope(doc, policy)?,
        resources: vec![],
        serves: vec![],
        roles: vec![],
        claim_mappings: vec![],
        claims_in_id_token: false,
        subject_type: doc.word("subject_type")?.unwrap_or_default(),
        sector_identifier_uri: doc.text("sector_identifier_uri")?,
        id_token_signed_response_alg: doc
            .word("id_token_signed_response_alg")?
            .unwrap_or(plain.id_token_signed_response_alg),
        id_token_encrypted_response_alg: id_alg,
        id_token_encrypted_response_enc: id_enc,
        userinfo_signed_response_alg: doc.word("userinfo_signed_response_alg")?,
        userinfo_encrypted_response_alg: userinfo_alg,
        userinfo_encrypted_response_enc: userinfo_enc,
        request_object_signing_alg: doc.word("request_object_signing_alg")?,
        request_object_encryption_alg: object_alg,
        request_object_encryption_enc: object_enc,
        require_signed_request_object: doc.truth("require_signed_request_object")?,
        request_uris: doc.texts("request_uris")?,
        access_token_signed_response_alg: plain.access_token_signed_response_alg,
        access_token_format: AccessTokenFormat::default(),
        access_token_lifetime: None,
        id_token_lifetime: None,
        refresh_token_idle_lifetime: None,
        grant_lifetime: None,
        session_lifetime: None,
        require_pkce: doc.truth("require_pkce")?,
        consent: ConsentPolicy::Required,
        default_max_age: doc.seconds("default_max_age")?,
        require_auth_time: doc.truth("require_auth_time")?,
        default_acr_values: doc.texts("default_acr_values")?,
        initiate_login_uri: doc.text("initiate_login_uri")?,
        backchannel_logout_uri: doc.text("backchannel_logout_uri")?,
        backchannel_logout_session_required: doc.truth("backchannel_logout_session_required")?,
        frontchannel_logout_uri: doc.text("frontchannel_logout_uri")?,
        frontchannel_logout_session_required: doc.truth("frontchannel_logout_session_required")?,
        client_uri: doc.text("client_uri")?,
        logo_uri: doc.text("logo_uri")?,
        policy_uri: doc.text("policy_uri")?,
        tos_uri: doc.text("tos_uri")?,
        brand: None,
        contacts: doc.texts("contacts")?,
        software_id: doc.text("software_id")?,
        software_version: doc.text("software_version")?,
        software_statement: None,
    };
    check(&client, policy)?;
    Ok(client)
}

/// `grant_types` and `response_types`. What is said of one alone decides the other, since the defaults of the specs
/// hold for a client that says nothing of either.
fn flows(doc: Document<'_>, policy: &Policy<'_>) -> Result<(Vec<GrantType>, Vec<ResponseType>), Fault> {
    let grants = doc.trimmed("grant_types", |grant: &GrantType| policy.allows(*grant))?;
    let may_have = |asked: &ResponseType| policy.front_channel_tokens || !asked.is_front_channel();
    let types = doc.trimmed("response_types", may_have)?;
    let types = types.unwrap_or_else(|| match &grants {
        Some(grants) if !grants.contains(&GrantType::AuthorizationCode) => vec![],
        _ => vec![ResponseType::CODE],
    });
    let grants = grants.unwrap_or_else(|| {
        let code = types.iter().any(|one| one.code).then_some(GrantType::AuthorizationCode);
        let front = types.iter().any(|one| one.is_front_channel()).then_some(GrantType::Implicit);
        code.into_iter().chain(front).collect()
    });
    Ok((grants, types))
}

/// The scopes that it asks for, as far as the tenant lets a registered client have them (RFC 7591 2 lets a server
/// replace what it was asked); all of those where it names none.
fn scope(doc: Document<'_>, policy: &Policy<'_>) -> Result<Scope, Fault> {
    let Some(text) = doc.text("scope")? else { return Ok(policy.scope.clone()) };
    let asked = Scope::parse(&text).map_err(|error| Fault::metadata("scope", error.to_string()))?;
    Ok(asked.intersection(policy.scope))
}

/// The type of a client that does not say, as few do: native where a redirect URI can be no other client's. A web client
/// says so, and may have no such URI then.
fn application_type(redirect_uris: &[String]) -> ApplicationType {
    match redirect_uris.iter().any(|uri| redirect_uri::is_for_devices(uri)) {
        true => ApplicationType::Native,
        false => ApplicationType::Web,
    }
}

/// The display name of a client without one: the host of its redirect URI.
fn place(redirect_uris: &[String]) -> String {
    let url = redirect_uris.first().and_then(|uri| Url::parse(uri).ok());
    url.map(|url| url.host_str().unwrap_or_else(|| url.scheme()).to_owned()).unwrap_or_default()
}
