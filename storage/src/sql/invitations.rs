//! Invitations: whom an operator has asked to make an account.

use async_trait::async_trait;
use credenza_protocol::event::{AcceptedInvitation, Event, OfInvitation};
use credenza_protocol::ids::{InvitationId, TenantId, UserId};
use credenza_protocol::invitation::{Gives, Invitation, KEPT};
use credenza_protocol::role::{Assignment, Holder};
use credenza_protocol::secret::SecretHash;
use credenza_protocol::time::Time;
use credenza_protocol::user::User;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::groups::put_in;
use super::mails::queue;
use super::roles::give;
use super::shared::events::put;
use super::shared::{identifiers, new_user};
use super::{Conn, Db};
use crate::kept::Keep;
use crate::schema::invitations;
use crate::stored::InvitationDetails;
use crate::{
    Created, Events, InvitationChange, Invitations, NewMail, Result, SignedUp, StoreError, stored, value,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    invitation_id: String,
    address: String,
    details: String,
    invited_by: Option<String>,
    created_at: i64,
    sent_at: i64,
    good_until: i64,
    accepted_at: Option<i64>,
    revoked_at: Option<i64>,
    user_id: Option<String>,
}

impl Row {
    fn record(self) -> Result<Invitation> {
        Ok(Invitation {
            invitation_id: InvitationId::new(self.invitation_id),
            email: self.address,
            gives: stored::read::<InvitationDetails>(&self.details)?,
            invited_by: self.invited_by,
            created_at: Time::from_seconds(self.created_at),
            sent_at: Time::from_seconds(self.sent_at),
            expires_at: Time::from_seconds(self.good_until),
            accepted_at: value::time(self.accepted_at),
            revoked_at: value::time(self.revoked_at),
            user_id: self.user_id.map(UserId::new),
        })
    }
}

/// The invitation of that secret, if it stands, held until the job ends: whoever comes second finds it spent.
async fn hold(
    conn: &mut Conn,
    tenant: &TenantId,
    secret: SecretHash,
    now: Time,
) -> Result<Option<Invitation>> {
    let row = invitations::table
        .filter(invitations::tenant_id.eq(tenant.as_str()))
        .filter(invitations::secret.eq(secret.as_bytes()))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::good_until.gt(now.seconds()));
    let held = diesel::update(row).set(invitations::good_until.eq(invitations::good_until));
    if held.kept().execute(conn).await? != 1 {
        return Ok(None);
    }
    let row = invitations::table
        .filter(invitations::tenant_id.eq(tenant.as_str()))
        .filter(invitations::secret.eq(secret.as_bytes()))
        .select(Row::as_select());
    row.get_result(conn).await.optional()?.map(Row::record).transpose()
}

/// Why a change found no invitation that stands.
async fn why_not(conn: &mut Conn, tenant: &TenantId, id: &InvitationId) -> Result<InvitationChange> {
    let row = invitations::table.find((tenant.as_str(), id.as_str())).select(invitations::created_at);
    let found = row.get_result::<i64>(conn).await.optional()?;
    Ok(if found.is_some() { InvitationChange::Over } else { InvitationChange::Absent })
}

/// Puts the new user into the groups, and gives them the roles, of those that are still there.
async fn give_all(
    conn: &mut Conn,
    events: &Events,
    tenant: &TenantId,
    (user_id, gives): (&UserId, Gives),
) -> Result<()> {
    for group_id in gives.groups {
        let _absent_is_passed_over = put_in(conn, events, tenant, group_id, user_id.clone()).await?;
    }
    for given in gives.roles {
        let holder = Holder::User(user_id.clone());
        let assignment = Assignment { client_id: given.client_id, role: given.role, holder };
        let _absent_is_passed_over = give(conn, events, tenant, assignment).await?;
    }
    Ok(())
}

