use std::fs;

use super::*;

const CODE: &str = "0123456789abcdef";

fn explain(words: &[&str]) -> Result<Value, String> {
    let cli = Cli::try_parse_from([&["credenza", "explain"], words].concat()).unwrap();
    crate::cli::run(cli).map(|answer| answer.body).map_err(|failure| failure.to_string())
}

#[test]
fn a_support_code_is_explained_from_files() {
    let folder = std::env::temp_dir();
    let path = |name: &str| folder.join(format!("credenza-explain-{}-{name}", std::process::id()));
    let (first, second) = (path("first"), path("second"));
    fs::write(&first, b"\xff\xfe no line of ours\n".as_slice()).unwrap();
    let line = format!(
        r#"{{"timestamp":"2026-11-29T17:35:48Z","level":"INFO","message":"refused","code":"access_denied","rule":"RFC 6749 4.1.2.1","reason":"the person refused","span":{{"id":"{CODE}"}}}}"#
    );
    fs::write(&second, line).unwrap();
    let [one, two] = [&first, &second].map(|path| path.to_str().unwrap());
    let body = explain(&["0123456789ABCDEF", "--log", one, "--log", two, "--json"]).unwrap();
    assert_eq!((&body["error"], &body["support_code"]), (&json!("access_denied"), &json!(CODE)));
    let nothing = explain(&[CODE, "--log", one]).unwrap_err();
    assert!(nothing.contains("no line is about the request 0123456789abcdef"), "{nothing}");
    assert!(explain(&["xyz", "--log", one]).unwrap_err().contains("is no support code"));
    assert!(explain(&[CODE, "--log", "/nowhere/at/all"]).unwrap_err().contains("could not be read"));
    for path in [first, second] {
        fs::remove_file(path).unwrap();
    }
}
