//! The static files of the pages, built into the binary.
//!
//! Each path carries a hash of the content: it may be cached forever, and a new version has a new path.

use ring::digest::{SHA256, digest};
use std::fmt::Write;
use std::sync::LazyLock;

/// A static file.
#[derive(Debug)]
pub struct Asset {
    /// Where the file is served, under the tenant's base: `/assets/{name}-{hash}.{extension}`.
    pub path: String,
    /// The value of the `Content-Type` header.
    pub content_type: &'static str,
    /// The content.
    pub body: &'static str,
}

static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| asset("page", "css", "text/css; charset=utf-8", include_str!("../../assets/page.css")));

static FORM_POST: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../assets/form_post.js");
    asset("form_post", "js", "text/javascript; charset=utf-8", body)
});

/// The file served at `path`, if there is one. `path` begins with `/assets/`, without the tenant's base.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    [&*STYLESHEET, &*FORM_POST].into_iter().find(|asset| asset.path == path)
}

/// The path of the one stylesheet.
#[must_use]
pub fn stylesheet_path() -> &'static str {
    &STYLESHEET.path
}

/// The path of the script that submits the page [`FormPost`](super::FormPost).
#[must_use]
pub fn form_post_path() -> &'static str {
    &FORM_POST.path
}

fn asset(name: &str, extension: &str, content_type: &'static str, body: &'static str) -> Asset {
    let hash =
        digest(&SHA256, body.as_bytes()).as_ref().iter().take(6).fold(String::new(), |mut hex, byte| {
            // Writing to a string does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
    Asset { path: format!("/assets/{name}-{hash}.{extension}"), content_type, body }
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
        for path in
            ["", "/assets/", "/assets/page.css", "/assets/page-000000000000.css", "/assets/../page.css"]
        {
            assert!(find(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_stylesheet_loads_nothing() {
        let css = find(stylesheet_path()).unwrap().body;
        assert!(!css.contains("url(") && !css.contains("@import"));
    }
}
