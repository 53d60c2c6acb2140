//! Each lookup has its index, and the planner uses it.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::MigrationHarness;

use super::connection::MIGRATIONS;

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Table, condition, and the plan that it must have.
const LOOKUPS: &[(&str, &str, &str)] = &[
    ("tenants", "name = ?", "INDEX tenants_name (name=?)"),
    ("tenant_revisions", "value > ?", "INDEX tenant_revisions_value (value>?)"),
    ("users", "tenant_id = ? AND username_key = ?", "INDEX users_username (tenant_id=? AND username_key=?)"),
    ("groups", "tenant_id = ? AND name_key = ?", "INDEX groups_name (tenant_id=? AND name_key=?)"),
    ("group_members", "tenant_id = ? AND group_id = ?", "PRIMARY KEY (tenant_id=? AND group_id=?)"),
    (
        "group_members",
        "tenant_id = ? AND user_id = ?",
        "INDEX group_members_user (tenant_id=? AND user_id=?)",
    ),
    (
        "role_assignments",
        "tenant_id = ? AND holder_type = ? AND holder_id = ?",
        "PRIMARY KEY (tenant_id=? AND holder_type=? AND holder_id=?)",
    ),
    (
        "role_assignments",
        "tenant_id = ? AND client_id = ?",
        "INDEX role_assignments_client (tenant_id=? AND client_id=?)",
    ),
    ("sessions", "tenant_id = ? AND handle = ?", "PRIMARY KEY (tenant_id=? AND handle=?)"),
    (
        "sessions",
        "tenant_id = ? AND user_id = ? AND sid = ?",
        "INDEX sessions_user (tenant_id=? AND user_id=?)",
    ),
    ("sessions", "expires_at <= ?", "INDEX sessions_expiry (expires_at<?)"),
    (
        "session_clients",
        "tenant_id = ? AND user_id = ? AND sid = ?",
        "INDEX session_clients_user (tenant_id=? AND user_id=? AND sid=?)",
    ),
    ("session_clients", "expires_at <= ?", "INDEX session_clients_expiry (expires_at<?)"),
    (
        "logouts",
        "tenant_id = ? AND client_id = ? AND next_at <= ?",
        "INDEX logouts_client (tenant_id=? AND client_id=? AND next_at<?)",
    ),
    ("logouts", "next_at <= ?", "INDEX logouts_next (next_at<?)"),
    ("mails", "tenant_id = ?", "INDEX mails_tenant (tenant_id=?)"),
    ("mails", "next_at <= ? AND expires_at > ? ORDER BY next_at, seq", "INDEX mails_next (next_at<?)"),
    ("mails", "expires_at <= ?", "INDEX mails_expiry (expires_at<?)"),
    (
        "email_challenges",
        "tenant_id = ? AND secret = ? AND purpose = ? AND expires_at > ?",
        "INDEX email_challenges_secret (tenant_id=? AND secret=?)",
    ),
    ("email_challenges", "tenant_id = ? AND user_id = ?", "PRIMARY KEY (tenant_id=? AND user_id=?)"),
    ("email_challenges", "expires_at <= ?", "INDEX email_challenges_expiry (expires_at<?)"),
    (
        "sign_in_links",
        "tenant_id = ? AND secret = ? AND expires_at > ?",
        "PRIMARY KEY (tenant_id=? AND secret=?)",
    ),
    (
        "sign_in_links",
        "tenant_id = ? AND user_id = ? AND kind = ?",
        "INDEX sign_in_links_user (tenant_id=? AND user_id=?)",
    ),
    ("sign_in_links", "expires_at <= ?", "INDEX sign_in_links_expiry (expires_at<?)"),
    (
        "user_deletions",
        "tenant_id = ? AND secret = ?",
        "INDEX user_deletions_secret (tenant_id=? AND secret=?)",
    ),
    (
        "user_deletions",
        "tenant_id = ? AND reminder_secret = ?",
        "INDEX user_deletions_reminder (tenant_id=? AND reminder_secret=?)",
    ),
    ("user_deletions", "deletes_at <= ? ORDER BY deletes_at", "INDEX user_deletions_due (deletes_at<?)"),
    ("user_deletions", "reminds_at <= ? ORDER BY reminds_at", "INDEX user_deletions_reminds (reminds_at<?)"),
    (
        "email_changes",
        "tenant_id = ? AND secret = ? AND expires_at > ?",
        "INDEX email_changes_secret (tenant_id=? AND secret=?)",
    ),
    ("email_changes", "expires_at <= ?", "INDEX email_changes_expiry (expires_at<?)"),
    (
        "email_undos",
        "tenant_id = ? AND secret = ? AND expires_at > ?",
        "INDEX email_undos_secret (tenant_id=? AND secret=?)",
    ),
    ("email_undos", "tenant_id = ? AND user_id = ?", "PRIMARY KEY (tenant_id=? AND user_id=?)"),
    ("email_undos", "expires_at <= ?", "INDEX email_undos_expiry (expires_at<?)"),
    (
        "sign_ups",
        "tenant_id = ? AND secret = ? AND expires_at > ?",
        "INDEX sign_ups_secret (tenant_id=? AND secret=?)",
    ),
    ("authenticators", "tenant_id = ? AND user_id = ?", "PRIMARY KEY (tenant_id=? AND user_id=?)"),
    (
        "authenticators",
        "tenant_id = ? AND credential = ?",
        "INDEX authenticators_credential (tenant_id=? AND credential=?)",
    ),
    ("recovery_codes", "tenant_id = ? AND user_id = ?", "PRIMARY KEY (tenant_id=? AND user_id=?)"),
    ("devices", "tenant_id = ? AND user_id = ?", "PRIMARY KEY (tenant_id=? AND user_id=?)"),
    ("devices", "tenant_id = ? AND client_id = ?", "INDEX devices_client (tenant_id=? AND client_id=?)"),
    ("devices", "expires_at <= ?", "INDEX devices_expiry (expires_at<?)"),
    ("sign_ups", "expires_at <= ?", "INDEX sign_ups_expiry (expires_at<?)"),
    (
        "invitations",
        "tenant_id = ? AND secret = ? AND accepted_at IS NULL AND revoked_at IS NULL AND good_until > ?",
        "INDEX invitations_secret (tenant_id=? AND secret=?)",
    ),
    (
        "invitations",
        "tenant_id = ? ORDER BY created_at, invitation_id LIMIT 5",
        "INDEX invitations_list (tenant_id=?)",
    ),
    ("invitations", "tenant_id = ? AND user_id = ?", "INDEX invitations_user (tenant_id=? AND user_id=?)"),
    ("invitations", "expires_at <= ?", "INDEX invitations_expiry (expires_at<?)"),
    (
        "approvals",
        "tenant_id = ? AND state = ? ORDER BY asked_at, user_id LIMIT 5",
        "INDEX approvals_list (tenant_id=? AND state=?)",
    ),
    ("approvals", "expires_at <= ?", "INDEX approvals_expiry (expires_at<?)"),
    ("requests", "expires_at <= ?", "INDEX requests_expiry (expires_at<?)"),
    (
        "grants",
        "tenant_id = ? AND revoked_at IS NULL AND grant_id = ? AND client_id = ?",
        "INDEX sqlite_autoindex_grants_1 (tenant_id=? AND grant_id=?)",
    ),
    (
        "grants",
        "tenant_id = ? AND revoked_at IS NULL AND user_id = ?",
        "INDEX grants_user (tenant_id=? AND user_id=?)",
    ),
    (
        "grants",
        "tenant_id = ? AND user_id = ? AND client_id = ?",
        "INDEX grants_user (tenant_id=? AND user_id=? AND client_id=?)",
    ),
    ("grants", "tenant_id = ? AND revoked_at > ?", "INDEX grants_revoked (tenant_id=? AND revoked_at>?)"),
    ("revocations", "tenant_id = ? AND subject = ?", "PRIMARY KEY (tenant_id=? AND subject=?)"),
    ("revocations", "expires_at <= ?", "INDEX revocations_expiry (expires_at<?)"),
    ("revoked_jwts", "tenant_id = ? AND expires_at > ?", "PRIMARY KEY (tenant_id=?)"),
    ("revoked_jwts", "expires_at <= ?", "INDEX revoked_jwts_expiry (expires_at<?)"),
    ("grants", "expires_at <= ?", "INDEX grants_expiry (expires_at<?)"),
    ("access_tokens", "expires_at <= ?", "INDEX access_tokens_expiry (expires_at<?)"),
    ("revoked_tokens", "expires_at <= ?", "INDEX revoked_tokens_expiry (expires_at<?)"),
    ("consents", "tenant_id = ? AND client_id = ?", "INDEX consents_client (tenant_id=? AND client_id=?)"),
    ("replays", "expires_at <= ?", "INDEX replays_expiry (expires_at<?)"),
    ("registrations", "expires_at <= ?", "INDEX registrations_expiry (expires_at<?)"),
    (
        "user_attributes",
        "tenant_id = ? AND user_id = ?",
        "INDEX user_attributes_user (tenant_id=? AND user_id=?)",
    ),
    ("resource_secrets", "tenant_id = ?", "PRIMARY KEY (tenant_id=?)"),
    (
        "resource_secrets",
        "tenant_id = ? AND created_at < ? ORDER BY created_at DESC, kid LIMIT 5",
        "INDEX resource_secrets_list (tenant_id=? AND created_at<?)",
    ),
    (
        "resource_secrets",
        "tenant_id = ? AND created_at = ? AND kid > ? ORDER BY kid LIMIT 5",
        "INDEX resource_secrets_list (tenant_id=? AND created_at=? AND kid>?)",
    ),
    ("resource_secrets", "expires_at <= ?", "INDEX resource_secrets_expiry (expires_at<?)"),
    ("client_secrets", "tenant_id = ? AND client_id = ?", "PRIMARY KEY (tenant_id=? AND client_id=?)"),
    ("client_secrets", "expires_at <= ?", "INDEX client_secrets_expiry (expires_at<?)"),
    (
        "clients",
        "tenant_id = ? AND client_id > ?",
        "INDEX sqlite_autoindex_clients_1 (tenant_id=? AND client_id>?)",
    ),
    (
        "clients",
        "tenant_id = ? AND service_account = 1 AND client_id > ?",
        "INDEX clients_service_account (tenant_id=? AND service_account=? AND client_id>?)",
    ),
    (
        "initial_access_tokens",
        "tenant_id = ? ORDER BY created_at, token_id LIMIT 5",
        "INDEX initial_access_tokens_list (tenant_id=?)",
    ),
    (
        "groups",
        "tenant_id = ? AND name_key >= ? AND name_key < ? ORDER BY name_key LIMIT 5",
        "INDEX groups_name (tenant_id=? AND name_key>? AND name_key<?)",
    ),
    (
        "admin_roles",
        "tenant_id = ? ORDER BY user_id, role, installation LIMIT 5",
        "PRIMARY KEY (tenant_id=?)",
    ),
    ("initial_access_tokens", "expires_at <= ?", "INDEX initial_access_tokens_expiry (expires_at<?)"),
    ("event_log", "tenant_id = ? AND event_id = ?", "INDEX event_log_id (tenant_id=? AND event_id=?)"),
    (
        "event_log",
        "tenant_id = ? AND position > ? AND position <= ?",
        "PRIMARY KEY (tenant_id=? AND position>? AND position<?)",
    ),
    ("event_log", "at <= ?", "INDEX event_log_age (at<?)"),
    ("webhooks", "tenant_id = ?", "PRIMARY KEY (tenant_id=?)"),
    ("webhook_secrets", "expires_at <= ?", "INDEX webhook_secrets_expiry (expires_at<?)"),
    (
        "webhook_deliveries",
        "tenant_id = ? AND webhook_id = ? AND next_at <= ? ORDER BY next_at, seq",
        "INDEX webhook_deliveries_next (tenant_id=? AND webhook_id=? AND next_at<?)",
    ),
    (
        "webhook_deliveries",
        "tenant_id = ? AND webhook_id = ? AND subject = ? AND next_at IS NOT NULL AND seq < ?",
        "INDEX webhook_deliveries_subject (tenant_id=? AND webhook_id=? AND subject=? AND next_at>?)",
    ),
    (
        "webhook_deliveries",
        "tenant_id = ? AND webhook_id = ? AND seq < ? ORDER BY seq DESC",
        "INDEX webhook_deliveries_list (tenant_id=? AND webhook_id=? AND seq<?)",
    ),
    (
        "webhook_deliveries",
        "tenant_id = ? AND webhook_id = ? AND at >= ? AND at < ?",
        "INDEX webhook_deliveries_at (tenant_id=? AND webhook_id=? AND at>? AND at<?)",
    ),
    ("webhook_deliveries", "expires_at <= ?", "INDEX webhook_deliveries_expiry (expires_at<?)"),
];

