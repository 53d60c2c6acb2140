//! Sign-ups under way: who has asked for an account, and not proven yet that they read the address.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::approvals;
use super::mails::queue;
use super::shared::{identifiers, new_user};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::sign_ups;
use crate::{Created, NewMail, NewSignUp, Result, SignUp, SignUps, SignedUp};

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_ups)]
struct Row {
    address: String,
    request: Option<String>,
}

/// Stores a sign-up in place of the one before it.
async fn replace(conn: &mut Conn, tenant: &TenantId, new: &NewSignUp) -> Result<()> {
    let changes = (
        sign_ups::secret.eq(new.secret.as_bytes()),
        sign_ups::address.eq(&new.address),
        sign_ups::request.eq(new.request.as_deref()),
        sign_ups::expires_at.eq(new.expires_at.seconds()),
    );
    let (email_key, kind) = (new.email_key.as_str(), new.kind.as_str());
    let before = diesel::update(sign_ups::table.find((tenant.as_str(), email_key, kind))).set(changes);
    if before.kept().execute(conn).await? == 1 {
        return Ok(());
    }
    let row = (
        sign_ups::tenant_id.eq(tenant.as_str()),
        sign_ups::email_key.eq(&new.email_key),
        sign_ups::kind.eq(new.kind.as_str()),
        changes,
    );
    diesel::insert_into(sign_ups::table).values(row).execute(conn).await?;
    Ok(())
}

/// Holds a sign-up until the job ends, if it stands: whoever comes second finds it spent.
async fn hold(conn: &mut Conn, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<bool> {
    let row = sign_ups::table
        .filter(sign_ups::tenant_id.eq(tenant.as_str()))
        .filter(sign_ups::secret.eq(secret.as_bytes()))
        .filter(sign_ups::expires_at.gt(now.seconds()));
    let held = diesel::update(row).set(sign_ups::expires_at.eq(sign_ups::expires_at));
    Ok(held.kept().execute(conn).await? == 1)
}

#[async_trait]
impl SignUps for Db {
    async fn begin(&self, tenant: &TenantId, new: NewSignUp, mail: NewMail, now: Time) -> Result<bool> {
        let tenant = tenant.clone();
        self.write("sign_ups.begin", async move |conn: &mut Conn| {
            if !queue(conn, &tenant, &mail, now).await? {
                return Ok(false);
            }
            replace(conn, &tenant, &new).await?;
            Ok(true)
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, secret: SecretHash, now: Time) -> Result<Option<SignUp>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = sign_ups::table
                .filter(sign_ups::tenant_id.eq(tenant.as_str()))
                .filter(sign_ups::secret.eq(secret.as_bytes()))
                .filter(sign_ups::expires_at.gt(now.seconds()))
                .select(Row::as_select());
            let row = row.get_result(conn).await.optional()?;
            Ok(row.map(|Row { address, request }| SignUp { address, request }))
        })
        .await
    }

    async fn complete(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        user: User,
        password_hash: String,
        now: Time,
    ) -> Result<SignedUp> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let row = new_user::Row::of(user, Some(password_hash))?;
        self.write("sign_ups.complete", async move |conn: &mut Conn| {
            if !hold(conn, &tenant, secret, now).await? {
                return Ok(SignedUp::Dead);
            }
            if identifiers::is_address_taken(conn, &tenant, row.user()).await? {
                return Ok(SignedUp::AddressTaken);
            }
            match new_user::insert(conn, &events, &tenant, row.clone()).await? {
                Created::Yes => {}
                refused => return Ok(SignedUp::Refused(refused)),
            }
            if row.user().disabled_at.is_some() {
                approvals::ask(conn, &tenant, &row.user().user_id, now).await?;
            }
            let spent = sign_ups::table
                .filter(sign_ups::tenant_id.eq(tenant.as_str()))
                .filter(sign_ups::secret.eq(secret.as_bytes()));
            diesel::delete(spent).execute(conn).await?;
            Ok(SignedUp::Done)
        })
        .await
    }
}
