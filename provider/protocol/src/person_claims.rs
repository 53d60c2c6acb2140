//! The claims about a person that go beyond OpenID Connect Core 5.1: groups and roles (RFC 9068 2.2.3.1), attributes of the
//! tenant's own, and what the client has mapped.

use serde_json::{Map, Value};

use crate::attribute::{self, AttributeDefinition};
use crate::claim_mapping::{ClaimSource, Place};
use crate::client::Client;
use crate::group::{GROUPS, MOST_IN_TOKEN};
use crate::role::ROLES;
use crate::scope::Scope;
use crate::user::User;

/// Where claims go, and whose they are.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The client.
    pub client: &'a Client,
    /// The attributes that the tenant declares.
    pub attributes: &'a [AttributeDefinition],
    /// The scope whose claims go there.
    pub scope: &'a Scope,
    /// Where.
    pub place: Place,
}

/// What must be known of a person for that.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Needs {
    /// Their record.
    pub user: bool,
    /// Their groups.
    pub groups: bool,
    /// Their roles.
    pub roles: bool,
}

/// What is known of a person.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Their record.
    pub user: Option<&'a User>,
    /// The names of their groups, sorted.
    pub groups: &'a [String],
    /// Their roles where the claims are read, sorted.
    pub roles: &'a [String],
}

/// The claims.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// By name.
    pub claims: Map<String, Value>,
    /// Whether the groups were left out because there are too many for a token.
    pub groups_left_out: bool,
}

impl Needs {
    /// What either needs.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            user: self.user || other.user,
            groups: self.groups || other.groups,
            roles: self.roles || other.roles,
        }
    }

    /// Whether nothing is needed.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        !self.user && !self.groups && !self.roles
    }
}

impl<'a> Telling<'a> {
    /// What must be known of the person.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let by_scope = Needs {
            user: self.attributes_by_scope().next().is_some(),
            groups: self.scope.contains(GROUPS),
            roles: self.scope.contains(ROLES),
        };
        self.mapped().fold(by_scope, |needs, (_, from)| match from {
            ClaimSource::Attribute(_) | ClaimSource::Claim(_) => Needs { user: true, ..needs },
            ClaimSource::Groups => Needs { groups: true, ..needs },
            ClaimSource::Roles => Needs { roles: true, ..needs },
            ClaimSource::Constant(_) => needs,
        })
    }

    /// Whether anything is told at all.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.needs().is_nothing() && self.mapped().next().is_none()
    }

    /// The claims: what the scope brings, then what is mapped, which counts more where both have the same name. Groups and
    /// roles that were asked for are there even if there are none, as an empty list; what else has no value is left out.
    #[must_use]
    pub fn claims(&self, person: &Person<'_>) -> Told {
        let too_many = self.place != Place::Userinfo && person.groups.len() > MOST_IN_TOKEN;
        let groups = || (!too_many).then(|| Value::from(person.groups));
        let mut claims = Map::new();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                claims.insert(name.to_owned(), value);
            }
        };
        for definition in self.attributes_by_scope() {
            add(&definition.name, attribute_of(definition, person));
        }
        if self.scope.contains(GROUPS) {
            add(GROUPS, groups());
        }
        if self.scope.contains(ROLES) {
            add(ROLES, Some(person.roles.into()));
        }
        for (name, from) in self.mapped() {
            let value = match from {
                ClaimSource::Attribute(attribute) => self
                    .attributes
                    .iter()
                    .find(|definition| definition.name == *attribute)
                    .and_then(|definition| attribute_of(definition, person)),
                ClaimSource::Claim(claim) => {
                    person.user.and_then(|user| user.standard_claims().remove(claim))
                }
                ClaimSource::Groups => groups(),
                ClaimSource::Roles => Some(person.roles.into()),
                ClaimSource::Constant(value) => Some(value.clone()),
            };
            add(name, value);
        }
        Told { claims, groups_left_out: too_many && self.needs().groups }
    }

    /// Attributes go where the claims of OpenID Connect Core 5.4 go, and an access token has none of these.
    fn attributes_by_scope(&self) -> impl Iterator<Item = &'a AttributeDefinition> {
        let (scope, place) = (self.scope, self.place);
        let brings = move |scope_of: &String| place != Place::AccessToken && scope.contains(scope_of);
        self.attributes.iter().filter(move |definition| definition.scope.as_ref().is_some_and(brings))
    }

    fn mapped(&self) -> impl Iterator<Item = (&'a str, &'a ClaimSource)> {
        let (place, mappings) = (self.place, &self.client.claim_mappings);
        let here = mappings.iter().filter(move |mapping| mapping.places.contains(&place));
        here.map(|mapping| (mapping.claim.as_str(), &mapping.from))
    }
}