#[test]
fn every_lookup_takes_its_index() {
    let mut raw = SqliteConnection::establish(":memory:").unwrap();
    raw.run_pending_migrations(MIGRATIONS).unwrap();
    for (table, wanted, expected) in LOOKUPS {
        let query = format!("EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {wanted}");
        let plan: Vec<Step> = diesel::sql_query(query).load(&mut raw).unwrap();
        let plan: Vec<_> = plan.into_iter().map(|step| step.detail).collect();
        assert!(plan.len() == 1 && plan[0].ends_with(expected), "{table} by {wanted}: {plan:?}");
    }
}

/// A sign-in looks for names and for an address at once, each by its index.
#[test]
fn a_sign_in_takes_both_indexes() {
    let mut raw = SqliteConnection::establish(":memory:").unwrap();
    raw.run_pending_migrations(MIGRATIONS).unwrap();
    let query = "EXPLAIN QUERY PLAN SELECT * FROM users WHERE tenant_id = ? AND (username_key = ? OR \
                 username_key = ? OR username_key = ? OR email_key = ?) ORDER BY (username_key = ?) DESC LIMIT 5";
    let plan: Vec<Step> = diesel::sql_query(query).load(&mut raw).unwrap();
    let uses = |index: &str| plan.iter().filter(|step| step.detail.contains(index)).count();
    let indexes = [
        "INDEX users_username (tenant_id=? AND username_key=?)",
        "INDEX users_email (tenant_id=? AND email_key=?)",
    ];
    assert_eq!(indexes.map(uses), [3, 1]);
    assert!(plan.iter().all(|step| !step.detail.starts_with("SCAN")));
}

