use super::*;
use crate::client_auth::AuthMethod;
use crate::ids::ClientId;

fn client(application_type: ApplicationType, redirect_uris: &[&str]) -> Client {
    Client {
        redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
        application_type,
        token_endpoint_auth_method: AuthMethod::None,
        ..Client::new(ClientId::new("c"))
    }
}

#[test]
fn a001_a002_a003_a004_only_the_same_bytes_match() {
    let web = client(ApplicationType::Web, &["https://app.test/cb"]);
    assert_eq!(choose(&web, Some("https://app.test/cb")), Ok("https://app.test/cb"));
    for other in [
        "https://app.test@evil.test/cb",
        "https://a@b@evil.test/cb",
        "https://app.test%40evil.test/cb",
        "https://app.test/cb/..;/x",
        "https://app.test/cb/../x",
        "https://app.test/cb/%2e%2e/x",
        "https://app.test/cb//",
        "https://app.test/cb/",
        "https://app.test/CB",
        "https://APP.test/cb",
        "https://app.test:443/cb",
        "https://app.test.evil.test/cb",
        "https://appXtest/cb",
        "https://app.test\\@evil.test/cb",
        "https://app.test/cb%09",
        "https://app.test/cb\t",
        "https://app.test/cb\n",
        "https:app.test/cb",
        "https://app.test/cb?x=1",
        "https://app.test/cb#f",
        " https://app.test/cb",
    ] {
        assert_eq!(choose(&web, Some(other)), Err(Mismatch::NotRegistered), "{other:?}");
    }
}

#[test]
fn a005_rfc8252_7_3_only_the_port_of_a_native_loopback_is_free() {
    let native = client(ApplicationType::Native, &["http://127.0.0.1/cb", "http://[::1]:1/cb?a=b"]);
    for good in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:50123/cb",
        "http://[::1]:65535/cb?a=b",
        "http://[::1]/cb?a=b",
    ] {
        assert_eq!(choose(&native, Some(good)), Ok(good));
    }
    for bad in [
        "http://127.0.0.1@evil.test/cb",
        "http://127.0.0.1.evil.test/cb",
        "http://127.0.0.1:80@evil.test/cb",
        "http://localhost:80/cb",
        "http://localhost:80@evil.test/cb",
        "http://127.1/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:80/cb/",
        "https://127.0.0.1/cb",
        "http://[::1]:1/cb",
    ] {
        assert_eq!(choose(&native, Some(bad)), Err(Mismatch::NotRegistered), "{bad}");
    }
    let web = client(ApplicationType::Web, &["http://127.0.0.1/cb"]);
    assert_eq!(choose(&web, Some("http://127.0.0.1:50123/cb")), Err(Mismatch::NotRegistered));
}

#[test]
fn a008_the_first_uri_seen_is_never_adopted() {
    let one = client(ApplicationType::Web, &["https://app.test/cb"]);
    assert_eq!(choose(&one, None), Ok("https://app.test/cb"));
    let two = client(ApplicationType::Web, &["https://app.test/cb", "https://app.test/cb2"]);
    assert_eq!(choose(&two, None), Err(Mismatch::Missing));
    let none = client(ApplicationType::Web, &[]);
    assert_eq!(choose(&none, None), Err(Mismatch::Missing));
    assert_eq!(choose(&none, Some("https://evil.test/cb")), Err(Mismatch::NotRegistered));
}

#[test]
fn a006_a007_what_may_be_registered() {
    use ApplicationType::{Native, Web};
    for (uri, kind) in [
        ("https://app.test/cb", Web),
        ("https://app.test", Web),
        ("https://app.test/cb?foo=bar", Web),
        ("http://localhost:3000/cb", Web),
        ("http://127.0.0.1/cb", Native),
        ("com.example.app:/cb", Native),
        ("com.example.app://cb", Native),
    ] {
        assert_eq!(check_registration(uri, kind), Ok(()), "{uri}");
    }
    for (uri, kind, why) in [
        ("JaVaScRiPt:alert(1)", Native, InvalidUri::Scheme),
        ("java%0ascript:alert(1)", Native, InvalidUri::NotAbsolute),
        ("java\nscript:alert(1)", Native, InvalidUri::Character),
        ("data:text/html,x", Native, InvalidUri::Scheme),
        ("vbscript:x", Native, InvalidUri::Scheme),
        ("https://app.test/cb#f", Web, InvalidUri::Fragment),
        ("https://app.test/cb#", Web, InvalidUri::Fragment),
        ("https://u@app.test/cb", Web, InvalidUri::UserInfo),
        ("https://app.test\\@evil.test/cb", Web, InvalidUri::Character),
        ("https:app.test/cb", Web, InvalidUri::NotAbsolute),
        ("https://app.test/a/%2E%2e/b", Web, InvalidUri::DotSegment),
        ("http://app.test/cb", Web, InvalidUri::PlainHttp),
        ("myapp:/cb", Native, InvalidUri::PrivateScheme),
        ("com.example.app:/cb", Web, InvalidUri::PrivateScheme),
        ("/cb", Web, InvalidUri::NotAbsolute),
        ("https://app.test/cb?code=ATT", Web, InvalidUri::ReservedParameter),
        ("https://app.test/cb?st%61te=ATT", Web, InvalidUri::ReservedParameter),
        ("https://app.test/cb?iss=ATT", Web, InvalidUri::ReservedParameter),
        ("https://app.test/cb?error=x", Web, InvalidUri::ReservedParameter),
    ] {
        assert_eq!(check_registration(uri, kind), Err(why), "{uri}");
    }
}

#[test]
fn answers_keep_the_registered_query() {
    let pairs = [("code", "a b".to_owned()), ("state", "&=".to_owned())];
    assert_eq!(with_query("https://a/cb", &pairs), "https://a/cb?code=a+b&state=%26%3D");
    assert_eq!(with_query("https://a/cb?x=1", &pairs), "https://a/cb?x=1&code=a+b&state=%26%3D");
    assert_eq!(with_query("https://a/cb?", &pairs), "https://a/cb?code=a+b&state=%26%3D");
    assert_eq!(with_fragment("https://a/cb?x=1", &pairs), "https://a/cb?x=1#code=a+b&state=%26%3D");
}
