//! The names of settings: a path in the file, a variable in the environment.

/// What every variable of the provider begins with.
pub(super) const PREFIX: &str = "CREDENZA_";

/// The variable of a setting: `limits.body_bytes` is `CREDENZA_LIMITS__BODY_BYTES`.
pub(super) fn variable(setting: &str) -> String {
    format!("{PREFIX}{}", setting.replace('.', "__").to_ascii_uppercase())
}

/// The setting of a variable, given without the prefix.
pub(super) fn setting(variable: &str) -> String {
    variable.to_ascii_lowercase().replace("__", ".")
}

/// The path of a setting within a section; the document itself has no name.
pub(super) fn within(section: &str, name: &str) -> String {
    if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") }
}

/// The section that a setting is in.
pub(super) fn section(setting: &str) -> &str {
    setting.rsplit_once('.').map_or("", |(section, _)| section)
}
