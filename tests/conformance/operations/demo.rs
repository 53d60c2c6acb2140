//! The demo of `credenza dev` shows a password, so it answers only where the browser came by a name of this machine: not
//! to a page of another site whose name resolves to it (DNS rebinding).

use credenza::config::Limits;
use credenza::demo::Demo;
use credenza::http::router_with_demo;
use credenza::listener::Knowledge;
use credenza_protocol::ids::ClientId;
use credenza_testing::setup;
use credenza_tests::{Provider, Request};
use tokio::net::TcpListener;

const PASSWORD: &str = "the-password-of-the-demo";

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_answers_at_names_of_this_machine_alone() {
    let op = Provider::start().await;
    let demo = Demo::new(ClientId::new("demo"), "demo".to_owned(), PASSWORD.to_owned());
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let router = router_with_demo(op.state.clone(), demo);
    let rng = op.state.rng.as_ref();
    let _served = setup::listen(socket, router, &Limits::default(), rng, Knowledge::default());
    let get = async |path: &str, host: &str| {
        Request::get(format!("http://{address}{path}")).header("host", host).send().await
    };
    for own in [address.to_string(), "localhost".to_owned(), "[::1]:8080".to_owned()] {
        let answer = get("/demo", &own).await;
        assert_eq!(answer.status, 200, "{own}");
        assert!(answer.text().contains(PASSWORD), "{own}");
        assert_eq!(get("/demo/login", &own).await.status, 303, "{own}");
    }
    for other in
        ["evil.test", "evil.test:8080", "localhost.evil.test", "127.0.0.1.nip.io", "192.168.0.7", "0.0.0.0"]
    {
        for path in ["/demo", "/demo/login", "/demo/callback?state=x&code=y"] {
            let answer = get(path, other).await;
            assert_eq!(answer.status, 421, "{other} {path}");
            assert!(
                !answer.text().contains(PASSWORD) && answer.text().contains("localhost"),
                "{other} {path}"
            );
        }
        // What the demo is not answers as before.
        assert_eq!(get("/.well-known/openid-configuration", other).await.status, 200, "{other}");
    }
}
