//! What was mailed to people for them to prove that they read it.

use async_trait::async_trait;
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::mails::queue;
use super::shared::{enabled_user, hold, new_password};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::email_challenges;
use crate::{
    EmailChallenge, EmailChallenges, EmailPurpose, NewEmailChallenge, NewMail, PendingChallenge, Result,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = email_challenges)]
struct Row {
    user_id: String,
    address: String,
    user_epoch: i64,
    request: Option<String>,
}

/// The user, if they are enabled and have that address, and their epoch.
async fn owner(
    conn: &mut Conn,
    tenant: &TenantId,
    user_id: &str,
    address: &str,
) -> Result<Option<(User, i64)>> {
    let found = enabled_user::find(conn, tenant, user_id).await?;
    Ok(found.filter(|(user, _)| user.claims.email.as_deref() == Some(address)))
}

/// The challenge of that secret, if it stands.
async fn standing(
    conn: &mut Conn,
    tenant: &TenantId,
    purpose: EmailPurpose,
    secret: SecretHash,
    now: Time,
) -> Result<Option<EmailChallenge>> {
    let row = email_challenges::table
        .filter(email_challenges::tenant_id.eq(tenant.as_str()))
        .filter(email_challenges::secret.eq(secret.as_bytes()))
        .filter(email_challenges::purpose.eq(purpose.as_str()))
        .filter(email_challenges::expires_at.gt(now.seconds()))
        .select(Row::as_select());
    let Some(row) = row.get_result(conn).await.optional()? else { return Ok(None) };
    let Row { user_id, address, user_epoch, request } = row;
    let owner = owner(conn, tenant, &user_id, &address).await?;
    Ok(owner.filter(|(_, epoch)| *epoch == user_epoch).map(|(user, _)| EmailChallenge {
        user,
        address,
        request,
    }))
}

/// Stores a challenge in place of the one before it.
pub(super) async fn replace(
    conn: &mut Conn,
    tenant: &TenantId,
    new: &NewEmailChallenge,
    epoch: i64,
) -> Result<()> {
    let changes = (
        email_challenges::secret.eq(new.secret.as_bytes()),
        email_challenges::address.eq(&new.address),
        email_challenges::user_epoch.eq(epoch),
        email_challenges::request.eq(new.request.as_deref()),
        email_challenges::expires_at.eq(new.expires_at.seconds()),
    );
    let before = diesel::update(email_challenges::table.find((
        tenant.as_str(),
        new.user_id.as_str(),
        new.purpose.as_str(),
    )))
    .set(changes);
    if before.kept().execute(conn).await? == 1 {
        return Ok(());
    }
    let row = (
        email_challenges::tenant_id.eq(tenant.as_str()),
        email_challenges::user_id.eq(new.user_id.as_str()),
        email_challenges::purpose.eq(new.purpose.as_str()),
        changes,
    );
    diesel::insert_into(email_challenges::table).values(row).execute(conn).await?;
    Ok(())
}

#[async_trait]
impl EmailChallenges for Db {
    async fn begin(
        &self,
        tenant: &TenantId,
        new: NewEmailChallenge,
        mail: NewMail,
        now: Time,
    ) -> Result<bool> {
        let tenant = tenant.clone();
        self.write("email_challenges.begin", async move |conn: &mut Conn| {
            if !hold::user(conn, &tenant, &new.user_id).await? {
                return Ok(false);
            }
            let owner = owner(conn, &tenant, new.user_id.as_str(), &new.address).await?;
            let Some((_, epoch)) = owner else { return Ok(false) };
            if !queue(conn, &tenant, &mail, now).await? {
                return Ok(false);
            }
            replace(conn, &tenant, &new, epoch).await?;
            Ok(true)
        })
        .await
    }

    async fn find(
        &self,
        tenant: &TenantId,
        purpose: EmailPurpose,
        secret: SecretHash,
        now: Time,
    ) -> Result<Option<EmailChallenge>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| standing(conn, &tenant, purpose, secret, now).await).await
    }

    async fn of_user(&self, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<Vec<PendingChallenge>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let rows = email_challenges::table
                .filter(email_challenges::tenant_id.eq(tenant.as_str()))
                .filter(email_challenges::user_id.eq(user_id.as_str()))
                .filter(email_challenges::expires_at.gt(now.seconds()))
                .order(email_challenges::purpose)
                .select((email_challenges::purpose, email_challenges::address, email_challenges::expires_at));
            let rows: Vec<(String, String, i64)> = rows.load(conn).await?;
            let record = |(purpose, address, expires_at)| {
                let expires_at = Time::from_seconds(expires_at);
                PendingChallenge { purpose, address, expires_at }
            };
            Ok(rows.into_iter().map(record).collect())
        })
        .await
    }

    async fn reset_password(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        hash: String,
        notice: NewMail,
        now: Time,
    ) -> Result<Option<UserId>> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let purpose = EmailPurpose::ResetPassword;
        self.write("email_challenges.reset_password", async move |conn: &mut Conn| {
            let Some(found) = standing(conn, &tenant, purpose, secret, now).await? else { return Ok(None) };
            // Users are held before what is theirs, so that jobs do not deadlock; whoever comes second finds nothing.
            let user_id = found.user.user_id;
            if !hold::user(conn, &tenant, &user_id).await? {
                return Ok(None);
            }
            if standing(conn, &tenant, purpose, secret, now).await?.is_none() {
                return Ok(None);
            }
            let own = email_challenges::table
                .find((tenant.as_str(), user_id.as_str(), purpose.as_str()))
                .filter(email_challenges::secret.eq(secret.as_bytes()));
            if diesel::delete(own).execute(conn).await? == 0 {
                return Ok(None);
            }
            new_password::set(conn, &events, &tenant, &user_id, hash, now).await?;
            new_password::settled(conn, &tenant, &user_id).await?;
            // Where too many mails wait, the new password counts all the same.
            queue(conn, &tenant, &notice, now).await?;
            Ok(Some(user_id))
        })
        .await
    }
}