/// A walk through users begins where the last step ended, and follows its index without sorting.
#[test]
fn a_walk_through_users_follows_its_index() {
    let mut raw = SqliteConnection::establish(":memory:").unwrap();
    raw.run_pending_migrations(MIGRATIONS).unwrap();
    for (column, index) in [
        ("username_key", "users_username"),
        ("email_search", "users_email_search"),
        ("phone_search", "users_phone_search"),
        ("name_search", "users_name_search"),
        ("created_at", "users_created"),
        ("disabled_at", "users_disabled"),
    ] {
        for order in ["ASC", "DESC"] {
            let (more, least) = if order == "ASC" { (">", "<=") } else { ("<", ">=") };
            // Of usernames, no two are the same.
            let by = match column {
                "username_key" => format!("{column} {order}"),
                _ => format!("{column} {order}, user_id {order}"),
            };
            for wanted in [
                format!("{column} = ? AND user_id {more} ? ORDER BY user_id {order}"),
                format!("{column} {more} ? AND {column} {least} ? ORDER BY {by}"),
            ] {
                let query = format!(
                    "EXPLAIN QUERY PLAN SELECT * FROM users WHERE tenant_id = ? AND {wanted} LIMIT ?"
                );
                let plan: Vec<Step> = diesel::sql_query(query).load(&mut raw).unwrap();
                let plan: Vec<_> = plan.into_iter().map(|step| step.detail).collect();
                let search = format!("INDEX {index} (tenant_id=? AND {column}");
                assert!(plan.len() == 1 && plan[0].contains(&search), "{wanted}: {plan:?}");
            }
        }
    }
    for wanted in [
        "email_search IS NULL LIMIT ?",
        "attributes_search IS NULL LIMIT ?",
        "user_id < ? ORDER BY user_id DESC LIMIT ?",
    ] {
        let query = format!("EXPLAIN QUERY PLAN SELECT * FROM users WHERE tenant_id = ? AND {wanted}");
        let plan: Vec<Step> = diesel::sql_query(query).load(&mut raw).unwrap();
        assert!(
            plan.len() == 1 && plan[0].detail.contains("(tenant_id=? AND "),
            "{wanted}: {}",
            plan[0].detail
        );
    }
}

