use super::*;

const CODE: &str = "0123456789abcdef";

fn explained(log: &str) -> Explanation {
    explain(&SupportCode::read(CODE).unwrap(), log.lines().map(str::to_owned)).expect("it is in the log")
}

/// A line as it is written in JSON, about the request of [`CODE`].
fn json(message: &str, fields: &str) -> String {
    format!(
        r#"{{"timestamp":"2026-11-29T17:35:48.123456Z","level":"INFO","message":"{message}",{fields}"target":"credenza::x","span":{{"client_id":"app","id":"{CODE}","path":"/authorize","name":"request"}}}}"#
    )
}

/// The same as text.
fn text(message: &str, fields: &str) -> String {
    format!(
        r#"2026-11-29T17:35:48.123456Z  INFO request{{id={CODE} path="/authorize" client_id="app"}}: {message} {fields}"#
    )
}

#[test]
fn codes_are_read_as_people_pass_them_on() {
    assert_eq!(SupportCode::read(" 0123456789ABCDEF\n").unwrap().as_str(), CODE);
    for other in ["", "0123456789abcde", "0123456789abcdefa", "0123456789abcdeg", "0123-4567-89ab-cd"] {
        assert_eq!(SupportCode::read(other), None, "{other}");
    }
}

#[test]
fn both_forms_of_the_log_say_the_same() {
    let of_json = [
        json(
            "the redirect URI is not registered",
            r#""redirect_uri":"https://a.example/cb \"x\"","nearest":"https://a.example/callback","registered":2,"#,
        ),
        json(
            "refused by page",
            r#""support_code":"0123456789abcdef","code":"invalid_request","rule":"RFC 6749 3.1.2.3","reason":"redirect_uri is not registered for this client","#,
        ),
    ];
    let of_text = [
        text(
            "the redirect URI is not registered",
            r#"redirect_uri="https://a.example/cb \"x\"" nearest="https://a.example/callback" registered=2"#,
        ),
        text(
            "refused by page",
            r#"support_code="0123456789abcdef" code="invalid_request" rule="RFC 6749 3.1.2.3" reason="redirect_uri is not registered for this client""#,
        ),
    ];
    let explanation = explained(&of_json.join("\n"));
    assert_eq!(explained(&of_text.join("\n")), explanation);
    assert_eq!(explanation.at, "2026-11-29T17:35:48.123456Z");
    assert_eq!(explanation.endpoint.as_deref(), Some("/authorize"));
    assert_eq!(explanation.client_id.as_deref(), Some("app"));
    assert_eq!(explanation.error.as_deref(), Some("invalid_request"));
    assert_eq!(explanation.rule.as_deref(), Some("RFC 6749 3.1.2.3"));
    assert_eq!(
        explanation.happened,
        [
            r#"It named the redirect URI "https://a.example/cb \"x\"". Of 2 registered, the nearest is "https://a.example/callback"."#,
            "It ended on an error page: redirect_uri is not registered for this client (invalid_request, RFC 6749 3.1.2.3).",
        ]
    );
    assert_eq!(explanation.advice.len(), 1, "{:?}", explanation.advice);
    let told = explanation.text();
    assert!(
        told.starts_with(
            "At 2026-11-29T17:35:48.123456Z, a request to /authorize of the client \"app\":\n- It"
        ),
        "{told}"
    );
    assert!(told.contains("What to do next:\n- Make the application send"), "{told}");
}

#[test]
fn a_reason_without_quotes_reaches_to_the_next_field() {
    let line =
        text("refused", "code=\"invalid_grant\" rule=\"RFC 6749 6\" reason=the grant is revoked or expired");
    let explanation = explained(&line);
    assert_eq!(
        explanation.happened,
        ["It was refused: the grant is revoked or expired (invalid_grant, RFC 6749 6)."]
    );
    assert_eq!(explanation.advice, ["The person has to sign in again."]);
}

