//! What 2.0 and 2.8 say of registration and request objects; 2.7 dynamic registration, request objects and key
//! rotation; 2.10 third-party-initiated login.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "2.0",
        "a request object that is refused: in the mode of the request, or by a page",
        &[
            "op_behaviours_authorization::op_2_0_errors_travel_in_the_response_mode_of_the_request",
            "oidc_core_authentication::oidc_core_3_1_2_6_what_is_no_request_of_this_client_is_refused",
            "rfc9101::rfc9101_10_2_an_unverified_object_sends_nobody_anywhere",
        ],
    ),
    row(
        "2.0",
        "registration: a redirect URI with a fragment",
        &["oidc_registration::op_2_7_redirect_uri_with_fragment_is_refused"],
    ),
    row(
        "2.0",
        "registration: a sector file without a URI, initiate_login_uri by http",
        &[
            "oidc_registration::oidc_registration_5_the_sector_document_names_every_redirect_uri",
            "oidc_registration::op_2_10_initiate_login_uri_is_told_back_and_https",
        ],
    ),
    row(
        "2.0",
        "request_uri unknown, of another client, invented",
        &[
            "oidc_core_request_objects::op_2_7_request_uri_is_compared_with_its_fragment_and_fetched_without",
            "attacks_request_object::a071_request_uri_of_strangers_is_not_fetched",
        ],
    ),
    row(
        "2.7",
        "201 with every accepted value",
        &[
            "rfc7591::rfc7591_3_2_1_a_client_gets_its_credentials_and_all_that_is_registered",
            "oidc_registration::op_2_7_every_member_that_is_taken_is_told_back",
        ],
    ),
    row(
        "2.7",
        "client_secret_expires_at beside a secret",
        &["rfc7591::rfc7591_2_each_method_of_authentication_has_the_secret_that_it_needs"],
    ),
    row(
        "2.7",
        "registration_client_uri and its token",
        &["rfc7591::rfc7591_3_2_1_a_client_gets_its_credentials_and_all_that_is_registered"],
    ),
    row(
        "2.7",
        "GET tells the same, DELETE is 204",
        &[
            "rfc7592::rfc7592_2_1_a_client_reads_what_is_registered",
            "oidc_registration::op_2_7_registration_is_read_and_deleted_by_its_token",
        ],
    ),
    row(
        "2.7",
        "extra metadata never fails",
        &[
            "oidc_registration::op_2_7_extra_metadata_never_fails",
            "rfc7591::rfc7591_2_what_is_unknown_is_neither_refused_nor_kept",
        ],
    ),
    row(
        "2.7",
        "implicit clients as the suite registers them, consistent types",
        &[
            "oidc_registration::oidc_registration_2_each_response_type_can_be_registered_as_the_suite_does",
            "rfc7591::rfc7591_2_1_grants_and_response_types_go_together",
        ],
    ),
    row(
        "2.7",
        "the words of response_types are a set",
        &["oidc_registration::oidc_registration_2_each_response_type_can_be_registered_as_the_suite_does"],
    ),
    row(
        "2.7",
        "a redirect URI with a fragment is refused",
        &["oidc_registration::op_2_7_redirect_uri_with_fragment_is_refused"],
    ),
    row(
        "2.7",
        "sector_identifier_uri is fetched and holds every URI",
        &["oidc_registration::oidc_registration_5_the_sector_document_names_every_redirect_uri"],
    ),
    row(
        "2.7",
        "logo, policy and terms on the sign-in page",
        &["client_pages::op_2_7_logo_policy_and_terms_stand_on_the_pages"],
    ),
    row(
        "2.7",
        "unsigned objects, by both ways",
        &["oidc_core_request_objects::op_2_7_unsigned_objects_are_taken_where_the_tenant_says_so"],
    ),
    row(
        "2.7",
        "state, nonce, prompt, max_age only inside",
        &[
            "oidc_core_request_objects::oidc_core_6_1_the_values_inside_count",
            "oidc_core_request_objects::op_2_7_prompt_and_max_age_inside_are_obeyed",
        ],
    ),
    row(
        "2.7",
        "inside values come first",
        &["oidc_core_request_objects::oidc_core_6_1_the_values_inside_count"],
    ),
    row(
        "2.7",
        "a bad redirect_uri outside",
        &["oidc_core_request_objects::op_2_7_a_good_redirect_uri_inside_wins_over_a_bad_one_outside"],
    ),
    row(
        "2.7",
        "request_uris with a fragment",
        &["oidc_core_request_objects::op_2_7_request_uri_is_compared_with_its_fragment_and_fetched_without"],
    ),
    row(
        "2.7",
        "whatever the content type",
        &["oidc_core_request_objects::op_2_7_request_uri_is_compared_with_its_fragment_and_fetched_without"],
    ),
    row(
        "2.7",
        "signed by RS256, for this issuer",
        &[
            "oidc_core_request_objects::op_2_7_request_uri_is_compared_with_its_fragment_and_fetched_without",
            "oidc_core_request_objects::oidc_core_6_1_every_algorithm_of_a_client_key",
        ],
    ),
    row(
        "2.7",
        "a new key is published at once, the old one stays",
        &[
            "oidc_core_id_token::oidc_core_10_1_1_a_new_key_signs_and_the_old_one_stays_published",
            "keys::keys_rotate_through_every_state_under_load_and_no_token_is_refused",
        ],
    ),
    row("2.7", "a call that rotates", &["cli_keys::rotate_makes_the_next_key_once"]),
    row(
        "2.8",
        "post_logout_redirect_uris is registered",
        &[
            "oidc_registration::op_2_7_every_member_that_is_taken_is_told_back",
            "rp_initiated_logout::a111_no_redirect_to_what_is_not_registered",
        ],
    ),
    row(
        "2.10",
        "initiate_login_uri is given back",
        &["oidc_registration::op_2_10_initiate_login_uri_is_told_back_and_https"],
    ),
    row(
        "2.10",
        "initiate_login_uri by http is refused",
        &["oidc_registration::op_2_10_initiate_login_uri_is_told_back_and_https"],
    ),
];