/// Who has a value of an attribute is found by it, in the order of their ids and without sorting.
#[test]
fn a_search_by_an_attribute_follows_its_index() {
    let mut raw = SqliteConnection::establish(":memory:").unwrap();
    raw.run_pending_migrations(MIGRATIONS).unwrap();
    for (more, order) in [(">", "ASC"), ("<", "DESC")] {
        let query = format!(
            "EXPLAIN QUERY PLAN SELECT u.* FROM user_attributes a INNER JOIN users u ON u.tenant_id = a.tenant_id \
             AND u.user_id = a.user_id WHERE a.tenant_id = ? AND a.name = ? AND a.value_hash = ? \
             AND a.user_id {more} ? ORDER BY a.user_id {order} LIMIT ?"
        );
        let plan: Vec<Step> = diesel::sql_query(query).load(&mut raw).unwrap();
        let plan: Vec<_> = plan.iter().map(|step| step.detail.as_str()).collect();
        let first = format!(
            "SEARCH a USING PRIMARY KEY (tenant_id=? AND name=? AND value_hash=? AND user_id{more}?)"
        );
        assert_eq!(plan.first(), Some(&first.as_str()), "{plan:?}");
        assert!(
            plan.len() == 2 && plan[1].starts_with("SEARCH u USING INDEX sqlite_autoindex_users_1"),
            "{plan:?}"
        );
    }
}

