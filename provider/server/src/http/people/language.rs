//! `/language`: the person chooses the language of the pages.

use axum::response::Response;

use crate::http::shared::browser::{BrowserHeaders, set_language};
use crate::http::shared::context::Tenancy;
use crate::http::shared::form::Form;
use crate::http::shared::reply;
use crate::pages::Lang;

/// The form, which stands below each page: back to that page, in this language. It has no CSRF token: what it changes is
/// how pages read, and it leads nowhere but to pages of this tenant.
pub(crate) async fn choose(Tenancy(context): Tenancy, headers: BrowserHeaders, Form(form): Form) -> Response {
    let to = form.get("to").and_then(|to| back(to, &context.realm.base));
    let mut response = reply::see_other(&to.unwrap_or_else(|| format!("{}/", context.realm.base)));
    let lang = form.get("language").and_then(Lang::asked).filter(|_| !headers.is_cross_site());
    if let Some(lang) = lang {
        set_language(&context, response.headers_mut(), lang);
    }
    response
}

/// The page to go back to, if it is one of this tenant. Without the language that an application asked for, so that the
/// person's choice counts.
fn back(to: &str, base: &str) -> Option<String> {
    let below = to.strip_prefix(base)?;
    let is_path = below.is_empty() || (below.starts_with('/') && !below.starts_with("//"));
    let is_plain = to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if !is_path || !is_plain || to.is_empty() {
        return None;
    }
    let Some((path, query)) = to.split_once('?') else { return Some(to.to_owned()) };
    let kept: Vec<&str> = query.split('&').filter(|part| !part.starts_with("ui_locales=")).collect();
    Some(if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) })
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn it_leads_back_to_pages_of_the_tenant_alone() {
        for (to, base, place) in [
            ("/login?request=a", "", Some("/login?request=a")),
            ("/t/acme", "/t/acme", Some("/t/acme")),
            ("/t/acme/account", "/t/acme", Some("/t/acme/account")),
            ("/logout?ui_locales=de&state=x", "", Some("/logout?state=x")),
            ("/logout?ui_locales=de", "", Some("/logout")),
            ("/auth/t/a/login", "/auth/t/a", Some("/auth/t/a/login")),
            ("", "", None),
            ("login", "", None),
            ("https://evil.test/", "", None),
            ("//evil.test/", "", None),
            ("/\\evil.test/", "", None),
            ("/t/acme//evil.test", "/t/acme", None),
            ("/t/acme.evil.test/", "/t/acme", None),
            ("/t/other/account", "/t/acme", None),
            ("/login\r\nSet-Cookie: a=b", "", None),
            ("/\tx", "", None),
        ] {
            assert_eq!(back(to, base).as_deref(), place, "{to:?}");
        }
    }
}
