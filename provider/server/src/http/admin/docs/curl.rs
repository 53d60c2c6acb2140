//! The example of an operation as a call of `curl`, in the way that a shell reads it.

use serde_json::Value;

/// The options of the call, one for each line: who calls, the headers that must be there, and the body.
pub(super) fn options(operation: &Value) -> Vec<String> {
    let mut options: Vec<_> = credentials(operation).into_iter().collect();
    for parameter in list(operation.get("parameters")) {
        let is_header =
            text(parameter, "in") == "header" && parameter.get("required") == Some(&Value::Bool(true));
        if let (true, Some(example)) = (is_header, parameter.get("example").and_then(Value::as_str)) {
            options.push(format!("-H {}", quoted(&format!("{}: {example}", text(parameter, "name")))));
        }
    }
    let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
    if let Some((media, content)) = content.and_then(|content| content.iter().next()) {
        let example = content.get("example");
        if media == "application/x-www-form-urlencoded" {
            let fields = example.and_then(Value::as_object).into_iter().flatten();
            let field = |(name, value): (&String, &Value)| {
                format!(
                    "--data-urlencode {}",
                    quoted(&format!("{name}={}", value.as_str().unwrap_or_default()))
                )
            };
            options.extend(fields.map(field));
        } else {
            options.push(format!("-H {}", quoted(&format!("content-type: {media}"))));
            options.push(format!("-d {}", quoted(&example.map(Value::to_string).unwrap_or_default())));
        }
    }
    options
}

/// The path, with a word in place of each name, and the parameters of the query that must be there.
pub(super) fn path(path: &str, operation: &Value) -> String {
    let parts =
        path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => name.to_ascii_uppercase(),
            None => part.to_owned(),
        });
    let parts: Vec<_> = parts.collect();
    let needed = list(operation.get("parameters")).filter(|parameter| {
        text(parameter, "in") == "query" && parameter.get("required") == Some(&Value::Bool(true))
    });
    let needed: Vec<_> = needed
        .map(|parameter| {
            let name = text(parameter, "name");
            format!("{name}={}", name.to_ascii_uppercase())
        })
        .collect();
    let query = if needed.is_empty() { String::new() } else { format!("?{}", needed.join("&")) };
    parts.join("/") + &query
}

fn credentials(operation: &Value) -> Option<String> {
    let first = list(operation.get("security")).next().and_then(Value::as_object)?;
    let scheme = first.keys().next()?;
    match scheme.as_str() {
        "oauth2" | "account" | "accessToken" => Some("-H \"authorization: Bearer $TOKEN\"".to_owned()),
        "clientSecret" => Some("-u \"$CLIENT_ID:$CLIENT_SECRET\"".to_owned()),
        _ => None,
    }
}

/// One word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_says_who_calls_and_what_is_sent() {
        let operation = json!({
            "security": [{"oauth2": ["a"]}],
            "parameters": [
                {"name": "If-Match", "in": "header", "required": true, "example": "\"1\""},
                {"name": "Idempotency-Key", "in": "header", "required": false, "example": "k"},
                {"name": "resource", "in": "query", "required": true},
            ],
            "requestBody": {"content": {"application/json": {"example": {"name": "it's"}}}},
        });
        assert_eq!(path("/users/{user_id}", &operation), "/users/USER_ID?resource=RESOURCE");
        assert_eq!(
            options(&operation),
            [
                "-H \"authorization: Bearer $TOKEN\"",
                "-H 'If-Match: \"1\"'",
                "-H 'content-type: application/json'",
                r#"-d '{"name":"it'\''s"}'"#,
            ]
        );
    }

    #[test]
    fn a_form_is_sent_field_by_field() {
        let operation = json!({
            "security": [{"clientSecret": []}, {}],
            "requestBody": {"content": {"application/x-www-form-urlencoded": {"example": {"token": "a b"}}}},
        });
        let expected = ["-u \"$CLIENT_ID:$CLIENT_SECRET\"", "--data-urlencode 'token=a b'"];
        assert_eq!(options(&operation), expected);
        assert_eq!(options(&json!({"security": [{}]})), [""; 0]);
    }
}
