//! 2.4 ID tokens, 2.5 userinfo, 2.6 the token endpoint.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "2.4",
        "RS256 by default, by a kid of the key set",
        &[
            "oidc_core_id_token::oidc_core_3_1_3_7_each_algorithm_is_verified_by_the_published_keys",
            "oidc_discovery::oidc_core_10_1_tokens_name_a_key_of_the_set",
        ],
    ),
    row("2.4", "iss, aud, azp", &["oidc_core_id_token::oidc_core_2_the_claims"]),
    row("2.4", "exp, iat, auth_time", &["op_behaviours_token::op_2_4_times_and_sizes"]),
    row(
        "2.4",
        "nonce in both ID tokens, or in none",
        &[
            "oidc_core_front_channel::multiple_response_types_5_each_holds_what_it_names",
            "oidc_core_front_channel::oidc_core_3_2_2_1_nonce_is_required_with_an_id_token",
        ],
    ),
    row(
        "2.4",
        "at_hash beside an access token, c_hash beside a code",
        &["oidc_core_front_channel::multiple_response_types_5_each_holds_what_it_names"],
    ),
    row(
        "2.4",
        "at_hash at the token endpoint is of the token beside it",
        &[
            "oidc_core_front_channel::multiple_response_types_5_each_holds_what_it_names",
            "oidc_core_id_token::oidc_core_3_1_3_7_each_algorithm_is_verified_by_the_published_keys",
        ],
    ),
    row(
        "2.4",
        "hashes by the algorithm of the ID token",
        &["oidc_core_front_channel::oidc_core_3_3_2_11_hashes_by_the_algorithm_of_the_id_token"],
    ),
    row(
        "2.4",
        "both ID tokens share iss and sub",
        &["oidc_core_front_channel::multiple_response_types_5_each_holds_what_it_names"],
    ),
    row(
        "2.4",
        "nothing unasked",
        &[
            "op_behaviours_token::op_2_4_nothing_unasked_and_scope_claims_at_userinfo_alone",
            "op_behaviours_front_channel::op_2_4_nothing_unasked_from_the_authorization_endpoint",
        ],
    ),
    row(
        "2.4",
        "scope claims at userinfo, or in the ID token that comes alone",
        &[
            "op_behaviours_token::op_2_4_nothing_unasked_and_scope_claims_at_userinfo_alone",
            "oidc_core_front_channel::oidc_core_5_4_scope_claims_where_no_access_token_comes",
        ],
    ),
    row(
        "2.4",
        "sub: short ASCII, one for all clients or one for each sector",
        &[
            "oidc_core_id_token::oidc_core_2_the_claims",
            "oidc_core_pairwise::oidc_core_8_1_one_sub_within_a_sector_and_another_outside",
            "oidc_core_pairwise::oidc_core_3_1_2_1_a_pairwise_hint_names_the_person",
        ],
    ),
    row(
        "2.4",
        "alg none where it is advertised, and never through the browser",
        &[
            "oidc_core_unsigned::oidc_core_2_alg_none_where_tenant_and_client_want_it",
            "oidc_core_unsigned::oidc_core_3_2_2_10_never_through_the_browser",
        ],
    ),
    row(
        "2.4",
        "an encrypted ID token names the client's key",
        &["oidc_core_encryption::oidc_core_16_14_id_tokens_are_signed_and_then_encrypted"],
    ),
    row(
        "2.5",
        "signed where it was registered so: iss, aud, no nonce",
        &["oidc_core_userinfo_signed::op_2_5_a_signed_answer_says_whose_it_is_and_for_whom"],
    ),
    row("2.5", "by GET and by POST", &["oidc_core_userinfo::oidc_core_5_3_by_get_and_by_post"]),
    row(
        "2.5",
        "sub always, and that of the ID token",
        &[
            "oidc_core_userinfo::oidc_core_5_3_by_get_and_by_post",
            "oidc_core_userinfo::oidc_core_5_4_each_scope_brings_its_claims_alone",
        ],
    ),
    row("2.5", "each claim has its type", &["op_behaviours_token::op_2_5_each_claim_has_its_type"]),
    row(
        "2.5",
        "the person of the tests owns every claim",
        &["oidc_core_userinfo::oidc_core_5_1_all_nineteen_claims"],
    ),
    row(
        "2.5",
        "a scope that was not asked for brings nothing",
        &["oidc_core_userinfo::oidc_core_5_4_each_scope_brings_its_claims_alone"],
    ),
    row(
        "2.5",
        "what has no value is left out",
        &[
            "oidc_core_userinfo::oidc_core_5_1_what_has_no_value_is_left_out",
            "oidc_core_userinfo::oidc_core_5_3_2_a_blank_claim_is_left_out",
        ],
    ),
    row(
        "2.6",
        "the answer, and nobody keeps it",
        &[
            "rfc6749_token::rfc6749_5_1_the_answer",
            "op_behaviours_token::op_2_6_every_answer_is_json_that_nobody_keeps",
        ],
    ),
    row(
        "2.6",
        "errors are 400 with a registered code, 401 with a challenge",
        &[
            "rfc6749_token::rfc6749_5_2_each_refusal_has_its_code",
            "op_behaviours_token::op_2_6_every_answer_is_json_that_nobody_keeps",
        ],
    ),
    row(
        "2.6",
        "a code twice, at once and after 30 seconds",
        &["attacks_code::a027_a_code_used_again_takes_back_what_it_gave"],
    ),
    row(
        "2.6",
        "then what it gave is dead at userinfo",
        &[
            "attacks_code::a027_a_code_used_again_takes_back_what_it_gave",
            "oidc_core_front_channel::a_token_beside_a_code_lives_its_time_and_dies_with_the_grant",
        ],
    ),
    row("2.6", "Basic is form-encoded", &["rfc6749_token::rfc6749_2_3_1_basic_is_form_encoded"]),
    row(
        "2.6",
        "one method, and the registered one",
        &[
            "attacks_client_auth::a041_two_methods_at_once",
            "rfc6749_token::rfc6749_2_3_only_the_registered_method_is_taken",
        ],
    ),
    row(
        "2.6",
        "private_key_jwt: audience, exp, jti",
        &[
            "rfc7523::rfc7523_3_each_claim",
            "rfc7523::rfc7523_3_7_an_assertion_is_good_once_wherever_it_is_sent",
        ],
    ),
    row("2.6", "keys without a kid", &["rfc7523::rfc7517_4_5_keys_with_and_without_kid"]),
    row(
        "2.6",
        "refreshing with and without scope",
        &["op_behaviours_token::op_2_6_refreshing_with_and_without_scope"],
    ),
    row(
        "2.6",
        "another client's refresh token",
        &["attacks_refresh::a055_a_refresh_token_stays_with_its_client"],
    ),
    row(
        "2.6",
        "the refreshed access token works",
        &["op_behaviours_token::op_2_6_refreshing_with_and_without_scope"],
    ),
    row(
        "2.6",
        "who gets a refresh token",
        &["rfc6749_token::rfc6749_6_only_who_may_refresh_gets_a_refresh_token"],
    ),
    row(
        "2.6",
        "client_secret_jwt: secrets that are long enough",
        &[
            "rfc7523::rfc7523_2_2_client_secret_jwt_by_each_algorithm",
            "rfc7591::rfc7591_2_each_method_of_authentication_has_the_secret_that_it_needs",
        ],
    ),
    row(
        "2.6",
        "an unknown kid: jwks_uri once more",
        &[
            "client_keys::op_2_6_a_client_that_rotates_its_keys_is_understood",
            "client_keys::op_2_6_unknown_keys_do_not_make_it_fetch_at_will",
        ],
    ),
];
