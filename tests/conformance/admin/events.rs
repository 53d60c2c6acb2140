//! Chart 856: Events in the admin API | kept, listed by type, subject, actor, user, client and time, and looked at

use credenza_protocol::admin_roles::{Role, everything};
use credenza_protocol::event::Form;
use credenza_tests::{Administrator, EventSchemas, Provider, Request, Response};
use serde_json::{Value, json};

async fn start() -> Provider {
    Provider::builder().keeping_events().start().await
}

fn types(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

async fn user(op: &Provider, who: &Administrator, name: &str) -> String {
    let made = who.post(op, "/users", &json!({"username": name})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["user_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_listed_at_once_by_what_it_is_and_who_did_it() {
    let op = start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let ada = user(&op, &who, "ada").await;
    op.pass(10);
    user(&op, &who, "bob").await;
    let path = format!("/users/{ada}");
    assert_eq!(who.patch(&op, &path, "*", &json!({"claims": {"name": "Ada"}})).await.status, 200);
    op.pass(10);
    assert_eq!(who.delete(&op, &path, "*").await.status, 204);
    let list = async |query: &str| -> Value {
        let answer = who.get(&op, &format!("/events{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        answer.json()
    };
    let all = list("?limit=200").await;
    assert_eq!(
        types(&all)[..5],
        ["grant.revoked", "user.deleted", "user.updated", "user.created", "user.created"]
    );
    assert!(types(&all).contains(&"tenant.created") && types(&all).contains(&"client.created"), "{all}");
    let schemas = EventSchemas::of(Form::CloudEvents);
    all["items"].as_array().unwrap().iter().for_each(|event| schemas.check(event).unwrap());
    let mut oldest = list("?limit=200&order=oldest").await;
    oldest["items"].as_array_mut().unwrap().reverse();
    assert_eq!(oldest["items"], all["items"]);
    let of_ada = ["grant.revoked", "user.deleted", "user.updated", "user.created"];
    let name = format!("client:{}", who.client.client_id());
    let now = op.now();
    for (query, expected) in [
        (format!("?user_id={ada}"), &of_ada[..]),
        (format!("?subject={ada}&type=user."), &of_ada[1..]),
        (format!("?subject={ada}&type=user.updated"), &of_ada[2..3]),
        (format!("?actor={name}&user_id={ada}"), &of_ada[..]),
        (format!("?actor=admin-key&user_id={ada}"), &[]),
        (format!("?user_id={ada}&from={now}"), &of_ada[..2]),
        (format!("?user_id={ada}&to={now}"), &of_ada[2..]),
        (format!("?user_id={ada}&from={}&to={now}", now - 10), &of_ada[2..3]),
        (format!("?client_id={}&type=client.", who.client.client_id()), &["client.created"]),
        ("?type=key.&subject=nothing".to_owned(), &[]),
    ] {
        assert_eq!(types(&list(&query).await), expected, "{query}");
    }
    let first = &all["items"][1];
    assert_eq!((&first["actor"], &first["subject"]), (&json!(name), &json!(ada)));
    let id = first["id"].as_str().unwrap();
    let one = who.get(&op, &format!("/events/{id}")).await;
    assert_eq!((one.status.as_u16(), &one.json()), (200, first));
    who.get(&op, "/events/nothing").await.assert_problem(404, "not-found");
    for query in [
        "type=moon.risen",
        "type=user",
        "order=sideways",
        "from=yesterday",
        "to=-1",
        "limit=0",
        "cursor=x",
        "colour=red",
    ] {
        who.get(&op, &format!("/events?{query}")).await.assert_problem(400, "invalid-parameter");
    }
    let rfc3339 = list("?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00%2B01:00").await;
    assert_eq!(rfc3339, json!({"items": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_everything_once_and_their_cursors_are_bound() {
    let op = start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let other = Administrator::service(&op, &everything().to_string()).await;
    for n in 0..6 {
        // Three in each second.
        op.pass(i64::from(n % 3 == 0));
        user(&op, &who, &format!("user{n}")).await;
    }
    for order in ["newest", "oldest"] {
        let mut url = op.at(&format!("/admin/v1/events?type=user.created&limit=2&order={order}"));
        let mut seen = vec![];
        loop {
            let page = Request::get(&*url).bearer(&who.token).send().await.json();
            let ids = page["items"].as_array().unwrap().iter();
            seen.extend(ids.map(|event| event["id"].as_str().unwrap().to_owned()));
            // What happens meanwhile is before the pages of the newest, and changes none of them.
            let Some(next) = page.get("next") else { break };
            url = op.reach(next.as_str().unwrap());
        }
        let whole = who.get(&op, &format!("/events?type=user.created&limit=200&order={order}")).await.json();
        let ids = whole["items"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap());
        assert_eq!(seen, ids.collect::<Vec<_>>());
        assert_eq!(seen.len(), 6);
    }
    let page = who.get(&op, "/events?type=user.created&limit=1").await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let with = |query: &str| format!("/events?{query}&cursor={cursor}");
    assert_eq!(who.get(&op, &with("type=user.created")).await.status, 200);
    for refused in [
        who.get(&op, &with("type=user.deleted")).await,
        who.get(&op, &with("type=user.created&order=oldest")).await,
        who.get(&op, &format!("/events?cursor={cursor}")).await,
        other.get(&op, &with("type=user.created")).await,
        who.at("acme").get(&op, &with("type=user.created")).await,
        who.get(&op, &format!("/users?cursor={cursor}")).await,
        who.get(&op, &format!("/events/follow?type=user.created&after={cursor}")).await,
    ] {
        refused.assert_problem(400, "invalid-parameter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_its_own_and_they_go_with_it() {
    let op = start().await;
    let acme = op.tenant("acme").await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let there = who.at("acme");
    user(&op, &there, "eve").await;
    let theirs = there.get(&op, "/events?type=user.").await.json();
    assert_eq!(types(&theirs), ["user.created"]);
    assert_eq!(theirs["items"][0]["tenantid"], acme.as_str());
    assert_eq!(theirs["items"][0]["actortenantid"], op.default_tenant().await.as_str());
    let id = theirs["items"][0]["id"].as_str().unwrap();
    assert_eq!(there.get(&op, &format!("/events/{id}")).await.status, 200);
    who.get(&op, &format!("/events/{id}")).await.assert_problem(404, "not-found");
    assert_eq!(types(&who.get(&op, "/events?type=user.").await.json()), [""; 0]);
    assert!(op.state.store.tenants.delete(&acme).await.unwrap());
    there.get(&op, "/events").await.assert_problem(404, "not-found");
    // That it is gone is kept where somebody can see it; a tenant of the same name begins with nothing.
    let gone = who.get(&op, "/events?type=tenant.deleted").await.json();
    assert_eq!(gone["items"][0]["tenantid"], acme.as_str());
    let again = op.tenant("acme").await;
    let events = there.get(&op, "/events?limit=200").await.json();
    assert!(events["items"].as_array().unwrap().iter().all(|event| event["tenantid"] == again.as_str()));
    assert!(!types(&events).contains(&"user.created"), "{events}");
}

#[tokio::test(flavor = "multi_thread")]
async fn auditors_see_events_and_support_does_not() {
    let op = start().await;
    let events = async |role: Role| -> [Response; 3] {
        let person = op.user(role.as_str()).await;
        let who = Administrator::person(&op, "default", &person, &[(role, false)]).await;
        [
            who.get(&op, "/events").await,
            who.get(&op, "/events/follow").await,
            who.get(&op, "/events/nothing").await,
        ]
    };
    for role in [Role::Owner, Role::SecurityAdmin, Role::Auditor] {
        assert_eq!(events(role).await.map(|answer| answer.status.as_u16()), [200, 200, 404], "{role:?}");
    }
    for role in [Role::SupportAdmin, Role::BillingAdmin, Role::Moderator] {
        for answer in events(role).await {
            answer.assert_problem(403, "insufficient-scope");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_for_long_enough_is_gone_and_where_nothing_is_kept_nothing_is_there() {
    let op = start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    user(&op, &who, "ada").await;
    assert_eq!(types(&who.get(&op, "/events?type=user.").await.json()), ["user.created"]);
    let month = 30 * 86_400;
    op.pass(month);
    // What happens now is kept; the token has expired meanwhile.
    let who = Administrator::service(&op, &everything().to_string()).await;
    while op.state.store.maintenance.sweep(op.state.clock.now(), 500).await.unwrap() > 0 {}
    let left = who.get(&op, "/events?limit=200").await.json();
    assert_eq!(types(&left), ["client.created"], "of the second script");
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    user(&op, &who, "ada").await;
    assert_eq!(who.get(&op, "/events").await.json(), json!({"items": []}));
}
