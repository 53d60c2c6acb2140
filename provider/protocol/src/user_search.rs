//! Searching users, as operators do: what may be asked, and which index answers it. No standard.
//!
//! A search walks through one index, in its order. What it walks by is at most one identifier, prefix or group, or the
//! order that is asked for. Whatever else is asked decides of each user on the way whether they are among the answers.

pub mod keys;

use crate::attribute::search::{self, AttributeKey};
use crate::ids::{GroupId, UserId};
use crate::time::Time;
use crate::user::User;
use crate::username::{is_named, username_key};
use keys::SearchKeys;

/// What users are searched by.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct UserSearch {
    /// The one of this id.
    pub user_id: Option<UserId>,
    /// The one of this name, as usernames are compared (RFC 8265 3.3).
    pub username: Option<String>,
    /// Those whose username begins like this.
    pub username_prefix: Option<String>,
    /// Those of this email address, verified or not.
    pub email: Option<String>,
    /// Those of this phone number, verified or not.
    pub phone_number: Option<String>,
    /// Those whose name begins like this: `name` or, without it, `given_name` and `family_name`.
    pub name_prefix: Option<String>,
    /// Those who have this value of an attribute.
    pub attribute: Option<AttributeKey>,
    /// Those in this group.
    pub group_id: Option<GroupId>,
    /// Those who are disabled, or who are not.
    pub disabled: Option<bool>,
    /// Those whose address is verified, or whose is not, or who have none.
    pub email_verified: Option<bool>,
    /// Those who were made at this time or later.
    pub created_after: Option<Time>,
    /// Those who were made before this time.
    pub created_before: Option<Time>,
    /// The order.
    pub order_by: Option<Order>,
    /// The other way round.
    pub desc: bool,
}

/// An order of users.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Order {
    /// By id.
    UserId,
    /// By username, as usernames are compared.
    Username,
    /// By when they were made.
    CreatedAt,
}

/// The way to those who are searched for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Walk {
    /// To the one of this id.
    Id(UserId),
    /// To the one of this username.
    Username(String),
    /// Through a group, by id.
    Group(GroupId),
    /// Along an index.
    Along(Index),
}

/// An index of users, or the part of one that is walked along, in its order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Index {
    /// Everybody, by id.
    Ids,
    /// Those whose username begins with this key, by username.
    Usernames(String),
    /// Those of this address, by id.
    Email(String),
    /// Those of this number, by id.
    PhoneNumber(String),
    /// Those whose name begins with this key, by name.
    Names(String),
    /// Those who have this value of an attribute, by id.
    Attribute(AttributeKey),
    /// Those made from the first time on and before the second one, by when.
    Created(Time, Time),
    /// Those who are disabled, by since when.
    Disabled,
}

/// A search that no index could answer, or that asks for nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{parameter} {why}")]
pub struct InvalidSearch {
    /// The parameter, by its name on the wire.
    pub parameter: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::UserId, Self::Username, Self::CreatedAt];
    /// Their names.
    pub const NAMES: [&'static str; 3] = ["user_id", "username", "created_at"];

    /// The order of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter().zip(Self::NAMES);
        all.find(|(_, known)| *known == name).map(|(order, _)| order)
    }
}

impl UserSearch {
    /// The way through users that leads by everybody who is searched for.
    ///
    /// # Errors
    /// [`InvalidSearch`]: two identifiers, an order that the index does not have, an empty text.
    pub fn walk(&self) -> Result<Walk, InvalidSearch> {
        let mut selectors = self.selectors()?.into_iter();
        let selected = selectors.next().map(|(_, walk)| walk);
        if let Some((parameter, _)) = selectors.next() {
            let why = "cannot go with another identifier, prefix or group: one index answers a search";
            return Err(InvalidSearch { parameter, why });
        }
        match (selected, self.order_by) {
            (_, None) if self.desc => {
                Err(InvalidSearch { parameter: "desc", why: "goes with order_by alone" })
            }
            (None, _) => Ok(Walk::Along(self.whole())),
            (Some(walk), None) | (Some(walk @ Walk::Along(Index::Usernames(_))), Some(Order::Username)) => {
                Ok(walk)
            }
            (Some(_), Some(_)) => {
                let why = "cannot go with an identifier, prefix or group, which has an order of its own";
                Err(InvalidSearch { parameter: "order_by", why })
            }
        }
    }

