use super::*;

#[tokio::test]
async fn a_role_is_given_listed_and_taken_away() {
    let installation = installation().await;
    run(&installation, &["tenant", "create", "acme"]).await;
    for tenant in ["default", "acme"] {
        run(&installation, &["user", "create", "--tenant", tenant, "--username", "ada"]).await;
    }
    let given = run(&installation, &["admin", "grant", "ada", "owner", "--installation"]).await;
    assert_eq!((&given["role"], &given["installation"]), (&json!("owner"), &json!(true)));
    let again = run(&installation, &["admin", "grant", "Ada", "owner", "--installation"]).await;
    assert_eq!(again, given, "whoever has it keeps it");
    run(&installation, &["admin", "grant", text(&given, "user_id"), "auditor", "--by-id"]).await;
    let listed = run(&installation, &["admin", "list"]).await;
    assert_eq!(listed["roles"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(run(&installation, &["admin", "list", "--tenant", "acme"]).await["roles"], json!([]));
    let elsewhere = ["admin", "grant", "--tenant", "acme", "ada", "owner"];
    refused(&installation, &[&elsewhere[..], &["--installation"]].concat(), "installation: must be false")
        .await;
    run(&installation, &elsewhere).await;
    refused(&installation, &["admin", "grant", "nobody", "owner"], "there is no user \"nobody\"").await;
    refused(&installation, &["admin", "grant", "ada", "root"], "invalid value 'root'").await;
    refused(&installation, &["admin", "revoke", "ada", "owner"], "is not owner at this tenant").await;
    run(&installation, &["admin", "revoke", "ada", "owner", "--installation"]).await;
    let listed = run(&installation, &["admin", "list"]).await;
    assert_eq!(listed["roles"][0]["role"], "auditor");
}
