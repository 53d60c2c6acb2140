use super::*;

#[tokio::test]
async fn people_are_imported_line_by_line_and_exported() {
    let installation = installation().await;
    let tenant = tenant_id(&installation).await;
    let file = std::env::temp_dir().join(format!("credenza-import-{}.ndjson", std::process::id()));
    let path = file.to_str().unwrap();
    let hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    let lines = [
        json!({ "user_id": "1", "username": "ada", "claims": { "name": "Ada" }, "password_hash": hash }),
        json!({ "user_id": "2", "username": "a\u{200b}b" }),
        json!({ "user_id": "3", "username": "gone", "disabled": true }),
    ];
    // Blank lines say nothing, and are counted.
    let text_of_lines: Vec<_> = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(&file, text_of_lines.join("\n")).unwrap();

    let tried = run(&installation, &["user", "import", "--dry-run", path]).await;
    assert_eq!(
        (&tried["created"], &tried["refused"], &tried["dry_run"]),
        (&json!(2), &json!(1), &json!(true))
    );
    assert_eq!(run(&installation, &["user", "list"]).await["users"], json!([]));
    let done = run(&installation, &["user", "import", path]).await;
    assert_eq!((&done["created"], &done["unchanged"], &done["refused"]), (&json!(2), &json!(0), &json!(1)));
    assert_eq!(done["lines"][0], json!({ "line": 1, "outcome": "created", "user_id": "1" }));
    assert_eq!((&done["lines"][1]["line"], &done["lines"][1]["outcome"]), (&json!(3), &json!("refused")));
    assert!(text(&done["lines"][1], "why").contains("U+200B"), "{done}");
    let again = run(&installation, &["user", "import", path]).await;
    assert_eq!(
        (&again["created"], &again["unchanged"], &again["refused"]),
        (&json!(0), &json!(2), &json!(1))
    );

    let stored = installation.store.credentials.password(&tenant, &UserId::new("1")).await.unwrap();
    assert_eq!(stored.as_deref(), Some(hash));
    let bare = run(&installation, &["user", "export"]).await;
    assert!(!bare.to_string().contains("$2a$"), "{bare}");
    let whole = run(&installation, &["user", "export", "--password-hashes"]).await;
    let mut first = lines[0].clone();
    first["disabled"] = json!(false);
    assert_eq!(whole["users"][0], first);
    refused(&installation, &["user", "import", "/nowhere/at.all"], "/nowhere/at.all").await;

    std::fs::write(&file, hash).unwrap();
    let words = ["user", "create", "--username", "bob", "--password-hash-file", path];
    let bob = run(&installation, &words).await;
    let id = UserId::new(text(&bob, "user_id"));
    assert_eq!(installation.store.credentials.password(&tenant, &id).await.unwrap().as_deref(), Some(hash));
    std::fs::write(&file, "5f4dcc3b5aa765d61d8327deb882cf99").unwrap();
    let words = ["user", "update", "bob", "--name", "Bob", "--password-hash-file", path];
    refused(&installation, &words, "known are argon2i").await;
    assert!(run(&installation, &["user", "show", "bob"]).await["claims"].get("name").is_none());
    std::fs::remove_file(&file).unwrap();
}
