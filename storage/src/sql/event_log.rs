//! The log of kept events. Which conditions a search has, only the request says, so that its text is put together here;
//! each condition that can be asked for is the beginning of an index.

use async_trait::async_trait;
use credenza_protocol::ids::TenantId;
use credenza_protocol::time::{Seconds, Time};
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};
use diesel_async::RunQueryDsl;

use super::{Conn, Db, event_intake as intake};
use crate::schema::event_log;
use crate::{Batch, EventLog, EventOrder, EventPlace, EventsAsked, KeptEvent, Result};

/// A search, in parts.
struct Search(Vec<Part>);

enum Part {
    Sql(&'static str),
    Text(String),
    Number(i64),
}

/// When it happened, its number, its id, and its envelope.
type Row = (i64, i64, String, String);

impl Search {
    /// The events of a tenant that match, at whatever time.
    fn new(tenant: &TenantId, asked: &EventsAsked) -> Self {
        let start = "SELECT at, position, event_id, body FROM event_log WHERE tenant_id = ";
        let mut search = Self(vec![Part::Sql(start), Part::Text(tenant.to_string())]);
        for (condition, value) in [
            (" AND kind = ", &asked.kind),
            (" AND noun = ", &asked.noun),
            (" AND subject = ", &asked.subject),
            (" AND actor = ", &asked.actor),
            (" AND user_id = ", &asked.user_id),
            (" AND client_id = ", &asked.client_id),
        ] {
            if let Some(value) = value {
                search = search.sql(condition).with(Part::Text(value.clone()));
            }
        }
        search
    }

    /// Those within a span.
    fn within(self, from: Option<Time>, to: Option<Time>) -> Self {
        let search = match from {
            Some(from) => self.sql(" AND at >= ").number(from.seconds()),
            None => self,
        };
        match to {
            Some(to) => search.sql(" AND at < ").number(to.seconds()),
            None => search,
        }
    }

    /// Those within the span that was asked for, in their places, and after one of them. That one is within the span, so
    /// that its time takes the place of one end of it: each end is told once, as an index has it, since some planners
    /// count the conditions that an index meets, and others find no range by two columns at once.
    fn in_places(
        self,
        asked: &EventsAsked,
        order: EventOrder,
        after: Option<EventPlace>,
        limit: u32,
    ) -> Self {
        let search = match (order, after) {
            (_, None) => self.within(asked.from, asked.to),
            (EventOrder::Newest, Some(place)) => {
                let parts = [" AND at <= ", " AND (at < ", " OR position < "];
                self.within(asked.from, None).beyond(parts, place)
            }
            (EventOrder::Oldest, Some(place)) => {
                let parts = [" AND at >= ", " AND (at > ", " OR position > "];
                self.within(None, asked.to).beyond(parts, place)
            }
        };
        let order = match order {
            EventOrder::Newest => " ORDER BY at DESC, position DESC LIMIT ",
            EventOrder::Oldest => " ORDER BY at, position LIMIT ",
        };
        search.sql(order).number(limit.into())
    }

    fn beyond(self, [bound, later, behind]: [&'static str; 3], place: EventPlace) -> Self {
        let at = place.at.seconds();
        let search = self.sql(bound).number(at).sql(later).number(at);
        search.sql(behind).number(place.position).sql(")")
    }

    /// Those with a number above the first and up to the second.
    fn in_turn(self, asked: &EventsAsked, after: i64, up_to: i64, limit: u32) -> Self {
        let search = self
            .within(asked.from, asked.to)
            .sql(" AND position > ")
            .number(after)
            .sql(" AND position <= ")
            .number(up_to);
        search.sql(" ORDER BY position LIMIT ").number(limit.into())
    }

    fn sql(self, text: &'static str) -> Self {
        self.with(Part::Sql(text))
    }

    fn number(self, number: i64) -> Self {
        self.with(Part::Number(number))
    }

    fn with(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }

    async fn run(self, conn: &mut Conn) -> Result<Vec<KeptEvent>> {
        let rows: Vec<Row> = self.load(conn).await?;
        Ok(rows.into_iter().map(kept).collect())
    }
}

impl<DB> QueryFragment<DB> for Search
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for part in &self.0 {
            match part {
                Part::Sql(text) => out.push_sql(text),
                Part::Text(text) => out.push_bind_param::<Text, str>(text)?,
                Part::Number(number) => out.push_bind_param::<BigInt, i64>(number)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Search {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Search {
    type SqlType = (BigInt, BigInt, Text, Text);
}

fn kept((at, position, event_id, body): Row) -> KeptEvent {
    KeptEvent { place: EventPlace { at: Time::from_seconds(at), position }, event_id, body }
}

/// The number of the last event of a tenant.
async fn last(conn: &mut Conn, tenant: &TenantId) -> Result<i64> {
    let last = event_log::table
        .filter(event_log::tenant_id.eq(tenant.as_str()))
        .order(event_log::position.desc())
        .select(event_log::position)
        .limit(1);
    Ok(last.get_result(conn).await.optional()?.unwrap_or_default())
}

#[async_trait]
impl EventLog for Db {
    fn keep(&self) -> Option<Seconds> {
        self.events.keep()
    }

    async fn take_in(&self, limit: u32) -> Result<u32> {
        intake::take_in(self, limit).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        asked: &EventsAsked,
        order: EventOrder,
        after: Option<EventPlace>,
        limit: u32,
    ) -> Result<Vec<KeptEvent>> {
        let search = Search::new(tenant, asked).in_places(asked, order, after, limit);
        self.read(async move |conn: &mut Conn| search.run(conn).await).await
    }

    async fn find(&self, tenant: &TenantId, event_id: &str) -> Result<Option<KeptEvent>> {
        let (tenant, event_id) = (tenant.clone(), event_id.to_owned());
        self.read(async move |conn: &mut Conn| {
            let row = event_log::table
                .filter(event_log::tenant_id.eq(tenant.as_str()))
                .filter(event_log::event_id.eq(event_id))
                .select((event_log::at, event_log::position, event_log::event_id, event_log::body))
                .limit(1);
            Ok(row.get_result::<Row>(conn).await.optional()?.map(kept))
        })
        .await
    }

    async fn after(
        &self,
        tenant: &TenantId,
        asked: &EventsAsked,
        position: i64,
        limit: u32,
    ) -> Result<Batch> {
        let (tenant, asked) = (tenant.clone(), asked.clone());
        self.read(async move |conn: &mut Conn| {
            // Read first: what is numbered after this is not in the batch, and so not passed over.
            let up_to = last(conn, &tenant).await?.max(position);
            if up_to == position {
                return Ok(Batch { events: vec![], position });
            }
            let events = Search::new(&tenant, &asked).in_turn(&asked, position, up_to, limit);
            let events = events.run(conn).await?;
            let is_full = u32::try_from(events.len()).is_ok_and(|count| count >= limit);
            let end = events.last().filter(|_| is_full).map_or(up_to, |event| event.place.position);
            Ok(Batch { events, position: end })
        })
        .await
    }

    async fn last(&self, tenant: &TenantId) -> Result<i64> {
        let tenant = tenant.clone();
        self.read(async move |conn: &mut Conn| last(conn, &tenant).await).await
    }
}
