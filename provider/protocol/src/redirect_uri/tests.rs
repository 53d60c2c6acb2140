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
    let native = client(
        ApplicationType::Native,
        &["http://127.0.0.1/cb", "http://[::1]:1/cb?a=b", "http://localhost:3000/"],
    );
    for good in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:50123/cb",
        "http://[::1]:65535/cb?a=b",
        "http://[::1]/cb?a=b",
        "http://localhost/",
        "http://localhost:50123/",
    ] {
        assert_eq!(choose(&native, Some(good)), Ok(good));
    }
    for bad in [
        "http://127.0.0.1@evil.test/cb",
        "http://127.0.0.1.evil.test/cb",
        "http://127.0.0.1:80@evil.test/cb",
        "http://localhost:80/cb",
        "http://localhost.evil.test/",
        "http://localhost:80.evil.test/",
        "http://a.localhost:3000/",
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
    let check = |uri: &str, kind| check_redirect_uri(uri, &client(kind, &[]));
    for (uri, kind) in [
        ("https://app.test/cb", Web),
        ("https://app.test", Web),
        ("https://app.test/cb?foo=bar", Web),
        ("http://localhost:3000/cb", Web),
        ("http://127.0.0.1/cb", Native),
        ("com.example.app:/cb", Native),
        ("com.example.app://cb", Native),
        ("cursor://anysphere.cursor-retrieval/oauth/callback", Native),
        ("oc:/cb", Native),
        ("http://app.localhost:3000/cb", Web),
        ("https://app.test/cb?a=1,2;3", Web),
    ] {
        assert_eq!(check(uri, kind), Ok(()), "{uri}");
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
        ("myapp:/cb", Web, InvalidUri::PrivateScheme),
        ("c:/cb", Native, InvalidUri::Scheme),
        ("FTP://app.test/cb", Native, InvalidUri::Scheme),
        ("wss://app.test/cb", Native, InvalidUri::Scheme),
        ("urn:ietf:wg:oauth:2.0:oob", Native, InvalidUri::Scheme),
        ("intent://app.test/cb", Native, InvalidUri::Scheme),
        ("https://*.app.test/cb", Web, InvalidUri::Wildcard),
        ("https://app.test/*", Web, InvalidUri::Wildcard),
        ("*", Web, InvalidUri::Wildcard),
        ("https://app.test/cb,https://app.test/cb2", Web, InvalidUri::Several),
        ("https://app.test/cb, com.example.app://cb", Native, InvalidUri::Several),
        ("https://app.test/cb https://app.test/cb2", Web, InvalidUri::Several),
        ("http://nas/cb", Web, InvalidUri::LocalNetwork),
        ("com.example.app:/cb", Web, InvalidUri::PrivateScheme),
        ("/cb", Web, InvalidUri::NotAbsolute),
        ("https://app.test/cb?code=ATT", Web, InvalidUri::ReservedParameter),
        ("https://app.test/cb?st%61te=ATT", Web, InvalidUri::ReservedParameter),
        ("https://app.test/cb?iss=ATT", Web, InvalidUri::ReservedParameter),
        ("https://app.test/cb?error=x", Web, InvalidUri::ReservedParameter),
    ] {
        assert_eq!(check(uri, kind), Err(why), "{uri}");
    }
}

#[test]
fn http_in_a_local_network_is_for_whom_the_switch_is_on() {
    let off = client(ApplicationType::Web, &[]);
    let on = Client { local_network_redirects: true, ..off.clone() };
    for uri in [
        "http://10.0.0.1/cb",
        "http://172.16.3.4:8080/cb",
        "http://192.168.1.20/cb",
        "http://169.254.7.7/cb",
        "http://[fd00::1]/cb",
        "http://[fe80::1]/cb",
        "http://nas:5000/cb",
        "http://nas.local/cb",
        "http://app.corp.internal/cb",
        "http://printer.home.arpa/cb",
    ] {
        assert!(is_local_network(uri), "{uri}");
        assert_eq!(check_redirect_uri(uri, &off), Err(InvalidUri::LocalNetwork), "{uri}");
        assert_eq!(check_redirect_uri(uri, &on), Ok(()), "{uri}");
        assert_eq!(check_post_logout_redirect_uri(uri, &on), Ok(()), "{uri}");
    }
    for uri in [
        "http://app.test/cb",
        "http://8.8.8.8/cb",
        "http://172.32.0.1/cb",
        "http://192.169.1.1/cb",
        "http://[2001:db8::1]/cb",
        "http://[::ffff:10.0.0.1]/cb",
        "http://local/../local.test/cb",
        "http://nas.local.test/cb",
        "http://notlocal.test/cb",
    ] {
        assert!(check_redirect_uri(uri, &on).is_err(), "{uri}");
    }
    assert!(!is_local_network("https://nas/cb") && !is_local_network("http://localhost/cb"));
}

