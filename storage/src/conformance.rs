//! The contract that every backend keeps, as functions that a test calls with an empty store.
//!
//! [`conformance!`](crate::conformance!) makes a test of each.
#![expect(clippy::unwrap_used, reason = "these functions are tests, and fail by panicking")]
#![expect(clippy::indexing_slicing, reason = "these functions are tests, and fail by panicking")]

pub mod access_tokens;
pub mod admin_roles;
pub mod approvals;
pub mod authenticators;
pub mod client_secrets;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod credentials;
pub mod devices;
pub mod email_challenges;
pub mod email_changes;
pub mod event_log;
pub mod expected;
pub mod fixtures;
pub mod grants;
pub mod groups;
pub mod idempotency;
pub mod invitations;
pub mod isolation;
pub mod keys;
pub mod leases;
pub mod lists;
pub mod logouts;
pub mod mails;
pub mod maintenance;
pub mod outbox;
pub mod personal;
pub mod races;
pub mod rate_limits;
pub mod raw;
pub mod refresh_tokens;
pub mod registrations;
pub mod replays;
pub mod requests;
pub mod resource_secrets;
pub mod revocations;
pub mod roles;
pub mod schema;
pub mod secrets;
pub mod sessions;
pub mod sign_in_links;
pub mod sign_ups;
pub mod stored;
pub mod tenants;
pub mod terms;
pub mod text;
pub mod user_deletions;
pub mod user_search;
pub mod users;
pub mod webhooks;

/// Makes a test of each function of the contract. Takes the path of an `async fn(&str) -> Option<Store>`
/// that opens an empty store for the test of that name, if its server is at hand.
#[macro_export]
macro_rules! conformance {
    ($open:path) => {
        $crate::conformance!(@tests $open;
            tenants: created_once, listed_by_name, updated, disabled, deleted;
            clients: created_once, found_by_exact_id, listed_in_pages, updated, origins, disabled, deleted,
                closed_resources, resource_servers, resources_of_a_deleted_server;
            client_secrets: replaced, of_the_version_before, swept, gone_with_their_client, of_service_accounts;
            registrations: created, used_once, swept_unused, deleted, tokens, one_spends_the_last_use;
            keys: created_once, first_keys_once, next_key_once, retired, listed_newest_first, changed;
            resource_secrets: created_once, by_pages, expires, deleted_with_its_client;
            secrets: created_once, replaced, listed_in_pages;
            users: created_once, listed_in_pages, updated, disabled, deleted, one_name_in_many_forms, look_alikes,
                found_by_login, addresses_and_names, identified;
            user_search: walked_along_each_index, searched_after_an_earlier_version, found_by_attribute,
                found_by_attribute_after_an_earlier_version;
    user_deletions: scheduled_and_kept, replaced, of_disabled, reminded, erased, one_keeps_or_erases; personal: every_table_is_told_of, every_row_goes, no_name_stays; credentials: password, set_password, upgrade_hash, change_password, changed_once, change_required; sign_in_links: stands, several, of_who_may_not_have_one, dies, spent_once, swept;
            authenticators: added, bounded, of_one_credential, a_code_counts_once, one_uses_the_code, a_passkey_moves_on,
                renamed_and_removed, reset, trusted_browsers, recovery_codes, one_spends_a_recovery_code;
            terms: stands, accepted_once;
            sign_ups: stands, replaced, refused, spent_once, swept;
            approvals: approved, rejected_and_swept, decided_once;
            invitations: accepted, sent_again_and_revoked, refused, spent_once, listed_and_swept;
            email_changes: stands, replaced, cancelled, dies, taken, undone, undone_after_others, not_without_end, spent_once,
                undone_once, swept;
            email_challenges: stands, replaced, of_who_may_not_have_one, dies, spent_once, swept;
            groups: created_once, listed_in_pages, updated, members, deleted;
            roles: granted_and_revoked, listed_in_pages, asked_for, gone_with_what_they_link;
            devices: registered, updated, replaced_and_bounded, dies, swept_and_erased, a_bound_is_exact;
            sessions: lives, renewed, listed, ended, ended_all;
            requests: found, advanced, begun_once, finished_once;
            codes: spent_once, every_field, expiry, bound_to_its_client, dead_grant, redeemed_once, issued_whole,
                lasts_beside_a_token;
            grants: given_without_a_code, found_while_it_lives, not_by_a_revoked_token, revoked_by_its_client,
                listed_newest_first, paged, revoked_of_a_user, revoked_of_a_client;
            refresh_tokens: found, rotated, expiry, dead_grant, disabled_user_or_client;
            access_tokens: opaque_lives, revoked, revoked_is_counted, dies_with_its_grant, dies_with_its_client;
            revocations: of_grants, of_a_deleted_user, of_clients, of_tokens, until_the_last_token_is_dead, of_many,
                none_is_missed, of_one_tenant;
            consents: remembered, forgotten, listed_in_pages;
            replays: claimed_once;
            admin_roles: granted_and_revoked, deleted_with_the_user;
            idempotency: claimed_once, given_up, one_claims;
            rate_limits: counted, windows, taken_back, changed;
            maintenance: check, revision, revision_of_each_tenant, revision_by_an_older_node, sweep,
                sweep_keeps_spent_codes, sweep_is_limited, closed, restored;
    outbox: told_with_the_effect, told_of_resources, told_of_groups, told_of_invitations, told_of_deletions, told_of_addresses, not_told_without_effect, told_who_acts, each_sink_for_itself, in_order_of_a_subject,
                dropped_after_a_week;
            event_log: kept_in_their_places, searched, followed, a_clock_that_is_ahead, none_is_missed, swept,
                gone_with_their_tenant, numbered_on_after_a_restore;
            leases: held_by_one, one_takes_it;
            logouts: told_when_a_session_ends, told_by_every_end, not_told, lives_as_the_session, due_in_turn,
                one_tells, none_is_lost;
            mails: sent_in_turn, of_no_use, bounded, one_sends;
            webhooks: created_once, updated_and_deleted, secrets, due_in_order_of_a_subject, paused,
                listed_and_sent_again, one_claims;
            text: meta_characters, meta_characters_in_requests, limits, nothing_is_called_nul;
            schema: every_table_of_tenants;
            stored: later_versions_are_read, updates_keep_what_they_do_not_know, an_odd_row_breaks_no_list;
            isolation: of_records, of_groups, of_sign_ins, of_tokens, of_webhooks, of_devices, of_authenticators, of_mail;
            lists: tenants, groups_by_name, groups_of_a_user, roles, admin_roles, sessions, tokens;
            expected: users, clients, a_client_made_anew, clients_made_anew_at_once, groups, tenants, keys, one_deletes, one_owner_stays;
            races: one_spends_the_code, one_redeems_the_code, one_rotates, revocation_wins,
                one_goes_on_with_the_request, one_claims, a_limit_is_exact, each_change_counts, one_creates,
                one_joins, one_makes_the_next_key, one_of_look_alikes, one_edits, one_renews_the_session,
                no_consent_is_lost,
                every_change_moves_the_revision;
        );
    };
    (@tests $open:path; $($noun:ident: $($case:ident),+;)+) => {
        $(mod $noun {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                let store = $open(concat!(stringify!($noun), "-", stringify!($case))).await;
                if let Some(store) = store {
                    $crate::conformance::$noun::$case(&store).await;
                    store.maintenance.close().await;
                }
            })+
        })+
    };
}
