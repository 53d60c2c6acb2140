//! Chart 805: Authority in the admin API | nobody gives more than they have, or acts on whoever has more

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, Person, Provider, RelyingParty};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a106_nobody_gives_a_role_that_brings_more_than_they_have() {
    let op = Provider::start().await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, false)]).await;
    let role = |role: &str| format!("/users/{}/admin-roles/{role}", bob.user_id);
    assert_eq!(owner.request(&op, "PUT", &role("owner")).send().await.status, 200);
    assert_eq!(owner.request(&op, "DELETE", &role("owner")).send().await.status, 204);
    for method in ["PUT", "DELETE"] {
        let further = owner.request(&op, method, &role("auditor?installation=true")).send().await;
        further.assert_problem(403, "beyond-authority");
    }
    let narrow =
        Administrator::service(&op, "admin:admin_roles:write admin:users:read admin:users:status").await;
    narrow.request(&op, "PUT", &role("moderator")).send().await.assert_problem(403, "beyond-authority");
    assert_eq!(
        owner.get(&op, &format!("/users/{}/admin-roles", bob.user_id)).await.json()["items"],
        json!([])
    );
    let everywhere = Administrator::service(&op, &everything().to_string()).await;
    assert_eq!(everywhere.request(&op, "PUT", &role("auditor?installation=true")).send().await.status, 200);
    everywhere.request(&op, "PUT", &role("root")).send().await.assert_problem(404, "not-found");
    op.tenant("acme").await;
    let eve = op.user_of("acme", "eve").await;
    let there = format!("/users/{}/admin-roles/auditor?installation=true", eve.user_id);
    let there = everywhere.at("acme").request(&op, "PUT", &there).send().await;
    there.assert_problem(422, "invalid-values");
}

#[tokio::test(flavor = "multi_thread")]
async fn a106_nobody_acts_on_a_person_who_may_more() {
    let op = Provider::start().await;
    let (ada, bob, carol) = (op.user("ada").await, op.user("bob").await, op.user("carol").await);
    Administrator::person(&op, "default", &ada, &[(Role::Owner, true)]).await;
    let support = Administrator::person(&op, "default", &bob, &[(Role::SupportAdmin, false)]).await;
    for (whom, beyond) in [(&ada, true), (&carol, false)] {
        let path = format!("/users/{}", whom.user_id);
        let changes = json!({"claims": {"email": "mallory@example.com"}});
        let password = json!({"password": "another password"});
        let answers = [
            support.patch(&op, &path, "*", &changes).await,
            support.with_body(&op, "PUT", &format!("{path}/password"), &password).send().await,
            support.request(&op, "POST", &format!("{path}/disable")).send().await,
            support.delete(&op, &path, "*").await,
        ];
        for answer in answers {
            match beyond {
                true => answer.assert_problem(403, "beyond-authority"),
                false => assert!(answer.status.is_success(), "{}", answer.text()),
            }
        }
    }
    let tenant = op.default_tenant().await;
    let kept = op.state.store.users.find(&tenant, &ada.user_id).await.unwrap().unwrap();
    assert_eq!((kept.disabled_at, kept.claims.email.as_deref()), (None, Some("ada@people.test")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a106_nobody_ends_sessions_of_whoever_may_more_or_keeps_them_out() {
    let op = Provider::start().await;
    let (ada, eve, bob, carol) =
        (op.user("ada").await, op.user("eve").await, op.user("bob").await, op.user("carol").await);
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, false)]).await;
    let moderator = Administrator::person(&op, "default", &bob, &[(Role::Moderator, false)]).await;
    let another = Administrator::person(&op, "default", &eve, &[(Role::Owner, false)]).await;
    let narrow = Administrator::service(&op, "admin:users:status admin:sessions:write").await;
    let rp = RelyingParty::confidential(&op).await;
    rp.sign_in(&op, &carol).await;
    let sessions = async |whom: &Person| {
        let page = owner.get(&op, &format!("/users/{}/sessions", whom.user_id)).await.json();
        let items = page["items"].as_array().unwrap().iter();
        items.map(|session| session["sid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let calls = |sid: &str, user_id: &str| {
        [
            ("POST", format!("/users/{user_id}/unlock")),
            ("DELETE", format!("/users/{user_id}/sessions/{sid}")),
            ("DELETE", format!("/users/{user_id}/sessions")),
            ("POST", format!("/users/{user_id}/disable")),
            ("POST", format!("/users/{user_id}/enable")),
        ]
    };
    let sid = sessions(&ada).await.remove(0);
    for who in [&moderator, &narrow] {
        for (method, path) in calls(&sid, ada.user_id.as_str()) {
            who.request(&op, method, &path).send().await.assert_problem(403, "beyond-authority");
        }
    }
    assert_eq!(sessions(&ada).await, std::slice::from_ref(&sid), "nothing has ended");
    assert_eq!(owner.get(&op, "/users").await.status, 200);
    // Positive controls: people without roles, and owners among themselves.
    let of_carol = sessions(&carol).await.remove(0);
    for (method, path) in calls(&of_carol, carol.user_id.as_str()) {
        let answer = moderator.request(&op, method, &path).send().await;
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text());
    }
    assert!(sessions(&carol).await.is_empty());
    for (method, path) in calls(&sid, ada.user_id.as_str()) {
        let answer = another.request(&op, method, &path).send().await;
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text());
    }
    owner.get(&op, "/users").await.assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a106_nobody_makes_or_takes_over_a_client_that_may_more() {
    let op = Provider::start().await;
    let clients =
        Administrator::service(&op, "admin:clients:read admin:clients:write admin:clients:secrets").await;
    let machine =
        |scope: &str| json!({"client_name": "Job", "grant_types": ["client_credentials"], "scope": scope});
    for (scope, beyond) in [
        ("reports:read", false),
        ("reports:read admin:clients:read", false),
        ("reports:read admin:users:write", true),
        ("admin:installation", true),
        ("admin:something-new", true),
    ] {
        let made = clients.post(&op, "/clients", &machine(scope)).await;
        match beyond {
            true => made.assert_problem(403, "beyond-authority"),
            false => assert_eq!(made.status, 201, "{}", made.text()),
        }
    }
    let strong = Administrator::service(&op, &everything().to_string()).await;
    let path = format!("/clients/{}", strong.client.client_id());
    for answer in [
        clients.patch(&op, &path, "*", &json!({"client_name": "Mine"})).await,
        clients.patch(&op, &path, "*", &json!({"scope": "reports:read"})).await,
        clients.request(&op, "POST", &format!("{path}/secret")).send().await,
        clients.request(&op, "POST", &format!("{path}/disable")).send().await,
        clients.delete(&op, &path, "*").await,
    ] {
        answer.assert_problem(403, "beyond-authority");
    }
    assert_eq!(strong.get(&op, "/users").await.status, 200, "nothing happened to it");
    let rotated = strong.request(&op, "POST", &format!("{path}/secret")).send().await;
    assert_eq!(rotated.status, 200, "{}", rotated.text());
    // Not by a setting either.
    let settings =
        json!({"settings": {"registration": "open", "registration_scope": "openid admin:users:write"}});
    let changed = strong.patch(&op, "/tenant", "*", &settings).await;
    changed.assert_problem(422, "invalid-values");
    assert_eq!(changed.json()["errors"][0]["pointer"], "/settings/registration_scope");
}
