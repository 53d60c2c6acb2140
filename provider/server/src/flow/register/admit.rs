//! Who may register a client (RFC 7591 3): by the tenant's policy, and not too many at once.

use std::net::IpAddr;

use credenza_protocol::bearer;
use credenza_protocol::registration::Error;
use credenza_protocol::secret::{Secret, SecretHash};
use credenza_protocol::tenant::Registration;
use credenza_protocol::time::Seconds;
use credenza_storage::Take;

use crate::context::Context;
use crate::flow::Halt;

/// How long a registration counts.
const WINDOW: Seconds = Seconds(3600);
/// All addresses together may register this many times as many clients as one of them.
pub const ADDRESSES: u32 = 20;

/// Whoever may register a client.
#[derive(Debug)]
#[must_use]
pub struct Admitted(Option<SecretHash>);

impl Admitted {
    /// The initial access token, one use of which is to be spent.
    pub(super) const fn token(&self) -> Option<SecretHash> {
        self.0
    }
}

/// Admits whoever has an initial access token, where one is required. Where none is, admits everybody, up to a limit
/// per address (already reduced to what one party controls, such as a /64) and per tenant. A token that is presented
/// although none is required must be valid, and no limit applies to it.
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

/// An attempt counts before its metadata are looked at: attempts with bad metadata are not free.
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
