//! What became of one request, in sentences, from the lines that the log has about it (`credenza explain`).
//!
//! The support code on an error page is the id of the request, which each line about it carries, as does the header
//! `x-request-id`. Nothing here reads files or clocks: lines go in, an [`Explanation`] comes out. What a line looks like
//! is in `line`, what to do about a refusal in `advice`.

use schemars::JsonSchema;
use serde::Serialize;

use self::line::Line;

mod advice;
mod line;
mod sentences;
#[cfg(test)]
mod tests;

/// Digits of a support code.
const DIGITS: usize = 16;

/// The id of a request: sixteen hexadecimal digits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SupportCode(String);

/// What the log tells of a request.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, JsonSchema)]
pub struct Explanation {
    /// The support code.
    pub support_code: String,
    /// When its first line was written, in UTC (RFC 3339).
    pub at: String,
    /// The path that was asked for, if a line tells.
    pub endpoint: Option<String>,
    /// The client that the request said it is from.
    pub client_id: Option<String>,
    /// `error` (RFC 6749 5.2), if it was refused.
    pub error: Option<String>,
    /// The section that the request broke.
    pub rule: Option<String>,
    /// What happened, a sentence for each thing.
    pub happened: Vec<String>,
    /// What to do next.
    pub advice: Vec<String>,
}

impl SupportCode {
    /// Reads a code as people pass it on: in any case, with spaces around it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let is_code = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_code.then_some(Self(text))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Explains the request of that code; `None` if none of the lines is about it.
#[must_use]
pub fn explain(code: &SupportCode, lines: impl Iterator<Item = String>) -> Option<Explanation> {
    let mentioning = lines.filter(|line| line.contains(code.as_str()));
    let lines: Vec<Line> =
        mentioning.filter_map(|line| Line::read(&line)).filter(|line| line.is_about(code.as_str())).collect();
    let first = lines.first()?;
    let of_any = |field: &str| lines.iter().find_map(|line| line.field(field));
    let refusal = lines.iter().find(|line| line.field("rule").is_some());
    let of_refusal = |field: &str| refusal.and_then(|line| line.field(field)).map(str::to_owned);
    let mut advice: Vec<String> = vec![];
    for next in lines.iter().filter_map(|line| advice::after(line, &lines)) {
        if !advice.contains(&next) {
            advice.push(next);
        }
    }
    Some(Explanation {
        support_code: code.as_str().to_owned(),
        at: first.time.clone(),
        endpoint: of_any("path").map(str::to_owned),
        client_id: of_any("client_id").map(str::to_owned),
        error: of_refusal("code"),
        rule: of_refusal("rule"),
        happened: lines.iter().map(sentences::of).collect(),
        advice,
    })
}

impl Explanation {
    /// The whole, for people: lines of text.
    #[must_use]
    pub fn text(&self) -> String {
        let from = self.client_id.as_ref().map(|id| format!(" of the client {id:?}")).unwrap_or_default();
        let to = self.endpoint.as_ref().map(|path| format!(" to {path}")).unwrap_or_default();
        let mut text = format!("At {}, a request{to}{from}:\n", self.at);
        for sentence in &self.happened {
            text.push_str(&format!("- {sentence}\n"));
        }
        if !self.advice.is_empty() {
            text.push_str("What to do next:\n");
        }
        for next in &self.advice {
            text.push_str(&format!("- {next}\n"));
        }
        text.chars()
            .map(|letter| if letter.is_control() && letter != '\n' { '\u{fffd}' } else { letter })
            .collect()
    }
}
