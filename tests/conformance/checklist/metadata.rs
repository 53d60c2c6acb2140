//! 2.1 discovery and key set, 2.11 transport and headers, 2.17 where plans contradict each other: what the default
//! profile does.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row("2.1", "200 with JSON", &["oidc_discovery::oidc_discovery_4_3_the_issuer_is_the_url_that_was_asked"]),
    row(
        "2.1",
        "issuer: the URL that was asked, https, nothing more",
        &[
            "oidc_discovery::oidc_discovery_4_3_the_issuer_is_the_url_that_was_asked",
            "op_behaviours_metadata::op_2_1_the_issuer_is_a_plain_https_url",
        ],
    ),
    row(
        "2.1",
        "every endpoint is https",
        &["oidc_discovery::oidc_discovery_4_2_every_url_is_https_below_the_issuer"],
    ),
    row("2.1", "every member has its type", &["oidc_discovery::oidc_discovery_3_every_member_has_its_type"]),
    row(
        "2.1",
        "no member that no specification knows",
        &["op_behaviours_metadata::op_2_1_every_member_has_a_specification"],
    ),
    row(
        "2.1",
        "subject types, and RS256 for ID tokens",
        &[
            "op_behaviours_metadata::op_2_1_what_the_dynamic_plan_asks_for",
            "oidc_discovery::oidc_discovery_3_required_members_and_values",
        ],
    ),
    row(
        "2.1",
        "response types, in whatever order of words",
        &[
            "op_behaviours_metadata::op_2_1_what_the_dynamic_plan_asks_for",
            "oidc_core_front_channel::multiple_response_types_5_each_holds_what_it_names",
        ],
    ),
    row(
        "2.1",
        "grant types: code and implicit, and refresh tokens since they are given",
        &[
            "op_behaviours_metadata::op_2_1_what_the_dynamic_plan_asks_for",
            "advertised::grant_types_supported_give_tokens",
        ],
    ),
    row(
        "2.1",
        "userinfo, claims and scopes are advertised, scopes of legal characters",
        &[
            "oidc_discovery::oidc_discovery_3_required_members_and_values",
            "op_behaviours_metadata::op_2_1_locales_and_scopes_are_well_formed",
        ],
    ),
    row(
        "2.1",
        "locales in their usual letter case",
        &["op_behaviours_metadata::op_2_1_locales_and_scopes_are_well_formed"],
    ),
    row(
        "2.1",
        "code_challenge_methods is an array",
        &[
            "oidc_discovery::oidc_discovery_3_every_member_has_its_type",
            "advertised::code_challenge_methods_supported_and_no_others",
        ],
    ),
    row(
        "2.1",
        "signing algorithms of request objects",
        &["op_behaviours_metadata::op_2_1_what_the_dynamic_plan_asks_for"],
    ),
    row(
        "2.1",
        "signing algorithms of userinfo",
        &["op_behaviours_metadata::op_2_1_what_the_dynamic_plan_asks_for"],
    ),
    row(
        "2.1",
        "request and request_uri are supported",
        &["op_behaviours_metadata::op_2_1_what_the_dynamic_plan_asks_for"],
    ),
    row(
        "2.1",
        "the methods of client authentication",
        &[
            "op_behaviours_metadata::op_2_1_what_the_dynamic_plan_asks_for",
            "advertised_client_auth::auth_methods_supported_let_clients_in_and_no_others",
        ],
    ),
    row(
        "2.1",
        "nothing is advertised that does not work",
        &["advertised::nothing_is_advertised_that_is_not_proven"],
    ),
    row(
        "2.1",
        "keys: a kid each, public members alone, well formed",
        &[
            "oidc_discovery::rfc7517_5_the_key_set_holds_public_members_alone_and_each_kid_once",
            "op_behaviours_metadata::op_2_1_the_members_of_keys_are_well_formed",
        ],
    ),
    row(
        "2.1",
        "keys: one of a kid, type and algorithm",
        &["op_behaviours_metadata::op_2_1_the_members_of_keys_are_well_formed"],
    ),
    row(
        "2.11",
        "CORS",
        &[
            "cors::a038_scripts_of_registered_origins_alone_may_call",
            "oidc_discovery::oidc_discovery_4_3_the_issuer_is_the_url_that_was_asked",
        ],
    ),
    row(
        "2.11",
        "no-store where tokens or forms are",
        &[
            "old_browser::op_2_11_answers_are_dated_and_not_kept",
            "routes::a117_every_answer_makes_browsers_careful_and_caches_forget",
            "pages::every_page_runs_under_the_strict_policy",
        ],
    ),
    row(
        "2.11",
        "content types: JSON, JWT where it is signed",
        &[
            "rfc6749_token::rfc6749_5_1_the_answer",
            "oidc_core_userinfo::oidc_core_5_3_by_get_and_by_post",
            "oidc_core_userinfo_signed::op_2_5_a_signed_answer_says_whose_it_is_and_for_whom",
        ],
    ),
    row("2.11", "a Date in answers", &["old_browser::op_2_11_answers_are_dated_and_not_kept"]),
    row(
        "2.11",
        "pages work in an old browser",
        &[
            "old_browser::op_2_11_a_whole_sign_in_by_plain_forms_over_https",
            "old_browser::op_2_11_every_script_is_old_javascript",
            "old_browser::op_2_11_no_page_has_a_script_of_its_own",
            "pages::every_page_can_be_read_aloud",
        ],
    ),
    row("2.17", "audience of an assertion: token endpoint or issuer", &["rfc7523::rfc7523_3_each_claim"]),
    row(
        "2.17",
        "algorithms: RS256, and none where it is allowed",
        &["oidc_core_id_token::oidc_core_3_1_3_7_each_algorithm_is_verified_by_the_published_keys"],
    ),
    row(
        "2.17",
        "PKCE is left to the client",
        &["op_behaviours_metadata::op_2_17_nothing_of_another_profile_is_demanded"],
    ),
    row(
        "2.17",
        "pushed requests are left to the client",
        &["op_behaviours_metadata::op_2_17_nothing_of_another_profile_is_demanded"],
    ),
    row(
        "2.17",
        "a code used again at once gives nothing",
        &["attacks_code::a027_a_code_used_again_takes_back_what_it_gave"],
    ),
    row("2.17", "lifetime of a code", &["attacks_code::a035_a_code_lives_a_minute"]),
    row(
        "2.17",
        "refresh tokens are rotated",
        &["attacks_refresh::a053_a_spent_token_takes_its_family_with_it"],
    ),
    row("2.17", "iss in each answer", &["rfc9207::rfc9207_2_every_answer_names_its_issuer"]),
    row(
        "2.17",
        "tokens are bound to no sender",
        &["op_behaviours_metadata::op_2_17_nothing_of_another_profile_is_demanded"],
    ),
];
