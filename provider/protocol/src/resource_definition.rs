//! Resources (RFC 8707) as an operator describes them: what they are called, what their scopes mean to people, and what
//! tokens for them are like. Not every resource is described; one that is not is as its clients have it.

use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::admin_roles::administrative;
use crate::client::{AccessTokenFormat, DEFAULT_SCOPE};
use crate::language::Descriptions;
use crate::redirect_uri::check_resource;
use crate::scope::Scope;
use crate::text::check_line;
use crate::time::Seconds;

/// How many resources a tenant describes at most.
pub const MOST: usize = 100;
/// How many scopes of a resource are described at most.
const MOST_SCOPES: usize = 100;
/// In how many other languages a scope is described at most.
const MOST_LANGUAGES: usize = 50;
/// The longest name or description, in characters.
const LONGEST_TEXT: usize = 200;

/// A resource that is described.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Resource")]
pub struct ResourceDefinition {
    /// The resource: `resource` of requests, and `aud` of the tokens for it.
    pub resource: String,
    /// What operators call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What its scopes mean, for the people who are asked for their consent.
    #[serde(default)]
    pub scopes: Vec<ScopeDefinition>,
    /// How long tokens for it live at most; without it, as the client or the tenant has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_lifetime: Option<Seconds>,
    /// The form of tokens for it, whatever that of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_format: Option<AccessTokenFormat>,
    /// Whether it is closed: no token is issued for it.
    #[serde(default)]
    pub disabled: bool,
}

/// A scope of a resource. Other members than these, and `description` with a language tag, are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ResourceScope", transform = with_languages)]
pub struct ScopeDefinition {
    /// The scope.
    pub scope: String,
    /// What it allows, as what the application would like to do, such as `Read your reports`. The same in other languages
    /// stands beside it, by language tags (RFC 7591 2.2): `description#de`.
    pub description: String,
    /// The description in other languages.
    #[serde(flatten)]
    #[schemars(skip)]
    pub translations: Descriptions,
}

fn with_languages(schema: &mut Schema) {
    let text = json!({"type": "string", "description": "The description in that language (BCP 47)."});
    let tagged = "^description#[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$";
    schema.insert("patternProperties".to_owned(), json!({ tagged: text }));
    schema.insert("additionalProperties".to_owned(), false.into());
}

/// A definition that is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{member} {why}")]
pub struct InvalidDefinition {
    /// The resource.
    pub resource: String,
    /// The member of the definition.
    pub member: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl ResourceDefinition {
    /// Of a resource of which nothing else is said.
    #[must_use]
    pub fn new(resource: impl Into<String>) -> Self {
        Self {
            resource: resource.into(),
            name: String::new(),
            scopes: vec![],
            access_token_lifetime: None,
            access_token_format: None,
            disabled: false,
        }
    }

    /// Refuses one that could not be of use.
    ///
    /// # Errors
    /// [`InvalidDefinition`].
    pub fn check(&self) -> Result<(), InvalidDefinition> {
        let wrong = |member: &'static str, why: String| InvalidDefinition {
            resource: self.resource.clone(),
            member,
            why,
        };
        check_resource(&self.resource).map_err(|why| wrong("resource", why.to_string()))?;
        if !self.name.is_empty() {
            check_line(&self.name, LONGEST_TEXT).map_err(|why| wrong("name", why.to_string()))?;
        }
        if self.scopes.len() > MOST_SCOPES {
            return Err(wrong("scopes", format!("must be at most {MOST_SCOPES}")));
        }
        for (n, scope) in self.scopes.iter().enumerate() {
            let before = self.scopes.iter().take(n);
            scope.check(before).map_err(|why| wrong("scopes", format!("{:?} {why}", scope.scope)))?;
        }
        if self.access_token_lifetime.is_some_and(|own| own < Seconds(1)) {
            return Err(wrong("access_token_lifetime", "must be one second or more".to_owned()));
        }
        Ok(())
    }
}

impl ScopeDefinition {
    /// A scope that is described in one language.
    #[must_use]
    pub fn new(scope: impl Into<String>, description: impl Into<String>) -> Self {
        let (scope, description) = (scope.into(), description.into());
        Self { scope, description, translations: Descriptions::default() }
    }

