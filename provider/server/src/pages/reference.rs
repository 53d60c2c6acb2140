//! The reference of the HTTP interfaces: the OpenAPI document, for people. It is English, as the document is.

use askama::Template;

use super::Frame;

/// Every operation by what it is about, the schemas, and the kinds of problems.
#[derive(Template)]
#[template(path = "reference.html")]
pub struct Reference<'a> {
    /// What stands around the content.
    pub frame: Frame<'a>,
    /// The issuer, before the paths.
    pub issuer: &'a str,
    /// Where the document itself is.
    pub document: &'a str,
    /// The address before the name of a problem.
    pub problems_at: &'a str,
    /// What all of it has in common.
    pub about: &'a Prose,
    /// The operations.
    pub groups: &'a [Group],
    /// The schemas.
    pub schemas: &'a [SchemaEntry],
    /// The kinds of problems.
    pub problems: &'a [ProblemEntry],
}

/// Operations about the same thing.
#[derive(Debug)]
pub struct Group {
    /// What it is about.
    pub name: String,
    /// The same without spaces, for links to it.
    pub anchor: String,
    /// The same in a sentence.
    pub about: Prose,
    /// Its operations.
    pub operations: Vec<OperationEntry>,
}

/// An operation.
#[derive(Debug)]
pub struct OperationEntry {
    /// The `operationId`; also its anchor.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// Whether that is GET.
    pub is_get: bool,
    /// The path, below the issuer.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// What else there is to know.
    pub about: Prose,
    /// The scopes that it needs.
    pub scopes: Vec<String>,
    /// Its parameters.
    pub parameters: Rows,
    /// Its body.
    pub body: Option<BodyEntry>,
    /// The path of the example.
    pub example_path: String,
    /// What the example adds to `curl`, line by line.
    pub example_options: Vec<String>,
    /// Its answers, refusals too.
    pub answers: Vec<AnswerEntry>,
}

/// A body.
#[derive(Debug)]
pub struct BodyEntry {
    /// The media type.
    pub media: String,
    /// What it is.
    pub kind: Kind,
    /// Its members, if it is described in no other place.
    pub rows: Rows,
}

/// An answer.
#[derive(Debug)]
pub struct AnswerEntry {
    /// The status.
    pub status: String,
    /// What it says.
    pub about: Prose,
    /// What it holds, by media type.
    pub contents: Vec<BodyEntry>,
    /// An example of it, as it is printed.
    pub example: String,
    /// The kinds of problems that have this status.
    pub problems: Vec<String>,
}

/// A schema that has a name.
#[derive(Debug)]
pub struct SchemaEntry {
    /// The name; also its anchor.
    pub name: String,
    /// What it is.
    pub about: Prose,
    /// Its type.
    pub kind: Kind,
    /// Its members.
    pub rows: Rows,
}

/// A kind of problem.
#[derive(Debug)]
pub struct ProblemEntry {
    /// The name; also its anchor.
    pub name: String,
    /// The status.
    pub status: u16,
    /// What it means, and what to do.
    pub meaning: String,
}

/// A type, in a few words.
#[derive(Debug, Default, Template)]
#[template(path = "reference_kind.html")]
pub struct Kind {
    /// The words.
    pub text: String,
    /// The schema that is meant.
    pub schema: Option<String>,
}

/// Parameters, or members of an object.
#[derive(Debug, Default, Template)]
#[template(path = "reference_rows.html")]
pub struct Rows {
    /// One by one.
    pub rows: Vec<Row>,
}

/// A parameter, or a member.
#[derive(Debug)]
pub struct Row {
    /// The name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// Where a parameter stands; empty for a member.
    pub place: String,
    /// What it is.
    pub about: Prose,
}

/// A text of paragraphs and lists.
#[derive(Debug, Default, Template)]
#[template(path = "reference_prose.html")]
pub struct Prose {
    /// Its paragraphs and lists.
    pub blocks: Vec<Block>,
}

/// A paragraph, or a list.
#[derive(Debug)]
pub struct Block {
    /// Whether it is a list.
    pub is_list: bool,
    /// The paragraph alone, or the items.
    pub lines: Vec<Vec<Span>>,
}

/// A run of text.
#[derive(Debug, Eq, PartialEq)]
pub struct Span {
    /// Whether it is code.
    pub is_code: bool,
    /// The text.
    pub text: String,
}

impl Reference<'_> {
    fn title(&self) -> &'static str {
        "API reference"
    }
}

impl Prose {
    /// Reads a text: paragraphs with an empty line between them, lines that begin with `- ` as items of a list, and code
    /// between backticks.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut blocks: Vec<Block> = vec![];
        for line in text.lines().filter(|line| !line.is_empty()) {
            let item = line.strip_prefix("- ");
            let spans = spans(item.unwrap_or(line));
            match blocks.last_mut() {
                Some(block) if block.is_list && item.is_some() => block.lines.push(spans),
                _ => blocks.push(Block { is_list: item.is_some(), lines: vec![spans] }),
            }
        }
        Self { blocks }
    }
}

fn spans(line: &str) -> Vec<Span> {
    let parts = line.split('`').enumerate().filter(|(_, text)| !text.is_empty());
    parts.map(|(at, text)| Span { is_code: at % 2 == 1, text: text.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Page as _;

    #[test]
    fn texts_have_paragraphs_lists_and_code() {
        let prose = Prose::read("One `a` two.\n\nThree:\n- `b`: four\n- five");
        let html = prose.html();
        for part in [
            "<p>One <code>a</code> two.</p>",
            "<p>Three:</p>",
            "<li><code>b</code>: four</li>",
            "<li>five</li>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(html.matches("<ul").count(), 1);
    }

    #[test]
    fn what_is_hostile_is_text() {
        let hostile = "\"><svg onload=1>";
        let row = || Row {
            name: hostile.to_owned(),
            kind: Kind { text: hostile.to_owned(), schema: Some(hostile.to_owned()) },
            required: true,
            place: hostile.to_owned(),
            about: Prose::read(hostile),
        };
        let body = || BodyEntry {
            media: hostile.to_owned(),
            kind: Kind { text: hostile.to_owned(), schema: None },
            rows: Rows { rows: vec![row()] },
        };
        let answer = AnswerEntry {
            status: hostile.to_owned(),
            about: Prose::read(hostile),
            contents: vec![body()],
            example: hostile.to_owned(),
            problems: vec![hostile.to_owned()],
        };
        let operation = OperationEntry {
            id: hostile.to_owned(),
            method: hostile.to_owned(),
            is_get: false,
            path: hostile.to_owned(),
            summary: hostile.to_owned(),
            about: Prose::read(hostile),
            scopes: vec![hostile.to_owned()],
            parameters: Rows { rows: vec![row()] },
            body: Some(body()),
            example_path: hostile.to_owned(),
            example_options: vec![hostile.to_owned()],
            answers: vec![answer],
        };
        let page = Reference {
            frame: Frame { brand: hostile, base: "/t/acme", ..Frame::default() },
            issuer: hostile,
            document: hostile,
            problems_at: hostile,
            about: &Prose::read(hostile),
            groups: &[Group {
                name: hostile.to_owned(),
                anchor: hostile.to_owned(),
                about: Prose::read(hostile),
                operations: vec![operation],
            }],
            schemas: &[],
            problems: &[],
        };
        let html = page.html();
        assert!(!html.contains("<svg") && html.contains("&#60;svg onload=1&#62;"), "{html}");
        assert!(!html.contains(" style=") && !html.contains("<script"));
    }
}
