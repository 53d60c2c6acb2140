//! Who may register a client (RFC 7591 3): by the tenant's policy, and not too many at once (A081).

use std::net::IpAddr;

use credenza_protocol::bearer;
use credenza_protocol::registration::Error;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::tenant::Registration;
use credenza_protocol::time::Seconds;
use credenza_storage::Take;

use crate::flow::Halt;
use crate::realm::Context;

/// How long a registration counts.
const WINDOW: Seconds = Seconds(3600);
/// All addresses together may register so many times as many clients as one of them.
const ADDRESSES: u32 = 20;

/// Whoever was let in.
#[derive(Debug)]
#[must_use]
pub struct Admitted(Option<SecretHash>);

impl Admitted {
    /// The initial access token that it was by; one use of it is to be spent.
    pub(super) const fn token(&self) -> Option<SecretHash> {
        self.0
    }
}

/// Lets in who has an initial access token, where one is asked for; where nobody is asked, everybody, up to a limit
/// per address (already reduced to what one party controls, such as a /64) and per tenant. A token that is brought
/// though none is asked for must be good, and the limit does not hold for it.
///
/// # Errors
/// [`Error`].
pub async fn admit(
    context: &Context,
    presented: Result<Secret, bearer::Error>,
    address: Option<IpAddr>,
) -> Result<Admitted, Halt<Error>> {
    let tenant = &context.realm.tenant;
    let open = match tenant.settings.registration {
        Registration::Closed => return Err(Error::Closed.into()),
        Registration::Token => false,
        Registration::Open => true,
    };
    let token = match presented {
        Err(bearer::Error::Missing) if open => {
            count(context, address).await?;
            return Ok(Admitted(None));
        }
        presented => presented.map_err(Error::from)?.hash(),
    };
    let tokens = &context.state.store.initial_access_tokens;
    match tokens.is_live(&tenant.tenant_id, token, context.now).await? {
        true => Ok(Admitted(Some(token))),
        false => Err(Error::from(bearer::Error::Invalid).into()),
    }
}

/// An attempt counts before its metadata are looked at, so that bad ones are not free.
async fn count(context: &Context, address: Option<IpAddr>) -> Result<(), Halt<Error>> {
    let tenant = &context.realm.tenant;
    let limits = &context.state.store.rate_limits;
    let limit = tenant.settings.registration_limit;
    let address = address.map_or_else(String::new, |address| address.to_string());
    let keys = [
        ("registration address", address, limit),
        ("registration", String::new(), limit.saturating_mul(ADDRESSES)),
    ];
    for (kind, who, limit) in keys {
        let key = SecretHash::of(format!("{kind}\0{who}").as_bytes());
        let taken = limits.take(&tenant.tenant_id, key, limit, WINDOW, context.now).await?;
        if let Take::Refused { retry_after } = taken {
            return Err(Error::TooMany(retry_after).into());
        }
    }
    Ok(())
}
