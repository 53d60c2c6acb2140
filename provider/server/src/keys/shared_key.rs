//! Keys that services share with the provider: each has a name, and scopes of the admin API that it does not go beyond.

use credenza_protocol::admin_roles::{INSTALLATION, TABLE};
use credenza_protocol::scope::Scope;

use super::admin_key::AdminKey;

/// The fewest characters of a key: 32 random bytes in base64 have as many.
const SHORTEST: usize = 43;
/// The longest name.
const LONGEST_NAME: usize = 64;

/// A key of a service.
#[derive(Clone, Debug)]
pub struct SharedKey {
    /// By which events name whoever uses it.
    pub name: String,
    /// The name of the tenant at which alone it opens the admin API; at every tenant without one.
    pub tenant: Option<String>,
    /// What it allows.
    pub scope: Scope,
    key: AdminKey,
}

impl SharedKey {
    /// Reads one: words `name=…`, `key=…`, `scope=…` for each scope, and perhaps `tenant=…`.
    ///
    /// # Errors
    /// What is wrong with it; never a part of the key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut name, mut tenant, mut key, mut scopes) = (None, None, None, vec![]);
        for word in text.split_whitespace() {
            let Some((what, value)) = word.split_once('=') else {
                return Err("must be words such as name=billing key=… scope=admin:users:read".to_owned());
            };
            match what {
                "name" if name.is_none() => name = Some(value.to_owned()),
                "tenant" if tenant.is_none() => tenant = Some(value.to_owned()),
                "key" if key.is_none() => key = Some(AdminKey::of_length(value, SHORTEST)),
                "scope" => scopes.push(value),
                "name" | "tenant" | "key" => return Err(format!("has {what}= twice")),
                _ => return Err("has a word that is none of name=, key=, scope= and tenant=".to_owned()),
            }
        }
        let name = name.filter(|name| is_name(name));
        let name = name.ok_or("must have name=, 1 to 64 letters, digits, - or _")?;
        let key = key.ok_or("must have key=")?.map_err(|why| format!("has a key that {why}"))?;
        let scope = scope(&scopes, tenant.is_some())?;
        Ok(Self { name, tenant, scope, key })
    }

    /// Reads several, one a line. Empty lines are nobody.
    ///
    /// # Errors
    /// What is wrong with which.
    pub fn parse_all<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Vec<Self>, String> {
        let mut keys: Vec<Self> = vec![];
        let lines =
            lines.into_iter().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for (index, line) in lines.enumerate() {
            let fault = |why: String| format!("has a fault in its key number {}: it {why}", index + 1);
            let key = Self::parse(line).map_err(fault)?;
            if keys.iter().any(|other| other.name == key.name || other.key.is_same(&key.key)) {
                return Err(fault("has the name or the key of another one".to_owned()));
            }
            keys.push(key);
        }
        Ok(keys)
    }

    /// Whether that is the key, compared in constant time, and opens that tenant.
    #[must_use]
    pub fn opens(&self, presented: &str, tenant: &str) -> bool {
        self.key.is(presented) && self.tenant.as_deref().is_none_or(|own| own == tenant)
    }
}

/// The scopes, all of them of the admin API, and none for all tenants in the key of one.
fn scope(words: &[&str], has_tenant: bool) -> Result<Scope, String> {
    if words.is_empty() {
        return Err("must have scope=, once for each scope of the admin API".to_owned());
    }
    for word in words {
        let entry = TABLE.iter().find(|entry| entry.scope == *word);
        if entry.is_none() && *word != INSTALLATION {
            return Err(format!("has {word:?}, which is no scope of the admin API"));
        }
        if has_tenant && entry.is_none_or(|entry| entry.needs_installation) {
            return Err(format!("has {word}, which is for the whole installation, and the tenant of one"));
        }
    }
    Ok(Scope::stored(&words.join(" ")))
}

fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef=";

    #[test]
    fn a_shared_key_has_a_name_scopes_and_perhaps_a_tenant() {
        let text =
            format!("name=billing key={KEY} scope=admin:users:read scope=admin:events:read tenant=acme");
        let key = SharedKey::parse(&text).unwrap();
        assert_eq!((key.name.as_str(), key.tenant.as_deref()), ("billing", Some("acme")));
        assert!(key.scope.contains("admin:users:read") && key.scope.contains("admin:events:read"));
        assert!(key.opens(KEY, "acme") && !key.opens(KEY, "default") && !key.opens("", "acme"));
        let everywhere = SharedKey::parse(&format!("scope=admin:tenants:read key={KEY} name=a")).unwrap();
        assert!(everywhere.opens(KEY, "acme") && everywhere.opens(KEY, "default"));
        assert!(!format!("{key:?}").contains("0123"));
    }

    #[test]
    fn what_is_no_shared_key_is_refused_without_a_word_of_it() {
        for (text, why) in [
            (format!("key={KEY} scope=admin:users:read"), "name="),
            (format!("name=a b key={KEY} scope=admin:users:read"), "words"),
            (format!("name=ä key={KEY} scope=admin:users:read"), "name="),
            ("name=a scope=admin:users:read".to_owned(), "key="),
            ("name=a key=0123456789abcdef0123456789abcdef scope=admin:users:read".to_owned(), "43"),
            ("name=a key=sha256:0123 scope=admin:users:read".to_owned(), "64"),
            (format!("name=a key={KEY}"), "scope="),
            (format!("name=a key={KEY} scope=openid"), "no scope"),
            (format!("name=a key={KEY} scope=admin:users:read,admin:users:write"), "no scope"),
            (format!("name=a key={KEY} scope=admin:tenants:read tenant=acme"), "whole installation"),
            (format!("name=a key={KEY} scope=admin:installation tenant=acme"), "whole installation"),
            (format!("name=a name=b key={KEY} scope=admin:users:read"), "twice"),
            (format!("name=a key={KEY} scope=admin:users:read role=owner"), "none of"),
        ] {
            let refused = SharedKey::parse(&text).unwrap_err();
            assert!(refused.contains(why) && !refused.contains("0123"), "{text}: {refused}");
        }
        let one = format!("name=a key={KEY} scope=admin:users:read");
        let other = format!("name=b key=x{KEY} scope=admin:users:read");
        let keys = SharedKey::parse_all([one.as_str(), "", &other]).unwrap();
        assert_eq!(keys.len(), 2);
        for twice in [one.replace("name=a", "name=b"), one.replace("key=", "key=y")] {
            let refused = SharedKey::parse_all([one.as_str(), &twice]).unwrap_err();
            assert!(refused.contains("key number 2") && !refused.contains("0123"), "{refused}");
        }
    }
}
