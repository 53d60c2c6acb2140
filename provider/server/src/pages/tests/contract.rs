//! The names, ids and texts that password managers, tools and people rely on.

use super::{every_page, lang, page};

#[test]
fn the_page_contract_holds() {
    let contract: [(&str, &[&str]); 23] = [
        (
            "login",
            &[
                "Sign in to Acme",
                "name=\"username\"",
                "name=\"password\"",
                "id=\"login-submit\"",
                "name=\"cancel\"",
            ],
        ),
        ("login", &["autocomplete=\"current-password\"", " formnovalidate", "id=\"passkey\""]),
        ("login", &["autocomplete=\"username webauthn\"", "name=\"ticket\"", "name=\"passkey\""]),
        ("login without passkeys", &["autocomplete=\"username\""]),
        ("second factor", &["name=\"code\"", "id=\"code-submit\"", "name=\"recovery_code\""]),
        ("login wrong", &["role=\"alert\"", "id=\"login-error\"", "aria-describedby=\"login-error\""]),
        (
            "consent",
            &[
                "id=\"consent-allow\"",
                "id=\"consent-deny\"",
                "value=\"allow\"",
                "value=\"deny\"",
                "Signed in as Acme",
            ],
        ),
        (
            "select account",
            &["id=\"account-continue\"", "id=\"account-other\"", "value=\"continue\"", "value=\"other\""],
        ),
        ("logout confirm", &["Do you want to sign out", "id=\"logout-confirm\"", "value=\"cancel\""]),
        ("signed out", &["You are signed out"]),
        ("logout confirm refused", &["Do you want to sign out", "id=\"logout-refused\"", "still signed in"]),
        ("signed out refused", &["You are signed out", "id=\"logout-refused\"", "id=\"support-code\""]),
        ("account signed out", &["You are signed out", "id=\"account-sign-in\" href=\"Acme\""]),
        ("finished", &["already finished", "id=\"way-on\" href=\"Acme\"", "id=\"support-code\""]),
        ("home", &["Acme sign-in service", "id=\"home-account\" href=\"Acme\""]),
        (
            "telling",
            &[
                "You are signed out",
                "<iframe class=\"unseen\" src=\"Acme\"",
                "<meta http-equiv=\"refresh\" content=\"5; url=Acme\">",
                "id=\"logout-continue\" href=\"Acme\"",
            ],
        ),
        ("account", &["name=\"end\" value=\"Acme\"", "name=\"end\" value=\"all\"", "Sign out everywhere"]),
        ("login", &["id=\"forgot-password\" href=\"/t/acme/forgot-password\"", "Forgot your password?"]),
        ("forgot password", &["name=\"username\"", "autocomplete=\"username\"", "id=\"forgot-submit\""]),
        ("mail sent", &["id=\"mail-sent\"", "id=\"ask-again\" href=\"Acme\"", "Check your email"]),
        (
            "reset password short",
            &[
                "name=\"password\"",
                "autocomplete=\"new-password\"",
                "id=\"reset-submit\"",
                "id=\"reset-error\" role=\"alert\"",
                "aria-describedby=\"reset-error password-rule\"",
                "At least 15 characters",
            ],
        ),
        ("password changed", &["id=\"password-changed\"", "id=\"way-on\" href=\"Acme\""]),
        ("form post", &["method=\"post\" action=\"Acme\"", "<noscript>", "name=\"Acme\" value=\"Acme\""]),
    ];
    let pages = every_page(lang("en"), "Acme");
    assert_holds(&pages, &contract);
    for (name, html) in &pages {
        // The choice of languages below each page needs no token.
        let choices = html.matches("<form class=\"languages\"").count();
        assert_eq!(choices, usize::from(*name != "form post"), "{name}");
        let has_form = html.matches("<form ").count() > choices;
        let csrf = "<input type=\"hidden\" name=\"csrf\" value=\"Acme\">";
        // A form that leads to the client, and one that has the secret of a mail in it, need none.
        let needs_none = *name == "form post"
            || ["reset password", "complete sign-up", "email undo"].iter().any(|form| name.starts_with(form));
        assert_eq!(html.contains(csrf), has_form && !needs_none, "{name}");
    }
    assert!(!page(&pages, "login").contains("role=\"alert\""));
}

#[test]
fn the_page_contract_of_accounts_holds() {
    let contract: [(&str, &[&str]); 11] = [
        ("login", &["id=\"sign-up\" href=\"/t/acme/signup\"", "Create an account"]),
        ("sign-up", &["name=\"email\"", "autocomplete=\"email\"", "id=\"sign-up-submit\""]),
        (
            "sign-up code",
            &["name=\"code\"", "autocomplete=\"one-time-code\"", "name=\"ticket\" value=\"Acme\""],
        ),
        (
            "complete sign-up with name",
            &["name=\"username\"", "autocomplete=\"new-password\"", "name=\"token\" value=\"Acme\""],
        ),
        (
            "change password",
            &["autocomplete=\"current-password\"", "autocomplete=\"new-password\"", "name=\"everywhere\""],
        ),
        (
            "account",
            &[
                "id=\"change-password\" href=\"/t/acme/account/password\"",
                "id=\"applications\"",
                "aria-label=\"Your account\"",
            ],
        ),
        (
            "profile",
            &["aria-current=\"page\"", "name=\"version\" value=\"1\"", "autocomplete=\"given-name\""],
        ),
        (
            "profile invalid",
            &[
                "id=\"profile-error\" role=\"alert\"",
                "aria-describedby=\"profile-error\" aria-invalid=\"true\"",
            ],
        ),
        (
            "email",
            &["id=\"email-current\"", "id=\"email-pending\"", "id=\"email-submit\"", "name=\"cancel\""],
        ),
        ("email link", &["name=\"token\" value=\"Acme\"", "id=\"email-link-submit\""]),
        ("email restored", &["id=\"email-restored\"", "id=\"way-on\" href=\"Acme\""]),
    ];
    assert_holds(&every_page(lang("en"), "Acme"), &contract);
}

fn assert_holds(pages: &[(&'static str, String)], contract: &[(&str, &[&str])]) {
    for (name, parts) in contract {
        for part in *parts {
            assert!(page(pages, name).contains(part), "{name} lacks {part}");
        }
    }
}
