//! 2.8 RP-initiated logout, 2.9 the other logout specifications.

use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "2.8",
        "a hint without client_id, a redirect URI and a state",
        &["rp_initiated_logout::rp_logout_2_a_hint_ends_the_session_and_leads_back"],
    ),
    row("2.8", "an expired hint", &["rp_initiated_logout::rp_logout_2_the_hint_may_have_expired"]),
    row(
        "2.8",
        "state unchanged and nothing else, or nothing at all",
        &["rp_initiated_logout::rp_logout_2_a_hint_ends_the_session_and_leads_back"],
    ),
    row(
        "2.8",
        "prompt=none is login_required afterwards",
        &[
            "rp_initiated_logout::rp_logout_2_a_hint_ends_the_session_and_leads_back",
            "rp_initiated_logout::rp_logout_2_the_hint_may_have_expired",
        ],
    ),
    row(
        "2.8",
        "a URI that is not registered, or with a query added: a page",
        &["rp_initiated_logout::a111_no_redirect_to_what_is_not_registered"],
    ),
    row(
        "2.8",
        "no hint, a changed one, one of alg none: a page or a question",
        &[
            "rp_initiated_logout::a111_a_hint_that_proves_nothing_neither_redirects_nor_ends_the_session",
            "rp_initiated_logout::a111_confirmed_without_a_hint_there_is_a_page_and_no_redirect",
        ],
    ),
    row(
        "2.8",
        "no parameters, no URI, only state: signed out by a page",
        &["rp_initiated_logout::a111_confirmed_without_a_hint_there_is_a_page_and_no_redirect"],
    ),
    row(
        "2.9",
        "back-channel is advertised",
        &["advertised::logout_is_supported_by_both_channels_and_names_the_session"],
    ),
    row(
        "2.9",
        "the logout token",
        &["backchannel_logout::bcl_2_4_the_logout_token_is_signed_and_says_what_it_must"],
    ),
    row(
        "2.9",
        "the call is made over TLS 1.3",
        &[
            "egress_tls::op_2_9_outbound_calls_offer_tls_1_3_first",
            "backchannel_logout::bcl_2_3_every_client_of_the_session_is_told_once_and_no_other",
        ],
    ),
    row("2.9", "sid in the ID token", &["oidc_core_id_token::oidc_core_2_the_claims"]),
    row(
        "2.9",
        "front-channel is advertised",
        &["advertised::logout_is_supported_by_both_channels_and_names_the_session"],
    ),
    row(
        "2.9",
        "a frame with iss and sid, then on without a click",
        &[
            "frontchannel_logout::fcl_2_a_frame_opens_the_registered_uri_with_iss_and_sid_and_nothing_else",
            "frontchannel_logout::fcl_3_it_goes_on_without_a_click_with_and_without_script",
            "frontchannel_logout::fcl_3_the_policy_lets_exactly_those_clients_be_framed",
        ],
    ),
    row(
        "2.9",
        "session management is advertised, session_state is answered",
        &[
            "session_management::session_management_2_every_success_carries_session_state",
            "advertised::nothing_is_advertised_that_is_not_proven",
        ],
    ),
    row(
        "2.9",
        "the iframe's answers",
        &[
            "session_management::session_management_2_of_no_other_client_origin_or_browser",
            "session_management::session_management_3_2_the_state_changes_with_the_sign_in_and_goes_with_it",
        ],
    ),
    row(
        "2.9",
        "the iframe in an old browser",
        &[
            "session_management::a119_the_iframe_may_be_framed_and_holds_one_script_of_ours",
            "session_management::op_2_9_the_cookie_is_for_scripts_of_framed_pages_and_opens_nothing",
            "old_browser::op_2_11_every_script_is_old_javascript",
        ],
    ),
];
