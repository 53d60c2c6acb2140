//! Chart 845: Grants and consents in the admin API | seen, revoked one by one or of a client, withdrawn; their tokens are dead at once

use credenza_protocol::admin_roles::{Role, everything};
use credenza_tests::{Administrator, Person, Provider, RelyingParty, Request, Tokens};
use serde_json::{Value, json};

/// Whether the access token is taken at the userinfo endpoint.
async fn lives(op: &Provider, tokens: &Tokens) -> bool {
    let answer = Request::get(op.at("/userinfo")).bearer(&tokens.access_token).send().await;
    assert!([200, 401].contains(&answer.status.as_u16()), "{}", answer.text());
    answer.status == 200
}

async fn grants(op: &Provider, who: &Administrator, of: &Person) -> Vec<Value> {
    let answer = who.get(op, &format!("/users/{}/grants", of.user_id)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_listed_and_revoked_one_by_one() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, "admin:grants:read admin:grants:write").await;
    let (ada, bob) = (op.user("ada").await, op.user("bob").await);
    let (rp, other) = (RelyingParty::confidential(&op).await, RelyingParty::confidential(&op).await);
    let (first, second, third) =
        (rp.sign_in(&op, &ada).await, rp.sign_in(&op, &ada).await, other.sign_in(&op, &ada).await);
    let bobs = rp.sign_in(&op, &bob).await;
    let listed = grants(&op, &who, &ada).await;
    assert_eq!(listed.len(), 3);
    for grant in &listed {
        assert_eq!(grant["user_id"], ada.user_id.as_str());
        assert_eq!(grant["offline"], true);
        assert!(grant["scope"].as_str().unwrap().contains("offline_access"), "{grant}");
        assert_eq!((&grant["created_at"], &grant["last_used_at"]), (&json!(op.now()), &json!(op.now())));
        assert!(grant["expires_at"].as_i64().unwrap() > op.now(), "{grant}");
    }
    let theirs = listed.iter().find(|grant| grant["client_id"] == other.client_id()).unwrap();
    let path = |person: &Person| {
        format!("/users/{}/grants/{}", person.user_id, theirs["grant_id"].as_str().unwrap())
    };
    // It is not bob's, whatever the path says.
    who.request(&op, "DELETE", &path(&bob)).send().await.assert_problem(404, "not-found");
    assert!(lives(&op, &third).await);
    assert_eq!(who.request(&op, "DELETE", &path(&ada)).send().await.status, 204);
    assert!(!lives(&op, &third).await);
    let form = [("grant_type", "refresh_token"), ("refresh_token", third.refresh_token.as_deref().unwrap())];
    let refreshed = other.token(&op, &form).await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
    who.request(&op, "DELETE", &path(&ada)).send().await.assert_problem(404, "not-found");
    assert!(lives(&op, &first).await && lives(&op, &second).await && lives(&op, &bobs).await);
    // Page by page.
    let page = who.get(&op, &format!("/users/{}/grants?limit=1", ada.user_id)).await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let next = Request::get(op.reach(page["next"].as_str().unwrap())).bearer(&who.token).send().await.json();
    assert_eq!(next["items"].as_array().unwrap().len(), 1);
    assert_ne!(next["items"][0]["grant_id"], page["items"][0]["grant_id"]);
    assert!(next.get("next").is_none());
    // The cursor is of ada's grants alone.
    let cursor = page["next_cursor"].as_str().unwrap();
    let refused = who.get(&op, &format!("/users/{}/grants?limit=1&cursor={cursor}", bob.user_id)).await;
    refused.assert_problem(400, "invalid-parameter");
    who.get(&op, "/users/nobody/grants").await.assert_problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_was_given_is_revoked_at_once() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, "admin:grants:read admin:grants:write").await;
    let ada = op.user("ada").await;
    let (rp, other) = (RelyingParty::confidential(&op).await, RelyingParty::confidential(&op).await);
    let (first, second, third) =
        (rp.sign_in(&op, &ada).await, rp.sign_in(&op, &ada).await, other.sign_in(&op, &ada).await);
    let allowed = op.consent_of(&ada, &rp).await;
    let path = format!("/users/{}/clients/{}/grants", ada.user_id, rp.client_id());
    let answer = who.request(&op, "DELETE", &path).send().await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"revoked": 2})));
    assert!(!lives(&op, &first).await && !lives(&op, &second).await);
    assert!(lives(&op, &third).await);
    assert_eq!(op.consent_of(&ada, &rp).await, allowed, "they are not asked anew");
    assert_eq!(who.request(&op, "DELETE", &path).send().await.json(), json!({"revoked": 0}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_withdrawn_with_what_was_given() {
    let op = Provider::start().await;
    let who = Administrator::service(&op, "admin:grants:read admin:grants:write").await;
    let ada = op.user("ada").await;
    let (rp, other) = (RelyingParty::confidential(&op).await, RelyingParty::confidential(&op).await);
    let (tokens, kept) = (rp.sign_in(&op, &ada).await, other.sign_in(&op, &ada).await);
    let consents = format!("/users/{}/consents", ada.user_id);
    let listed = who.get(&op, &consents).await.json();
    let listed = listed["items"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    let one = listed.iter().find(|consent| consent["client_id"] == rp.client_id()).unwrap();
    assert!(one["scope"].as_str().unwrap().contains("openid"), "{one}");
    assert_eq!(one["updated_at"], op.now());
    let path = format!("{consents}/{}", rp.client_id());
    assert_eq!(who.request(&op, "DELETE", &path).send().await.status, 204);
    assert!(op.consent_of(&ada, &rp).await.is_empty());
    assert!(!lives(&op, &tokens).await);
    assert!(lives(&op, &kept).await);
    assert_eq!(who.get(&op, &consents).await.json()["items"].as_array().unwrap().len(), 1);
    who.request(&op, "DELETE", &path).send().await.assert_problem(404, "not-found");
}

/// Nobody acts on somebody who has more than they have.
#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_revokes_nothing_of_an_owner() {
    let op = Provider::start().await;
    let (ada, mo, bob) = (op.user("ada").await, op.user("mo").await, op.user("bob").await);
    let owner = Administrator::person(&op, "default", &ada, &[(Role::Owner, false)]).await;
    let moderator = Administrator::person(&op, "default", &mo, &[(Role::Moderator, false)]).await;
    let rp = RelyingParty::confidential(&op).await;
    let bobs = rp.sign_in(&op, &bob).await;
    let of = |person: &Person, rest: &str| format!("/users/{}/{rest}", person.user_id);
    let client = owner.client.client_id();
    for path in [
        of(&ada, &format!("clients/{client}/grants")),
        of(&ada, &format!("consents/{client}")),
        of(&ada, "grants/any"),
    ] {
        let refused = moderator.request(&op, "DELETE", &path).send().await;
        refused.assert_problem(403, "beyond-authority");
    }
    assert_eq!(owner.get(&op, "/users").await.status, 200, "the owner's token lives");
    let path = of(&bob, &format!("clients/{}/grants", rp.client_id()));
    assert_eq!(moderator.request(&op, "DELETE", &path).send().await.json(), json!({"revoked": 1}));
    assert!(!lives(&op, &bobs).await);
    let everything = Administrator::service(&op, &everything().to_string()).await;
    let path = of(&ada, &format!("clients/{client}/grants"));
    assert_eq!(everything.request(&op, "DELETE", &path).send().await.json(), json!({"revoked": 1}));
    owner.get(&op, "/users").await.assert_problem(401, "unauthenticated");
}
