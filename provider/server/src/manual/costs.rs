//! The table of the security model's page on what one caller can cost at most, written from the constants and defaults
//! that hold it.

use std::fs;
use std::path::Path;

use credenza_protocol::backchannel_logout::ATTEMPTS;
use credenza_protocol::client_auth::MAX_ASSERTION_LIFETIME;
use credenza_protocol::request_object::MAX_BYTES;
use credenza_protocol::tenant::TenantSettings;
use credenza_protocol::time::Seconds;
use credenza_storage::mails::MOST_WAITING;

use crate::accounts::password::{Cost, QUEUE_PER_THREAD};
use crate::accounts::throttle::queue::{ADDRESS, STRANGERS};
use crate::accounts::throttle::tries::{self, FREE, MEMORY, PLACE};
use crate::config::{EgressConfig, Limits};
use crate::flow::interaction::{STORED_OF_ADDRESS, STORED_OF_TENANT};
use crate::flow::mailed::{OF_ACCOUNT, OF_ADDRESS};
use crate::flow::register::ADDRESSES;
use crate::flow::token::refresh_token::REPETITIONS;
use crate::mail::ASKED;
use crate::{egress, logos, remote_keys, request_objects};

/// Who, what they do, and what that takes: rows and for how long, bytes, work, time.
type Row = [String; 6];

fn minutes(span: Seconds) -> i64 {
    span.0 / 60
}

fn days(span: Seconds) -> i64 {
    span.0 / 86_400
}

fn anonymous(settings: &TenantSettings) -> Vec<Row> {
    let limits = Limits::default();
    let (cost, egress) = (Cost::default(), EgressConfig::default());
    let memory = cost.memory_kib() / 1024;
    let hour = Seconds(3600);
    let by_address = ADDRESS.most_in(hour, Seconds(0));
    let registrations = settings.registration_limit;
    let paced = 1000 / request_objects::PACE.as_millis();
    vec![
        [
            "anybody".into(),
            "tries passwords".into(),
            format!(
                "a counter for the address, one for its IPv6 site and two for each name, {} in an hour, each for {} minutes",
                2 * by_address + 2,
                minutes(MEMORY),
            ),
            format!("{memory} MiB for each hash under way"),
            format!(
                "a hash by argon2id for each try: in an hour {by_address} from one address, {} of them on one account, and {} on one account from all unknown devices; {FREE} without a wait",
                tries::in_an_hour(),
                STRANGERS.most_in(hour, PLACE),
            ),
            format!("{QUEUE_PER_THREAD} tries wait for each thread that hashes; the next is answered 503"),
        ],
        [
            "anybody".into(),
            "asks for authorization".into(),
            format!(
                "none until somebody signs in; {STORED_OF_ADDRESS} from one address and {STORED_OF_TENANT} for a tenant that are too long for their handle, for {} minutes",
                minutes(settings.login_lifetime),
            ),
            format!("{} each, at most, where it is stored", limits.body_bytes),
            "encryption of a few kilobytes".into(),
            "none".into(),
        ],
        [
            "anybody".into(),
            "registers clients, where a tenant is open".into(),
            format!(
                "{registrations} clients in an hour from one address, {} in all; one that is never used is deleted after {} days",
                registrations * ADDRESSES,
                days(settings.unused_client_lifetime),
            ),
            format!("{} each, at most", limits.body_bytes),
            "parsing".into(),
            format!("fetches of what it names: {} seconds each", egress.timeout.as_secs()),
        ],
        by_mail(),
        [
            "anybody".into(),
            "names the `request_uri` of a client".into(),
            "none".into(),
            format!("{MAX_BYTES} for a document"),
            format!("one signature; the document is fetched {paced} times a second"),
            format!(
                "{} requests of that client wait, {} documents are fetched at a time; {} seconds each",
                request_objects::WAITING,
                request_objects::SLOTS,
                egress.timeout.as_secs(),
            ),
        ],
        [
            "anybody".into(),
            "shows credentials or tokens that are wrong".into(),
            "none".into(),
            "none".into(),
            "a hash or a signature, and for opaque tokens a read".into(),
            format!(
                "keys of clients at a `jwks_uri` are fetched anew every 30 seconds; {} requests wait for those of one client, the next is answered 503",
                remote_keys::WAITING,
            ),
        ],
    ]
}

