//! The support chart, `provider/manual/support.md`, is made from the tests: a file of tests whose description has a line
//! `Chart N: what | how far` is a row, and one with `Chart N` alone is further proof of that row.
//!
//! `UPDATE_CHART=1 cargo test --workspace --test conformance support_chart` rewrites it.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The page, and what stands around the chart in it.
const PAGE: &str = "provider/manual/support.md";
const BEGIN: &str = "<!-- chart: made from the tests by tests/conformance/operations/support_chart.rs -->\n";
const END: &str = "<!-- end of the chart -->\n";
/// Where tests are.
const FOLDERS: [&str; 64] = [
    "tests/conformance/admin",
    "tests/conformance/attacks",
    "tests/conformance/oauth",
    "tests/conformance/oidc",
    "tests/conformance/operations",
    "tests/conformance/pages",
    "tests/chaos",
    "tests/interop",
    "tests/interop/parties",
    "tests/openapi",
    "tests/sdk/typescript",
    "tests/sdk/python",
    "tests/sdk/go",
    "tests/sdk/kotlin/src/test/kotlin/dev/credenza/example",
    "tests/sdk/rust/tests",
    "openapi/terraform/internal/provider",
    "storage/tests",
    "storage/src/conformance",
    "bindings/validator/tests/jose",
    "bindings/validator/tests/vectors",
    "bindings/python/tests",
    "bindings/node/test",
    "bindings/uniffi/kotlin/src/test/kotlin/dev/credenza",
    "bindings/uniffi/swift/Tests/CredenzaTests",
    "provider/testing/python/tests",
    "provider/testing/node/test",
    "connectors/go",
    "connectors/go/guard",
    "connectors/go/echoguard",
    "connectors/go/examples",
    "connectors/go/examples/chi",
    "connectors/go/examples/invite",
    "connectors/go/fiberguard",
    "connectors/go/ginguard",
    "connectors/go/grpcguard",
    "connectors/kotlin/kit/src/test/kotlin/dev/credenza/kit",
    "connectors/kotlin/ktor-kit/src/test/kotlin/dev/credenza/ktor/kit",
    "connectors/kotlin/spring-kit/src/test/java/dev/credenza/spring/kit",
    "connectors/kotlin/service/src/test/kotlin/dev/credenza/service",
    "connectors/kotlin/events/src/test/kotlin/dev/credenza/events",
    "connectors/kotlin/connectors/src/test/kotlin/dev/credenza/connectors",
    "connectors/kotlin/ktor/src/test/kotlin/dev/credenza/ktor",
    "connectors/kotlin/spring/src/test/java/dev/credenza/spring",
    "connectors/node/test",
    "connectors/python/tests",
    "connectors/rust/tests/suite",
    "connectors/swift/connectors/Tests/CredenzaConnectorsTests",
    "connectors/swift/connectors/Tests/CredenzaLoginTests",
    "connectors/go/applications",
    "connectors/go/events",
    "connectors/go/examples/application",
    "connectors/go/examples/service",
    "connectors/go/kit",
    "connectors/go/login",
    "connectors/go/natsevents",
    "connectors/go/redisstore",
    "connectors/go/service",
    "connectors/kotlin/login/src/test/kotlin/dev/credenza/login",
    "tests/applications/cases/events",
    "tests/applications/cases/kit",
    "tests/applications/cases/login",
    "tests/applications/cases/nats",
    "tests/applications/cases/service",
    "tests/applications/chromium",
];
/// What a test begins with, in each language.
const TESTS: [&str; 12] = [
    "#[test]",
    "#[tokio::test",
    "#[actix_web::test",
    "pub async fn ",
    "conformance!(",
    "test(",
    "describeParty(",
    "\ndef test_",
    "@Test",
    "func test",
    "\ncontract() {",
    "func Test",
];

/// A row.
#[derive(Default)]
struct Row {
    what: String,
    how_far: String,
    proofs: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files of the folders, not of folders inside them.
fn files() -> Vec<String> {
    let in_folder = |folder: &&str| {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
        let name = |entry: fs::DirEntry| format!("{folder}/{}", entry.file_name().into_string().unwrap());
        files.map(name).collect::<Vec<_>>()
    };
    let mut files: Vec<_> = FOLDERS.iter().flat_map(in_folder).collect();
    files.sort_unstable();
    files
}

/// The lines of a file's description that are about the chart: number and text.
fn marks(text: &str) -> Vec<(u32, &str)> {
    let description = text.lines().take_while(|line| line.starts_with("//") || line.starts_with('#'));
    let marks = description.filter_map(|line| {
        let line = line.trim_start_matches(['/', '!', '#', ' ']).strip_prefix("Chart ")?;
        let (number, text) = line.split_once(':').unwrap_or((line, ""));
        Some((number.trim().parse().ok()?, text.trim()))
    });
    marks.collect()
}

fn rows() -> BTreeMap<u32, Row> {
    let mut rows = BTreeMap::<u32, Row>::new();
    for file in files() {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (number, mark) in marks(&text) {
            assert!(TESTS.iter().any(|test| text.contains(test)), "{file} has no test");
            let row = rows.entry(number).or_default();
            row.proofs.push(file.clone());
            if let Some((what, how_far)) = mark.split_once(" | ") {
                assert!(row.what.is_empty(), "{file}: row {number} is {} already", row.what);
                (row.what, row.how_far) = (what.to_owned(), how_far.to_owned());
            }
        }
    }
    rows
}

fn chart() -> String {
    let mut chart = String::from("| what | how far | proven by |\n|---|---|---|\n");
    for (number, Row { what, how_far, proofs }) in rows() {
        assert!(!what.is_empty(), "row {number} is proven by {proofs:?} and says nothing");
        let proofs: Vec<_> = proofs.iter().map(|proof| format!("`{proof}`")).collect();
        chart.push_str(&format!("| {what} | {how_far} | {} |\n", proofs.join(", ")));
    }
    chart
}

#[test]
fn the_manual_says_what_the_tests_prove() {
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let made = chart();
    if env::var_os("UPDATE_CHART").is_some() {
        return fs::write(path, format!("{before}{BEGIN}{made}{END}{after}")).unwrap();
    }
    assert_eq!(written, made, "UPDATE_CHART=1 rewrites it");
}

#[test]
fn marks_are_read() {
    let text = "//! A file.\n//! Chart 10: what | how far\n# Chart 20\n//! Chart of something\nuse x;\n//! Chart 30\n";
    assert_eq!(marks(text), [(10, "what | how far"), (20, "")]);
}
