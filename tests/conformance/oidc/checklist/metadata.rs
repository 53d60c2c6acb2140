//! Discovery and key set; transport and headers; and what the default profile does where plans contradict each other.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "metadata",
        "200 with JSON",
        &["oidc::discovery::oidc_discovery_4_3_the_issuer_is_the_url_that_was_asked"],
    ),
    row(
        "metadata",
        "issuer: the URL that was asked, https, nothing more",
        &[
            "oidc::discovery::oidc_discovery_4_3_the_issuer_is_the_url_that_was_asked",
            "oidc::certification_metadata::the_issuer_is_a_plain_https_url",
        ],
    ),
    row(
        "metadata",
        "every endpoint is https",
        &["oidc::discovery::oidc_discovery_4_2_every_url_is_https_below_the_issuer"],
    ),
    row(
        "metadata",
        "every member has its type",
        &["oidc::discovery::oidc_discovery_3_every_member_has_its_type"],
    ),
    row(
        "metadata",
        "no member that no specification knows",
        &["oidc::certification_metadata::every_member_has_a_specification"],
    ),
    row(
        "metadata",
        "subject types, and RS256 for ID tokens",
        &[
            "oidc::certification_metadata::what_the_dynamic_plan_asks_for",
            "oidc::discovery::oidc_discovery_3_required_members_and_values",
        ],
    ),
    row(
        "metadata",
        "response types, in whatever order of words",
        &[
            "oidc::certification_metadata::what_the_dynamic_plan_asks_for",
            "oidc::core_front_channel::multiple_response_types_5_each_holds_what_it_names",
        ],
    ),
    row(
        "metadata",
        "grant types: code and implicit, and refresh tokens since they are given",
        &[
            "oidc::certification_metadata::what_the_dynamic_plan_asks_for",
            "oidc::advertised::grant_types_supported_give_tokens",
        ],
    ),
    row(
        "metadata",
        "userinfo, claims and scopes are advertised, scopes of legal characters",
        &[
            "oidc::discovery::oidc_discovery_3_required_members_and_values",
            "oidc::certification_metadata::locales_and_scopes_are_well_formed",
        ],
    ),
    row(
        "metadata",
        "locales in their usual letter case",
        &["oidc::certification_metadata::locales_and_scopes_are_well_formed"],
    ),
    row(
        "metadata",
        "code_challenge_methods is an array",
        &[
            "oidc::discovery::oidc_discovery_3_every_member_has_its_type",
            "oidc::advertised::code_challenge_methods_supported_and_no_others",
        ],
    ),
    row(
        "metadata",
        "signing algorithms of request objects",
        &["oidc::certification_metadata::what_the_dynamic_plan_asks_for"],
    ),
    row(
        "metadata",
        "signing algorithms of userinfo",
        &["oidc::certification_metadata::what_the_dynamic_plan_asks_for"],
    ),
    row(
        "metadata",
        "request and request_uri are supported",
        &["oidc::certification_metadata::what_the_dynamic_plan_asks_for"],
    ),
    row(
        "metadata",
        "the methods of client authentication",
        &[
            "oidc::certification_metadata::what_the_dynamic_plan_asks_for",
            "oauth::advertised_client_auth::auth_methods_supported_let_clients_in_and_no_others",
        ],
    ),
    row(
        "metadata",
        "nothing is advertised that does not work",
        &["oidc::advertised::nothing_is_advertised_that_is_not_proven"],
    ),
    row(
        "metadata",
        "keys: a kid each, public members alone, well formed",
        &[
            "oidc::discovery::rfc7517_5_the_key_set_holds_public_members_alone_and_each_kid_once",
            "oidc::certification_metadata::the_members_of_keys_are_well_formed",
        ],
    ),
    row(
        "metadata",
        "keys: one of a kid, type and algorithm",
        &["oidc::certification_metadata::the_members_of_keys_are_well_formed"],
    ),
    row(
        "transport and pages",
        "CORS",
        &[
            "oauth::cors::a038_scripts_of_registered_origins_alone_may_call",
            "oidc::discovery::oidc_discovery_4_3_the_issuer_is_the_url_that_was_asked",
        ],
    ),
    row(
        "transport and pages",
        "no-store where tokens or forms are",
        &[
            "pages::old_browser::answers_are_dated_and_not_kept",
            "attacks::routes::a117_every_answer_makes_browsers_careful_and_caches_forget",
            "pages::hosted::every_page_runs_under_the_strict_policy",
        ],
    ),
    row(
        "transport and pages",
        "content types: JSON, JWT where it is signed",
        &[
            "oauth::rfc6749_token::rfc6749_5_1_the_answer",
            "oidc::core_userinfo::oidc_core_5_3_by_get_and_by_post",
            "oidc::core_userinfo_signed::a_signed_answer_says_whose_it_is_and_for_whom",
        ],
    ),
    row("transport and pages", "a Date in answers", &["pages::old_browser::answers_are_dated_and_not_kept"]),
    row(
        "transport and pages",
        "pages work in an old browser",
        &[
            "pages::old_browser::a_whole_sign_in_by_plain_forms_over_https",
            "pages::old_browser::every_script_is_old_javascript",
            "pages::old_browser::no_page_has_a_script_of_its_own",
            "pages::hosted::every_page_can_be_read_aloud",
        ],
    ),
    row(
        "profiles",
        "audience of an assertion: token endpoint or issuer",
        &["oauth::rfc7523::rfc7523_3_each_claim"],
    ),
    row(
        "profiles",
        "algorithms: RS256, and none where it is allowed",
        &["oidc::core_id_token::oidc_core_3_1_3_7_each_algorithm_is_verified_by_the_published_keys"],
    ),
    row(
        "profiles",
        "PKCE is left to the client",
        &["oidc::certification_metadata::nothing_of_another_profile_is_demanded"],
    ),
    row(
        "profiles",
        "pushed requests are left to the client",
        &["oidc::certification_metadata::nothing_of_another_profile_is_demanded"],
    ),
    row(
        "profiles",
        "a code used again at once gives nothing",
        &["attacks::code::a027_a_code_used_again_takes_back_what_it_gave"],
    ),
    row("profiles", "lifetime of a code", &["attacks::code::a035_a_code_lives_a_minute"]),
    row(
        "profiles",
        "refresh tokens are rotated",
        &["attacks::refresh::a053_a_spent_token_takes_its_family_with_it"],
    ),
    row("profiles", "iss in each answer", &["oauth::rfc9207::rfc9207_2_every_answer_names_its_issuer"]),
    row(
        "profiles",
        "tokens are bound to no sender",
        &["oidc::certification_metadata::nothing_of_another_profile_is_demanded"],
    ),
];
