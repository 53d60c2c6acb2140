//! 2.0 where each error goes, 2.2 the authorization endpoint, 2.3 prompt, max_age, hints, acr, claims.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "2.0",
        "a redirect URI that is not registered, or absent beside two: a page",
        &["rfc6749_authorize::rfc6749_3_1_2_3_redirect_uri_must_be_registered"],
    ),
    row(
        "2.0",
        "no response_type: by the query, or by a form where one was asked for",
        &[
            "op_behaviours_authorization::op_2_0_errors_travel_in_the_response_mode_of_the_request",
            "response_modes::response_mode_of_an_unsupported_response_type",
        ],
    ),
    row(
        "2.0",
        "no nonce for an ID token: by the fragment or the form",
        &[
            "oidc_core_front_channel::oidc_core_3_2_2_1_nonce_is_required_with_an_id_token",
            "op_behaviours_front_channel::op_2_0_refusals_travel_as_the_answer_would",
        ],
    ),
    row(
        "2.0",
        "prompt=none where the person would be asked: in the mode of the request",
        &[
            "op_behaviours_authorization::op_2_0_errors_travel_in_the_response_mode_of_the_request",
            "op_behaviours_front_channel::op_2_0_refusals_travel_as_the_answer_would",
            "oidc_core_authentication::oidc_core_3_1_2_1_prompt_none",
        ],
    ),
    row(
        "2.0",
        "the person refuses: access_denied, likewise",
        &[
            "op_behaviours_authorization::op_2_0_errors_travel_in_the_response_mode_of_the_request",
            "op_behaviours_front_channel::op_2_0_refusals_travel_as_the_answer_would",
        ],
    ),
    row(
        "2.0",
        "a code twice, of another client, with another verifier, too late: invalid_grant",
        &[
            "attacks_code::a027_a_code_used_again_takes_back_what_it_gave",
            "attacks_code::a029_a_code_stays_with_its_client",
            "attacks_code::a035_a_code_lives_a_minute",
            "rfc7636::rfc7636_4_6_wrong_verifier_is_invalid_grant",
        ],
    ),
    row(
        "2.0",
        "wrong client authentication: invalid_client",
        &[
            "rfc6749_token::rfc6749_2_3_1_wrong_credentials_are_invalid_client",
            "rfc7523::rfc7523_2_2_private_key_jwt_by_each_algorithm",
        ],
    ),
    row(
        "2.0",
        "a bearer token that is bad or revoked: 401",
        &["rfc6750::rfc6750_3_1_a_bad_token_is_invalid_token"],
    ),
    row(
        "2.0",
        "a logout request that proves nothing: a page or a question",
        &[
            "rp_initiated_logout::a111_no_redirect_to_what_is_not_registered",
            "rp_initiated_logout::a111_a_hint_that_proves_nothing_neither_redirects_nor_ends_the_session",
        ],
    ),
    row(
        "2.2",
        "GET and POST",
        &[
            "rfc6749_authorize::rfc6749_3_1_get_and_post",
            "rfc6749_authorize::rfc6749_3_1_post_from_another_site",
            "old_browser::op_2_11_a_whole_sign_in_by_plain_forms_over_https",
        ],
    ),
    row(
        "2.2",
        "the order of parameters and scopes is free",
        &["op_behaviours_authorization::op_2_2_the_order_of_parameters_and_words_is_free"],
    ),
    row(
        "2.2",
        "what is unknown, and each hint, causes no error",
        &[
            "op_behaviours_authorization::op_2_2_harmless_parameters_cause_no_error",
            "rfc6749_authorize::rfc6749_3_1_unknown_parameters_are_ignored",
        ],
    ),
    row(
        "2.2",
        "login_hint fills in the form and no more",
        &["oidc_core_hints::oidc_core_3_1_2_1_login_hint_fills_in_the_form"],
    ),
    row(
        "2.2",
        "PKCE is taken where it is not needed",
        &["rfc7636::rfc7636_4_2_s256_as_in_appendix_b", "oidc_core_front_channel::pkce_goes_with_the_code"],
    ),
    row(
        "2.2",
        "code and code token without a nonce, and none is invented",
        &[
            "oidc_core_front_channel::oidc_core_3_2_2_1_nonce_is_required_with_an_id_token",
            "oidc_core_id_token::oidc_core_2_nonce_is_given_back_as_it_came_or_not_at_all",
        ],
    ),
    row(
        "2.2",
        "redirect URIs are compared as strings, and their query survives",
        &[
            "rfc6749_authorize::rfc6749_3_1_2_the_query_of_the_redirect_uri_survives",
            "op_behaviours_front_channel::op_2_2_the_query_and_the_state_survive_in_every_mode",
        ],
    ),
    row(
        "2.2",
        "no redirect_uri beside two registered: a page",
        &["rfc6749_authorize::rfc6749_3_1_2_3_redirect_uri_must_be_registered"],
    ),
    row(
        "2.2",
        "state comes back byte for byte, or not at all",
        &[
            "op_behaviours_authorization::op_2_2_state_of_128_characters_and_no_state",
            "op_behaviours_front_channel::op_2_2_the_query_and_the_state_survive_in_every_mode",
            "strings::a259_state_and_nonce_come_back_as_they_went",
        ],
    ),
    row(
        "2.2",
        "an error holds error, description, state and iss alone",
        &[
            "op_behaviours_authorization::op_2_0_errors_travel_in_the_response_mode_of_the_request",
            "op_behaviours_front_channel::op_2_0_refusals_travel_as_the_answer_would",
        ],
    ),
    row(
        "2.2",
        "an error holds no code and no token",
        &["op_behaviours_front_channel::op_2_0_refusals_travel_as_the_answer_would"],
    ),
    row(
        "2.2",
        "but for code all travels in the fragment, by form_post nothing in the query",
        &[
            "oidc_core_front_channel::multiple_response_types_5_never_in_the_query",
            "op_behaviours_front_channel::op_2_0_refusals_travel_as_the_answer_would",
        ],
    ),
    row(
        "2.2",
        "error_description is printable ASCII without quote and backslash",
        &[
            "op_behaviours_authorization::op_2_0_errors_travel_in_the_response_mode_of_the_request",
            "rfc6749_token::rfc6749_5_2_each_refusal_has_its_code",
        ],
    ),
    row("2.2", "iss is the issuer", &["rfc9207::rfc9207_2_every_answer_names_its_issuer"]),
    row(
        "2.2",
        "codes and tokens are random enough",
        &["op_behaviours_authorization::op_2_2_codes_and_tokens_are_random"],
    ),
    row(
        "2.2",
        "form_post posts by itself, in old browsers too",
        &["response_modes::form_post_2_the_page", "old_browser::op_2_11_every_script_is_old_javascript"],
    ),
    row(
        "2.2",
        "a token comes with its type and its lifetime",
        &["oidc_core_front_channel::multiple_response_types_5_each_holds_what_it_names"],
    ),
    row(
        "2.2",
        "both access tokens of a hybrid flow work at userinfo",
        &["oidc_core_front_channel::multiple_response_types_5_each_holds_what_it_names"],
    ),
    row(
        "2.3",
        "prompt=login asks again, and auth_time is later",
        &[
            "oidc_core_authentication::oidc_core_3_1_2_1_prompt_login",
            "op_behaviours_front_channel::op_2_3_a_session_answers_for_every_response_type",
        ],
    ),
    row(
        "2.3",
        "max_age=1 asks again, and auth_time is there and later",
        &[
            "oidc_core_authentication::oidc_core_3_1_2_1_max_age",
            "op_behaviours_front_channel::op_2_3_a_session_answers_for_every_response_type",
        ],
    ),
    row(
        "2.3",
        "max_age=10000 does not ask, and tells the same auth_time and sub",
        &[
            "oidc_core_authentication::oidc_core_3_1_2_1_max_age",
            "op_behaviours_front_channel::op_2_3_a_session_answers_for_every_response_type",
        ],
    ),
    row(
        "2.3",
        "prompt=none without a session: an error by redirect",
        &["oidc_core_authentication::oidc_core_3_1_2_1_prompt_none"],
    ),
    row(
        "2.3",
        "prompt=none with a session, with a hint too: the same person at once",
        &[
            "op_behaviours_authorization::op_2_3_prompt_none_with_a_session_is_immediate",
            "op_behaviours_front_channel::op_2_3_a_session_answers_for_every_response_type",
        ],
    ),
    row(
        "2.3",
        "a hint may have expired or be of another algorithm, its signature is checked",
        &[
            "op_behaviours_authorization::op_2_3_a_hint_of_another_algorithm_or_time",
            "oidc_core_hints::oidc_core_3_1_2_1_only_our_id_tokens_are_hints",
        ],
    ),
    row(
        "2.3",
        "prompt=consent with offline_access shows consent",
        &["oidc_core_authentication::oidc_core_3_1_2_1_prompt_consent"],
    ),
    row(
        "2.3",
        "acr_values never fail",
        &["oidc_core_hints::oidc_core_3_1_2_1_acr_values", "advertised::acr_values_supported_are_reached"],
    ),
    row("2.3", "acr is a text with content", &["op_behaviours_token::op_2_4_times_and_sizes"]),
    row(
        "2.3",
        "an essential acr is met or refused",
        &["oidc_core_hints::oidc_core_5_5_1_1_an_essential_acr_is_met_or_refused"],
    ),
    row(
        "2.3",
        "an essential name is told where it was asked for",
        &[
            "op_behaviours_authorization::op_2_3_an_essential_claim_without_its_scope",
            "op_behaviours_front_channel::op_2_3_an_essential_name_goes_where_it_was_asked_for",
        ],
    ),
    row(
        "2.3",
        "claims is refused nowhere, unknown names are left out",
        &["oidc_core_hints::oidc_core_5_5_what_is_unknown_is_left_out"],
    ),
];
