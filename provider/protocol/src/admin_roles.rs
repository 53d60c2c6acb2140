//! Platform roles: who may administer what. One table says which role has which scope of the admin API; what a person may do
//! is read from it at each use, so that a role that is taken away is gone at once.
//!
//! A scope of the admin API begins with `admin:`. A service account has those of its registration; a person has those that
//! their roles bring and their token was given. Nobody can give what they do not have themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::UserId;
use crate::scope::Scope;
use crate::time::Time;

/// What the scopes of the admin API begin with.
const PREFIX: &str = "admin:";

/// With this scope, the others hold at every tenant, and not at the caller's own alone.
pub const INSTALLATION: &str = "admin:installation";

/// Whoever has this scope gives people and groups their roles at clients.
pub const ROLES_WRITE: &str = "admin:roles:write";

/// The scope that one operation of the admin API asks for, and the roles that have it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The scope.
    pub scope: &'static str,
    /// What it allows.
    pub allows: &'static str,
    /// The roles that bring it.
    pub roles: &'static [Role],
    /// Whether a role brings it only where it was given for the whole installation.
    pub needs_installation: bool,
}

/// A role that a person can have.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AdminRole")]
pub enum Role {
    /// May do everything.
    Owner,
    /// Looks after keys, clients, settings and registration.
    SecurityAdmin,
    /// Looks after the accounts of people.
    SupportAdmin,
    /// Sees what is used.
    BillingAdmin,
    /// Keeps people out who misbehave.
    Moderator,
    /// Sees everything, and changes nothing.
    Auditor,
}

use Role::{Auditor, BillingAdmin, Moderator, Owner, SecurityAdmin, SupportAdmin};

/// Which role has which scope.
pub const TABLE: [Entry; 37] = [
    of(
        "admin:tenant:read",
        "see the tenant and its settings",
        &[Owner, SecurityAdmin, SupportAdmin, BillingAdmin, Auditor],
    ),
    of("admin:tenant:write", "change the settings of the tenant", &[Owner, SecurityAdmin]),
    of("admin:clients:read", "see clients", &[Owner, SecurityAdmin, SupportAdmin, BillingAdmin, Auditor]),
    of("admin:clients:write", "create, change, disable and delete clients", &[Owner, SecurityAdmin]),
    of("admin:clients:secrets", "give clients new secrets", &[Owner, SecurityAdmin]),
    of("admin:users:read", "see users", &[Owner, SecurityAdmin, SupportAdmin, Moderator, Auditor]),
    of("admin:users:write", "create, change and delete users", &[Owner, SupportAdmin]),
    of(
        "admin:users:status",
        "disable, enable and unlock users",
        &[Owner, SecurityAdmin, SupportAdmin, Moderator],
    ),
    of("admin:users:passwords", "set passwords", &[Owner, SupportAdmin]),
    of("admin:users:sign_in_links", "make links by which a user signs in", &[Owner, SupportAdmin]),
    of("admin:users:import", "import users, with the hashes of their passwords", &[Owner, SupportAdmin]),
    of("admin:users:export", "export users, without their passwords", &[Owner, SupportAdmin]),
    of("admin:users:password_hashes", "export users with the hashes of their passwords", &[Owner]),
    of(
        "admin:invitations:read",
        "see invitations, without their links",
        &[Owner, SecurityAdmin, SupportAdmin, Moderator, Auditor],
    ),
    of("admin:invitations:write", "invite people, and take invitations back", &[Owner, SupportAdmin]),
    of(
        "admin:sessions:read",
        "see where users are signed in",
        &[Owner, SecurityAdmin, SupportAdmin, Moderator, Auditor],
    ),
    of("admin:sessions:write", "end sessions", &[Owner, SecurityAdmin, SupportAdmin, Moderator]),
    of(
        "admin:grants:read",
        "see what users gave to clients",
        &[Owner, SecurityAdmin, SupportAdmin, Moderator, Auditor],
    ),
    of(
        "admin:grants:write",
        "revoke grants and withdraw consents",
        &[Owner, SecurityAdmin, SupportAdmin, Moderator],
    ),
    of("admin:admin_roles:read", "see who has which role", &[Owner, SecurityAdmin, Auditor]),
    of("admin:admin_roles:write", "give roles and take them away", &[Owner]),
    of("admin:keys:read", "see signing keys, without their private part", &[Owner, SecurityAdmin, Auditor]),
    of("admin:keys:write", "create, rotate, disable and delete signing keys", &[Owner, SecurityAdmin]),
    of(
        "admin:registration_tokens:read",
        "see initial access tokens, without their values",
        &[Owner, SecurityAdmin, Auditor],
    ),
    of("admin:registration_tokens:write", "create and delete initial access tokens", &[Owner, SecurityAdmin]),
    of("admin:events:read", "see what has happened", &[Owner, SecurityAdmin, Auditor]),
    of("admin:webhooks:read", "see webhooks and what was sent to them", &[Owner, SecurityAdmin, Auditor]),
    of(
        "admin:webhooks:write",
        "create, change and delete webhooks, and send to them again",
        &[Owner, SecurityAdmin],
    ),
    of("admin:resources:read", "see resources", &[Owner, SecurityAdmin, SupportAdmin, BillingAdmin, Auditor]),
    of("admin:resources:write", "describe and close resources", &[Owner, SecurityAdmin]),
    of("admin:groups:read", "see groups, and who is in them", &[Owner, SecurityAdmin, SupportAdmin, Auditor]),
    of(
        "admin:groups:write",
        "create, change and delete groups, and put people into them",
        &[Owner, SupportAdmin],
    ),
    of(
        "admin:roles:read",
        "see who has which role at a client",
        &[Owner, SecurityAdmin, SupportAdmin, Auditor],
    ),
    of(ROLES_WRITE, "give roles at clients and take them away", &[Owner, SecurityAdmin]),
    for_installation(
        "admin:tenants:read",
        "see every tenant",
        &[Owner, SecurityAdmin, SupportAdmin, BillingAdmin, Auditor],
    ),
    for_installation("admin:tenants:write", "create, disable and delete tenants", &[Owner]),
    for_installation(
        "admin:set_up:write",
        "carry out a whole set-up: tenants, and the clients, users, groups and roles in them",
        &[Owner],
    ),
];

