//! Links by which somebody signs in without a password, each once.

use async_trait::async_trait;
use credenza_protocol::event::{Event, OfUser};
use credenza_protocol::ids::{ClientId, TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::mails::queue;
use super::shared::events::put;
use super::shared::hold;
use super::shared::rows::UserRow;
use super::{Conn, Db};
use crate::schema::{sign_in_links, users};
use crate::{NewMail, NewSignInLink, Result, SignInLink, SignInLinkKind, SignInLinks};

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_in_links)]
struct Row {
    user_id: String,
    kind: String,
    address: Option<String>,
    user_epoch: i64,
    request: Option<String>,
    client_id: Option<String>,
}

/// The user, if they are enabled and have proven that address, and their epoch.
async fn owner(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &str,
    address: Option<&str>,
) -> Result<Option<(User, i64)>> {
    let row = users::table.find((tenant.as_str(), user_id)).select((UserRow::as_select(), users::epoch));
    let Some((row, epoch)) = row.get_result::<(UserRow, i64)>(conn).await.optional()? else {
        return Ok(None);
    };
    let user = row.record()?;
    let has_proven = |address: &str| {
        user.claims.email.as_deref() == Some(address) && user.claims.email_verified == Some(true)
    };
    let may = user.disabled_at.is_none() && address.is_none_or(has_proven);
    Ok(may.then_some((user, epoch)))
}

/// The link of that secret, if it stands.
async fn standing(
    conn: &mut Conn,
    tenant: &TenantId,
    secret: SecretHash,
    now: Time,
) -> Result<Option<SignInLink>> {
    let row = sign_in_links::table
        .find((tenant.as_str(), secret.as_bytes()))
        .filter(sign_in_links::expires_at.gt(now.seconds()))
        .select(Row::as_select());
    let Some(row) = row.get_result(conn).await.optional()? else { return Ok(None) };
    let Row { user_id, kind, address, user_epoch, request, client_id } = row;
    // Of a kind that a later version knows, it is none that could be used here.
    let kind =
        [SignInLinkKind::Asked, SignInLinkKind::Given].into_iter().find(|known| known.as_str() == kind);
    let Some(kind) = kind else { return Ok(None) };
    let owner = owner(conn, tenant, &user_id, address.as_deref()).await?;
    let client_id = client_id.map(ClientId::new);
    Ok(owner.filter(|(_, epoch)| *epoch == user_epoch).map(|(user, _)| SignInLink {
        user,
        kind,
        request,
        client_id,
    }))
}

/// Ends every link that the user has been mailed.
async fn end_asked(conn: &mut Conn, tenant: &TenantId, user_id: &UserId) -> Result<()> {
    let others = sign_in_links::table
        .filter(sign_in_links::tenant_id.eq(tenant.as_str()))
        .filter(sign_in_links::user_id.eq(user_id.as_str()))
        .filter(sign_in_links::kind.eq(SignInLinkKind::Asked.as_str()));
    diesel::delete(others).execute(conn).await?;
    Ok(())
}

#[async_trait]
impl SignInLinks for Db {
    async fn begin(
        &self,
        tenant: &TenantId,
        new: NewSignInLink,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        self.write("sign_in_links.begin", async move |conn: &mut Conn| {
            if !hold::user(conn, &tenant, &new.user_id).await? {
                return Ok(false);
            }
            let owner = owner(conn, &tenant, new.user_id.as_str(), new.address.as_deref()).await?;
            let Some((_, epoch)) = owner else { return Ok(false) };
            if let Some(mail) = &mail
                && !queue(conn, &tenant, mail, now).await?
            {
                return Ok(false);
            }
            let row = (
                sign_in_links::tenant_id.eq(tenant.as_str()),
                sign_in_links::secret.eq(new.secret.as_bytes()),
                sign_in_links::user_id.eq(new.user_id.as_str()),
                sign_in_links::kind.eq(new.kind.as_str()),
                sign_in_links::address.eq(new.address.as_deref()),
                sign_in_links::user_epoch.eq(epoch),
                sign_in_links::request.eq(new.request.as_deref()),
                sign_in_links::client_id.eq(new.client_id.as_ref().map(ClientId::as_str)),
                sign_in_links::expires_at.eq(new.expires_at.seconds()),
            );
            diesel::insert_into(sign_in_links::table).values(row).execute(conn).await?;
            if new.kind == SignInLinkKind::Given {
                let of = OfUser { user_id: new.user_id.clone() };
                put(conn, &events, &tenant, Event::UserSignInLinkCreated(of)).await?;
            }
            Ok(true)
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<SignInLink>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| standing(conn, &tenant, secret, now).await).await
    }

    async fn spend(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<User>> {
        let tenant = tenant.clone();
        self.write("sign_in_links.spend", async move |conn: &mut Conn| {
            let Some(found) = standing(conn, &tenant, secret, now).await? else { return Ok(None) };
            // Users are held before what is theirs, so that jobs do not deadlock; whoever comes second finds nothing.
            let user_id = found.user.user_id;
            if !hold::user(conn, &tenant, &user_id).await? {
                return Ok(None);
            }
            let Some(SignInLink { user, .. }) = standing(conn, &tenant, secret, now).await? else {
                return Ok(None);
            };
            let own = sign_in_links::table.find((tenant.as_str(), secret.as_bytes()));
            if diesel::delete(own).execute(conn).await? == 0 {
                return Ok(None);
            }
            end_asked(conn, &tenant, &user_id).await?;
            Ok(Some(user))
        })
        .await
    }
}