    fn check<'a>(&self, mut before: impl Iterator<Item = &'a Self>) -> Result<(), String> {
        let scope = Scope::parse(&self.scope).map_err(|error| error.to_string())?;
        if scope.iter().count() != 1 || scope.to_string() != self.scope {
            return Err("must be one scope".to_owned());
        }
        if DEFAULT_SCOPE.split(' ').any(|known| known == self.scope) || !administrative(&scope).is_empty() {
            return Err("is described by the provider itself".to_owned());
        }
        if before.any(|known| known.scope == self.scope) {
            return Err("is there twice".to_owned());
        }
        check_line(&self.description, LONGEST_TEXT).map_err(|why| format!("has a description that {why}"))?;
        self.check_translations()
    }

    fn check_translations(&self) -> Result<(), String> {
        if self.translations.0.len() > MOST_LANGUAGES {
            return Err(format!("must be described in at most {MOST_LANGUAGES} languages"));
        }
        if let Some(tag) = self.translations.repeated() {
            return Err(format!("is described twice in {tag}"));
        }
        for (tag, text) in &self.translations.0 {
            check_line(text, LONGEST_TEXT).map_err(|why| format!("has a description#{tag} that {why}"))?;
        }
        Ok(())
    }

    /// What it allows, for readers of this language (BCP 47).
    #[must_use]
    pub fn description_in(&self, language: &str) -> &str {
        self.translations.for_language(language).unwrap_or(&self.description)
    }
}

/// Refuses definitions that do not go together, or of which one could not be of use; see [`ResourceDefinition::check`].
///
/// # Errors
/// [`InvalidDefinition`], of the first.
pub fn check(definitions: &[ResourceDefinition]) -> Result<(), InvalidDefinition> {
    for (n, definition) in definitions.iter().enumerate() {
        let wrong = |why: &str| {
            let resource = definition.resource.clone();
            Err(InvalidDefinition { resource, member: "resource", why: why.to_owned() })
        };
        if n >= MOST {
            return wrong("is one more than the 100 that may be described");
        }
        if definitions.iter().take(n).any(|before| before.resource == definition.resource) {
            return wrong("is described twice");
        }
        definition.check()?;
    }
    Ok(())
}

/// The definitions of these resources.
fn of<'a>(
    definitions: &'a [ResourceDefinition],
    resources: &'a [String],
) -> impl Iterator<Item = &'a ResourceDefinition> {
    let is_named = move |definition: &&ResourceDefinition| resources.contains(&definition.resource);
    definitions.iter().filter(is_named)
}

/// How long a token for these resources lives: as the client has it, or shorter where a resource says so.
#[must_use]
pub fn lifetime(definitions: &[ResourceDefinition], resources: &[String], of_client: Seconds) -> Seconds {
    let own = of(definitions, resources).filter_map(|definition| definition.access_token_lifetime);
    own.fold(of_client, Seconds::min)
}

/// The form of a token for these resources: as the client has it, where no resource says otherwise. What one of several
/// wants to introspect, it can only introspect if it is opaque.
#[must_use]
pub fn format(
    definitions: &[ResourceDefinition],
    resources: &[String],
    of_client: AccessTokenFormat,
) -> AccessTokenFormat {
    let own: Vec<_> =
        of(definitions, resources).filter_map(|definition| definition.access_token_format).collect();
    if own.contains(&AccessTokenFormat::Opaque) {
        return AccessTokenFormat::Opaque;
    }
    own.first().copied().unwrap_or(of_client)
}

