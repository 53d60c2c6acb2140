//! All settings in one document: the validator's, and the guard's own.

use credenza_validator::{Settings, SettingsError};
use serde_json::{Map, Value};

/// The settings of a guard. `issuer` and `audience` are all there has to be.
#[derive(Clone, Debug)]
pub struct Config {
    /// The validator's settings.
    pub settings: Settings,
    /// See [`crate::Guard::origin`].
    pub origin: Option<String>,
    /// See [`crate::Guard::preflight`].
    pub preflight: bool,
    /// See [`crate::Guard::debug`].
    pub debug: bool,
}

impl Config {
    /// Reads a JSON object: the members `origin`, `preflight` and `debug`, and every setting of the validator under its
    /// own name.
    ///
    /// # Errors
    /// [`SettingsError`] names the member that is unknown, or of another type.
    pub fn from_json(json: &str) -> Result<Self, SettingsError> {
        let fault = |setting: &'static str, reason: String| SettingsError { setting: setting.into(), reason };
        let mut members: Map<String, Value> =
            serde_json::from_str(json).map_err(|error| fault("settings", error.to_string()))?;
        let origin = match members.remove("origin") {
            None | Some(Value::Null) => None,
            Some(Value::String(origin)) => Some(origin),
            Some(_) => return Err(fault("origin", "has to be a text".to_owned())),
        };
        let mut flag = |name: &'static str| match members.remove(name) {
            None => Ok(false),
            Some(Value::Bool(is_on)) => Ok(is_on),
            Some(_) => Err(fault(name, "has to be true or false".to_owned())),
        };
        let (preflight, debug) = (flag("preflight")?, flag("debug")?);
        let settings = Settings::from_json(&Value::Object(members).to_string())?;
        Ok(Self { settings, origin, preflight, debug })
    }
}

impl From<Settings> for Config {
    fn from(settings: Settings) -> Self {
        Self { settings, origin: None, preflight: false, debug: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_the_guard_stand_beside_those_of_the_validator() {
        let config = Config::from_json(
            r#"{"issuer":"https://id.example","audience":"api","leeway":5,"origin":"https://api.example","debug":true}"#,
        )
        .unwrap();
        assert_eq!((config.settings.leeway, config.debug, config.preflight), (5, true, false));
        assert_eq!(config.origin.as_deref(), Some("https://api.example"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (members, setting) in [
            (r#""origin":5"#, "origin"),
            (r#""debug":"yes""#, "debug"),
            (r#""unknown":5"#, "unknown"),
            (r#""leeway":"x""#, "leeway"),
            (r#""issuers":[{"issuer":"https://other.example","audienc":"api"}]"#, "issuers.0.audienc"),
        ] {
            let json = format!(r#"{{"issuer":"https://id.example","audience":"api",{members}}}"#);
            assert_eq!(Config::from_json(&json).unwrap_err().setting, setting, "{members}");
        }
        assert_eq!(Config::from_json("[]").unwrap_err().setting, "settings");
    }
}
