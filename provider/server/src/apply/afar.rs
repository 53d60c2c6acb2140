//! A set-up on its way to a server elsewhere. It is the same document, with the secrets themselves in the place of the files
//! and variables that hold them: those are on another machine.

use credenza_protocol::secret::Secret;
use schemars::Schema;
use serde_json::{Value, json};

use super::document::{self, Document, Members};
use super::read::{Fault, SetUp, doubles};
use crate::admin::users::GivenPassword;

/// The members that name where a secret is, of clients and of users.
const PLACES: [(&str, &[&str]); 3] = [
    ("clients", &["client_secret_file", "client_secret_env"]),
    ("users", &["password_file", "password_env", "password_hash_file", "password_hash_env"]),
    ("webhooks", &["secret_file", "secret_env"]),
];
/// The members that hold one.
const SECRETS: [(&str, &[&str]); 3] =
    [("clients", &["client_secret"]), ("users", &["password", "password_hash"]), ("webhooks", &["secret"])];

impl SetUp {
    /// The document with its secrets in it.
    #[must_use]
    pub fn into_members(self) -> Members {
        let Self { client_secrets, passwords, webhook_secrets, mut written, .. } = self;
        for (list, places) in PLACES {
            for entry in entries(&mut written, list) {
                entry.retain(|name, _| !places.contains(&name.as_str()));
            }
        }
        for (entry, secret) in entries(&mut written, "clients").zip(client_secrets) {
            if let Some(secret) = secret {
                entry.insert("client_secret".to_owned(), secret.reveal().into());
            }
        }
        for (entry, secret) in entries(&mut written, "webhooks").zip(webhook_secrets) {
            if let Some(secret) = secret {
                entry.insert("secret".to_owned(), secret.reveal().into());
            }
        }
        for (entry, password) in entries(&mut written, "users").zip(passwords) {
            match password {
                Some(GivenPassword::Plain(plain)) => {
                    entry.insert("password".to_owned(), plain.reveal().into())
                }
                Some(GivenPassword::Hash(hash)) => entry.insert("password_hash".to_owned(), hash.into()),
                None => None,
            };
        }
        written
    }

    /// Reads such a document.
    ///
    /// # Errors
    /// Everything that is wrong with it by itself.
    pub fn from_members(mut written: Members) -> Result<Self, Vec<Fault>> {
        let mut faults = vec![];
        for (list, places) in PLACES {
            for (index, entry) in entries(&mut written, list).enumerate() {
                let named = places.iter().filter(|place| entry.contains_key(**place));
                let why = "is on another machine than this server: send the secret itself";
                faults.extend(named.map(|place| Fault::new(format!("{list}[{index}].{place}"), why)));
            }
        }
        let mut secrets = SECRETS.map(|(list, names)| {
            let taken = entries(&mut written, list).enumerate().map(|(index, entry)| {
                let found = names.iter().filter_map(|name| Some((*name, entry.remove(*name)?)));
                one(&format!("{list}[{index}]"), found.collect(), &mut faults)
            });
            taken.collect::<Vec<_>>().into_iter()
        });
        let document: Document = match serde_path_to_error::deserialize(Value::Object(written.clone())) {
            Ok(document) => document,
            Err(error) => {
                let path = error.path().to_string();
                let at = if path == "." { String::new() } else { path };
                faults.push(Fault::new(at, error.inner().to_string()));
                return Err(faults);
            }
        };
        faults.extend(doubles(&document));
        let [clients, users, webhooks] = &mut secrets;
        let secret = |found: Option<(&str, String)>| Some(Secret::presented(found?.1));
        let client_secrets = clients.map(secret).collect();
        let webhook_secrets = webhooks.map(secret).collect();
        let password = |found: Option<(&str, String)>| match found? {
            ("password", text) => Some(GivenPassword::Plain(text.into())),
            (_, text) => Some(GivenPassword::Hash(text)),
        };
        let passwords = users.map(password).collect();
        if faults.is_empty() {
            Ok(Self { document, client_secrets, passwords, webhook_secrets, written })
        } else {
            Err(faults)
        }
    }
}

impl Fault {
    /// Where it is, as a JSON pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self) -> String {
        let names = self.at.split(['.', '[']).map(|name| name.trim_end_matches(']'));
        let names = names.filter(|name| !name.is_empty());
        names.map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
    }

    /// A fault at a JSON pointer (RFC 6901).
    #[must_use]
    pub fn at_pointer(pointer: &str, why: String) -> Self {
        let mut at = String::new();
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            match part.parse::<usize>() {
                Ok(index) if !at.is_empty() => at.push_str(&format!("[{index}]")),
                _ if at.is_empty() => at = part,
                _ => at.push_str(&format!(".{part}")),
            }
        }
        Self::new(at, why)
    }
}

