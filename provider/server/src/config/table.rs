//! Settings as a table in Markdown, for the manual and for `credenza settings`.

use schemars::JsonSchema;
use serde_json::Value;

use super::catalogue::{self, Catalogue, Form, Setting};
use super::name::{section, variable};

/// Every setting of the provider, with its variable in the environment.
#[must_use]
pub fn table() -> String {
    let mut table = header(&["Setting", "Variable", "Default", "Meaning"]);
    let catalogue = catalogue::settings();
    // Those in no section come first, as they have to in TOML.
    let (plain, within): (Catalogue, Catalogue) =
        catalogue.into_iter().partition(|(path, _)| section(path).is_empty());
    for (path, setting) in plain.iter().chain(&within) {
        let variable = variable(path);
        let variable =
            if setting.is_secret { format!("`{variable}`, `…_FILE`") } else { format!("`{variable}`") };
        table += &row(&[format!("`{path}`"), variable, default(setting), meaning(setting)]);
    }
    table
}

/// The settings of a document of another kind, such as those of a tenant.
#[must_use]
pub fn table_of<T: JsonSchema>() -> String {
    let mut table = header(&["Setting", "Default", "Meaning"]);
    for (path, setting) in &catalogue::catalogue(&catalogue::schema_of::<T>()) {
        table += &row(&[format!("`{path}`"), default(setting), meaning(setting)]);
    }
    table
}

fn header(columns: &[&str]) -> String {
    let names: Vec<_> = columns.iter().map(ToString::to_string).collect();
    let rule: Vec<_> = columns.iter().map(|_| "---".to_owned()).collect();
    format!("{}{}", row(&names), row(&rule))
}

fn row(cells: &[String]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn default(setting: &Setting) -> String {
    match &setting.default {
        None => String::new(),
        Some(Value::Array(items)) if items.is_empty() => String::new(),
        Some(Value::String(text)) => format!("`{text}`"),
        Some(value) => format!("`{value}`"),
    }
}

fn meaning(setting: &Setting) -> String {
    let description = &setting.description;
    match &setting.form {
        Form::Number { least, most } if *most < u64::MAX => {
            format!("{description} From {least} to {most}.")
        }
        Form::Choice(choices) => {
            let quoted: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
            format!("{description} One of {}.", quoted.join(", "))
        }
        Form::List => format!("{description} A list."),
        _ => description.clone(),
    }
}
