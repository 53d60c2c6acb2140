//! The checklist of certification (op-behaviours 2.0 to 2.11 and 2.17), item by item in its order: each with the
//! tests of this suite that prove it, or with the reason why none does yet.

mod authorization;
mod metadata;
mod registration;
mod sessions;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// An item.
#[derive(Clone, Copy)]
struct Row {
    section: &'static str,
    item: &'static str,
    /// `module::function`.
    tests: &'static [&'static str],
}

const fn row(section: &'static str, item: &'static str, tests: &'static [&'static str]) -> Row {
    Row { section, item, tests }
}

/// How many items each section has.
const COUNTS: [(&str, usize); 13] = [
    ("2.0", 16),
    ("2.1", 18),
    ("2.2", 18),
    ("2.3", 12),
    ("2.4", 13),
    ("2.5", 7),
    ("2.6", 14),
    ("2.7", 19),
    ("2.8", 8),
    ("2.9", 9),
    ("2.10", 2),
    ("2.11", 8),
    ("2.17", 10),
];

/// Items without a test, and why.
const OPEN: &[(&str, &str, &str)] = &[
    ("2.0", "a request object that is not supported", "request objects are on their way"),
    ("2.0", "registration: a redirect URI with a fragment", "dynamic registration is on its way"),
    (
        "2.0",
        "registration: a sector file without a URI, initiate_login_uri by http",
        "dynamic registration is on its way",
    ),
    ("2.0", "request_uri expired, used, of another client", "request objects are on their way"),
    ("2.1", "signing algorithms of request objects", "request objects are on their way"),
    ("2.1", "signing algorithms of userinfo", "encryption and pairwise subjects are on their way"),
    ("2.1", "request and request_uri are supported", "request objects are on their way"),
    (
        "2.4",
        "sub: length, one for all clients or one for each sector",
        "encryption and pairwise subjects are on their way",
    ),
    ("2.4", "alg none where it is advertised", "encryption and pairwise subjects are on their way"),
    ("2.4", "an encrypted ID token names the key", "encryption and pairwise subjects are on their way"),
    ("2.5", "signed userinfo", "encryption and pairwise subjects are on their way"),
    ("2.6", "client_secret_jwt: long secrets", "dynamic registration is on its way"),
    ("2.6", "an unknown kid: jwks_uri once more", "request objects are on their way"),
    ("2.7", "201 with every accepted value", "dynamic registration is on its way"),
    ("2.7", "client_secret_expires_at beside a secret", "dynamic registration is on its way"),
    ("2.7", "registration_client_uri and its token", "dynamic registration is on its way"),
    ("2.7", "GET and DELETE", "dynamic registration is on its way"),
    ("2.7", "extra metadata never fails", "dynamic registration is on its way"),
    ("2.7", "implicit clients, consistent types", "dynamic registration is on its way"),
    ("2.7", "response_types as sets of words", "dynamic registration is on its way"),
    ("2.7", "a redirect URI with a fragment is refused", "dynamic registration is on its way"),
    ("2.7", "sector_identifier_uri is fetched and holds every URI", "dynamic registration is on its way"),
    ("2.7", "logo, policy and terms on the sign-in page", "dynamic registration is on its way"),
    ("2.7", "unsigned objects, by both ways", "request objects are on their way"),
    ("2.7", "state, nonce, prompt, max_age only inside", "request objects are on their way"),
    ("2.7", "inside values come first", "request objects are on their way"),
    ("2.7", "a bad redirect_uri outside", "request objects are on their way"),
    ("2.7", "request_uris with a fragment", "request objects are on their way"),
    ("2.7", "whatever the content type", "request objects are on their way"),
    ("2.7", "signed by RS256, for this issuer", "request objects are on their way"),
    ("2.7", "rotation from outside", "dynamic registration is on its way"),
    ("2.7", "a call that rotates", "dynamic registration is on its way"),
    ("2.8", "post_logout_redirect_uris is registered", "dynamic registration is on its way"),
    ("2.9", "back-channel is advertised", "the logout family is on its way"),
    ("2.9", "the logout token", "the logout family is on its way"),
    ("2.9", "the call is made over TLS 1.3", "the logout family is on its way"),
    ("2.9", "sid in the ID token", "the logout family is on its way"),
    ("2.9", "front-channel is advertised", "the logout family is on its way"),
    ("2.9", "the frames of front-channel logout", "the logout family is on its way"),
    ("2.9", "session management is advertised", "the logout family is on its way"),
    ("2.9", "the iframe's answers", "the logout family is on its way"),
    ("2.9", "the iframe in an old browser", "the logout family is on its way"),
    ("2.10", "initiate_login_uri is given back", "dynamic registration is on its way"),
    ("2.10", "initiate_login_uri by http is refused", "dynamic registration is on its way"),
    ("2.11", "content types", "encryption and pairwise subjects are on their way"),
    ("2.0", "PAR: a bad object", "pushed requests come with FAPI"),
    ("2.0", "PAR: a bad parameter", "pushed requests come with FAPI"),
    ("2.0", "a bad DPoP proof", "DPoP comes with FAPI"),
    ("2.11", "TLS of FAPI 1 and CIBA", "no module of these plans looks at TLS; those of FAPI and CIBA do"),
    ("2.11", "TLS of FAPI 2", "no module of these plans looks at TLS; those of FAPI and CIBA do"),
    (
        "2.11",
        "hosts that are probed for TLS",
        "no module of these plans looks at TLS; those of FAPI and CIBA do",
    ),
    ("2.17", "TLS 1.2 suites", "no module of these plans looks at TLS; those of FAPI and CIBA do"),
];

fn rows() -> impl Iterator<Item = Row> {
    let parts = [authorization::ROWS, metadata::ROWS, tokens::ROWS, registration::ROWS, sessions::ROWS];
    parts.into_iter().flatten().copied()
}

/// Every test of the suite, as `module::function`.
fn tests() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance");
    let paths = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sources = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    sources
        .flat_map(|path| {
            let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let names = functions(&fs::read_to_string(&path).unwrap());
            names.into_iter().map(move |function| format!("{module}::{function}"))
        })
        .collect()
}

/// The functions that stand below a `#[test]` or a `#[tokio::test]`.
fn functions(source: &str) -> Vec<String> {
    let marked = source.split("\n#[").skip(1).filter(|rest| {
        rest.starts_with("test]") || rest.starts_with("tokio::test]") || rest.starts_with("tokio::test(")
    });
    let name =
        |rest: &str| rest.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')?.0.to_owned().into());
    marked.filter_map(name).collect()
}

#[test]
fn every_item_names_tests_that_exist() {
    let tests = tests();
    assert!(tests.len() > 400, "{}", tests.len());
    for Row { section, item, tests: proofs } in rows() {
        assert!(!proofs.is_empty(), "{section} {item}");
        for proof in proofs {
            assert!(tests.contains(*proof), "{section} {item}: there is no test {proof}");
        }
    }
}

#[test]
fn every_item_stands_here_once() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let open = OPEN.iter().map(|(section, item, why)| {
        assert!(!why.is_empty(), "{section} {item}");
        (*section, *item)
    });
    for (section, item) in rows().map(|row| (row.section, row.item)).chain(open) {
        assert!(seen.insert((section, item)), "twice: {section} {item}");
        *counts.entry(section).or_default() += 1;
    }
    assert_eq!(counts, BTreeMap::from(COUNTS));
    println!("{} items, {} of them open", seen.len(), OPEN.len());
}
