//! A copy of everything that is stored about a person, for themselves (GDPR 15 and 20): one JSON object, written part by part,
//! so that no amount of events is held in memory.

use credenza_protocol::consent::Consent;
use credenza_protocol::event::index::Indexed;
use credenza_protocol::role::Holder;
use credenza_protocol::user::User;
use credenza_storage::{EventOrder, EventPlace, EventsAsked, KeptEvent, StoreError};
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::accounts::held::Held;
use crate::admin::{Administration, grants};
use crate::context::Context;
use crate::failure::Failure;
use crate::people::devices;

/// Records that are read at a time.
const PAGE: u32 = 200;

/// A copy under way.
pub struct DataCopy {
    context: Context,
    user: User,
    /// The `sub` by which whoever reads the copy knows the person, where that is not their id.
    sub: Option<String>,
    next: Part,
}

/// What is written next.
enum Part {
    All,
    Events { after: Option<EventPlace>, is_first: bool },
    End,
    Nothing,
}

impl DataCopy {
    /// Begins one of that user, as they are now.
    #[must_use]
    pub fn of(context: Context, user: User) -> Self {
        Self { context, user, sub: None, next: Part::All }
    }

    /// The same for an application, which may know the person by a `sub` of its own (OpenID Connect Core 8.1): it is not told
    /// the id, by which others know them.
    #[must_use]
    pub fn for_one_who_knows(self, sub: String) -> Self {
        Self { sub: Some(sub).filter(|sub| sub != self.user.user_id.as_str()), ..self }
    }

    /// The text, part by part. The first part is made before this returns, so that the caller can still tell what fails. A copy
    /// that breaks off is no JSON.
    ///
    /// # Errors
    /// [`Failure`], of the first part and of each other.
    pub async fn parts(mut self) -> Result<impl Stream<Item = Result<String, Failure>> + Send, Failure> {
        tracing::info!(user_id = %self.user.user_id, "a person takes a copy of their data");
        let first = self.part().await?;
        let rest = stream::try_unfold(self, |mut copy| async move {
            let part = copy.part().await?;
            Ok::<_, Failure>(part.map(|part| (part, copy)))
        });
        let rest = rest.inspect_err(|error| tracing::error!(%error, "a copy of a person's data broke off"));
        Ok(stream::iter(first.map(Ok)).chain(rest))
    }

    /// The next part of the text; `None` after the last.
    async fn part(&mut self) -> Result<Option<String>, Failure> {
        match std::mem::replace(&mut self.next, Part::Nothing) {
            Part::All => {
                let text = self.told(Value::Object(self.all().await?)).to_string();
                let Some(open) = text.strip_suffix('}') else {
                    return Err(Failure::Internal("a copy of data is no object"));
                };
                self.next = Part::Events { after: None, is_first: true };
                Ok(Some(format!("{open},\"events\":[")))
            }
            Part::Events { after, is_first } => Ok(Some(self.events(after, is_first).await?)),
            Part::End => Ok(Some("]}\n".to_owned())),
            Part::Nothing => Ok(None),
        }
    }