#[test]
fn what_went_wrong_with_a_client_is_told() {
    let fields = |fault: &str, used: &str, registered: &str, times: &str| {
        json(
            "the client was not authenticated",
            &format!(r#""fault":"{fault}","method_used":"{used}",{registered}{times}"#),
        )
    };
    let basic = r#""method_registered":"client_secret_basic","#;
    let by_key = r#""method_registered":"private_key_jwt","#;
    for (line, advice) in [
        (fields("f", "client_secret_post", basic, ""), "--token-endpoint-auth-method client_secret_post"),
        (fields("f", "client_secret_basic", basic, ""), "--rotate-secret"),
        (fields("the secret has expired", "client_secret_post", basic, ""), "client secret create app"),
        (fields("f", "none", r#""method_registered":"none","#, ""), "register a confidential one"),
        (fields("f", "client_secret_basic", "", ""), "there is no enabled client \"app\""),
        (fields("f", "private_key_jwt", by_key, r#""exp_from_now":-31,"#), "Set the clocks"),
        (fields("f", "private_key_jwt", by_key, r#""exp_from_now":60,"iat_from_now":31,"#), "Set the clocks"),
        (
            fields("f", "private_key_jwt", by_key, r#""exp_from_now":60,"iat_from_now":-1,"#),
            "Compare the key",
        ),
    ] {
        let refused = json(
            "refused",
            r#""code":"invalid_client","rule":"RFC 6749 2.3.1","reason":"client authentication failed","#,
        );
        let explanation = explained(&format!("{line}\n{refused}"));
        assert_eq!(explanation.advice.len(), 1, "{:?}", explanation.advice);
        assert!(explanation.advice[0].contains(advice), "{:?}", explanation.advice);
    }
    let late = explained(&fields(
        "the assertion breaks a rule",
        "private_key_jwt",
        by_key,
        r#""exp_from_now":-31,"iat_from_now":0,"#,
    ));
    let sentence = "The client was not authenticated: the assertion breaks a rule. It used the method private_key_jwt, and \
                    private_key_jwt is registered. By our clock its assertion expired 31 seconds ago and was issued 0 \
                    seconds ago.";
    assert_eq!(late.happened, [sentence]);
    let early = explained(&fields("f", "private_key_jwt", by_key, r#""nbf_from_now":40,"iat_from_now":40,"#));
    assert!(
        early.happened[0].ends_with("its assertion becomes valid in 40 seconds and is issued in 40 seconds.")
    );
}

#[test]
fn only_lines_of_that_request_count() {
    let other = json("refused", r#""code":"a","rule":"b","reason":"c","#).replace(CODE, "ffffffffffffffff");
    let quoting = other.replace("\"c\"", &format!("\"{CODE}\""));
    let log = format!("{other}\n{quoting}\nno line of ours {CODE}\n");
    assert_eq!(explain(&SupportCode::read(CODE).unwrap(), log.lines().map(str::to_owned)), None);
}

#[test]
fn what_collectors_and_terminals_add_is_no_hindrance() {
    let line =
        json("refused", r#""code":"access_denied","rule":"RFC 6749 4.1.2.1","reason":"the person refused","#);
    let collected = format!("Nov 29 17:35:48 host credenza[1]: {line}");
    assert_eq!(explained(&collected), explained(&line));
    let plain =
        text("sign-in throttled", r#"address="203.0.113.9" account="ada" tenant="default" wait_seconds=15"#);
    let coloured = plain
        .replace(" INFO", " \u{1b}[32mINFO\u{1b}[0m")
        .replace("wait_seconds", "\u{1b}[3mwait_seconds\u{1b}[0m");
    let collected = format!("Nov 29 17:35:48 host credenza[1]: {coloured}");
    assert_eq!(explained(&collected), explained(&plain));
    let told = explained(&plain).happened;
    assert!(told[0].contains("15 seconds") && told[0].contains("account \"ada\""), "{told:?}");
}

#[test]
fn a_line_that_is_not_known_is_given_as_it_is() {
    let explanation = explained(&json("something new", r#""why":"so","count":3,"#));
    assert_eq!(explanation.happened, [r#"INFO: something new (count="3", why="so")."#]);
    assert!(explanation.advice.is_empty());
}

#[test]
fn nothing_of_a_line_acts_on_the_terminal() {
    let explanation = explained(&json("something new", r#""why":"\u001b[31mred\u0007","#));
    assert!(!explanation.text().contains('\u{1b}') && !explanation.text().contains('\u{7}'));
}

/// The advice goes by the texts of refusals: they are those that the protocol has.
#[test]
fn advice_is_given_for_texts_that_there_are() {
    use credenza_protocol::authorize::Fault;
    use credenza_protocol::token::Error;

    use crate::flow::interaction::{Lost, Past};

    let texts = [
        Lost::Finished(Past::default()).to_string(),
        Lost::Expired(Past::default()).to_string(),
        Lost::NoCookie.to_string(),
        Lost::Unknown.to_string(),
        Lost::Forged.to_string(),
        Fault::ClientUnknown.to_string(),
        Fault::ResponseTypeNotAllowed.to_string(),
        Error::Code.to_string(),
        Error::CodeAgain.to_string(),
        Error::RefreshToken.to_string(),
        Error::RefreshTokenAgain.to_string(),
        Error::RefreshTokenAhead.to_string(),
        Error::RefreshTokenRepeated.to_string(),
        Error::GrantDead.to_string(),
        Error::GrantNotAllowed.to_string(),
        Error::NotAForm.to_string(),
    ];
    for text in texts {
        let explanation =
            explained(&json("refused", &format!(r#""code":"other","rule":"x","reason":"{text}","#)));
        assert_eq!(explanation.advice.len(), 1, "{text}");
    }
}
