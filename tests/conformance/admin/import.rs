//! Chart 847: Bulk import and export of users | NDJSON, read and answered line by line; tried first, cut off and finished, with groups and password hashes

use std::collections::BTreeMap;
use std::time::Duration;

use credenza::state::BULK;
use credenza_protocol::admin_roles::{Role, everything};
use credenza_protocol::group::Group;
use credenza_protocol::ids::{GroupId, UserId};
use credenza_protocol::time::Time;
use credenza_protocol::version::Version;
use credenza_tests::{Administrator, Person, Provider, RelyingParty, Request, Response};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// `password`, as other providers hash it.
const HASH: &str = "bcrypt$$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm";

fn ndjson(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

async fn send(op: &Provider, who: &Administrator, query: &str, body: impl Into<Vec<u8>>) -> Response {
    let request = who.request(op, "POST", &format!("/users/import{query}"));
    request.header("content-type", "application/x-ndjson").body(body).send().await
}

/// What became of each line, by its number, and of all of them.
fn told(answer: &Response) -> (BTreeMap<u64, Value>, Value) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = answer.text();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap();
    (lines.into_iter().map(|line| (line["line"].as_u64().unwrap(), line)).collect(), summary)
}

fn outcomes(answer: &Response) -> Vec<String> {
    told(answer).0.into_values().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect()
}

async fn count(op: &Provider) -> usize {
    let tenant = op.default_tenant().await;
    let (mut found, mut after) = (0, None);
    loop {
        let page = op.state.store.users.list(&tenant, after.as_ref(), 1000).await.unwrap();
        found += page.len();
        match page.last() {
            Some(last) => after = Some(last.user_id.clone()),
            None => return found,
        }
    }
}

async fn group(op: &Provider, name: &str) -> GroupId {
    let group = Group {
        group_id: GroupId::new(name.to_lowercase()),
        name: name.to_owned(),
        description: String::new(),
        created_at: Time::from_seconds(op.now()),
        updated_at: Time::from_seconds(op.now()),
        version: Version::FIRST,
    };
    assert!(op.state.store.groups.create(&op.default_tenant().await, group.clone()).await.unwrap());
    group.group_id
}

