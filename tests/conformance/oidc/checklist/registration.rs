//! Registration and request objects: errors, dynamic registration, key rotation, third-party-initiated login.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "errors",
        "a request object that is refused: in the mode of the request, or by a page",
        &[
            "oidc::certification_authorization::errors_travel_in_the_response_mode_of_the_request",
            "oidc::core_authentication::oidc_core_3_1_2_6_what_is_no_request_of_this_client_is_refused",
            "attacks::request_object::rfc9101_10_2_an_unverified_object_sends_nobody_anywhere",
        ],
    ),
    row(
        "errors",
        "registration: a redirect URI with a fragment",
        &["oidc::registration::redirect_uri_with_fragment_is_refused"],
    ),
    row(
        "errors",
        "registration: a sector file without a URI, initiate_login_uri by http",
        &[
            "oidc::registration::oidc_registration_5_the_sector_document_names_every_redirect_uri",
            "oidc::registration::initiate_login_uri_is_told_back_and_https",
        ],
    ),
    row(
        "errors",
        "request_uri unknown, of another client, invented",
        &[
            "oidc::core_request_objects::request_uri_is_compared_with_its_fragment_and_fetched_without",
            "attacks::request_object::a071_request_uri_of_strangers_is_not_fetched",
        ],
    ),
    row(
        "registration and request objects",
        "201 with every accepted value",
        &[
            "oauth::rfc7591::rfc7591_3_2_1_a_client_gets_its_credentials_and_all_that_is_registered",
            "oidc::registration::every_member_that_is_taken_is_told_back",
        ],
    ),
    row(
        "registration and request objects",
        "client_secret_expires_at beside a secret",
        &["oauth::rfc7591::rfc7591_2_each_method_of_authentication_has_the_secret_that_it_needs"],
    ),
    row(
        "registration and request objects",
        "registration_client_uri and its token",
        &["oauth::rfc7591::rfc7591_3_2_1_a_client_gets_its_credentials_and_all_that_is_registered"],
    ),
    row(
        "registration and request objects",
        "GET tells the same, DELETE is 204",
        &[
            "oauth::rfc7592::rfc7592_2_1_a_client_reads_what_is_registered",
            "oidc::registration::registration_is_read_and_deleted_by_its_token",
        ],
    ),
    row(
        "registration and request objects",
        "extra metadata never fails",
        &[
            "oidc::registration::extra_metadata_never_fails",
            "oauth::rfc7591::rfc7591_2_what_is_unknown_is_neither_refused_nor_kept",
        ],
    ),
    row(
        "registration and request objects",
        "implicit clients as the suite registers them, consistent types",
        &[
            "oidc::registration::oidc_registration_2_each_response_type_can_be_registered_as_the_suite_does",
            "oauth::rfc7591::rfc7591_2_1_grants_and_response_types_go_together",
        ],
    ),
    row(
        "registration and request objects",
        "the words of response_types are a set",
        &["oidc::registration::oidc_registration_2_each_response_type_can_be_registered_as_the_suite_does"],
    ),
    row(
        "registration and request objects",
        "a redirect URI with a fragment is refused",
        &["oidc::registration::redirect_uri_with_fragment_is_refused"],
    ),
    row(
        "registration and request objects",
        "sector_identifier_uri is fetched and holds every URI",
        &["oidc::registration::oidc_registration_5_the_sector_document_names_every_redirect_uri"],
    ),
    row(
        "registration and request objects",
        "logo, policy and terms on the sign-in page",
        &["pages::client_pages::logo_policy_and_terms_stand_on_the_pages"],
    ),
    row(
        "registration and request objects",
        "unsigned objects, by both ways",
        &["oidc::core_request_objects::unsigned_objects_are_taken_where_the_tenant_says_so"],
    ),
    row(
        "registration and request objects",
        "state, nonce, prompt, max_age only inside",
        &[
            "oidc::core_request_objects::oidc_core_6_1_the_values_inside_count",
            "oidc::core_request_objects::prompt_and_max_age_inside_are_obeyed",
        ],
    ),
    row(
        "registration and request objects",
        "inside values come first",
        &["oidc::core_request_objects::oidc_core_6_1_the_values_inside_count"],
    ),
    row(
        "registration and request objects",
        "a bad redirect_uri outside",
        &["oidc::core_request_objects::a_good_redirect_uri_inside_wins_over_a_bad_one_outside"],
    ),
    row(
        "registration and request objects",
        "request_uris with a fragment",
        &["oidc::core_request_objects::request_uri_is_compared_with_its_fragment_and_fetched_without"],
    ),
    row(
        "registration and request objects",
        "whatever the content type",
        &["oidc::core_request_objects::request_uri_is_compared_with_its_fragment_and_fetched_without"],
    ),
    row(
        "registration and request objects",
        "signed by RS256, for this issuer",
        &[
            "oidc::core_request_objects::request_uri_is_compared_with_its_fragment_and_fetched_without",
            "oidc::core_request_objects::oidc_core_6_1_every_algorithm_of_a_client_key",
        ],
    ),
    row(
        "registration and request objects",
        "a new key is published at once, the old one stays",
        &[
            "oidc::core_id_token::oidc_core_10_1_1_a_new_key_signs_and_the_old_one_stays_published",
            "operations::keys::keys_rotate_through_every_state_under_load_and_no_token_is_refused",
        ],
    ),
    row(
        "registration and request objects",
        "a call that rotates",
        &["cli_keys::rotate_makes_the_next_key_once"],
    ),
    row(
        "RP-initiated logout",
        "post_logout_redirect_uris is registered",
        &[
            "oidc::registration::every_member_that_is_taken_is_told_back",
            "oidc::rp_initiated_logout::a111_no_redirect_to_what_is_not_registered",
        ],
    ),
    row(
        "third-party login",
        "initiate_login_uri is given back",
        &["oidc::registration::initiate_login_uri_is_told_back_and_https"],
    ),
    row(
        "third-party login",
        "initiate_login_uri by http is refused",
        &["oidc::registration::initiate_login_uri_is_told_back_and_https"],
    ),
];
