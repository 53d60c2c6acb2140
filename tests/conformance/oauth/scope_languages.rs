//! Chart 885: Scopes of resources in several languages (as RFC 7591 2.2 has it) | by the admin API, the command line here and from afar, and `credenza apply`; people read them in the language of the page

use std::path::PathBuf;

use credenza::admin::Administration;
use credenza::apply::{Format, Mode, SetUp, Surroundings};
use credenza::clock::Clock as _;
use credenza_protocol::admin_roles::everything;
use credenza_tests::{Administrator, Browser, Person, Provider, RelyingParty, Served, Step, setup};
use serde_json::{Value, json};

const API: &str = "https://api.test/";
/// [`API`] as a part of a path.
const ONE: &str = "/resources/https%3A%2F%2Fapi.test%2F";

/// The page that asks, for somebody with these languages.
async fn asked(op: &Provider, alice: &Person, rp: &RelyingParty, ui_locales: &str) -> String {
    let mut browser = Browser::new();
    let request = rp.authorization().with("scope", "openid api:read api:write").and("resource", API);
    let page = request.with("ui_locales", ui_locales).open(op, &mut browser).await;
    let page = browser.sign_in(op, &page, alice).await;
    assert_eq!(page.step(), Step::Consent);
    page.response.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_what_a_scope_means_in_the_language_of_the_page() {
    let (op, alice, rp) = setup().await;
    let who = Administrator::service(&op, &everything().to_string()).await;
    let scopes = json!([
        { "scope": "api:read", "description": "Read your reports", "description#de": "<Ihre> Berichte lesen" },
        { "scope": "api:write", "description": "Write reports", "description#fr": "Rédiger des rapports" },
    ]);
    let made = who.post(&op, "/resources", &json!({ "resource": API, "scopes": scopes })).await;
    assert_eq!((made.status.as_u16(), &made.json()["scopes"]), (201, &scopes));

    let german = asked(&op, &alice, &rp, "de-AT en").await;
    assert!(german.contains("Berichte lesen</li>") && !german.contains("<Ihre>"), "{german}");
    assert!(german.contains("<li>Write reports</li>") && !german.contains("Read your reports"), "{german}");
    for language in ["en", "fr"] {
        let english = asked(&op, &alice, &rp, language).await;
        assert!(english.contains("<li>Read your reports</li>") && !english.contains("lesen"), "{english}");
    }

    // A scope that is changed keeps nothing of what it was, and what is no language is refused and changes nothing.
    for (name, text) in [("description#", "x"), ("description#de_AT", "x"), ("beschreibung", "x")] {
        let scopes = json!([{ "scope": "api:read", "description": "Read", name: text }]);
        let refused = who.patch(&op, ONE, "*", &json!({ "scopes": scopes })).await;
        refused.assert_problem(422, "invalid-values");
    }
    for (name, text) in [("description#de", ""), ("description#DE", "Lesen")] {
        let mut scope = json!({ "scope": "api:read", "description": "Read", "description#de": "Lesen" });
        scope[name] = text.into();
        let refused = who.patch(&op, ONE, "*", &json!({ "scopes": [scope] })).await;
        refused.assert_problem(422, "invalid-values");
    }
    assert_eq!(who.get(&op, ONE).await.json()["scopes"], scopes);
    let scopes = json!([{ "scope": "api:read", "description": "Read" }]);
    assert_eq!(who.patch(&op, ONE, "*", &json!({ "scopes": scopes })).await.status, 200);
    let german = asked(&op, &alice, &rp, "de").await;
    assert!(german.contains("<li>Read</li>") && german.contains("<li>api:write</li>"), "{german}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_says_it_in_several_languages() {
    let (op, alice, rp) = setup().await;
    let text = r##"
        [[tenants]]
        name = "default"
        [[tenants.settings.resources]]
        resource = "https://api.test/"
        scopes = [{ scope = "api:read", description = "Read your reports", "description#de" = "Ihre Berichte lesen" }]
    "##;
    let around = Surroundings { folder: PathBuf::from("."), variable: &|_| None };
    let set_up = SetUp::read(text, Format::Toml, &around).unwrap();
    let run = async |mode| {
        let admin = Administration::of_server(&op.state, op.clock.now());
        credenza::apply::run(&admin, &set_up, mode).await.unwrap()
    };
    assert!(run(Mode::Apply).await.changed);
    assert!(!run(Mode::Compare).await.changed, "a second time, nothing is to be done");
    assert!(asked(&op, &alice, &rp, "de").await.contains("<li>Ihre Berichte lesen</li>"));
    assert!(asked(&op, &alice, &rp, "en").await.contains("<li>Read your reports</li>"));
    let wrong = SetUp::read(&text.replace("description#de", "description#d"), Format::Toml, &around).unwrap();
    let admin = Administration::of_server(&op.state, op.clock.now());
    let refused = credenza::apply::run(&admin, &wrong, Mode::Apply).await.map(|_| ()).unwrap_err();
    assert!(format!("{refused:?}").contains("language tag"), "{refused:?}");
    assert!(!run(Mode::Compare).await.changed, "nothing was written");
}

#[test]
fn the_command_line_says_it_in_several_languages() {
    let server = Served::start();
    let run = |words: &[&str]| -> Value {
        let words = [&["resource"][..], words, &["--json"]].concat();
        serde_json::from_str(&server.run(&words).unwrap()).unwrap()
    };
    let scopes =
        ["--scope", "a:b#de=Lesen", "--scope", "a:b=Read", "--scope", "a:b#pt-BR=Ler", "--scope", "c#de=C"];
    let made = run(&[&["create", API][..], &scopes[..]].concat());
    // Of a scope that is not described by itself, the ending is a part of the name.
    let expected = json!([
        { "scope": "a:b", "description": "Read", "description#de": "Lesen", "description#pt-BR": "Ler" },
        { "scope": "c#de", "description": "C" },
    ]);
    assert_eq!(made["scopes"], expected);
    assert_eq!(run(&["update", API, "--name", "Reports"])["scopes"], expected);
    assert_eq!(run(&["update", API, "--scope", ""])["scopes"], json!([]));
    let refused = server.run(&["resource", "update", API, "--scope", "a", "--json"]).unwrap_err();
    assert!(refused.contains("SCOPE=TEXT"), "{refused}");
}
