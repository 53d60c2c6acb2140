//! The same command by several operators at once.

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn of_many_clients_with_one_id_one_is_made() {
    let installation = installation().await;
    let names = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let made = names.map(|name| {
        let installation = &installation;
        let words = ["client", "create", "--client-id", "my-app", "--name", name];
        async move {
            let words = [&words[..], &["--redirect-uri", "https://a.example/cb"]].concat();
            (name, try_run(installation, &words).await)
        }
    });
    let mut won = vec![];
    for (name, made) in join_all(made).await {
        match made {
            Ok(body) => won.push((name, text(&body, "client_secret").to_owned())),
            Err(why) => assert!(why.contains("there is already a client \"my-app\""), "{why}"),
        }
    }
    let [(name, secret)] = &won[..] else { panic!("{won:?}") };
    // What is stored is what the winner was told.
    let (tenant, id) = (tenant_id(&installation).await, ClientId::new("my-app"));
    let record = installation.store.clients.find(&tenant, &id).await.unwrap().unwrap();
    assert_eq!(record.client.client_name, *name);
    assert_eq!(hashes(&record), [Secret::presented(secret.as_str()).hash()]);
}