/// What a scope means at these resources, if one of them says it, for readers of this language (BCP 47).
#[must_use]
pub fn description<'a>(
    definitions: &'a [ResourceDefinition],
    resources: &'a [String],
    scope: &str,
    language: &str,
) -> Option<&'a str> {
    let mut scopes = of(definitions, resources).flat_map(|definition| &definition.scopes);
    scopes.find(|known| known.scope == scope).map(|known| known.description_in(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "https://a.test/";
    const B: &str = "https://b.test/";

    fn texts(resources: &[&str]) -> Vec<String> {
        resources.iter().map(|resource| (*resource).to_owned()).collect()
    }

    fn two() -> [ResourceDefinition; 2] {
        [
            ResourceDefinition {
                scopes: vec![ScopeDefinition::new("read", "Read your reports")],
                access_token_lifetime: Some(Seconds(60)),
                access_token_format: Some(AccessTokenFormat::Jwt),
                ..ResourceDefinition::new(A)
            },
            ResourceDefinition {
                access_token_lifetime: Some(Seconds(30)),
                access_token_format: Some(AccessTokenFormat::Opaque),
                ..ResourceDefinition::new(B)
            },
        ]
    }

    #[test]
    fn a_token_is_as_its_resources_have_it() {
        let live = |resources: &[&str], own| lifetime(&two(), &texts(resources), Seconds(own)).0;
        assert_eq!([live(&[], 600), live(&[A], 600), live(&[A, B], 600), live(&[A], 10)], [600, 60, 30, 10]);
        let form = |resources: &[&str], own| format(&two(), &texts(resources), own);
        for own in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
            assert_eq!(form(&["https://c.test/"], own), own);
            assert_eq!(form(&[A], own), AccessTokenFormat::Jwt);
            assert_eq!(form(&[A, B], own), AccessTokenFormat::Opaque);
        }
        let (two, a, b) = (two(), texts(&[A]), texts(&[B]));
        assert_eq!(description(&two, &a, "read", "en"), Some("Read your reports"));
        assert_eq!((description(&two, &a, "write", "en"), description(&two, &b, "read", "en")), (None, None));
    }

    #[test]
    fn a_scope_is_described_in_the_language_of_the_reader() {
        let written = json!({"scope": "read", "description": "Read", "description#de": "Lesen"});
        let known: ScopeDefinition = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&known).unwrap(), written);
        let told = |language| known.description_in(language).to_owned();
        assert_eq!([told("de"), told("de-AT"), told("en"), told("fr")], ["Lesen", "Lesen", "Read", "Read"]);
        let one = [ResourceDefinition { scopes: vec![known.clone()], ..ResourceDefinition::new(A) }];
        assert_eq!(check(&one), Ok(()));
        assert_eq!(description(&one, &texts(&[A]), "read", "de"), Some("Lesen"));
        for (name, text, why) in [
            ("description#de", "", "description#de"),
            ("description#de", "a\u{202e}b", "description#de"),
            ("description#DE", "Lesen", "twice"),
        ] {
            let mut other = written.clone();
            other[name] = text.into();
            let scopes = vec![serde_json::from_value(other).unwrap()];
            let refused = ResourceDefinition { scopes, ..ResourceDefinition::new(A) }.check().unwrap_err();
            // The second tag is the one that sorts behind.
            assert!(refused.why.contains(why), "{name}: {refused}");
        }
        for unknown in ["descriptions", "name#de", "description#", "description#1"] {
            let mut other = written.clone();
            other[unknown] = "x".into();
            assert!(serde_json::from_value::<ScopeDefinition>(other).is_err(), "{unknown}");
        }
    }

    #[test]
    fn what_could_not_be_of_use_is_refused() {
        let plain = || ResourceDefinition::new(A);
        let checked = |definitions: Vec<ResourceDefinition>| check(&definitions);
        assert_eq!(checked(two().into()), Ok(()));
        let with_scope = |word: &str, text: &str| ResourceDefinition {
            scopes: vec![ScopeDefinition::new(word, text)],
            ..plain()
        };
        for (wrong, member) in [
            (ResourceDefinition::new("a"), "resource"),
            (ResourceDefinition::new("https://a.test/#x"), "resource"),
            (ResourceDefinition { name: "\u{202e}x".to_owned(), ..plain() }, "name"),
            (with_scope("two words", "x"), "scopes"),
            (with_scope("", "x"), "scopes"),
            (with_scope("openid", "x"), "scopes"),
            (with_scope("admin:users:read", "x"), "scopes"),
            (with_scope("read", ""), "scopes"),
            (
                ResourceDefinition {
                    scopes: vec![ScopeDefinition::new("read", "x"), ScopeDefinition::new("read", "y")],
                    ..plain()
                },
                "scopes",
            ),
            (
                ResourceDefinition { access_token_lifetime: Some(Seconds(0)), ..plain() },
                "access_token_lifetime",
            ),
        ] {
            let found = checked(vec![wrong.clone()]).unwrap_err();
            assert_eq!(found.member, member, "{wrong:?}: {found}");
        }
        assert!(checked(vec![plain(), plain()]).is_err(), "twice");
        let many = (0..=MOST).map(|n| ResourceDefinition::new(format!("https://{n}.test/"))).collect();
        assert!(checked(many).is_err());
    }
}