fn attribute_of(definition: &AttributeDefinition, person: &Person<'_>) -> Option<Value> {
    let value = attribute::value(definition, &person.user?.attributes)?;
    serde_json::to_value(value).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::attribute::{AttributeType, AttributeValue, Attributes};
    use crate::claim_mapping::ClaimMapping;
    use crate::claims::StandardClaims;
    use crate::ids::{ClientId, UserId};
    use crate::time::Time;
    use crate::version::Version;

    fn alice() -> User {
        User {
            user_id: UserId::new("alice"),
            username: "alice".to_owned(),
            claims: StandardClaims { email: Some("a@b.test".to_owned()), ..StandardClaims::default() },
            attributes: Attributes::from([
                ("dept".to_owned(), AttributeValue::String("R&D".to_owned())),
                ("level".to_owned(), AttributeValue::Integer(3)),
            ]),
            created_at: Time::from_seconds(0),
            updated_at: Time::from_seconds(0),
            disabled_at: None,
            version: Version::FIRST,
            password_change_required: false,
            terms: None,
        }
    }

    fn schema() -> Vec<AttributeDefinition> {
        let attribute = |name: &str, value_type, scope: Option<&str>| AttributeDefinition {
            name: name.to_owned(),
            value_type,
            description: String::new(),
            scope: scope.map(str::to_owned),
            searchable: false,
            editable: false,
            sign_up: Default::default(),
        };
        vec![
            attribute("dept", AttributeType::String, Some("employee")),
            attribute("site", AttributeType::String, Some("employee")),
            attribute("level", AttributeType::Integer, None),
        ]
    }

    fn told(scope: &str, mappings: &[&str], place: Place, groups: &[String]) -> (Told, Needs) {
        let claim_mappings = mappings.iter().map(|text| ClaimMapping::parse(text).unwrap()).collect();
        let client = Client { claim_mappings, ..Client::new(ClientId::new("c")) };
        let (scope, attributes, alice) = (Scope::parse(scope).unwrap(), schema(), alice());
        let telling = Telling { client: &client, attributes: &attributes, scope: &scope, place };
        let roles = ["admin".to_owned()];
        (telling.claims(&Person { user: Some(&alice), groups, roles: &roles }), telling.needs())
    }

    fn claims(scope: &str, mappings: &[&str], place: Place) -> Value {
        Value::Object(told(scope, mappings, place, &["staff".to_owned()]).0.claims)
    }

    #[test]
    fn scopes_bring_groups_roles_and_attributes() {
        assert_eq!(claims("openid", &[], Place::Userinfo), json!({}));
        for place in Place::all() {
            let expected = json!({ "groups": ["staff"], "roles": ["admin"] });
            assert_eq!(claims("openid groups roles", &[], place), expected, "{place:?}");
        }
        assert_eq!(claims("employee", &[], Place::Userinfo), json!({ "dept": "R&D" }));
        assert_eq!(claims("employee", &[], Place::IdToken), json!({ "dept": "R&D" }));
        assert_eq!(claims("employee", &[], Place::AccessToken), json!({}), "unless it is mapped");
        let none = told("groups", &[], Place::AccessToken, &[]).0;
        assert_eq!(Value::Object(none.claims), json!({ "groups": [] }));
    }

    #[test]
    fn mappings_need_no_scope_and_count_more() {
        let mappings =
            ["d=attribute:dept in access_token", "mail=claim:email", "tier=constant:2 in id_token"];
        let at = |place| claims("openid", &mappings, place);
        assert_eq!(at(Place::AccessToken), json!({ "d": "R&D", "mail": "a@b.test" }));
        assert_eq!(at(Place::IdToken), json!({ "tier": 2, "mail": "a@b.test" }));
        assert_eq!(at(Place::Userinfo), json!({ "mail": "a@b.test" }));
        assert_eq!(claims("groups", &["groups=roles"], Place::IdToken), json!({ "groups": ["admin"] }));
        assert_eq!(
            claims("openid", &["site=attribute:site", "p=claim:phone_number"], Place::IdToken),
            json!({})
        );
    }

    #[test]
    fn a_token_names_so_many_groups_and_userinfo_all() {
        let names = |count: usize| (0..count).map(|n| format!("{n:03}")).collect::<Vec<_>>();
        for place in [Place::IdToken, Place::AccessToken] {
            let (most, _) = told("groups", &["g=groups"], place, &names(200));
            assert_eq!((most.claims.len(), most.groups_left_out), (2, false));
            let (more, _) = told("groups roles", &["g=groups"], place, &names(201));
            assert_eq!(Value::Object(more.claims), json!({ "roles": ["admin"] }));
            assert!(more.groups_left_out);
            assert!(!told("roles", &[], place, &names(201)).0.groups_left_out, "nobody asked for them");
        }
        let (all, _) = told("groups", &[], Place::Userinfo, &names(201));
        assert_eq!(all.claims["groups"].as_array().unwrap().len(), 201);
    }

    #[test]
    fn only_what_is_told_is_read() {
        let needs = |scope: &str, mappings: &[&str], place| told(scope, mappings, place, &[]).1;
        let nothing = Needs::default();
        assert!(needs("openid profile email", &["a=constant:1"], Place::IdToken).is_nothing());
        assert!(needs("openid", &["a=groups in userinfo"], Place::IdToken).is_nothing());
        assert_eq!(needs("groups", &[], Place::IdToken), Needs { groups: true, ..nothing });
        assert_eq!(needs("openid", &["a=roles"], Place::IdToken), Needs { roles: true, ..nothing });
        assert_eq!(needs("employee", &[], Place::Userinfo), Needs { user: true, ..nothing });
        assert_eq!(needs("employee", &[], Place::AccessToken), nothing);
        assert_eq!(needs("x", &["a=claim:email"], Place::AccessToken), Needs { user: true, ..nothing });
    }
}
