//! The one form of a sign-in page: where it posts, and what a person's browser would send.

/// A form as its page shows it.
#[derive(Debug, PartialEq)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

/// The form of a page that signs in or consents, filled in by a person who says yes.
pub(crate) fn fill(page: &str, username: &str, password: &str) -> Option<Form> {
    let form = page.split("<form").skip(1).filter_map(|rest| rest.split("</form").next()).find(|form| {
        tags(form).any(|tag| matches!(attribute(tag, "name").as_deref(), Some("password" | "decision")))
    })?;
    let (own, _) = form.split_once('>')?;
    let mut fields = Vec::new();
    for tag in tags(form) {
        let Some(name) = attribute(tag, "name") else { continue };
        let value = attribute(tag, "value").unwrap_or_default();
        match (name.as_str(), attribute(tag, "type").as_deref()) {
            ("username", _) => fields.push((name, username.to_owned())),
            ("password", _) => fields.push((name, password.to_owned())),
            ("decision", _) if value == "allow" => fields.push((name, value)),
            (_, Some("hidden")) => fields.push((name, value)),
            _ => {}
        }
    }
    Some(Form { action: attribute(own, "action").unwrap_or_default(), fields })
}

/// The inner text of each `<input …>` and `<button …>`.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').filter_map(|rest| {
        let tag = rest.strip_prefix("input").or_else(|| rest.strip_prefix("button"))?;
        tag.split('>').next()
    })
}

/// An attribute in double quotes, its character references resolved.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.match_indices(name).find_map(|(at, _)| {
        let before = tag.get(..at)?;
        let value = tag.get(at + name.len()..)?.strip_prefix("=\"")?;
        before.chars().next_back().is_none_or(char::is_whitespace).then_some(value)
    })?;
    let (value, _) = start.split_once('"')?;
    Some(unescape(value))
}

fn unescape(value: &str) -> String {
    let references = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'")];
    let plain = references.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to));
    plain.replace("&#38;", "&").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_login_form_is_filled_and_a_language_form_passed_over() {
        let page = r#"<form action="/language"><button name="lang" value="de">Deutsch</button></form>
            <form method="post" action="/login?request=a&amp;x=1"><input type="hidden" name="csrf" value="q&quot;">
            <input id="u" name="username" value="old"><input type="password" name="password">
            <button id="login-submit">Sign in</button></form>"#;
        let form = fill(page, "ada", "secret").unwrap();
        assert_eq!(form.action, "/login?request=a&x=1");
        let expected = [("csrf", "q\""), ("username", "ada"), ("password", "secret")];
        assert_eq!(form.fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn consent_is_given_by_the_allow_button_alone() {
        let page = r#"<form action="/consent"><input type="hidden" name="request" value="r">
            <button name="decision" value="deny">No</button><button name="decision" value="allow">Yes</button></form>"#;
        let form = fill(page, "ada", "secret").unwrap();
        assert_eq!(
            form.fields,
            [("request", "r"), ("decision", "allow")].map(|(n, v)| (n.to_owned(), v.to_owned()))
        );
    }

    #[test]
    fn a_page_without_such_a_form_has_none() {
        assert_eq!(fill("<p>Request not accepted</p>", "ada", "secret"), None);
    }
}