fn by_mail() -> Row {
    [
        "anybody".into(),
        "asks for links to new passwords, and for accounts where people may make them, where mail is sent"
            .into(),
        format!(
            "a counter for the address, and for each account that has an address, and each address that wants an account, one, the challenge, and {OF_ACCOUNT} mails in an hour, with a counter of the codes that are typed; {MOST_WAITING} mails wait for a tenant",
        ),
        "4 kilobytes for each mail".into(),
        format!(
            "{OF_ADDRESS} requests of each kind in an hour from one address: a search and the encryption of a mail each"
        ),
        format!("{ASKED} are seen to at a time; the next is answered 503"),
    ]
}

fn client(settings: &TenantSettings) -> Vec<Row> {
    let (egress, limits) = (EgressConfig::default(), Limits::default());
    vec![
        [
            "a client".into(),
            "authenticates many requests at once, from many addresses".into(),
            "none".into(),
            "those of each request".into(),
            "that of each request".into(),
            format!(
                "{} of {} places; the next is answered 503",
                limits.requests * usize::from(limits.client_percent) / 100,
                limits.requests
            ),
        ],
        [
            "a client".into(),
            "gets a token in its own name".into(),
            format!("none; for an opaque one a row, for {} minutes", minutes(settings.access_token_lifetime)),
            "its scope and audience".into(),
            "one signature".into(),
            "a commit for an opaque one".into(),
        ],
        [
            "a client".into(),
            "authenticates by a JWT".into(),
            format!("a row until the JWT expires: {} minutes", minutes(MAX_ASSERTION_LIFETIME)),
            "a hash".into(),
            "one signature".into(),
            "a commit".into(),
        ],
        [
            "a client".into(),
            "refreshes".into(),
            "none: the row of the grant is written anew; a counter where a reply is repeated".into(),
            "none".into(),
            format!("one signature for each token; a reply is given {} times", REPETITIONS + 1),
            "a commit".into(),
        ],
        [
            "a client".into(),
            "is told of the end of a session".into(),
            format!(
                "one, until it has answered, or {ATTEMPTS} attempts have failed, after some forty minutes"
            ),
            "ids".into(),
            "a signature for each attempt".into(),
            format!(
                "two calls at a time, {} to one host, {} in all; {} seconds each",
                egress::SLOTS_OF_HOST,
                egress::SLOTS,
                egress.timeout.as_secs(),
            ),
        ],
        [
            "a client".into(),
            "has a logo".into(),
            "none".into(),
            format!("{} KiB, of {} MiB for all", logos::LONGEST / 1024, logos::ROOM / 1024 / 1024),
            "none".into(),
            "a fetch in an hour".into(),
        ],
    ]
}

fn person(settings: &TenantSettings) -> Vec<Row> {
    vec![
        [
            "a person".into(),
            "signs in".into(),
            format!("a session, for {} days; their number has no bound", days(settings.session_lifetime)),
            "the name of the browser, cut".into(),
            "a hash by argon2id".into(),
            "two commits".into(),
        ],
        [
            "a person".into(),
            "allows a client something".into(),
            format!(
                "a grant, for {} seconds, and if its code is redeemed, as long as it is refreshed: {} days. Their number has no bound",
                settings.code_lifetime.0,
                days(settings.grant_lifetime),
            ),
            "scope, resources and claims of the request".into(),
            "a signature for each token".into(),
            "two commits".into(),
        ],
        [
            "an operator".into(),
            "changes a tenant, a client or a key".into(),
            "what was asked for, and for each sink of events a row until it is delivered, seven days at most".into(),
            "as asked for".into(),
            "the tenant's caches are filled anew; when a server of resources is deleted, its clients are read through".into(),
            "a commit".into(),
        ],
    ]
}

fn table() -> String {
    let settings = TenantSettings::default();
    let head = ["Who", "does what", "Rows", "Bytes", "Work", "Time"].map(str::to_owned);
    let line = |row: &Row| format!("| {} |", row.join(" | "));
    let rows = [anonymous(&settings), client(&settings), person(&settings)].concat();
    let rows: Vec<String> = rows.iter().map(line).collect();
    format!("{}\n|---|---|---|---|---|---|\n{}", line(&head), rows.join("\n"))
}

/// `UPDATE_MANUAL=1 cargo test -p credenza --lib costs` writes the table anew.
#[test]
fn the_security_model_says_what_one_caller_can_cost() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manual/security-model.md");
    let written = fs::read_to_string(&path).unwrap();
    let (before, rest) = written.split_once("<!-- costs -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end of costs -->").unwrap();
    let made = format!("{before}<!-- costs -->\n\n{}\n\n<!-- end of costs -->{after}", table());
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        fs::write(&path, &made).unwrap();
    } else {
        assert_eq!(written, made, "write the table anew with UPDATE_MANUAL=1");
    }
}
