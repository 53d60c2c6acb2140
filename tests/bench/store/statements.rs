//! The statements of a code flow and of a refresh, as they are sent, with what does not change written out. `?` is a
//! grant's id, then hashes in the order of their use.

pub(crate) const ISSUE: &str = "INSERT INTO grants (tenant_id, grant_id, client_id, client_epoch, user_id, user_epoch, sid, offline, \
    created_at, expires_at, ends_at, auth_time, scope, details, code_hash, code_expires_at, code, refresh_hash, \
    refresh_expires_at) SELECT users.tenant_id, ?, clients.client_id, clients.epoch, users.user_id, users.epoch, 'sid', 0, \
    1700000000, 1700000060, 1700001000, 1700000000, 'email openid', '{\"amr\":[\"pwd\"]}', ?, 1700000060, \
    '{\"redirect_uri\":\"https://rp.example/callback\",\"nonce\":\"nonce\"}', ?, 1700000500 \
    FROM users INNER JOIN clients ON clients.tenant_id = users.tenant_id WHERE users.tenant_id = 'acme' \
    AND users.user_id = 'user' AND users.disabled_at IS NULL AND users.epoch BETWEEN -9223372036854775807 AND 9223372036854775807 \
    AND clients.client_id = 'client' AND clients.epoch BETWEEN -9223372036854775807 AND 9223372036854775807 \
    AND clients.disabled_at IS NULL AND EXISTS (SELECT tenants.tenant_id FROM tenants \
    WHERE tenants.tenant_id = clients.tenant_id AND tenants.disabled_at IS NULL)";

pub(crate) const SPEND: &str = "UPDATE grants SET spent_at = 1700000001, expires_at = grants.ends_at WHERE tenant_id = 'acme' \
    AND grant_id = ? AND client_id = 'client' AND code_hash = ? AND spent_at IS NULL AND code_expires_at > 1700000001";

const LIVES: &str = "(grants.revoked_at IS NULL AND grants.expires_at > 1700000002 \
    AND EXISTS (SELECT tenants.tenant_id FROM tenants WHERE tenants.tenant_id = grants.tenant_id AND tenants.disabled_at IS NULL) \
    AND EXISTS (SELECT clients.client_id FROM clients WHERE clients.tenant_id = grants.tenant_id \
    AND clients.client_id = grants.client_id AND clients.epoch = grants.client_epoch AND clients.disabled_at IS NULL) \
    AND EXISTS (SELECT givers.user_id FROM users givers WHERE givers.tenant_id = grants.tenant_id \
    AND givers.user_id = grants.user_id AND givers.epoch = grants.user_epoch AND givers.disabled_at IS NULL))";

const GRANT: &str = "grants.grant_id, grants.client_id, grants.user_id, grants.sid, grants.offline, grants.created_at, grants.ends_at, \
    grants.auth_time, grants.scope, grants.details";

/// What was spent, with its grant.
pub(crate) fn redeemed() -> String {
    format!(
        "SELECT grants.client_id, grants.code_expires_at, grants.spent_at, grants.code, {GRANT}, {LIVES} FROM grants \
         WHERE tenant_id = 'acme' AND grant_id = ? AND client_id = 'client' AND code_hash = ?"
    )
}

/// The tokens of a grant.
pub(crate) fn find() -> String {
    format!(
        "SELECT grants.refresh_hash, grants.refresh_expires_at, grants.previous_hash, grants.rotated_at, {GRANT}, {LIVES} \
         FROM grants WHERE tenant_id = 'acme' AND grant_id = ?"
    )
}

/// Rotates them: the id comes first here too.
pub(crate) fn rotate() -> String {
    format!(
        "UPDATE grants SET rotated_at = 1700000002, refresh_expires_at = 1700000900, previous_hash = refresh_hash, refresh_hash = ? \
         WHERE tenant_id = 'acme' AND grant_id = ? AND refresh_hash = ? AND refresh_expires_at > 1700000002 AND {LIVES}"
    )
}