const fn of(scope: &'static str, allows: &'static str, roles: &'static [Role]) -> Entry {
    Entry { scope, allows, roles, needs_installation: false }
}

const fn for_installation(scope: &'static str, allows: &'static str, roles: &'static [Role]) -> Entry {
    Entry { scope, allows, roles, needs_installation: true }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [Owner, SecurityAdmin, SupportAdmin, BillingAdmin, Moderator, Auditor];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Owner => "owner",
            SecurityAdmin => "security_admin",
            SupportAdmin => "support_admin",
            BillingAdmin => "billing_admin",
            Moderator => "moderator",
            Auditor => "auditor",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The scopes that it brings: at its tenant, or in the whole installation.
    #[must_use]
    pub fn scope(self, installation: bool) -> Scope {
        let brings =
            |entry: &&Entry| entry.roles.contains(&self) && (installation || !entry.needs_installation);
        let words = TABLE.iter().filter(brings).map(|entry| entry.scope);
        let words: Vec<_> = words.chain(installation.then_some(INSTALLATION)).collect();
        Scope::stored(&words.join(" "))
    }
}

/// A role that was given to a person.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AdminRoleAssignment")]
pub struct Assignment {
    /// Who has it.
    pub user_id: UserId,
    /// The role.
    pub role: Role,
    /// Whether it holds at every tenant of the installation, and not at the person's own alone.
    pub installation: bool,
    /// When it was given.
    pub created_at: Time,
}

/// What the roles of one person bring, taken together.
#[must_use]
pub fn scope_of(assignments: &[Assignment]) -> Scope {
    let each = assignments.iter().map(|given| given.role.scope(given.installation));
    each.fold(Scope::default(), |all, one| all.union(&one))
}

/// Every scope of the admin API: what whoever runs the machine may do.
#[must_use]
pub fn everything() -> Scope {
    Owner.scope(true)
}

/// The scopes of the admin API among these: what a token, a client or a person can do there.
#[must_use]
pub fn administrative(scope: &Scope) -> Scope {
    let words: Vec<_> = scope.iter().filter(|word| word.starts_with(PREFIX)).collect();
    Scope::stored(&words.join(" "))
}

/// Whether somebody with the scopes `own` may give, or act on whoever has, the scopes `other`: only what they have
/// themselves. Scopes that are not of the admin API do not matter.
#[must_use]
pub fn covers(own: &Scope, other: &Scope) -> bool {
    administrative(other).is_subset(own)
}

