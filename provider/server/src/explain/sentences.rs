//! What a line says, as a sentence.

use super::line::Line;

/// The sentence of a line. One that is not known is given as it is.
pub(super) fn of(line: &Line) -> String {
    let field = |name: &str| line.field(name).unwrap_or("unknown");
    match line.message.as_str() {
        "refused" => format!("It was refused: {}.", refusal(line)),
        "refused by redirect" => format!("It was refused, and the application was told: {}.", refusal(line)),
        "refused by page" => format!("It ended on an error page: {}.", refusal(line)),
        "the client was not authenticated" => not_authenticated(line),
        "the redirect URI is not registered" => match line.field("nearest") {
            Some(nearest) => format!(
                "It named the redirect URI {:?}. Of {} registered, the nearest is {nearest:?}.",
                field("redirect_uri"),
                field("registered")
            ),
            None => format!("It named the redirect URI {:?}. None is registered.", field("redirect_uri")),
        },
        "the redirect URI differs" => format!(
            "The token request named the redirect URI {:?}, the authorization request {:?}.",
            line.field("redirect_uri").unwrap_or_default(),
            line.field("authorized").unwrap_or_default()
        ),
        "sign-in failed" => match line.field("account") {
            Some(account) => format!(
                "Somebody at {} gave a wrong password for the account {account:?}, or the account is disabled.",
                field("address")
            ),
            None => format!("Somebody at {} gave a username that nobody has.", field("address")),
        },
        "sign-in throttled" => format!(
            "Too many sign-ins had failed before, so no password was checked. The next attempt may be made after {} \
             seconds. It came from {}{}.",
            field("wait_seconds"),
            field("address"),
            line.field("account").map(|account| format!(", for the account {account:?}")).unwrap_or_default(),
        ),
        "failed" => format!("The provider itself failed: {}.", field("failure")),
        "a panic" => format!("The provider has a fault, at {}: {}.", field("place"), field("panic")),
        "answered" => format!(
            "The {} request was answered with status {} after {} milliseconds.",
            field("method"),
            field("status"),
            field("milliseconds")
        ),
        _ => as_it_is(line),
    }
}

/// The reason, and the code and section where there are any.
fn refusal(line: &Line) -> String {
    let reason = line.field("reason").unwrap_or("no reason was logged");
    match (line.field("code"), line.field("rule")) {
        (Some(code), Some(rule)) => format!("{reason} ({code}, {rule})"),
        _ => reason.to_owned(),
    }
}

fn not_authenticated(line: &Line) -> String {
    let field = |name: &str| line.field(name).unwrap_or("unknown");
    let mut sentence = format!(
        "The client was not authenticated: {}. It used the method {}",
        field("fault"),
        field("method_used")
    );
    if let Some(registered) = line.field("method_registered") {
        sentence.push_str(&format!(", and {registered} is registered"));
    }
    sentence.push('.');
    let times = [
        ("exp", "expires", "expired"),
        ("nbf", "becomes valid", "became valid"),
        ("iat", "is issued", "was issued"),
    ];
    let told = times.into_iter().filter_map(|(name, ahead, past)| {
        Some(match seconds(line, name)? {
            wait @ 1.. => format!("{ahead} in {wait} seconds"),
            since => format!("{past} {} seconds ago", since.unsigned_abs()),
        })
    });
    let told: Vec<String> = told.collect();
    if !told.is_empty() {
        sentence.push_str(&format!(" By our clock its assertion {}.", told.join(" and ")));
    }
    sentence
}

/// How far a time of the assertion lies from ours, in seconds.
pub(super) fn seconds(line: &Line, name: &str) -> Option<i64> {
    line.field(&format!("{name}_from_now"))?.parse().ok()
}

fn as_it_is(line: &Line) -> String {
    let fields: Vec<String> = line.own_fields().map(|(name, value)| format!("{name}={value:?}")).collect();
    match fields.is_empty() {
        true => format!("{}: {}.", line.level, line.message),
        false => format!("{}: {} ({}).", line.level, line.message, fields.join(", ")),
    }
}