    /// The way where nobody is singled out.
    fn whole(&self) -> Index {
        let has_span = self.created_after.is_some() || self.created_before.is_some();
        match self.order_by {
            Some(Order::Username) => Index::Usernames(String::new()),
            Some(Order::CreatedAt) => self.created(),
            None if has_span => self.created(),
            None if self.disabled == Some(true) => Index::Disabled,
            None | Some(Order::UserId) => Index::Ids,
        }
    }

    fn created(&self) -> Index {
        let last = Time::from_seconds(i64::MAX);
        Index::Created(self.created_after.unwrap_or_default(), self.created_before.unwrap_or(last))
    }

    /// What singles users out, each with the way that leads by them.
    fn selectors(&self) -> Result<Vec<(&'static str, Walk)>, InvalidSearch> {
        let key = |given: &Option<String>, key: fn(&str) -> String| given.as_deref().map(key);
        let given = [
            ("user_id", self.user_id.as_ref().map(|id| (id.as_str().to_owned(), Walk::Id(id.clone())))),
            ("username", self.username.clone().map(|name| (name.clone(), Walk::Username(name)))),
            ("username_prefix", along(key(&self.username_prefix, keys::username_prefix), Index::Usernames)),
            ("email", along(key(&self.email, keys::email), Index::Email)),
            ("phone_number", along(key(&self.phone_number, keys::phone_number), Index::PhoneNumber)),
            ("name_prefix", along(key(&self.name_prefix, keys::name), Index::Names)),
            ("attribute", along_attribute(self.attribute.as_ref())),
            ("group_id", self.group_id.as_ref().map(|id| (id.as_str().to_owned(), Walk::Group(id.clone())))),
        ];
        let mut found = vec![];
        for (parameter, selector) in given {
            match selector {
                Some((key, _)) if key.trim().is_empty() => {
                    return Err(InvalidSearch { parameter, why: "must not be empty" });
                }
                Some((key, _)) if key.chars().any(char::is_control) => {
                    return Err(InvalidSearch { parameter, why: "must not contain control characters" });
                }
                Some((_, walk)) => found.push((parameter, walk)),
                None => {}
            }
        }
        Ok(found)
    }

    /// Whether a user whom the walk leads by is searched for. It looks at the record itself: what an index has may be
    /// left over from before a node of an earlier version changed the record. Who is in a group is not looked at.
    #[must_use]
    pub fn admits(&self, user: &User) -> bool {
        let own = SearchKeys::of(user);
        let is = |given: &Option<String>, key: fn(&str) -> String, own: &Option<String>| {
            given.as_deref().is_none_or(|given| own.as_deref() == Some(key(given).as_str()))
        };
        let name = own.name.as_deref().unwrap_or_default();
        let begins = |given: &Option<String>, key: fn(&str) -> String, own: &str| {
            given.as_deref().is_none_or(|given| own.starts_with(&key(given)))
        };
        self.user_id.as_ref().is_none_or(|id| *id == user.user_id)
            && self.username.as_deref().is_none_or(|name| is_named(name, &user.username))
            && begins(&self.username_prefix, keys::username_prefix, &username_key(&user.username))
            && is(&self.email, keys::email, &own.email)
            && is(&self.phone_number, keys::phone_number, &own.phone_number)
            && begins(&self.name_prefix, keys::name, name)
            && self.attribute.as_ref().is_none_or(|key| search::keys(&user.attributes).contains(key))
            && self.disabled.is_none_or(|disabled| disabled == user.disabled_at.is_some())
            && self.email_verified.is_none_or(|is| is == (user.claims.email_verified == Some(true)))
            && self.created_after.is_none_or(|time| user.created_at >= time)
            && self.created_before.is_none_or(|time| user.created_at < time)
    }
}

fn along_attribute(key: Option<&AttributeKey>) -> Option<(String, Walk)> {
    key.map(|key| (key.name.clone(), Walk::Along(Index::Attribute(key.clone()))))
}

fn along(key: Option<String>, index: fn(String) -> Index) -> Option<(String, Walk)> {
    key.map(|key| (key.clone(), Walk::Along(index(key))))
}

#[cfg(test)]
mod tests;
