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
];