#[async_trait]
impl Invitations for Db {
    async fn create(
        &self,
        tenant: &TenantId,
        invitation: Invitation,
        secret: SecretHash,
        mail: NewMail,
        now: Time,
    ) -> Result<bool> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let details = stored::write::<InvitationDetails>(invitation.gives)?;
        let id = invitation.invitation_id;
        self.write("invitations.create", async move |conn: &mut Conn| {
            if !queue(conn, &tenant, &mail, now).await? {
                return Ok(false);
            }
            let row = (
                invitations::tenant_id.eq(tenant.as_str()),
                invitations::invitation_id.eq(id.as_str()),
                invitations::secret.eq(secret.as_bytes()),
                invitations::address.eq(&invitation.email),
                invitations::details.eq(&details),
                invitations::invited_by.eq(invitation.invited_by.as_deref()),
                invitations::created_at.eq(invitation.created_at.seconds()),
                invitations::sent_at.eq(invitation.sent_at.seconds()),
                invitations::good_until.eq(invitation.expires_at.seconds()),
                invitations::expires_at.eq((invitation.expires_at + KEPT).seconds()),
            );
            diesel::insert_into(invitations::table).values(row).execute(conn).await?;
            let event = Event::InvitationCreated(OfInvitation { invitation_id: id.clone() });
            put(conn, &events, &tenant, event).await?;
            Ok(true)
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, id: &InvitationId) -> Result<Option<Invitation>> {
        let (tenant, id) = (tenant.clone(), id.clone());
        self.read(async move |conn: &mut Conn| {
            let row = invitations::table.find((tenant.as_str(), id.as_str())).select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn page(
        &self,
        tenant: &TenantId,
        after: Option<(Time, InvitationId)>,
        limit: u32,
    ) -> Result<Vec<Invitation>> {
        let tenant = tenant.clone();
        let (made, id) =
            after.map_or((i64::MIN, String::new()), |(made, id)| (made.seconds(), id.to_string()));
        self.read(async move |conn: &mut Conn| {
            let later_id = invitations::created_at.eq(made).and(invitations::invitation_id.gt(id));
            let rows = invitations::table
                .filter(invitations::tenant_id.eq(tenant.as_str()))
                .filter(invitations::created_at.gt(made).or(later_id))
                .order((invitations::created_at, invitations::invitation_id))
                .limit(limit.into())
                .select(Row::as_select());
            rows.load(conn).await?.into_iter().map(Row::record).collect()
        })
        .await
    }

    async fn resend(
        &self,
        tenant: &TenantId,
        id: &InvitationId,
        (secret, until): (SecretHash, Time),
        mail: NewMail,
        now: Time,
    ) -> Result<InvitationChange> {
        let (tenant, id, events) = (tenant.clone(), id.clone(), self.events.of_this_task());
        self.write("invitations.resend", async move |conn: &mut Conn| {
            let row = invitations::table
                .find((tenant.as_str(), id.as_str()))
                .filter(invitations::accepted_at.is_null())
                .filter(invitations::revoked_at.is_null());
            // Held before the queue, so that nothing waits for what is over.
            let held = diesel::update(row).set(invitations::good_until.eq(invitations::good_until));
            if held.kept().execute(conn).await? != 1 {
                return why_not(conn, &tenant, &id).await;
            }
            if !queue(conn, &tenant, &mail, now).await? {
                return Ok(InvitationChange::Full);
            }
            let changes = (
                invitations::secret.eq(secret.as_bytes()),
                invitations::sent_at.eq(now.seconds()),
                invitations::good_until.eq(until.seconds()),
                invitations::expires_at.eq((until + KEPT).seconds()),
            );
            let row = invitations::table.find((tenant.as_str(), id.as_str()));
            diesel::update(row).set(changes).kept().execute(conn).await?;
            let event = Event::InvitationResent(OfInvitation { invitation_id: id.clone() });
            put(conn, &events, &tenant, event).await?;
            Ok(InvitationChange::Done)
        })
        .await
    }

    async fn revoke(&self, tenant: &TenantId, id: &InvitationId, now: Time) -> Result<InvitationChange> {
        let (tenant, id, events) = (tenant.clone(), id.clone(), self.events.of_this_task());
        self.write("invitations.revoke", async move |conn: &mut Conn| {
            let row = invitations::table
                .find((tenant.as_str(), id.as_str()))
                .filter(invitations::accepted_at.is_null())
                .filter(invitations::revoked_at.is_null());
            let revoked = diesel::update(row).set(invitations::revoked_at.eq(now.seconds()));
            if revoked.kept().execute(conn).await? != 1 {
                return why_not(conn, &tenant, &id).await;
            }
            let event = Event::InvitationRevoked(OfInvitation { invitation_id: id.clone() });
            put(conn, &events, &tenant, event).await?;
            Ok(InvitationChange::Done)
        })
        .await
    }

    async fn find_standing(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        now: Time,
    ) -> Result<Option<Invitation>> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| {
            let row = invitations::table
                .filter(invitations::tenant_id.eq(tenant.as_str()))
                .filter(invitations::secret.eq(secret.as_bytes()))
                .filter(invitations::accepted_at.is_null())
                .filter(invitations::revoked_at.is_null())
                .filter(invitations::good_until.gt(now.seconds()))
                .select(Row::as_select());
            row.get_result(conn).await.optional()?.map(Row::record).transpose()
        })
        .await
    }

    async fn accept(
        &self,
        tenant: &TenantId,
        secret: SecretHash,
        user: User,
        password_hash: String,
        now: Time,
    ) -> Result<SignedUp> {
        let (tenant, events) = (tenant.clone(), self.events.of_this_task());
        let row = new_user::Row::of(user, Some(password_hash))?;
        self.write("invitations.accept", async move |conn: &mut Conn| {
            let Some(invitation) = hold(conn, &tenant, secret, now).await? else {
                return Ok(SignedUp::Dead);
            };
            if identifiers::is_address_taken(conn, &tenant, row.user()).await? {
                return Ok(SignedUp::AddressTaken);
            }
            let user_id = row.user().user_id.clone();
            match new_user::insert(conn, &events, &tenant, row.clone()).await? {
                Created::Yes => {}
                refused => return Ok(SignedUp::Refused(refused)),
            }
            give_all(conn, &events, &tenant, (&user_id, invitation.gives)).await?;
            let id = invitation.invitation_id;
            let accepted =
                (invitations::accepted_at.eq(now.seconds()), invitations::user_id.eq(user_id.as_str()));
            let spent = invitations::table
                .find((tenant.as_str(), id.as_str()))
                .filter(invitations::accepted_at.is_null());
            if diesel::update(spent).set(accepted).kept().execute(conn).await? != 1 {
                return Err(StoreError::new("an invitation that was held is gone"));
            }
            let event = Event::InvitationAccepted(AcceptedInvitation { invitation_id: id, user_id });
            put(conn, &events, &tenant, event).await?;
            Ok(SignedUp::Done)
        })
        .await
    }
}