fn many(from: usize, to: usize) -> Vec<Value> {
    (from..to)
        .map(|n| {
            json!({"user_id": format!("id-{n}"), "username": format!("person {n}"), "password_hash": HASH,
                        "claims": {"email": format!("p{n}@example.com"), "email_verified": true}})
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_is_answered_and_stands_alone() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, "admin:users:import").await;
    op.user("taken").await;
    let good = json!({"user_id": "1", "username": "ada", "password_hash": HASH,
                      "claims": {"email": "ada@example.com", "email_verified": true}});
    let lines = [
        good.to_string(),
        String::new(),
        json!({"user_id": "2", "username": "taken"}).to_string(),
        "nonsense".to_owned(),
        r#"{"username": "bob", "username": "eve"}"#.to_owned(),
        json!({"username": "eve", "is_owner": true}).to_string(),
        json!({"username": "eve", "claims": {"email": 7}}).to_string(),
        json!({"username": "eve", "claims": {"email": "nowhere"}}).to_string(),
        json!({"username": "eve", "password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"}).to_string(),
        json!({"username": "eve", "attributes": {"department": "x"}}).to_string(),
        json!({"user_id": "3", "username": "\u{430}da"}).to_string(),
        json!({"user_id": "import", "username": "eve"}).to_string(),
        json!({"user_id": "4", "username": "gone", "disabled": true}).to_string(),
        json!({"user_id": "4", "username": "gone", "disabled": true}).to_string(),
        json!({"username": "eve", "groups": ["Staff"]}).to_string(),
    ];
    let body = lines.join("\r\n");
    let tried = send(&op, &who, "?dry_run=true", &*body).await;
    let (_, summary) = told(&tried);
    assert_eq!((&summary["dry_run"], &summary["created"]), (&json!(true), &json!(2)), "{summary}");
    assert_eq!(count(&op).await, 1, "a dry run stores nothing");
    let done = send(&op, &who, "", &*body).await;
    let (became, summary) = told(&done);
    let expected = json!({"created": 2, "updated": 0, "unchanged": 1, "refused": 11, "complete": true, "dry_run": false});
    assert_eq!(summary, expected, "{}", done.text());
    assert_eq!(became[&1], json!({"line": 1, "outcome": "created", "user_id": "1"}));
    assert!(!became.contains_key(&2), "a blank line says nothing");
    assert_eq!(became[&13]["outcome"], "created");
    assert_eq!(became[&14], json!({"line": 14, "outcome": "unchanged", "user_id": "4"}));
    for (line, pointer) in [
        (3, "/username"),
        (4, ""),
        (5, ""),
        (6, "/is_owner"),
        (7, "/claims/email"),
        (8, "/claims/email"),
        (9, "/password_hash"),
        (10, "/attributes"),
        (11, "/username"),
        (12, "/user_id"),
        (15, "/groups"),
    ] {
        assert_eq!(became[&line]["outcome"], "refused", "{line}");
        assert_eq!(became[&line]["errors"][0]["pointer"], pointer, "{}", became[&line]);
        assert!(!became[&line]["errors"][0]["detail"].as_str().unwrap().is_empty());
    }
    let text = tried.text() + &done.text();
    assert!(!text.contains("$2b$04$") && !text.contains("5f4dcc3b"), "no hash is told again");
    // The password is good, and the same lines change nothing.
    let ada =
        Person { user_id: UserId::new("1"), username: "ada".to_owned(), password: "password".to_owned() };
    RelyingParty::confidential(&op).await.sign_in(&op, &ada).await;
    let again = send(&op, &who, "", &*body).await;
    assert_eq!(told(&again).1["unchanged"], 3, "{}", again.text());
    assert_eq!(count(&op).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_here_already_is_left_alone_unless_it_is_asked_for() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let first = json!({"user_id": "1", "username": "ada", "claims": {"name": "Ada"}, "password_hash": HASH});
    assert_eq!(outcomes(&send(&op, &who, "", ndjson(std::slice::from_ref(&first))).await), ["created"]);
    let other = json!({"user_id": "1", "username": "lady", "claims": {"name": "Lady Ada"}, "disabled": true});
    let body = ndjson(&[other]);
    let refused = send(&op, &who, "", &*body).await;
    let (became, _) = told(&refused);
    let pointers: Vec<_> =
        became[&1]["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, ["/username", "/claims", "/disabled"]);
    assert_eq!(outcomes(&send(&op, &who, "?update=true&dry_run=true", &*body).await), ["updated"]);
    assert_eq!(who.get(&op, "/users/1").await.json()["username"], "ada");
    assert_eq!(outcomes(&send(&op, &who, "?update=true", &*body).await), ["updated"]);
    let now = who.get(&op, "/users/1").await.json();
    assert_eq!((&now["username"], &now["claims"]), (&json!("lady"), &json!({"name": "Lady Ada"})));
    assert_eq!(now["disabled_at"], op.now());
    assert_eq!(outcomes(&send(&op, &who, "?update=true", &*body).await), ["unchanged"]);
    let tenant = op.default_tenant().await;
    let hash = op.state.store.credentials.password(&tenant, &UserId::new("1")).await.unwrap();
    assert_eq!(hash.as_deref(), Some(HASH), "the password stays");
    // Not of somebody who has more.
    let ada = op.user("owner").await;
    Administrator::person(&op, "default", &ada, &[(Role::Owner, true)]).await;
    let less = Administrator::service(&op, "admin:users:import").await;
    let taken_over = json!({"user_id": ada.user_id.as_str(), "username": "mine"});
    let refused = send(&op, &less, "?update=true", ndjson(&[taken_over])).await;
    assert_eq!(told(&refused).0[&1]["errors"][0]["pointer"], "/user_id", "{}", refused.text());
    assert_eq!(who.get(&op, &format!("/users/{}", ada.user_id)).await.json()["username"], "owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_name_groups_where_the_caller_may() {
    let op = Provider::start().await;
    let without = Administrator::service(&op, "admin:users:import").await;
    let who = Administrator::service(&op, "admin:users:import admin:groups:write").await;
    let staff = group(&op, "Staff").await;
    let body = ndjson(&[
        json!({"user_id": "1", "username": "ada", "groups": ["staff"]}),
        json!({"user_id": "2", "username": "bob", "groups": ["Staff", "Nobody"]}),
        json!({"user_id": "3", "username": "eve"}),
    ]);
    let refused = send(&op, &without, "", &*body).await;
    assert_eq!(outcomes(&refused), ["refused", "refused", "created"]);
    assert_eq!(told(&refused).0[&1]["errors"][0]["pointer"], "/groups");
    assert_eq!(
        outcomes(&send(&op, &who, "?dry_run=true", &*body).await),
        ["created", "refused", "unchanged"]
    );
    assert_eq!(outcomes(&send(&op, &who, "", &*body).await), ["created", "refused", "unchanged"]);
    let tenant = op.default_tenant().await;
    let members = op.state.store.groups.members(&tenant, &staff, None, 9).await.unwrap();
    assert_eq!(members.iter().map(|user| user.user_id.as_str()).collect::<Vec<_>>(), ["1"]);
    // Who is here already is put into what their line names, and nothing else of them changes.
    let body = ndjson(&[json!({"user_id": "3", "username": "eve", "groups": ["STAFF"]})]);
    assert_eq!(outcomes(&send(&op, &who, "?dry_run=true", &*body).await), ["updated"]);
    assert_eq!(outcomes(&send(&op, &who, "", &*body).await), ["updated"]);
    assert_eq!(outcomes(&send(&op, &who, "", &*body).await), ["unchanged"]);
    assert_eq!(op.state.store.groups.members(&tenant, &staff, None, 9).await.unwrap().len(), 2);
}

/// More than any other body may have, and with lines that wait for one another.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_import_is_read_piece_by_piece() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, "admin:users:import").await;
    let mut lines = many(0, 1000);
    // Of two of one name the first is stored, however many are worked on at once.
    for n in 0..20 {
        lines.insert(
            31 * n + 5,
            json!({"user_id": format!("late-{n}"), "username": format!("PERSON {}", 30 * n)}),
        );
    }
    let body = ndjson(&lines);
    assert!(body.len() > 100_000, "{}", body.len());
    let answer = send(&op, &who, "", &*body).await;
    let (became, summary) = told(&answer);
    assert_eq!((&summary["created"], &summary["refused"]), (&json!(1000), &json!(20)), "{summary}");
    for (number, line) in (1..).zip(&lines) {
        let is_late = line["user_id"].as_str().unwrap().starts_with("late-");
        assert_eq!(became[&number]["outcome"], if is_late { "refused" } else { "created" }, "{line}");
    }
    assert_eq!(count(&op).await, 1000);
    // From a line on: those before are not looked at.
    let rest = send(&op, &who, "?from_line=1011", &*body).await;
    let (became, summary) = told(&rest);
    assert_eq!(became.keys().copied().collect::<Vec<_>>(), (1011..=1020).collect::<Vec<_>>());
    assert_eq!((&summary["unchanged"], &summary["complete"]), (&json!(10), &json!(true)));
    // Elsewhere, the limit holds.
    let large = who.request(&op, "POST", "/users").header("content-type", "application/json");
    assert_eq!(large.body(format!(r#"{{"username": "{}"}}"#, "x".repeat(70_000))).send().await.status, 413);
    // A line that is too long is told, and the next one is taken.
    let long = format!("{{\"username\": \"{}\"}}\n{}", "x".repeat(70_000), json!({"username": "after"}));
    assert_eq!(outcomes(&send(&op, &who, "", long).await), ["refused", "created"]);
    assert_eq!(outcomes(&send(&op, &who, "", &b"\xff\xfe\n"[..]).await), ["refused"]);
    assert!(outcomes(&send(&op, &who, "", "").await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_is_finished_by_the_same_lines() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, "admin:users:import").await;
    let lines = many(0, 600);
    let address = op.origin().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /admin/v1/users/import HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
        who.token,
        ndjson(&lines).len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(ndjson(&lines[..400]).as_bytes()).await.unwrap();
    stream.write_all(b"{\"user_id\": \"half").await.unwrap();
    let stored = async {
        while count(&op).await < 256 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), stored).await.unwrap();
    drop(stream);
    let body = ndjson(&lines);
    let finished = send(&op, &who, "", &*body).await;
    let (became, summary) = told(&finished);
    assert_eq!(became.len(), 600);
    assert_eq!((&summary["refused"], &summary["complete"]), (&json!(0), &json!(true)), "{summary}");
    assert!(summary["unchanged"].as_u64().unwrap() >= 256, "{summary}");
    assert_eq!(count(&op).await, 600);
    assert_eq!(told(&send(&op, &who, "", &*body).await).1["unchanged"], 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_imports_at_once_each_line_is_stored_once() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, "admin:users:import").await;
    let body = ndjson(&many(0, 400));
    let (one, other) = tokio::join!(send(&op, &who, "", &*body), send(&op, &who, "", &*body));
    let (one, other) = (told(&one).1, told(&other).1);
    let sum = |name: &str| one[name].as_u64().unwrap() + other[name].as_u64().unwrap();
    assert_eq!((sum("created"), sum("unchanged"), sum("refused")), (400, 400, 0), "{one} {other}");
    assert_eq!(count(&op).await, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_as_are_worked_on_at_once_and_no_more() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let all = op.state.bulk.acquire_many(u32::try_from(BULK).unwrap()).await.unwrap();
    let body = ndjson(&many(0, 1));
    for answer in [send(&op, &who, "", &*body).await, who.get(&op, "/users/export").await] {
        answer.assert_problem(429, "too-many-at-once");
        assert_eq!(answer.header("retry-after"), "5");
    }
    drop(all);
    assert_eq!(outcomes(&send(&op, &who, "", &*body).await), ["created"]);
    assert_eq!(op.state.bulk.available_permits(), BULK, "each place is given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_an_import_is_refused_before_it_is_read() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let who = Administrator::service(&op, "admin:users:import").await;
    let reader = Administrator::service(&op, "admin:users:read admin:users:write").await;
    let body = ndjson(&many(0, 2000));
    send(&op, &reader, "", &*body).await.assert_problem(403, "insufficient-scope");
    send(&op, &who.at("acme"), "", &*body).await.assert_problem(401, "unauthenticated");
    let nobody = Request::post(op.at("/admin/v1/users/import"), "application/x-ndjson", &*body).send().await;
    nobody.assert_problem(401, "unauthenticated");
    for query in ["?dry_run=maybe", "?from_line=0", "?from_line=x", "?update=1", "?colour=red"] {
        send(&op, &who, query, &*body).await.assert_problem(400, "invalid-parameter");
    }
    let json = who.request(&op, "POST", "/users/import").header("content-type", "application/json");
    json.body(&*body).send().await.assert_problem(415, "unsupported-media-type");
    let packed = who.request(&op, "POST", "/users/import").header("content-type", "application/x-ndjson");
    let packed = packed.header("content-encoding", "gzip").body(&*body).send().await;
    packed.assert_problem(415, "unsupported-media-type");
    assert_eq!(count(&op).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_imported_elsewhere() {
    let (here, there) = (Provider::start().await, Provider::start().await);
    let alice = here.user("alice").await;
    let disabled = here.user("disabled").await;
    here.disable_user(&disabled).await;
    let tenant = here.default_tenant().await;
    let staff = group(&here, "Staff").await;
    group(&there, "Staff").await;
    let added = here.state.store.groups.add(&tenant, &staff, &alice.user_id).await.unwrap();
    assert_eq!(added, credenza_storage::Linked::Now);
    let admin = Administrator::service(&here, &everything().to_string()).await;
    let importer = Administrator::service(&here, "admin:users:import").await;
    assert_eq!(told(&send(&here, &importer, "", ndjson(&many(0, 450))).await).1["created"], 450);

    let bare = admin.get(&here, "/users/export").await;
    assert_eq!(bare.header("content-type"), "application/x-ndjson");
    let lines: Vec<Value> = bare.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 452);
    assert!(!bare.text().contains("password_hash"));
    let line = lines.iter().find(|line| line["username"] == "alice").unwrap();
    assert_eq!(line["groups"], json!(["Staff"]));
    let whole = admin.get(&here, "/users/export/password-hashes").await;
    assert_eq!(whole.text().matches("password_hash").count(), 452);

    let who = Administrator::service(&there, "admin:users:import admin:groups:write").await;
    assert_eq!(told(&send(&there, &who, "", whole.body.clone()).await).1["created"], 452);
    let rp = RelyingParty::confidential(&there).await;
    let tokens = rp.sign_in(&there, &alice).await;
    assert_eq!(credenza_tests::claims_of(tokens.id())["sub"], alice.user_id.as_str());
    let reader = Administrator::service(&there, "admin:users:export").await;
    let again = reader.get(&there, "/users/export").await;
    assert_eq!(again.text(), bare.text(), "there and back");
    // Whoever may export need not be one who may have the hashes.
    for path in ["/users/export/password-hashes", "/users"] {
        reader.get(&there, path).await.assert_problem(403, "insufficient-scope");
    }
}
