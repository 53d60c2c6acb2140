//! Where a person goes on from a page on which something ends: never nowhere.

use credenza_protocol::client::Client;
use credenza_protocol::redirect_uri::with_query;

use crate::context::Context;
use crate::pages::{Destination, WayOn};

/// On to the client, if it has an address of its own, else to where people of the tenant begin, else to the account.
///
/// `initiate_login_uri` begins a new sign-in at the client, which needs to know the issuer (OpenID Connect Core 4).
pub(crate) fn to_client<'a>(context: &'a Context, client: Option<&'a Client>) -> WayOn<'a> {
    let Some(client) = client else {
        return home(context);
    };
    let begin = client.initiate_login_uri.as_deref();
    let begin = begin.map(|uri| with_query(uri, &[("iss", context.realm.issuer.clone())]));
    match begin.or_else(|| client.client_uri.clone()).filter(|uri| is_web(uri)) {
        Some(uri) => WayOn { uri, to: Destination::Client(&client.client_name) },
        None => home(context),
    }
}

/// On to where people of the tenant begin, or to their account.
pub(crate) fn home(context: &Context) -> WayOn<'static> {
    match &context.realm.tenant.settings.home_uri {
        Some(uri) => WayOn { uri: uri.clone(), to: Destination::Home },
        None => account(context),
    }
}

/// On to the root, which says where to go.
pub(crate) fn start(context: &Context) -> WayOn<'static> {
    let root = if context.realm.base.is_empty() { "/" } else { &context.realm.base };
    WayOn { uri: root.to_owned(), to: Destination::Home }
}

/// On to the person's own account.
pub(crate) fn account(context: &Context) -> WayOn<'static> {
    WayOn { uri: format!("{}/account", context.realm.base), to: Destination::Account }
}

/// Back to the page that the person comes from, by its path under the issuer.
pub(crate) fn page_again(context: &Context, path: &str) -> WayOn<'static> {
    WayOn { uri: format!("{}{path}", context.realm.base), to: Destination::PageAgain }
}

/// What was stored before web addresses were required is not linked to.
fn is_web(uri: &str) -> bool {
    url::Url::parse(uri).is_ok_and(|uri| matches!(uri.scheme(), "https" | "http"))
}
