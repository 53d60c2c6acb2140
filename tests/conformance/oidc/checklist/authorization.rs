//! Where each error goes; the authorization endpoint; `prompt`, `max_age`, hints, `acr` and `claims`.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "errors",
        "a redirect URI that is not registered, or absent beside two: a page",
        &["oauth::rfc6749_authorize::rfc6749_3_1_2_3_redirect_uri_must_be_registered"],
    ),
    row(
        "errors",
        "no response_type: by the query, or by a form where one was asked for",
        &[
            "oidc::certification_authorization::errors_travel_in_the_response_mode_of_the_request",
            "oauth::response_modes::response_mode_of_an_unsupported_response_type",
        ],
    ),
    row(
        "errors",
        "no nonce for an ID token: by the fragment or the form",
        &[
            "oidc::core_front_channel::oidc_core_3_2_2_1_nonce_is_required_with_an_id_token",
            "oidc::certification_front_channel::refusals_travel_as_the_answer_would",
        ],
    ),
    row(
        "errors",
        "prompt=none where the person would be asked: in the mode of the request",
        &[
            "oidc::certification_authorization::errors_travel_in_the_response_mode_of_the_request",
            "oidc::certification_front_channel::refusals_travel_as_the_answer_would",
            "oidc::core_authentication::oidc_core_3_1_2_1_prompt_none",
        ],
    ),
    row(
        "errors",
        "the person refuses: access_denied, likewise",
        &[
            "oidc::certification_authorization::errors_travel_in_the_response_mode_of_the_request",
            "oidc::certification_front_channel::refusals_travel_as_the_answer_would",
        ],
    ),
    row(
        "errors",
        "a code twice, of another client, with another verifier, too late: invalid_grant",
        &[
            "attacks::code::a027_a_code_used_again_takes_back_what_it_gave",
            "attacks::code::a029_a_code_stays_with_its_client",
            "attacks::code::a035_a_code_lives_a_minute",
            "oauth::rfc7636::rfc7636_4_6_wrong_verifier_is_invalid_grant",
        ],
    ),
    row(
        "errors",
        "wrong client authentication: invalid_client",
        &[
            "oauth::rfc6749_token::rfc6749_2_3_1_wrong_credentials_are_invalid_client",
            "oauth::rfc7523::rfc7523_2_2_private_key_jwt_by_each_algorithm",
        ],
    ),
    row(
        "errors",
        "a bearer token that is bad or revoked: 401",
        &["oauth::rfc6750::rfc6750_3_1_a_bad_token_is_invalid_token"],
    ),
    row(
        "errors",
        "a logout request that proves nothing: a page or a question",
        &[
            "oidc::rp_initiated_logout::a111_no_redirect_to_what_is_not_registered",
            "oidc::rp_initiated_logout::a111_a_hint_that_proves_nothing_neither_redirects_nor_ends_the_session",
        ],
    ),
    row(
        "authorization",
        "GET and POST",
        &[
            "oauth::rfc6749_authorize::rfc6749_3_1_get_and_post",
            "oauth::rfc6749_authorize::rfc6749_3_1_post_from_another_site",
            "pages::old_browser::a_whole_sign_in_by_plain_forms_over_https",
        ],
    ),
    row(
        "authorization",
        "the order of parameters and scopes is free",
        &["oidc::certification_authorization::the_order_of_parameters_and_words_is_free"],
    ),
    row(
        "authorization",
        "what is unknown, and each hint, causes no error",
        &[
            "oidc::certification_authorization::harmless_parameters_cause_no_error",
            "oauth::rfc6749_authorize::rfc6749_3_1_unknown_parameters_are_ignored",
        ],
    ),
    row(
        "authorization",
        "login_hint fills in the form and no more",
        &["oidc::core_hints::oidc_core_3_1_2_1_login_hint_fills_in_the_form"],
    ),
    row(
        "authorization",
        "PKCE is taken where it is not needed",
        &[
            "oauth::rfc7636::rfc7636_4_2_s256_as_in_appendix_b",
            "oidc::core_front_channel::pkce_goes_with_the_code",
        ],
    ),
    row(
        "authorization",
        "code and code token without a nonce, and none is invented",
        &[
            "oidc::core_front_channel::oidc_core_3_2_2_1_nonce_is_required_with_an_id_token",
            "oidc::core_id_token::oidc_core_2_nonce_is_given_back_as_it_came_or_not_at_all",
        ],
    ),
    row(
        "authorization",
        "redirect URIs are compared as strings, and their query survives",
        &[
            "oauth::rfc6749_authorize::rfc6749_3_1_2_the_query_of_the_redirect_uri_survives",
            "oidc::certification_front_channel::the_query_and_the_state_survive_in_every_mode",
        ],
    ),
    row(
        "authorization",
        "no redirect_uri beside two registered: a page",
        &["oauth::rfc6749_authorize::rfc6749_3_1_2_3_redirect_uri_must_be_registered"],
    ),
    row(
        "authorization",
        "state comes back byte for byte, or not at all",
        &[
            "oidc::certification_authorization::state_of_128_characters_and_no_state",
            "oidc::certification_front_channel::the_query_and_the_state_survive_in_every_mode",
            "attacks::strings::a259_state_and_nonce_come_back_as_they_went",
        ],
    ),
    row(
        "authorization",
        "an error holds error, description, state and iss alone",
        &[
            "oidc::certification_authorization::errors_travel_in_the_response_mode_of_the_request",
            "oidc::certification_front_channel::refusals_travel_as_the_answer_would",
        ],
    ),
    row(
        "authorization",
        "an error holds no code and no token",
        &["oidc::certification_front_channel::refusals_travel_as_the_answer_would"],
    ),
    row(
        "authorization",
        "but for code all travels in the fragment, by form_post nothing in the query",
        &[
            "oidc::core_front_channel::multiple_response_types_5_never_in_the_query",
            "oidc::certification_front_channel::refusals_travel_as_the_answer_would",
        ],
    ),
    row(
        "authorization",
        "error_description is printable ASCII without quote and backslash",
        &[
            "oidc::certification_authorization::errors_travel_in_the_response_mode_of_the_request",
            "oauth::rfc6749_token::rfc6749_5_2_each_refusal_has_its_code",
        ],
    ),
    row("authorization", "iss is the issuer", &["oauth::rfc9207::rfc9207_2_every_answer_names_its_issuer"]),
    row(
        "authorization",
        "codes and tokens are random enough",
        &["oidc::certification_authorization::codes_and_tokens_are_random"],
    ),
    row(
        "authorization",
        "form_post posts by itself, in old browsers too",
        &[
            "oauth::response_modes::form_post_2_the_page",
            "pages::old_browser::every_script_is_old_javascript",
        ],
    ),
    row(
        "authorization",
        "a token comes with its type and its lifetime",
        &["oidc::core_front_channel::multiple_response_types_5_each_holds_what_it_names"],
    ),
    row(
        "authorization",
        "both access tokens of a hybrid flow work at userinfo",
        &["oidc::core_front_channel::multiple_response_types_5_each_holds_what_it_names"],
    ),
    row(
        "prompt and hints",
        "prompt=login asks again, and auth_time is later",
        &[
            "oidc::core_authentication::oidc_core_3_1_2_1_prompt_login",
            "oidc::certification_front_channel::a_session_answers_for_every_response_type",
        ],
    ),
    row(
        "prompt and hints",
        "max_age=1 asks again, and auth_time is there and later",
        &[
            "oidc::core_authentication::oidc_core_3_1_2_1_max_age",
            "oidc::certification_front_channel::a_session_answers_for_every_response_type",
        ],
    ),
    row(
        "prompt and hints",
        "max_age=10000 does not ask, and tells the same auth_time and sub",
        &[
            "oidc::core_authentication::oidc_core_3_1_2_1_max_age",
            "oidc::certification_front_channel::a_session_answers_for_every_response_type",
        ],
    ),
    row(
        "prompt and hints",
        "prompt=none without a session: an error by redirect",
        &["oidc::core_authentication::oidc_core_3_1_2_1_prompt_none"],
    ),
    row(
        "prompt and hints",
        "prompt=none with a session, with a hint too: the same person at once",
        &[
            "oidc::certification_authorization::prompt_none_with_a_session_is_immediate",
            "oidc::certification_front_channel::a_session_answers_for_every_response_type",
        ],
    ),
    row(
        "prompt and hints",
        "a hint may have expired or be of another algorithm, its signature is checked",
        &[
            "oidc::certification_authorization::a_hint_of_another_algorithm_or_time",
            "oidc::core_hints::oidc_core_3_1_2_1_only_our_id_tokens_are_hints",
        ],
    ),
    row(
        "prompt and hints",
        "prompt=consent with offline_access shows consent",
        &["oidc::core_authentication::oidc_core_3_1_2_1_prompt_consent"],
    ),
    row(
        "prompt and hints",
        "acr_values never fail",
        &[
            "oidc::core_hints::oidc_core_3_1_2_1_acr_values",
            "oidc::advertised::acr_values_supported_are_reached",
        ],
    ),
    row("prompt and hints", "acr is a text with content", &["oidc::certification_token::times_and_sizes"]),
    row(
        "prompt and hints",
        "an essential acr is met or refused",
        &["oidc::core_hints::oidc_core_5_5_1_1_an_essential_acr_is_met_or_refused"],
    ),
    row(
        "prompt and hints",
        "an essential name is told where it was asked for",
        &[
            "oidc::certification_authorization::an_essential_claim_without_its_scope",
            "oidc::certification_front_channel::an_essential_name_goes_where_it_was_asked_for",
        ],
    ),
    row(
        "prompt and hints",
        "claims is refused nowhere, unknown names are left out",
        &["oidc::core_hints::oidc_core_5_5_what_is_unknown_is_left_out"],
    ),
];