/// The one secret of an entry. Of a fault, nothing of it is told.
fn one<'a>(at: &str, found: Vec<(&'a str, Value)>, faults: &mut Vec<Fault>) -> Option<(&'a str, String)> {
    let mut found = found.into_iter();
    let (name, value) = found.next()?;
    if found.next().is_some() {
        faults.push(Fault::new(at, "has a password and the hash of one: keep one of them"));
    }
    match value {
        Value::String(text) if !text.is_empty() => Some((name, text)),
        _ => {
            faults.push(Fault::new(format!("{at}.{name}"), "must be a text that is not empty"));
            None
        }
    }
}

/// The entries of a list that are objects; what else stands there is told when the document is read.
fn entries<'a>(written: &'a mut Members, list: &str) -> impl Iterator<Item = &'a mut Members> + use<'a> {
    let list = written.get_mut(list).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

/// The JSON schema of such a document.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = document::schema();
    schema.remove("$schema");
    for ((list, places), (_, secrets)) in PLACES.into_iter().zip(SECRETS) {
        let pointer = format!("/properties/{list}/items/properties");
        let Some(Value::Object(members)) = schema.pointer_mut(&pointer) else { continue };
        members.retain(|name, _| !places.contains(&name.as_str()));
        for name in secrets {
            let description = match *name {
                "client_secret" | "secret" => "Its secret.",
                "password" => "Their password. Another one than they have ends their sessions.",
                _ => "How another provider has hashed their password. Whoever has a password keeps theirs.",
            };
            let secret = json!({ "type": "string", "description": description, "writeOnly": true });
            members.insert((*name).to_owned(), secret);
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::apply::{Format, Surroundings};

    const FILE: &str = r#"
        [[clients]]
        client_id = "shop"
        client_name = "Shop"
        client_secret_env = "SECRET"
        [[users]]
        username = "ada"
        password_env = "PASSWORD"
        [[users]]
        username = "bob"
    "#;

    fn object(value: Value) -> Members {
        let Value::Object(members) = value else { panic!("{value}") };
        members
    }

    fn faults(document: Value) -> Vec<String> {
        SetUp::from_members(object(document)).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn secrets_travel_in_the_document() {
        let variable = |name: &str| Some(format!("of {name}").into());
        let around = Surroundings { folder: PathBuf::new(), variable: &variable };
        let sent = SetUp::read(FILE, Format::Toml, &around).unwrap().into_members();
        let expected = json!({
            "clients": [{ "client_id": "shop", "client_name": "Shop", "client_secret": "of SECRET" }],
            "users": [{ "username": "ada", "password": "of PASSWORD" }, { "username": "bob" }],
        });
        assert_eq!(Value::Object(sent.clone()), expected);
        let read = SetUp::from_members(sent).unwrap();
        assert_eq!(read.client_secrets[0].as_ref().unwrap().reveal(), "of SECRET");
        assert!(
            matches!(&read.passwords[0], Some(GivenPassword::Plain(plain)) if plain.reveal() == "of PASSWORD")
        );
        assert!(read.passwords[1].is_none());
    }

    #[test]
    fn what_is_on_another_machine_is_not_looked_for() {
        let found = faults(json!({
            "clients": [{ "client_id": "a", "client_secret_file": "/etc/passwd" }],
            "users": [{ "username": "ada", "password_env": "HOME" }, { "username": "bob", "password": "" }],
        }));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("clients[0].client_secret_file: is on another machine"), "{found:?}");
        let both = json!({ "users": [{ "username": "ada", "password": "a", "password_hash": "b" }] });
        assert!(faults(both)[0].starts_with("users[0]: has a password and the hash"));
        assert!(faults(json!({ "user": [] }))[0].contains("unknown field"));
        let twice = json!({ "users": [{ "username": "ada" }, { "username": "Ada" }] });
        assert!(faults(twice)[0].starts_with("users[1]: stands in the file twice"));
        assert_eq!(
            Fault::at_pointer("/clients/0/a~1b", "is wrong".to_owned()).to_string(),
            "clients[0].a/b: is wrong"
        );
    }

    #[test]
    fn a_place_is_the_same_as_a_pointer() {
        for (pointer, at) in
            [("", ""), ("/clients/0", "clients[0]"), ("/users/12/claims/a~1b", "users[12].claims.a/b")]
        {
            let fault = Fault::at_pointer(pointer, String::new());
            assert_eq!((fault.at.as_str(), fault.pointer().as_str()), (at, pointer));
        }
    }

    #[test]
    fn the_schema_has_the_secrets_and_not_their_places() {
        let schema = schema().to_value();
        let users = &schema["properties"]["users"]["items"]["properties"];
        assert!(users["password"]["writeOnly"].as_bool().unwrap() && users.get("password_file").is_none());
        assert!(schema["properties"]["clients"]["items"]["properties"]["client_secret"].is_object());
    }
}