    /// Everything but the events.
    async fn all(&self) -> Result<Map<String, Value>, Failure> {
        let (context, user) = (&self.context, &self.user);
        let (tenant, store, now) = (&context.realm.tenant.tenant_id, &context.state.store, context.now);
        let id = &user.user_id;
        let settings = &context.realm.tenant.settings;
        let has_password = store.credentials.password(tenant, id).await?.is_some();
        let sessions = store.sessions.list(tenant, id, now).await?;
        let sessions: Vec<_> =
            sessions.into_iter().filter_map(|session| session.live(settings, now)).collect();
        let groups = store.groups.of_user(tenant, id).await?;
        let parts = [
            ("issuer", json!(context.realm.issuer)),
            ("copied_at", json!(now)),
            ("account", written(user)?),
            ("has_password", json!(has_password)),
            ("groups", written(&groups)?),
            ("roles", written(&store.roles.of_holder(tenant, &Holder::User(id.clone())).await?)?),
            ("admin_roles", written(&store.admin_roles.of(tenant, id).await?)?),
            ("sessions", written(&sessions)?),
            ("consents", self.consents().await?),
            ("applications", self.applications().await?),
            ("devices", written(&devices::list(context, id).await?)?),
            ("authenticators", self.authenticators().await?),
            ("pending", self.pending().await?),
        ];
        Ok(parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn admin(&self) -> Administration<'_> {
        Administration::of_server(&self.context.state, self.context.now)
    }

    /// What they sign in with beside a password, without what it is checked by.
    async fn authenticators(&self) -> Result<Value, Failure> {
        let held = Held::of(&self.context, &self.user.user_id).await?;
        let own: Vec<_> = held.records.into_iter().map(|record| record.authenticator).collect();
        written(&own)
    }

    async fn consents(&self) -> Result<Value, Failure> {
        let tenant = &self.context.realm.tenant.tenant_id;
        let mut found: Vec<Consent> = vec![];
        loop {
            let after = found.last().map(|consent| consent.client_id.clone());
            let page = grants::consents_page(&self.admin(), tenant, &self.user.user_id, after.as_ref(), PAGE)
                .await?;
            if page.is_empty() {
                return written(&found);
            }
            found.extend(page);
        }
    }

    /// The mails that wait for the person to answer them.
    async fn pending(&self) -> Result<Value, Failure> {
        let (tenant, store) = (&self.context.realm.tenant.tenant_id, &self.context.state.store);
        let (id, now) = (&self.user.user_id, self.context.now);
        let mut all = vec![];
        for mailed in store.email_challenges.of_user(tenant, id, now).await? {
            let (to, until) = (&mailed.address, mailed.expires_at);
            all.push(json!({ "purpose": mailed.purpose, "address": to, "expires_at": until }));
        }
        if let Some(change) = store.email_changes.pending(tenant, id, now).await? {
            all.push(json!({ "purpose": "change_email", "address": change.address, "expires_at": change.expires_at }));
        }
        Ok(Value::Array(all))
    }

    /// What was given to applications, and when it was last used.
    async fn applications(&self) -> Result<Value, Failure> {
        let tenant = &self.context.realm.tenant.tenant_id;
        let (mut found, mut after) = (vec![], None);
        loop {
            let page = grants::page(&self.admin(), tenant, &self.user.user_id, after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(Value::Array(found)) };
            after = Some(last.grant.grant_id.clone());
            for used in page {
                let client = self.context.client(&used.grant.client_id).await?;
                let name = client.map(|client| client.client.client_name.clone());
                let mut grant = written(&used.grant)?;
                if let Some(members) = grant.as_object_mut() {
                    members.insert("client_name".to_owned(), json!(name));
                    members.insert("last_used_at".to_owned(), json!(used.last_used_at));
                }
                found.push(grant);
            }
        }
    }

    /// The next events whose data name the person, the oldest first.
    async fn events(&mut self, after: Option<EventPlace>, is_first: bool) -> Result<String, StoreError> {
        let asked = EventsAsked { user_id: Some(self.user.user_id.to_string()), ..EventsAsked::default() };
        let tenant = &self.context.realm.tenant.tenant_id;
        let log = &self.context.state.store.event_log;
        let found = log.list(tenant, &asked, EventOrder::Oldest, after, PAGE).await?;
        let texts: Vec<_> =
            found.iter().filter_map(event).map(|event| self.told(event).to_string()).collect();
        self.next = match found.last() {
            Some(last) => Part::Events { after: Some(last.place), is_first: is_first && texts.is_empty() },
            None => Part::End,
        };
        let comma = if is_first || texts.is_empty() { "" } else { "," };
        Ok(format!("{comma}{}", texts.join(",")))
    }

    /// What is stored, as it is told: with the `sub` in place of the person's id.
    fn told(&self, mut stored: Value) -> Value {
        if let Some(sub) = &self.sub {
            rename(&mut stored, self.user.user_id.as_str(), sub);
        }
        stored
    }
}

/// Replaces the id of a person wherever it stands.
fn rename(value: &mut Value, user_id: &str, sub: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(id) if name == "user_id" && id == user_id => sub.clone_into(id),
                    _ => rename(member, user_id, sub),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, user_id, sub)),
        _ => {}
    }
}

/// An event as the person is told of it: without who did it, which may be somebody else, and from where.
fn event(kept: &KeptEvent) -> Option<Value> {
    let Indexed { id, kind, .. } = Indexed::read(&kept.body)?;
    let body: Value = serde_json::from_str(&kept.body).ok()?;
    let data = body.get("data").cloned().unwrap_or_default();
    Some(json!({ "id": id, "type": kind, "time": kept.place.at, "data": data }))
}

fn written(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|_| Failure::Internal("a record cannot be written as JSON"))
}