#[test]
fn only_what_logout_adds_is_reserved_after_logout() {
    let client = client(ApplicationType::Web, &[]);
    for query in ["error=x", "code=1", "iss=a&id_token=b"] {
        let uri = format!("https://app.test/bye?{query}");
        assert_eq!(check_post_logout_redirect_uri(&uri, &client), Ok(()), "{uri}");
        assert_eq!(check_redirect_uri(&uri, &client), Err(InvalidUri::ReservedParameter), "{uri}");
    }
    let state = check_post_logout_redirect_uri("https://app.test/bye?state=x", &client);
    assert_eq!(state, Err(InvalidUri::ReservedParameter));
    let script = check_post_logout_redirect_uri("javascript:alert(1)", &client);
    assert_eq!(script, Err(InvalidUri::Scheme));
}

#[test]
fn origins_are_written_as_browsers_write_them() {
    let client = client(ApplicationType::Web, &[]);
    for good in [
        "https://app.test",
        "https://app.test:8443",
        "http://localhost",
        "http://localhost:5173",
        "http://tauri.localhost",
        "capacitor://localhost",
        "tauri://localhost",
        "ionic://localhost",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
    ] {
        assert_eq!(check_origin(good, &client), Ok(()), "{good}");
    }
    for (bad, why) in [
        ("*", InvalidUri::Wildcard),
        ("https://*.app.test", InvalidUri::Wildcard),
        ("https://a.test,https://b.test", InvalidUri::Several),
        ("null", InvalidUri::NotAnOrigin),
        ("app.test", InvalidUri::NotAnOrigin),
        ("https://app.test/", InvalidUri::NotAnOrigin),
        ("https://app.test:443", InvalidUri::NotAnOrigin),
        ("https://APP.test", InvalidUri::NotAnOrigin),
        ("HTTPS://app.test", InvalidUri::NotAnOrigin),
        ("https://app.test?x", InvalidUri::NotAnOrigin),
        ("capacitor://localhost/", InvalidUri::NotAnOrigin),
        ("capacitor://", InvalidUri::NotAnOrigin),
        ("https://u@app.test", InvalidUri::UserInfo),
        ("http://app.test", InvalidUri::PlainHttp),
        ("http://nas", InvalidUri::LocalNetwork),
        ("ftp://app.test", InvalidUri::Scheme),
        ("wss://app.test", InvalidUri::Scheme),
    ] {
        assert_eq!(check_origin(bad, &client), Err(why), "{bad}");
    }
    // Whoever is sent back to a local network is called from there too.
    let local = Client { local_network_redirects: true, ..client };
    assert_eq!(check_origin("http://nas", &local), Ok(()));
    assert!(check_origin("file://localhost", &local).is_err());
}

#[test]
fn what_a_redirect_uri_tells_of_its_client() {
    for (uri, for_devices, for_free_ports) in [
        ("https://app.test/cb", false, false),
        ("http://localhost:3000/cb", true, false),
        ("http://localhost/cb", true, false),
        ("http://127.0.0.1:3000/cb", true, false),
        ("http://127.0.0.1/cb", true, true),
        ("http://[::1]/cb", true, true),
        ("cursor://x/cb", true, true),
        ("com.example.app:/cb", true, true),
        ("http://nas/cb", false, false),
        ("http://app.test/cb", false, false),
        ("/cb", false, false),
    ] {
        assert_eq!((is_for_devices(uri), is_for_free_ports(uri)), (for_devices, for_free_ports), "{uri}");
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
