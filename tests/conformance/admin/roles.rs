//! Chart 841: Roles at clients in the admin API | given to people and groups, told apart; nobody gives a role that is worth more than they have

use credenza_protocol::admin_roles::{Role, everything};
use credenza_protocol::scope::Scope;
use credenza_tests::{Administrator, Browser, Provider, RelyingParty};
use serde_json::{Value, json};

/// An application with two roles.
async fn app(op: &Provider) -> RelyingParty {
    let rp = RelyingParty::register(op, |client| {
        client.scope = client.scope.union(&Scope::parse("roles").unwrap());
        client.roles = vec!["editor".to_owned(), "site owner/all".to_owned()];
    });
    rp.await
}

async fn group(op: &Provider, who: &Administrator, name: &str) -> String {
    let made = who.post(op, "/groups", &json!({"name": name})).await.json();
    made["group_id"].as_str().unwrap().to_owned()
}

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_given_taken_and_told_apart() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let (ada, rp) = (op.user("ada").await, app(&op).await);
    let asking = rp.authorization().with("scope", "openid roles");
    let tokens = rp.sign_in_with(&op, &ada, &mut Browser::new(), asking).await;
    let told = async || rp.userinfo(&op, &tokens.access_token).await.json()["roles"].clone();
    let (id, user) = (rp.client_id(), ada.user_id.as_str());
    let staff = group(&op, &who, "staff").await;
    let own = format!("/clients/{id}/roles/site%20owner%2Fall/users/{user}");
    let by_group = format!("/clients/{id}/roles/editor/groups/{staff}");
    for path in [&own, &by_group] {
        let given = who.request(&op, "PUT", path).send().await;
        assert_eq!(given.status, 200, "{}", given.text());
        assert_eq!(who.request(&op, "PUT", path).send().await.json(), given.json(), "once more");
    }
    assert_eq!(told().await, json!(["site owner/all"]));
    let member = format!("/groups/{staff}/members/{user}");
    assert_eq!(who.request(&op, "PUT", &member).send().await.status, 204);
    assert_eq!(told().await, json!(["editor", "site owner/all"]));
    let of_group = json!({"client_id": id, "role": "editor", "group_id": staff});
    let of_user = json!({"client_id": id, "role": "site owner/all", "user_id": user});
    for (path, expected) in [
        (format!("/users/{user}/roles"), vec![&of_group, &of_user]),
        (format!("/clients/{id}/roles"), vec![&of_group, &of_user]),
        (format!("/groups/{staff}/roles"), vec![&of_group]),
    ] {
        let found = items(&who.get(&op, &path).await.json());
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{path}");
        let first = who.get(&op, &format!("{path}?limit=1")).await.json();
        assert_eq!(items(&first), [expected[0].clone()]);
        if let Some(cursor) = first["next_cursor"].as_str() {
            let second = who.get(&op, &format!("{path}?limit=1&cursor={cursor}")).await.json();
            assert_eq!((items(&second), second.get("next")), (vec![expected[1].clone()], None), "{path}");
        }
    }
    assert_eq!(who.request(&op, "DELETE", &by_group).send().await.status, 204);
    assert_eq!(told().await, json!(["site owner/all"]));
    who.request(&op, "DELETE", &by_group).send().await.assert_problem(404, "not-found");
    assert_eq!(who.request(&op, "DELETE", &own).send().await.status, 204);
    assert_ne!(told().await, json!(["site owner/all"]));
    let undeclared = who.request(&op, "PUT", &format!("/clients/{id}/roles/root/users/{user}")).send().await;
    undeclared.assert_problem(422, "invalid-values");
    for path in [
        format!("/clients/nobody/roles/editor/users/{user}"),
        format!("/clients/{id}/roles/editor/users/nobody"),
        format!("/clients/{id}/roles/editor/groups/nobody"),
    ] {
        who.request(&op, "PUT", &path).send().await.assert_problem(404, "not-found");
    }
    for path in ["/clients/nobody/roles", "/users/nobody/roles", "/groups/nobody/roles"] {
        who.get(&op, path).await.assert_problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a106_a_group_with_roles_is_for_whoever_may_give_the_roles() {
    let op = Provider::start().await;
    let all = Administrator::service(&op, &everything().to_string()).await;
    let (bob, carol, rp) = (op.user("bob").await, op.user("carol").await, app(&op).await);
    let support = Administrator::person(&op, "default", &bob, &[(Role::SupportAdmin, false)]).await;
    let (plain, strong) = (group(&op, &all, "plain").await, group(&op, &all, "strong").await);
    let role = format!("/clients/{}/roles/editor/groups/{strong}", rp.client_id());
    support.request(&op, "PUT", &role).send().await.assert_problem(403, "insufficient-scope");
    assert_eq!(all.request(&op, "PUT", &role).send().await.status, 200);
    // Themselves or others, it is the same: they could make an account and use it.
    for (id, beyond) in [(&strong, true), (&plain, false)] {
        let path = format!("/groups/{id}");
        for method in ["PUT", "DELETE"] {
            for person in [&bob, &carol] {
                let member = format!("{path}/members/{}", person.user_id);
                let answer = support.request(&op, method, &member).send().await;
                match beyond {
                    true => answer.assert_problem(403, "beyond-authority"),
                    false => assert_eq!(answer.status, 204, "{}", answer.text()),
                }
            }
        }
        let renamed = support.patch(&op, &path, "*", &json!({"description": "Ours"})).await;
        let deleted = support.delete(&op, &path, "*").await;
        match beyond {
            true => {
                [renamed, deleted].iter().for_each(|answer| answer.assert_problem(403, "beyond-authority"))
            }
            false => assert_eq!((renamed.status.as_u16(), deleted.status.as_u16()), (200, 204)),
        }
    }
    assert_eq!(all.get(&op, &format!("/groups/{strong}/members")).await.json(), json!({"items": []}));
    assert_eq!(all.get(&op, &format!("/groups/{strong}")).await.json()["description"], "");
    // Who may give the roles may change the group as well.
    let both = Administrator::service(&op, "admin:groups:write admin:roles:write").await;
    let member = format!("/groups/{strong}/members/{}", carol.user_id);
    assert_eq!(both.request(&op, "PUT", &member).send().await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a106_a_role_at_an_application_that_administers_is_for_whoever_may_as_much() {
    let op = Provider::start().await;
    let (ada, bob, carol) = (op.user("ada").await, op.user("bob").await, op.user("carol").await);
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, false)]).await;
    let security = Administrator::person(&op, "default", &bob, &[(Role::SecurityAdmin, false)]).await;
    let plain = app(&op).await;
    let console = RelyingParty::register(&op, |client| {
        client.scope = client.scope.union(&Scope::stored("admin:users:write"));
        client.roles = vec!["editor".to_owned()];
    });
    let console = console.await;
    let staff = group(&op, &owner, "staff").await;
    for (rp, beyond) in [(&plain, false), (&console, true)] {
        let id = rp.client_id();
        for holder in
            [format!("users/{}", carol.user_id), format!("users/{}", bob.user_id), format!("groups/{staff}")]
        {
            for method in ["PUT", "DELETE"] {
                let path = format!("/clients/{id}/roles/editor/{holder}");
                let answer = security.request(&op, method, &path).send().await;
                match beyond {
                    true => answer.assert_problem(403, "beyond-authority"),
                    false => assert!(answer.status.is_success(), "{}", answer.text()),
                }
                let answer = owner.request(&op, "PUT", &path).send().await;
                assert_eq!(answer.status, 200, "{}", answer.text());
            }
        }
        // Nor to a person who has more than they have.
        let path = format!("/clients/{id}/roles/editor/users/{}", ada.user_id);
        security.request(&op, "PUT", &path).send().await.assert_problem(403, "beyond-authority");
    }
    let held = items(&owner.get(&op, &format!("/clients/{}/roles", console.client_id())).await.json());
    assert_eq!(held.len(), 3);
}
