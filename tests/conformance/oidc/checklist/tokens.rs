//! ID tokens, userinfo and the token endpoint.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "ID token",
        "RS256 by default, by a kid of the key set",
        &[
            "oidc::core_id_token::oidc_core_3_1_3_7_each_algorithm_is_verified_by_the_published_keys",
            "oidc::discovery::oidc_core_10_1_tokens_name_a_key_of_the_set",
        ],
    ),
    row("ID token", "iss, aud, azp", &["oidc::core_id_token::oidc_core_2_the_claims"]),
    row("ID token", "exp, iat, auth_time", &["oidc::certification_token::times_and_sizes"]),
    row(
        "ID token",
        "nonce in both ID tokens, or in none",
        &[
            "oidc::core_front_channel::multiple_response_types_5_each_holds_what_it_names",
            "oidc::core_front_channel::oidc_core_3_2_2_1_nonce_is_required_with_an_id_token",
        ],
    ),
    row(
        "ID token",
        "at_hash beside an access token, c_hash beside a code",
        &["oidc::core_front_channel::multiple_response_types_5_each_holds_what_it_names"],
    ),
    row(
        "ID token",
        "at_hash at the token endpoint is of the token beside it",
        &[
            "oidc::core_front_channel::multiple_response_types_5_each_holds_what_it_names",
            "oidc::core_id_token::oidc_core_3_1_3_7_each_algorithm_is_verified_by_the_published_keys",
        ],
    ),
    row(
        "ID token",
        "hashes by the algorithm of the ID token",
        &["oidc::core_front_channel::oidc_core_3_3_2_11_hashes_by_the_algorithm_of_the_id_token"],
    ),
    row(
        "ID token",
        "both ID tokens share iss and sub",
        &["oidc::core_front_channel::multiple_response_types_5_each_holds_what_it_names"],
    ),
    row(
        "ID token",
        "nothing unasked",
        &[
            "oidc::certification_token::nothing_unasked_and_scope_claims_at_userinfo_alone",
            "oidc::certification_front_channel::nothing_unasked_from_the_authorization_endpoint",
        ],
    ),
    row(
        "ID token",
        "scope claims at userinfo, or in the ID token that comes alone",
        &[
            "oidc::certification_token::nothing_unasked_and_scope_claims_at_userinfo_alone",
            "oidc::core_front_channel::oidc_core_5_4_scope_claims_where_no_access_token_comes",
        ],
    ),
    row(
        "ID token",
        "sub: short ASCII, one for all clients or one for each sector",
        &[
            "oidc::core_id_token::oidc_core_2_the_claims",
            "oidc::core_pairwise::oidc_core_8_1_one_sub_within_a_sector_and_another_outside",
            "oidc::core_pairwise::oidc_core_3_1_2_1_a_pairwise_hint_names_the_person",
        ],
    ),
    row(
        "ID token",
        "alg none where it is advertised, and never through the browser",
        &[
            "oidc::core_unsigned::oidc_core_2_alg_none_where_tenant_and_client_want_it",
            "oidc::core_unsigned::oidc_core_3_2_2_10_never_through_the_browser",
        ],
    ),
    row(
        "ID token",
        "an encrypted ID token names the client's key",
        &["oidc::core_encryption::oidc_core_16_14_id_tokens_are_signed_and_then_encrypted"],
    ),
    row(
        "userinfo",
        "signed where it was registered so: iss, aud, no nonce",
        &["oidc::core_userinfo_signed::a_signed_answer_says_whose_it_is_and_for_whom"],
    ),
    row("userinfo", "by GET and by POST", &["oidc::core_userinfo::oidc_core_5_3_by_get_and_by_post"]),
    row(
        "userinfo",
        "sub always, and that of the ID token",
        &[
            "oidc::core_userinfo::oidc_core_5_3_by_get_and_by_post",
            "oidc::core_userinfo::oidc_core_5_4_each_scope_brings_its_claims_alone",
        ],
    ),
    row("userinfo", "each claim has its type", &["oidc::certification_token::each_claim_has_its_type"]),
    row(
        "userinfo",
        "the person of the tests owns every claim",
        &["oidc::core_userinfo::oidc_core_5_1_all_nineteen_claims"],
    ),
    row(
        "userinfo",
        "a scope that was not asked for brings nothing",
        &["oidc::core_userinfo::oidc_core_5_4_each_scope_brings_its_claims_alone"],
    ),
    row(
        "userinfo",
        "what has no value is left out",
        &[
            "oidc::core_userinfo::oidc_core_5_1_what_has_no_value_is_left_out",
            "oidc::core_userinfo::oidc_core_5_3_2_a_blank_claim_is_left_out",
        ],
    ),
    row(
        "token endpoint",
        "the answer, and nobody keeps it",
        &[
            "oauth::rfc6749_token::rfc6749_5_1_the_answer",
            "oidc::certification_token::every_answer_is_json_that_nobody_keeps",
        ],
    ),
    row(
        "token endpoint",
        "errors are 400 with a registered code, 401 with a challenge",
        &[
            "oauth::rfc6749_token::rfc6749_5_2_each_refusal_has_its_code",
            "oidc::certification_token::every_answer_is_json_that_nobody_keeps",
        ],
    ),
    row(
        "token endpoint",
        "a code twice, at once and after 30 seconds",
        &["attacks::code::a027_a_code_used_again_takes_back_what_it_gave"],
    ),
    row(
        "token endpoint",
        "then what it gave is dead at userinfo",
        &[
            "attacks::code::a027_a_code_used_again_takes_back_what_it_gave",
            "oidc::core_front_channel::a_token_beside_a_code_lives_its_time_and_dies_with_the_grant",
        ],
    ),
    row(
        "token endpoint",
        "Basic is form-encoded",
        &["oauth::rfc6749_token::rfc6749_2_3_1_basic_is_form_encoded"],
    ),
    row(
        "token endpoint",
        "one method, and the registered one",
        &[
            "attacks::client_auth::a041_two_methods_at_once",
            "oauth::rfc6749_token::rfc6749_2_3_only_the_registered_method_is_taken_where_it_is_pinned",
        ],
    ),
    row(
        "token endpoint",
        "private_key_jwt: audience, exp, jti",
        &[
            "oauth::rfc7523::rfc7523_3_each_claim",
            "oauth::rfc7523::rfc7523_3_7_an_assertion_is_good_once_wherever_it_is_sent",
        ],
    ),
    row("token endpoint", "keys without a kid", &["oauth::rfc7523::rfc7517_4_5_keys_with_and_without_kid"]),
    row(
        "token endpoint",
        "refreshing with and without scope",
        &["oidc::certification_token::refreshing_with_and_without_scope"],
    ),
    row(
        "token endpoint",
        "another client's refresh token",
        &["attacks::refresh::a055_a_refresh_token_stays_with_its_client"],
    ),
    row(
        "token endpoint",
        "the refreshed access token works",
        &["oidc::certification_token::refreshing_with_and_without_scope"],
    ),
    row(
        "token endpoint",
        "who gets a refresh token",
        &["oauth::rfc6749_token::rfc6749_6_only_who_may_refresh_gets_a_refresh_token"],
    ),
    row(
        "token endpoint",
        "client_secret_jwt: secrets that are long enough",
        &[
            "oauth::rfc7523::rfc7523_2_2_client_secret_jwt_by_each_algorithm",
            "oauth::rfc7591::rfc7591_2_each_method_of_authentication_has_the_secret_that_it_needs",
        ],
    ),
    row(
        "token endpoint",
        "an unknown kid: jwks_uri once more",
        &[
            "oauth::client_keys::a_client_that_rotates_its_keys_is_understood",
            "oauth::client_keys::unknown_keys_do_not_make_it_fetch_at_will",
        ],
    ),
];