/// The tenants that changed are found by their revisions, however many tenants there are.
#[test]
fn changed_tenants_are_found_by_their_revisions() {
    let mut raw = SqliteConnection::establish(":memory:").unwrap();
    raw.run_pending_migrations(MIGRATIONS).unwrap();
    let query = "EXPLAIN QUERY PLAN SELECT t.name, r.value FROM tenant_revisions r \
                 INNER JOIN tenants t ON t.tenant_id = r.tenant_id WHERE r.value > ?";
    let plan: Vec<Step> = diesel::sql_query(query).load(&mut raw).unwrap();
    let plan: Vec<_> = plan.iter().map(|step| step.detail.as_str()).collect();
    let expected = [
        "SEARCH r USING COVERING INDEX tenant_revisions_value (value>?)",
        "SEARCH t USING PRIMARY KEY (tenant_id=?)",
    ];
    assert_eq!(plan, expected);
}

/// A search of the log takes the index of what it asks for, in the order of its places, from whichever place and in
/// whichever span.
#[test]
fn a_search_of_the_log_takes_the_index_of_what_it_asks_for() {
    let mut raw = SqliteConnection::establish(":memory:").unwrap();
    raw.run_pending_migrations(MIGRATIONS).unwrap();
    let asked = [
        ("", "event_log_time (tenant_id=?"),
        (" AND kind = ?", "event_log_kind (tenant_id=? AND kind=?"),
        (" AND noun = ?", "event_log_noun (tenant_id=? AND noun=?"),
        (" AND subject = ?", "event_log_subject (tenant_id=? AND subject=?"),
        (" AND actor = ?", "event_log_actor (tenant_id=? AND actor=?"),
        (" AND user_id = ?", "event_log_user (tenant_id=? AND user_id=?"),
        (" AND client_id = ?", "event_log_client (tenant_id=? AND client_id=?"),
    ];
    let newest = " ORDER BY at DESC, position DESC LIMIT ?";
    let oldest = " ORDER BY at, position LIMIT ?";
    let places = [
        ("", newest),
        ("", oldest),
        (" AND at >= ? AND at < ?", newest),
        (" AND at >= ? AND at < ?", oldest),
        (" AND at >= ? AND at <= ? AND (at < ? OR position < ?)", newest),
        (" AND at < ? AND at >= ? AND (at > ? OR position > ?)", oldest),
    ];
    for ((condition, index), (place, order)) in asked.iter().flat_map(|one| places.map(|place| (*one, place)))
    {
        let query = format!(
            "EXPLAIN QUERY PLAN SELECT at, position, event_id, body FROM event_log WHERE tenant_id = ?{condition}{place}{order}"
        );
        let plan: Vec<Step> = diesel::sql_query(&query).load(&mut raw).unwrap();
        let plan: Vec<_> = plan.into_iter().map(|step| step.detail).collect();
        assert!(plan.len() == 1 && plan[0].contains(index), "{query}: {plan:?}");
    }
}
