//! RFC 8414: the same document for OAuth clients, and both forms of its path for an issuer with a path.
//!
//! Chart 270

use credenza_tests::{Provider, RelyingParty, Request};

const SUFFIXES: [&str; 2] = ["openid-configuration", "oauth-authorization-server"];

#[tokio::test(flavor = "multi_thread")]
async fn rfc8414_3_both_names_and_both_path_forms_give_one_document() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    for suffix in SUFFIXES {
        let root = Request::get(op.at(&format!("/.well-known/{suffix}"))).send().await;
        assert_eq!((root.status.as_u16(), root.json()), (200, op.metadata().await));
        // RFC 8414 3.1 puts the well-known part before the issuer's path, OpenID Connect Discovery 4 after it.
        for path in [format!("/t/acme/.well-known/{suffix}"), format!("/.well-known/{suffix}/t/acme")] {
            let found = Request::get(op.at(&path)).send().await;
            assert_eq!(found.status, 200, "{path}");
            assert_eq!(found.header("content-type"), "application/json");
            assert_eq!(found.json()["issuer"], format!("{}/t/acme", op.issuer));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8414_3_3_no_document_for_an_issuer_that_there_is_not() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    for suffix in SUFFIXES {
        assert_eq!(Request::get(op.at(&format!("/t/acme/.well-known/{suffix}"))).send().await.status, 200);
        for issuer in ["/t/nobody", "/t/default", "/t/%64efault", "/t/ACME", "/t/acme%2f", "/t/", "/acme"] {
            for path in [format!("{issuer}/.well-known/{suffix}"), format!("/.well-known/{suffix}{issuer}")] {
                let found = Request::get(op.at(&path)).send().await;
                assert_eq!(found.status, 404, "{path}: {}", found.text());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8414_2_a_tenants_document_is_enough_for_its_clients() {
    let op = Provider::start().await;
    op.tenant("acme").await;
    let alice = op.user_of("acme", "alice").await;
    let rp = RelyingParty::register_at(&op, "acme", |_| ()).await;
    let tokens = rp.sign_in(&op, &alice).await;
    let path = "/.well-known/oauth-authorization-server/t/acme";
    let metadata = Request::get(op.at(path)).send().await.json();
    let userinfo = Request::get(op.reach(metadata["userinfo_endpoint"].as_str().unwrap()));
    assert_eq!(userinfo.bearer(&tokens.access_token).send().await.json()["sub"], alice.user_id.as_str());
    let jwks = Request::get(op.reach(metadata["jwks_uri"].as_str().unwrap())).send().await.json();
    let kid = &credenza_tests::header_of(tokens.id())["kid"];
    assert!(jwks["keys"].as_array().unwrap().iter().any(|key| key["kid"] == *kid));
}
