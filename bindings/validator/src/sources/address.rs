//! How an issuer is called in tokens, and where its metadata are.

use crate::jwk::TENANT;
use crate::settings::Settings;

/// The names of one issuer.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// As the metadata spell it.
    pub(crate) issuer: String,
    /// Where the metadata are: under this URL.
    pub(crate) base: String,
    /// As tokens may spell it.
    names: Vec<String>,
    /// Before and behind the tenant, and the tenants.
    template: Option<(String, String, Vec<String>)>,
}

impl Address {
    pub(crate) fn new(settings: &Settings) -> Self {
        let issuer = settings.issuer.clone();
        let bundle = settings.profile.bundle();
        if let Some((before, behind)) = issuer.split_once(TENANT).filter(|_| bundle.tenants) {
            let template = Some((before.to_owned(), behind.to_owned(), settings.tenants.clone()));
            let base = format!("{before}common{behind}");
            return Self { issuer, base, names: Vec::new(), template };
        }
        if bundle.spellings.contains(&issuer.as_str()) {
            let names: Vec<String> = bundle.spellings.iter().map(|&name| name.to_owned()).collect();
            let issuer = names.first().cloned().unwrap_or(issuer);
            return Self { base: issuer.clone(), issuer, names, template: None };
        }
        Self { base: issuer.clone(), names: vec![issuer.clone()], issuer, template: None }
    }

    /// Whether a token of this issuer may spell it so.
    pub(crate) fn is(&self, iss: &str) -> bool {
        self.names.iter().any(|name| name == iss)
            || self.template.as_ref().is_some_and(|(before, behind, tenants)| {
                let tenant =
                    iss.strip_prefix(before.as_str()).and_then(|it| it.strip_suffix(behind.as_str()));
                tenant.is_some_and(|tenant| tenants.iter().any(|own| own == tenant))
            })
    }

    /// The spellings, for the detail of a refusal.
    pub(crate) fn spellings(&self) -> Vec<&str> {
        if self.names.is_empty() {
            vec![&self.issuer]
        } else {
            self.names.iter().map(String::as_str).collect()
        }
    }

    /// Whether the issuer has a place for the tenant.
    pub(crate) const fn has_tenants(&self) -> bool {
        self.template.is_some()
    }
}
