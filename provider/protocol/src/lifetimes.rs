//! How long what is issued to one client lives: by its own metadata where an operator set them, else by the settings of
//! the tenant. What a client has of its own may be shorter than the tenant's, or longer as far as the tenant's limits go.

use crate::client::Client;
use crate::tenant::TenantSettings;
use crate::time::Seconds;

/// The lifetimes that hold for one client, or for all clients that have none of their own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lifetimes {
    /// Of access tokens.
    pub access_token: Seconds,
    /// Of ID tokens.
    pub id_token: Seconds,
    /// Of refresh tokens that are not used.
    pub refresh_token_idle: Seconds,
    /// Of grants, however often they are refreshed.
    pub grant: Seconds,
    /// Of sessions, from the sign-in on. A session belongs to all clients, so that for one of them it only ends earlier.
    pub session: Seconds,
}

/// A lifetime of a client that is out of its limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OutOfLimits {
    /// The member of the metadata.
    pub field: &'static str,
    /// The longest that the tenant allows; the shortest is one second.
    pub longest: Seconds,
}

impl From<&TenantSettings> for Lifetimes {
    fn from(settings: &TenantSettings) -> Self {
        Self {
            access_token: settings.access_token_lifetime,
            id_token: settings.id_token_lifetime,
            refresh_token_idle: settings.refresh_token_idle_lifetime,
            grant: settings.grant_lifetime,
            session: settings.session_lifetime,
        }
    }
}

impl Lifetimes {
    /// The longest that any client of the tenant has. Revocations and replaced keys are kept for as long.
    #[must_use]
    pub fn longest(settings: &TenantSettings) -> Self {
        let tenant = Self::from(settings);
        let (token, grant) = (settings.client_token_lifetime_limit, settings.client_grant_lifetime_limit);
        Self {
            access_token: tenant.access_token.max(token),
            id_token: tenant.id_token.max(token),
            refresh_token_idle: tenant.refresh_token_idle.max(grant),
            grant: tenant.grant.max(grant),
            session: tenant.session,
        }
    }

    /// Those of this client. A limit that was lowered afterwards holds at once.
    #[must_use]
    pub fn of(client: &Client, settings: &TenantSettings) -> Self {
        let (tenant, longest) = (Self::from(settings), Self::longest(settings));
        let own = |own: Option<Seconds>, tenant: Seconds, longest: Seconds| {
            own.map_or(tenant, |own| own.min(longest))
        };
        Self {
            access_token: own(client.access_token_lifetime, tenant.access_token, longest.access_token),
            id_token: own(client.id_token_lifetime, tenant.id_token, longest.id_token),
            refresh_token_idle: own(
                client.refresh_token_idle_lifetime,
                tenant.refresh_token_idle,
                longest.refresh_token_idle,
            ),
            grant: own(client.grant_lifetime, tenant.grant, longest.grant),
            session: own(client.session_lifetime, tenant.session, longest.session),
        }
    }
}

/// Checks the lifetimes that a client has of its own.
///
/// # Errors
/// [`OutOfLimits`] names the first that is not within the limits of the tenant.
pub fn check(client: &Client, settings: &TenantSettings) -> Result<(), OutOfLimits> {
    let longest = Lifetimes::longest(settings);
    let own = [
        ("access_token_lifetime", client.access_token_lifetime, longest.access_token),
        ("id_token_lifetime", client.id_token_lifetime, longest.id_token),
        ("refresh_token_idle_lifetime", client.refresh_token_idle_lifetime, longest.refresh_token_idle),
        ("grant_lifetime", client.grant_lifetime, longest.grant),
        ("session_lifetime", client.session_lifetime, longest.session),
    ];
    let is_out =
        |own: Option<Seconds>, longest: Seconds| own.is_some_and(|own| own < Seconds(1) || own > longest);
    match own.into_iter().find(|(_, own, longest)| is_out(*own, *longest)) {
        None => Ok(()),
        Some((field, _, longest)) => Err(OutOfLimits { field, longest }),
    }
}

/// Copies to new metadata of a client those lifetimes of the old ones that are shorter than the tenant's: an operator
/// restricts a client by them, which it must not undo by registering anew (RFC 7592 2.2).
pub fn keep_shorter(old: &Client, new: &mut Client, settings: &TenantSettings) {
    let tenant = Lifetimes::from(settings);
    let shorter = |own: Option<Seconds>, tenant: Seconds| own.filter(|own| *own < tenant);
    new.access_token_lifetime = shorter(old.access_token_lifetime, tenant.access_token);
    new.id_token_lifetime = shorter(old.id_token_lifetime, tenant.id_token);
    new.refresh_token_idle_lifetime = shorter(old.refresh_token_idle_lifetime, tenant.refresh_token_idle);
    new.grant_lifetime = shorter(old.grant_lifetime, tenant.grant);
    new.session_lifetime = shorter(old.session_lifetime, tenant.session);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientId;

    fn client(seconds: i64) -> Client {
        let own = Some(Seconds(seconds));
        Client {
            access_token_lifetime: own,
            id_token_lifetime: own,
            refresh_token_idle_lifetime: own,
            grant_lifetime: own,
            session_lifetime: own,
            ..Client::new(ClientId::new("c"))
        }
    }

    fn settings(token: i64, grant: i64) -> TenantSettings {
        TenantSettings {
            client_token_lifetime_limit: Seconds(token),
            client_grant_lifetime_limit: Seconds(grant),
            ..TenantSettings::default()
        }
    }

    #[test]
    fn a_client_without_its_own_has_the_tenants() {
        let plain = Client::new(ClientId::new("c"));
        for settings in [settings(0, 0), settings(1_000_000, 100_000_000)] {
            assert_eq!(Lifetimes::of(&plain, &settings), Lifetimes::from(&settings));
            assert_eq!(check(&plain, &settings), Ok(()));
        }
    }

    #[test]
    fn shorter_always_holds_and_longer_within_the_limits() {
        let five = Seconds(5);
        let all = |access_token, id_token, refresh_token_idle, grant, session| Lifetimes {
            access_token,
            id_token,
            refresh_token_idle,
            grant,
            session,
        };
        assert_eq!(Lifetimes::of(&client(5), &settings(0, 0)), all(five, five, five, five, five));
        assert_eq!(check(&client(5), &settings(0, 0)), Ok(()));
        let long = client(1_000_000_000);
        assert_eq!(Lifetimes::of(&long, &settings(0, 0)), Lifetimes::from(&settings(0, 0)));
        let session = settings(0, 0).session_lifetime;
        let (token, grant) = (Seconds(7200), Seconds(800_000_000));
        assert_eq!(
            Lifetimes::of(&long, &settings(7200, 800_000_000)),
            all(token, token, grant, grant, session)
        );
        let refused = check(&long, &settings(7200, 800_000_000)).unwrap_err();
        assert_eq!(refused, OutOfLimits { field: "access_token_lifetime", longest: token });
        assert!(check(&client(0), &settings(0, 0)).is_err());
        assert!(check(&client(-1), &settings(0, 0)).is_err());
    }

    #[test]
    fn what_restricts_a_client_outlasts_its_metadata_and_what_favours_it_does_not() {
        let settings = settings(7200, 800_000_000);
        let mut new = Client::new(ClientId::new("c"));
        keep_shorter(&client(5), &mut new, &settings);
        assert_eq!(new, client(5));
        keep_shorter(&client(1_000_000_000), &mut new, &settings);
        assert_eq!(new, Client::new(ClientId::new("c")));
    }
}
