//! RP-initiated logout, and the other logout specifications.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "RP-initiated logout",
        "a hint without client_id, a redirect URI and a state",
        &["oidc::rp_initiated_logout::rp_logout_2_a_hint_ends_the_session_and_leads_back"],
    ),
    row(
        "RP-initiated logout",
        "an expired hint",
        &["oidc::rp_initiated_logout::rp_logout_2_the_hint_may_have_expired"],
    ),
    row(
        "RP-initiated logout",
        "state unchanged and nothing else, or nothing at all",
        &["oidc::rp_initiated_logout::rp_logout_2_a_hint_ends_the_session_and_leads_back"],
    ),
    row(
        "RP-initiated logout",
        "prompt=none is login_required afterwards",
        &[
            "oidc::rp_initiated_logout::rp_logout_2_a_hint_ends_the_session_and_leads_back",
            "oidc::rp_initiated_logout::rp_logout_2_the_hint_may_have_expired",
        ],
    ),
    row(
        "RP-initiated logout",
        "a URI that is not registered, or with a query added: a page",
        &["oidc::rp_initiated_logout::a111_no_redirect_to_what_is_not_registered"],
    ),
    row(
        "RP-initiated logout",
        "no hint, a changed one, one of alg none: a page or a question",
        &[
            "oidc::rp_initiated_logout::a111_a_hint_that_proves_nothing_neither_redirects_nor_ends_the_session",
            "oidc::rp_initiated_logout::a111_confirmed_without_a_hint_there_is_a_page_and_no_redirect",
        ],
    ),
    row(
        "RP-initiated logout",
        "no parameters, no URI, only state: signed out by a page",
        &["oidc::rp_initiated_logout::a111_confirmed_without_a_hint_there_is_a_page_and_no_redirect"],
    ),
    row(
        "logout notifications",
        "back-channel is advertised",
        &["oidc::advertised::logout_is_supported_by_both_channels_and_names_the_session"],
    ),
    row(
        "logout notifications",
        "the logout token",
        &["oidc::backchannel_logout::bcl_2_4_the_logout_token_is_signed_and_says_what_it_must"],
    ),
    row(
        "logout notifications",
        "the call is made over TLS 1.3",
        &[
            "operations::egress_tls::outbound_calls_offer_tls_1_3_first",
            "oidc::backchannel_logout::bcl_2_3_every_client_of_the_session_is_told_once_and_no_other",
        ],
    ),
    row("logout notifications", "sid in the ID token", &["oidc::core_id_token::oidc_core_2_the_claims"]),
    row(
        "logout notifications",
        "front-channel is advertised",
        &["oidc::advertised::logout_is_supported_by_both_channels_and_names_the_session"],
    ),
    row(
        "logout notifications",
        "a frame with iss and sid, then on without a click",
        &[
            "oidc::frontchannel_logout::fcl_2_a_frame_opens_the_registered_uri_with_iss_and_sid_and_nothing_else",
            "oidc::frontchannel_logout::fcl_3_it_goes_on_without_a_click_with_and_without_script",
            "oidc::frontchannel_logout::fcl_3_the_policy_lets_exactly_those_clients_be_framed",
        ],
    ),
    row(
        "logout notifications",
        "session management is advertised, session_state is answered",
        &[
            "oidc::session_management::session_management_2_every_success_carries_session_state",
            "oidc::advertised::nothing_is_advertised_that_is_not_proven",
        ],
    ),
    row(
        "logout notifications",
        "the iframe's answers",
        &[
            "oidc::session_management::session_management_2_of_no_other_client_origin_or_browser",
            "oidc::session_management::session_management_3_2_the_state_changes_with_the_sign_in_and_goes_with_it",
        ],
    ),
    row(
        "logout notifications",
        "the iframe in an old browser",
        &[
            "oidc::session_management::a119_the_iframe_may_be_framed_and_holds_one_script_of_ours",
            "oidc::session_management::the_cookie_is_for_scripts_of_framed_pages_and_opens_nothing",
            "pages::old_browser::every_script_is_old_javascript",
        ],
    ),
];
