//! The static files of the pages, and the module for applications in the browser, built into the binary.
//!
//! Each path contains a hash of the content: it may be cached for ever, and a new version has a new path. The module, which
//! applications name in their own pages, has a path without the hash besides: there the newest is.

use std::sync::LazyLock;

use super::asset::asset;
use super::theme::Theme;

pub use super::asset::Asset;

static STYLESHEET: LazyLock<Asset> = LazyLock::new(|| Theme::default().stylesheet());

static FORM_POST: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/form_post.js");
    asset("form_post", "js", "text/javascript; charset=utf-8", body)
});

static SIGNED_OUT: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/signed_out.js");
    asset("signed_out", "js", "text/javascript; charset=utf-8", body)
});

static CHECK_SESSION: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/check_session.js");
    asset("check_session", "js", "text/javascript; charset=utf-8", body)
});

static PASSKEY: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/passkey.js");
    asset("passkey", "js", "text/javascript; charset=utf-8", body)
});

static WORK: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/work.js");
    asset("work", "js", "text/javascript; charset=utf-8", body)
});

/// `@credenza/browser`, which a test in `connectors/node` compares with its source.
static BROWSER_MODULE: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/browser/credenza.js");
    asset("credenza", "js", "text/javascript; charset=utf-8", body)
});
/// Where the newest of it is.
pub const BROWSER_MODULE_PATH: &str = "/assets/credenza.js";

static LOCAL_TIMES: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/local_times.js");
    asset("local_times", "js", "text/javascript; charset=utf-8", body)
});

/// The file served at `path`, if there is one. `path` begins with `/assets/`, without the tenant's base. Stylesheets in the
/// colours of a brand are made when they are asked for.
#[must_use]
pub fn find(path: &str) -> Option<Asset> {
    if path == BROWSER_MODULE_PATH {
        return Some(BROWSER_MODULE.clone());
    }
    let all = [
        &*STYLESHEET,
        &*FORM_POST,
        &*SIGNED_OUT,
        &*CHECK_SESSION,
        &*BROWSER_MODULE,
        &*LOCAL_TIMES,
        &*PASSKEY,
        &*WORK,
    ];
    all.into_iter().find(|asset| asset.path == path).cloned().or_else(|| Theme::find(path))
}

/// The path of the stylesheet of pages without a brand.
#[must_use]
pub fn stylesheet_path() -> &'static str {
    &STYLESHEET.path
}

/// The path of the script that submits the page [`FormPost`](super::FormPost).
#[must_use]
pub fn form_post_path() -> &'static str {
    &FORM_POST.path
}

/// The path of the script that goes on from the page [`SignedOut`](super::SignedOut).
#[must_use]
pub fn signed_out_path() -> &'static str {
    &SIGNED_OUT.path
}

/// The path of the script of the page [`CheckSession`](super::CheckSession).
#[must_use]
pub fn check_session_path() -> &'static str {
    &CHECK_SESSION.path
}

/// The path of the script that writes times in the time zone of the browser.
#[must_use]
pub fn local_times_path() -> &'static str {
    &LOCAL_TIMES.path
}

/// The path of the script that does the work of a [`RobotCheck`](super::RobotCheck).
#[must_use]
pub fn work_path() -> &'static str {
    &WORK.path
}

/// The path of the script that asks for passkeys and makes them.
#[must_use]
pub fn passkey_path() -> &'static str {
    &PASSKEY.path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_found_by_their_hashed_path_only() {
        let css = find(stylesheet_path()).unwrap();
        assert!(css.path.starts_with("/assets/page-") && css.path.ends_with(".css"));
        assert_eq!(css.path.len(), "/assets/page-.css".len() + 12);
        assert!(css.content_type.starts_with("text/css"));
        let js = find(form_post_path()).unwrap();
        assert!(js.body.contains("document.forms[0].submit()"));
        assert!(find(signed_out_path()).unwrap().body.contains("window.location.replace"));
        assert!(find(check_session_path()).unwrap().body.contains("addEventListener('message'"));
        for path in
            ["", "/assets/", "/assets/page.css", "/assets/page-000000000000.css", "/assets/../page.css"]
        {
            assert!(find(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_module_has_a_path_of_its_own_and_a_hashed_one() {
        let newest = find(BROWSER_MODULE_PATH).unwrap();
        assert_ne!(newest.path, BROWSER_MODULE_PATH);
        assert_eq!(find(&newest.path).unwrap().body, newest.body);
        assert!(newest.path.contains(newest.etag.trim_matches('"')));
        // What a strict policy forbids.
        for word in
            ["eval(", "new Function", "innerHTML", "setAttribute('style'", ".style.", "document.write"]
        {
            assert!(!newest.body.contains(word), "{word}");
        }
    }

    /// Syntax that browsers learnt after 2009, and interfaces that exist only in pages over https.
    #[test]
    fn scripts_run_in_the_oldest_browsers() {
        for path in [form_post_path(), signed_out_path(), check_session_path(), local_times_path()] {
            let body = find(path).unwrap().body;
            let code: String = body.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for word in
                ["let ", "const ", "=>", "`", "class ", "async ", "import ", "fetch(", "subtle", "Promise"]
            {
                assert!(!code.contains(word), "{path}: {word}");
            }
        }
    }

    #[test]
    fn the_stylesheet_loads_nothing() {
        let css = find(stylesheet_path()).unwrap().body;
        assert!(!css.contains("url(") && !css.contains("@import"));
    }
}
