//! Roles of people at a client. The client declares which there are; people have them by themselves or by their groups.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{ClientId, GroupId, UserId};

/// The scope that brings the roles of a person, and the claim that names them (RFC 9068 2.2.3.1).
pub const ROLES: &str = "roles";

/// The most roles that a client declares, so that a token which names all of them is not too long for a header.
pub const MOST: usize = 100;
/// The longest name of a role, in characters.
const LONGEST: usize = 128;

/// Who has a role.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize, JsonSchema)]
pub enum Holder {
    /// This person.
    #[serde(rename = "user_id")]
    User(UserId),
    /// Everybody in this group.
    #[serde(rename = "group_id")]
    Group(GroupId),
}

impl Holder {
    /// The id of the person or the group.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::User(user_id) => user_id.as_str(),
            Self::Group(group_id) => group_id.as_str(),
        }
    }
}

/// A role that somebody has at a client.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// The client.
    pub client_id: ClientId,
    /// The role.
    pub role: String,
    /// Who has it.
    #[serde(flatten)]
    pub holder: Holder,
}

/// A client that serves resources, and the roles that it declares.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResourceServer {
    /// Its id.
    pub client_id: ClientId,
    /// The resources that it serves (RFC 8707).
    pub serves: Vec<String>,
    /// Its roles.
    pub roles: Vec<String>,
}

/// What is wrong with a role that a client would declare.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidRole {
    /// It is empty, too long, or holds characters that nobody can see.
    #[error("must be 1 to 128 characters, without control characters and without a space at either end")]
    Name,
    /// It stands there twice.
    #[error("is declared twice")]
    Twice,
    /// There are too many.
    #[error("is one too many: a client has at most 100 roles")]
    TooMany,
}

/// Refuses roles that a client cannot declare: the first wrong one, and why.
///
/// # Errors
/// [`InvalidRole`].
pub fn check(roles: &[String]) -> Result<(), (&str, InvalidRole)> {
    let mut seen = BTreeSet::new();
    for (count, role) in roles.iter().enumerate() {
        let is_name = (1..=LONGEST).contains(&role.chars().count())
            && role.trim() == role
            && !role.chars().any(char::is_control);
        let fault = if !is_name {
            InvalidRole::Name
        } else if !seen.insert(role) {
            InvalidRole::Twice
        } else if count >= MOST {
            InvalidRole::TooMany
        } else {
            continue;
        };
        return Err((role.as_str(), fault));
    }
    Ok(())
}

/// Those of the roles `held` that the client declares, sorted. One that it no longer declares counts for nothing.
#[must_use]
pub fn at_client(client_id: &ClientId, declared: &[String], held: &[(ClientId, String)]) -> Vec<String> {
    let of_client = held.iter().filter(|(client, _)| client == client_id).map(|(_, role)| role);
    let roles: BTreeSet<_> = of_client.filter(|role| declared.contains(role)).collect();
    roles.into_iter().cloned().collect()
}

/// The roles of an access token for these resources: those at the clients that serve them (RFC 9068 2.2.3.1), sorted.
///
/// Each resource reads the same list, so a role counts only if it is held at every one of them: what somebody may do at
/// one resource must not open another that has a role of the same name.
#[must_use]
pub fn at_resources(
    resources: &[String],
    servers: &[ResourceServer],
    held: &[(ClientId, String)],
) -> Vec<String> {
    let at = |resource: &String| -> BTreeSet<String> {
        let serving = servers.iter().filter(|server| server.serves.contains(resource));
        serving.flat_map(|server| at_client(&server.client_id, &server.roles, held)).collect()
    };
    let common = resources.iter().map(at).reduce(|one, other| one.intersection(&other).cloned().collect());
    common.unwrap_or_default().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn held(pairs: &[(&str, &str)]) -> Vec<(ClientId, String)> {
        pairs.iter().map(|(client, role)| (ClientId::new(*client), (*role).to_owned())).collect()
    }

    #[test]
    fn roles_that_can_be_declared() {
        let (longest, longer) = ("ä".repeat(128), "ä".repeat(129));
        for good in [&["admin"][..], &["Admin", "admin"], &["site editor"], &[&longest], &[]] {
            assert_eq!(check(&texts(good)), Ok(()), "{good:?}");
        }
        for (bad, fault) in [
            (&[""][..], InvalidRole::Name),
            (&[" admin"], InvalidRole::Name),
            (&["a\nb"], InvalidRole::Name),
            (&[&longer], InvalidRole::Name),
            (&["a", "b", "a"], InvalidRole::Twice),
        ] {
            assert_eq!(check(&texts(bad)).unwrap_err().1, fault, "{bad:?}");
        }
        let many: Vec<_> = (0..=MOST).map(|n| n.to_string()).collect();
        assert_eq!(check(&many[..MOST]), Ok(()));
        assert_eq!(check(&many), Err(("100", InvalidRole::TooMany)));
    }

    #[test]
    fn only_what_the_client_declares_counts_and_each_once() {
        let held =
            held(&[("c", "viewer"), ("c", "admin"), ("c", "gone"), ("other", "owner"), ("c", "admin")]);
        let declared = texts(&["viewer", "admin", "owner"]);
        assert_eq!(at_client(&ClientId::new("c"), &declared, &held), texts(&["admin", "viewer"]));
        assert!(at_client(&ClientId::new("c"), &[], &held).is_empty());
    }

    #[test]
    fn rfc9068_2_2_3_1_the_roles_are_those_at_the_resource() {
        let server = |id: &str, serves: &[&str]| ResourceServer {
            client_id: ClientId::new(id),
            serves: texts(serves),
            roles: texts(&["admin", "reader"]),
        };
        let servers =
            [server("a", &["https://a"]), server("a2", &["https://a"]), server("b", &["https://b"])];
        let held = held(&[("a", "admin"), ("a2", "reader"), ("b", "reader"), ("own", "admin")]);
        let roles = |resources: &[&str]| at_resources(&texts(resources), &servers, &held);
        assert_eq!(roles(&["https://a"]), texts(&["admin", "reader"]));
        assert_eq!(roles(&["https://b"]), texts(&["reader"]));
        assert_eq!(roles(&["https://a", "https://b"]), texts(&["reader"]), "not an admin of b");
        assert!(roles(&["https://a", "https://nobody"]).is_empty());
        assert!(roles(&[]).is_empty());
    }
}