/// Whether somebody with the scopes `own` may act on a person who has these roles: end their sessions, disable or delete them,
/// set their password, or change them in any other way. With less than the person has, nobody may.
#[must_use]
pub fn may_act_on(own: &Scope, held: &[Assignment]) -> bool {
    covers(own, &scope_of(held))
}

/// Whether somebody with the scopes `own` may give roles at clients which have these scopes, or change the group that has such
/// roles: whoever puts people into it gives them these.
#[must_use]
pub fn may_give_roles_at<'a>(own: &Scope, clients: impl IntoIterator<Item = &'a Scope>) -> bool {
    clients.into_iter().all(|client| own.contains(ROLES_WRITE) && covers(own, client))
}

/// `aud` of the tokens of the admin API at this issuer (RFC 8707 2).
#[must_use]
pub fn audience(issuer: &str) -> String {
    format!("{issuer}/admin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_has_every_scope_and_the_auditor_each_that_reads() {
        for entry in TABLE {
            assert!(entry.scope.starts_with(PREFIX), "{}", entry.scope);
            assert!(Owner.scope(true).contains(entry.scope), "{}", entry.scope);
            assert_eq!(
                Owner.scope(false).contains(entry.scope),
                !entry.needs_installation,
                "{}",
                entry.scope
            );
            let reads = entry.scope.ends_with(":read");
            assert_eq!(Auditor.scope(true).contains(entry.scope), reads, "{}", entry.scope);
        }
        assert_eq!(everything().iter().count(), TABLE.len() + 1);
    }

    #[test]
    fn a_role_at_one_tenant_reaches_no_other() {
        for role in Role::ALL {
            assert!(!role.scope(false).contains(INSTALLATION), "{role:?}");
            assert!(role.scope(true).contains(INSTALLATION), "{role:?}");
            assert!(role.scope(false).is_subset(&role.scope(true)), "{role:?}");
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let support = SupportAdmin.scope(false);
        assert!(covers(&support, &Scope::parse("openid reports:read").unwrap()));
        assert!(covers(&support, &Scope::parse("openid admin:users:write").unwrap()));
        assert!(!covers(&support, &Scope::parse("openid admin:keys:write").unwrap()));
        assert!(!covers(&support, &Owner.scope(false)));
        assert!(!covers(&Owner.scope(false), &Auditor.scope(true)), "the whole installation is more");
        assert!(covers(&everything(), &everything()));
    }

    #[test]
    fn nobody_acts_on_whoever_has_more_and_those_with_the_same_may() {
        let given = |role, installation| Assignment {
            user_id: UserId::new("user"),
            role,
            installation,
            created_at: Time::default(),
        };
        let owner = [given(Owner, false)];
        assert!(may_act_on(&Owner.scope(false), &owner));
        assert!(!may_act_on(&Owner.scope(false), &[given(Owner, true)]));
        for less in [SecurityAdmin, SupportAdmin, Moderator, BillingAdmin, Auditor] {
            assert!(!may_act_on(&less.scope(true), &owner), "{less:?}");
            assert!(may_act_on(&less.scope(false), &[given(less, false)]), "{less:?}");
            assert!(may_act_on(&less.scope(false), &[]), "{less:?}");
        }
    }

    #[test]
    fn roles_at_clients_are_given_by_whoever_may_do_what_the_client_may() {
        let plain = Scope::parse("openid reports:read").unwrap();
        let administers = Scope::parse("openid admin:users:write").unwrap();
        assert!(may_give_roles_at(&SupportAdmin.scope(false), []), "no role is given");
        assert!(!may_give_roles_at(&SupportAdmin.scope(false), [&plain]));
        assert!(may_give_roles_at(&SecurityAdmin.scope(false), [&plain]));
        assert!(!may_give_roles_at(&SecurityAdmin.scope(false), [&plain, &administers]));
        assert!(may_give_roles_at(&Owner.scope(false), [&plain, &administers]));
    }

    #[test]
    fn roles_add_up() {
        let given = |role, installation| Assignment {
            user_id: UserId::new("user"),
            role,
            installation,
            created_at: Time::default(),
        };
        let both = scope_of(&[given(Moderator, false), given(SecurityAdmin, false)]);
        assert!(both.contains("admin:users:status") && both.contains("admin:keys:write"));
        assert!(!both.contains("admin:users:write"));
        assert!(scope_of(&[]).is_empty());
    }
}
