//! Chart 842: Races in the admin API | If-Match is compared in the transaction of the change; of many with one version one wins

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, Provider, Request, Response, at_once};
use serde_json::{Value, json};

const RACERS: usize = 64;

async fn service(op: &Provider) -> Administrator {
    Administrator::service(op, &everything().to_string()).await
}

/// Something of each kind that has a version: its path, what it is made by, and a change of it.
async fn made(op: &Provider, who: &Administrator, round: usize) -> Vec<(String, Value)> {
    let mut made = vec![];
    for (path, new, id, changes) in [
        (
            "/users",
            json!({"username": format!("user {round}")}),
            "user_id",
            json!({"claims": {"nickname": "N"}}),
        ),
        (
            "/clients",
            json!({"client_name": "App", "redirect_uris": ["https://app.example/cb"]}),
            "client_id",
            json!({"client_name": "Another"}),
        ),
        ("/groups", json!({"name": format!("group {round}")}), "group_id", json!({"description": "D"})),
        (
            "/tenants",
            json!({"name": format!("tenant-{round}")}),
            "name",
            json!({"settings": {"code_lifetime": 30}}),
        ),
    ] {
        let answer = who.post(op, path, &new).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        made.push((format!("{path}/{}", answer.json()[id].as_str().unwrap()), changes));
    }
    made
}

/// How many have won; the others were told why not.
fn winners(answers: &[Response]) -> usize {
    let (done, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.is_success());
    for answer in lost {
        match answer.status.as_u16() {
            // What is gone has no version: RFC 9110 13.2.1.
            404 => answer.assert_problem(404, "not-found"),
            _ => answer.assert_problem(412, "stale"),
        }
    }
    done.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_13_1_1_of_many_changes_of_one_version_one_is_made() {
    let op = Provider::start().await;
    let who = service(&op).await;
    for (path, changes) in made(&op, &who, 0).await {
        let etag = who.get(&op, &path).await.header("etag").to_owned();
        let change = || who.with_body(&op, "PATCH", &path, &changes).header("if-match", &etag);
        let answers = at_once((0..RACERS).map(|_| change())).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{path}");
        answers.iter().filter(|answer| answer.status != 200).for_each(|answer| {
            answer.assert_problem(412, "stale");
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9110_13_1_1_of_many_who_change_or_delete_one_version_one_does() {
    let op = Provider::start().await;
    let who = service(&op).await;
    for round in 0..4 {
        for (path, changes) in made(&op, &who, round).await {
            let etag = who.get(&op, &path).await.header("etag").to_owned();
            let request = |n: usize| -> Request {
                let request = match n % 3 {
                    0 => who.with_body(&op, "PATCH", &path, &changes),
                    1 if !path.starts_with("/groups") => who.request(&op, "POST", &format!("{path}/disable")),
                    _ => who.request(&op, "DELETE", &path),
                };
                request.header("if-match", &etag)
            };
            assert_eq!(winners(&at_once((0..RACERS).map(request)).await), 1, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_disabled_may_be_named_by_its_version() {
    let op = Provider::start().await;
    let who = service(&op).await;
    for (path, _) in made(&op, &who, 0).await.into_iter().filter(|(path, _)| !path.starts_with("/groups")) {
        let etag = who.get(&op, &path).await.header("etag").to_owned();
        let call = async |verb: &str, etag: Option<&str>| {
            let request = who.request(&op, "POST", &format!("{path}/{verb}"));
            match etag {
                Some(etag) => request.header("if-match", etag).send().await,
                None => request.send().await,
            }
        };
        call("disable", Some("\"999\"")).await.assert_problem(412, "stale");
        call("disable", Some("nonsense")).await.assert_problem(400, "invalid-parameter");
        assert_eq!(who.get(&op, &path).await.json()["disabled_at"], json!(null), "{path}");
        let disabled = call("disable", Some(&etag)).await;
        assert_eq!(disabled.status, 200, "{}", disabled.text());
        assert_eq!(who.get(&op, &path).await.header("etag"), disabled.header("etag"));
        // Whoever would enable what they have read as it was before does not undo it.
        call("enable", Some(&etag)).await.assert_problem(412, "stale");
        assert!(who.get(&op, &path).await.json()["disabled_at"].is_i64(), "{path}");
        for etag in [Some("*"), None] {
            assert_eq!(call("enable", etag).await.json()["disabled_at"], json!(null), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_the_keys_that_are_deleted_at_once_one_is_left_to_sign() {
    let op = Provider::start().await;
    let who = service(&op).await;
    let signing = async || -> Vec<String> {
        let page = who.get(&op, "/keys?limit=200").await.json();
        let keys = page["items"].as_array().unwrap().iter();
        let keys = keys.filter(|key| key["algorithm"] == "EdDSA" && key["disabled_at"].is_null());
        keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    for _ in 0..3 {
        let new = json!({"algorithm": "EdDSA", "active_at": op.now()});
        let made = who.post(&op, "/keys", &new).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    let before = signing().await;
    assert!(before.len() >= 3, "{before:?}");
    let requests = before.iter().enumerate().map(|(n, kid)| match n % 2 {
        0 => who.request(&op, "DELETE", &format!("/keys/{kid}")),
        _ => who.request(&op, "POST", &format!("/keys/{kid}/disable")),
    });
    let answers = at_once(requests).await;
    let gone = answers.iter().filter(|answer| answer.status.is_success()).count();
    let left = signing().await;
    assert_eq!(left.len(), before.len() - gone);
    assert_eq!(
        left.len(),
        1,
        "one was refused: {:?}",
        answers.iter().map(Response::text).collect::<Vec<_>>()
    );
    answers.iter().filter(|answer| !answer.status.is_success()).for_each(|answer| {
        answer.assert_problem(409, "conflict");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a106_of_two_owners_who_remove_each_other_one_stays() {
    let op = Provider::start().await;
    for round in 0..6 {
        let (ada, bob) = (op.user(&format!("ada{round}")).await, op.user(&format!("bob{round}")).await);
        let (one, other) = (
            Administrator::person(&op, "default", &ada, &[(Role::Owner, false)]).await,
            Administrator::person(&op, "default", &bob, &[(Role::Owner, false)]).await,
        );
        let request = |who: &Administrator, whom: &str| match round % 3 {
            0 => who.request(&op, "DELETE", &format!("/users/{whom}/admin-roles/owner")),
            1 => who.request(&op, "POST", &format!("/users/{whom}/disable")),
            _ => who.request(&op, "DELETE", &format!("/users/{whom}")).header("if-match", "*"),
        };
        let requests = [request(&one, bob.user_id.as_str()), request(&other, ada.user_id.as_str())];
        let answers = at_once(requests).await;
        let done = answers.iter().filter(|answer| answer.status.is_success()).count();
        assert_eq!(done, 1, "{:?}", answers.iter().map(Response::text).collect::<Vec<_>>());
        let live = [&one, &other].map(|who| who.get(&op, "/tenant"));
        let [one, other] = live;
        let live = [one.await.status == 200, other.await.status == 200];
        assert_eq!(live.iter().filter(|lives| **lives).count(), 1);
    }
}
