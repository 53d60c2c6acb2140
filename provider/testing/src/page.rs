//! Pages as a browser without JavaScript uses them: their form. Only the HTML that the provider writes is understood.

/// A form of a page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Form {
    /// Its `action`.
    pub action: String,
    /// Its hidden fields.
    pub hidden: Vec<(String, String)>,
}

impl Form {
    /// The first form of a page, but for the one below it that chooses its language.
    #[must_use]
    pub fn first(html: &str) -> Option<Self> {
        let form = between(html, "<form method", "</form>")?;
        let (tag, _) = form.split_once('>')?;
        let inputs = form.split("<input").skip(1).filter_map(|rest| rest.split_once('>'));
        let hidden = inputs
            .map(|(input, _)| input)
            .filter(|input| attribute(input, "type").as_deref() == Some("hidden"))
            .filter_map(|input| {
                Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
            })
            .collect();
        Some(Self { action: attribute(tag, "action")?, hidden })
    }
}

/// The text of the first paragraph, to explain an unexpected page.
#[must_use]
pub fn says(html: &str) -> String {
    let heading = between(html, "<h1", "</h1>").and_then(|rest| rest.split_once('>'));
    let paragraph = between(html, "<p>", "</p>");
    let texts = heading.map(|(_, text)| text).into_iter().chain(paragraph);
    texts.map(|text| unescaped(text.trim())).collect::<Vec<_>>().join(": ")
}

/// The target of the link with that id.
#[must_use]
pub fn link(html: &str, id: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("<a id=\"{id}\""))?;
    attribute(rest.split_once('>')?.0, "href")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end).map_or(rest, |(inside, _)| inside))
}

/// The value of an attribute of a tag, unescaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| unescaped(value))
}

/// Unescapes in one pass, so that the result of one escape is not read as another.
fn unescaped(text: &str) -> String {
    const ESCAPES: [(&str, char); 9] = [
        ("&#34;", '"'),
        ("&#38;", '&'),
        ("&#39;", '\''),
        ("&#60;", '<'),
        ("&#62;", '>'),
        ("&quot;", '"'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
    ];
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let escape = ESCAPES.iter().find_map(|(escape, c)| Some((rest.strip_prefix(escape)?, *c)));
        let (left, c) = escape.unwrap_or_else(|| (rest.strip_prefix(first).unwrap_or_default(), first));
        plain.push(c);
        rest = left;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_form_and_its_hidden_fields() {
        let html = r#"<p>Hi</p><form method="post" action="/login?a=1&amp;b=2">
            <input type="hidden" name="csrf" value="a&#34;&amp;lt;"><input type="text" name="username" value="x">
            <input type="hidden" name="empty"></form><form action="/other"></form>"#;
        let form = Form::first(html).unwrap();
        assert_eq!(form.action, "/login?a=1&b=2");
        let hidden = [("csrf", "a\"&lt;"), ("empty", "")];
        assert_eq!(form.hidden, hidden.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(Form::first("<p>none</p>"), None);
    }

    #[test]
    fn what_a_page_says() {
        assert_eq!(says("<h1 class=\"a\">Not &lt;so&gt;</h1><p>why</p>"), "Not <so>: why");
        assert_eq!(says(""), "");
        assert_eq!(link(r#"<a id="go" href="/x?a&amp;b">"#, "go").unwrap(), "/x?a&b");
    }
}
