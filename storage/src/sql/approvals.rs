//! Accounts that people made themselves and on which operators decide.

use async_trait::async_trait;
use credenza_protocol::approval::{Approval, ApprovalState, REFUSED_FOR, WAITS};
use credenza_protocol::event::{Event, OfUser};
use credenza_protocol::ids::{TenantId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::mails::queue;
use super::shared::events::put;
use super::shared::hold;
use super::shared::rights;
use super::shared::rows::UserRow;
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::{approvals, users};
use crate::{Approvals, Decided, NewMail, Result, Rights, StoreError, actor, value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = approvals)]
struct Row {
    user_id: String,
    state: String,
    asked_at: i64,
    decided_at: Option<i64>,
    expires_at: i64,
}

impl Row {
    fn record(self) -> Result<Approval> {
        let unknown = || StoreError::new("an account is in an unknown state of approval");
        Ok(Approval {
            user_id: UserId::new(self.user_id),
            state: ApprovalState::parse(&self.state).ok_or_else(unknown)?,
            asked_at: Time::from_seconds(self.asked_at),
            decided_at: value::time(self.decided_at),
            expires_at: Time::from_seconds(self.expires_at),
        })
    }
}

/// Notes that an account, which was made in this job, waits for a decision.
pub(super) async fn ask(conn: &mut Conn, tenant: &TenantId, user_id: &UserId, now: Time) -> Result<()> {
    let row = (
        approvals::tenant_id.eq(tenant.as_str()),
        approvals::user_id.eq(user_id.as_str()),
        approvals::state.eq(ApprovalState::Pending.as_str()),
        approvals::asked_at.eq(now.seconds()),
        approvals::expires_at.eq((now + WAITS).seconds()),
    );
    diesel::insert_into(approvals::table).values(row).execute(conn).await?;
    Ok(())
}

/// Holds the user, whom others decide on too, and whoever decides; what stands in the way.
async fn obstacle(
    conn: &mut Conn,
    by: Option<&Rights>,
    tenant: &TenantId,
    user_id: &UserId,
) -> Result<Option<Decided>> {
    if rights::lost(conn, by, tenant, user_id).await? {
        return Ok(Some(Decided::Stale));
    }
    Ok((!hold::user(conn, tenant, user_id).await?).then_some(Decided::Absent))
}

/// Queues the mail, if there is one; `false` when too many wait.
async fn tell(conn: &mut Conn, tenant: &TenantId, mail: Option<&NewMail>, now: Time) -> Result<bool> {
    match mail {
        Some(mail) => queue(conn, tenant, mail, now).await,
        None => Ok(true),
    }
}

#[async_trait]
impl Approvals for Db {
    async fn find(&self, tenant: &TenantId, user_id: &UserId) -> Result<Option<Approval>> {
        let (tenant, user_id) = (tenant.clone(), user_id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = approvals::table.find((tenant.as_str(), user_id.as_str())).select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        state: ApprovalState,
        after: Option<(Time, UserId)>,
        limit: u32,
    ) -> Result<Vec<(Approval, User)>> {
        let tenant = tenant.clone();
        let (asked, id) = after.map_or((i64::MIN, String::new()), |(at, id)| (at.seconds(), id.to_string()));
        self.read(async move |conn: &mut Conn| {
            let same_user =
                users::tenant_id.eq(approvals::tenant_id).and(users::user_id.eq(approvals::user_id));
            let later_id = approvals::asked_at.eq(asked).and(approvals::user_id.gt(id));
            let rows = approvals::table
                .inner_join(users::table.on(same_user))
                .filter(approvals::tenant_id.eq(tenant.as_str()))
                .filter(approvals::state.eq(state.as_str()))
                .filter(approvals::asked_at.gt(asked).or(later_id))
                .order((approvals::asked_at, approvals::user_id))
                .limit(limit.into())
                .select((Row::as_select(), UserRow::as_select()));
            let rows: Vec<(Row, UserRow)> = rows.load(conn).await?;
            rows.into_iter().map(|(row, user)| Ok((row.record()?, user.record()?))).collect()
        })
        .await
    }

    async fn approve(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<Decided> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        let by = actor::rights_of_this_task();
        self.write("approvals.approve", async move |conn: &mut Conn| {
            if let Some(obstacle) = obstacle(conn, by.as_ref(), &tenant, &user_id).await? {
                return Ok(obstacle);
            }
            let row = approvals::table.find((tenant.as_str(), user_id.as_str()));
            let state: Option<String> = row.select(approvals::state).get_result(conn).await.optional()?;
            if state.is_none() {
                return Ok(Decided::Absent);
            }
            if !tell(conn, &tenant, mail.as_ref(), now).await? {
                return Ok(Decided::Full);
            }
            diesel::delete(row).execute(conn).await?;
            let enabled = (users::disabled_at.eq(None::<i64>), users::version.eq(users::version + 1));
            let user = users::table.find((tenant.as_str(), user_id.as_str()));
            diesel::update(user).set(enabled).kept().execute(conn).await?;
            let event = Event::UserApproved(OfUser { user_id: user_id.clone() });
            put(conn, &events, &tenant, event).await?;
            Ok(Decided::Done)
        })
        .await
    }

    async fn reject(
        &self,
        tenant: &TenantId,
        user_id: &UserId,
        mail: Option<NewMail>,
        now: Time,
    ) -> Result<Decided> {
        let (tenant, user_id, events) = (tenant.clone(), user_id.clone(), self.events.of_this_task());
        let by = actor::rights_of_this_task();
        self.write("approvals.reject", async move |conn: &mut Conn| {
            if let Some(obstacle) = obstacle(conn, by.as_ref(), &tenant, &user_id).await? {
                return Ok(obstacle);
            }
            let row = approvals::table.find((tenant.as_str(), user_id.as_str()));
            let state: Option<String> = row.select(approvals::state).get_result(conn).await.optional()?;
            if state.as_deref() != Some(ApprovalState::Pending.as_str()) {
                return Ok(Decided::Absent);
            }
            if !tell(conn, &tenant, mail.as_ref(), now).await? {
                return Ok(Decided::Full);
            }
            let changes = (
                approvals::state.eq(ApprovalState::Rejected.as_str()),
                approvals::decided_at.eq(now.seconds()),
                approvals::expires_at.eq((now + REFUSED_FOR).seconds()),
            );
            diesel::update(row).set(changes).kept().execute(conn).await?;
            let event = Event::UserRejected(OfUser { user_id: user_id.clone() });
            put(conn, &events, &tenant, event).await?;
            Ok(Decided::Done)
        })
        .await
    }
}
