//! Operators' use cases have one home, `provider/server/src/admin`: whatever makes or changes a tenant, client, user or
//! key, through whichever door, goes through the same rules there.

use std::fs;
use std::path::{Path, PathBuf};

/// The nouns whose records only `admin` writes, and the methods that only read.
const READS: [(&str, &[&str]); 7] = [
    ("tenants", &["find", "name", "list"]),
    ("clients", &["find", "list", "service_accounts", "has_origin", "closed_resources", "resource_servers"]),
    ("users", &["find", "find_by_username", "find_by_login", "list"]),
    ("keys", &["list"]),
    ("groups", &["find", "find_by_name", "list", "members", "of_user"]),
    ("roles", &["at_client", "of_holder", "standing"]),
    ("webhooks", &["find", "list", "secrets", "sealed"]),
];
/// Writes of other nouns, which belong to a client, user or tenant.
const WRITES: [&str; 9] = [
    "registrations.create(",
    "credentials.set_password(",
    "initial_access_tokens.create(",
    "initial_access_tokens.delete(",
    "resource_secrets.create(",
    "resource_secrets.set_expires_at(",
    "maintenance.note_restore(",
    "webhook_deliveries.retry(",
    "webhook_deliveries.replay(",
];
/// Where records are written all the same, and why.
const EXCEPTIONS: [(&str, &str); 2] = [
    ("provider/server/src/admin", "the use cases themselves"),
    ("provider/server/src/keys", "the schedule makes and retires signing keys when nobody gives a command"),
];

/// What a source does with records beside reading them.
fn writes(source: &str) -> Vec<String> {
    let code: String = source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    let mut found: Vec<String> =
        WRITES.iter().filter(|write| code.contains(**write)).map(|write| (*write).to_owned()).collect();
    for (noun, reads) in READS {
        for (at, place) in code.match_indices(&format!("store.{noun}")) {
            let rest = &code[at + place.len()..];
            if rest.starts_with(|next: char| next.is_alphanumeric() || next == '_') {
                continue;
            }
            // Whatever is not a call of a reading method counts, such as a reference that is called later.
            let is_read = reads.iter().any(|read| rest.starts_with(&format!(".{read}(")));
            if !is_read {
                found.push(format!("{place}{}", rest.chars().take(30).collect::<String>()));
            }
        }
    }
    found
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|name| name == "tests");
        if path.is_dir() && !is_test {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
            found.push(path);
        }
    }
}

#[test]
fn records_are_written_by_the_use_cases_of_operators_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = vec![];
    for dir in ["provider/server/src", "provider/testing/src"] {
        sources(&root.join(dir), &mut files);
    }
    assert!(files.len() > 200, "{} files", files.len());
    let mut excepted = [0; EXCEPTIONS.len()];
    let mut wrong = vec![];
    for file in files {
        let found = writes(&fs::read_to_string(&file).unwrap());
        let path = file.strip_prefix(root).unwrap();
        match EXCEPTIONS.iter().position(|(dir, _)| path.starts_with(dir)) {
            Some(exception) => excepted[exception] += found.len(),
            None => wrong.extend(found.into_iter().map(|write| format!("{}: {write}", path.display()))),
        }
    }
    assert!(wrong.is_empty(), "go through credenza::admin instead:\n{}", wrong.join("\n"));
    for ((dir, _), count) in EXCEPTIONS.iter().zip(excepted) {
        assert!(count > 0, "{dir} writes nothing: it needs no exception");
    }
}

#[test]
fn the_search_sees_writes_and_not_reads() {
    for write in [
        "store.clients.create(tenant, record)",
        "self.state\n    .store\n    .users\n    .update(tenant, user)",
        "let keys = &state.store.keys;",
        "context.state.store.tenants.set_disabled(id, None)",
        "state.store.credentials.set_password(tenant, id, hash, now)",
    ] {
        assert_eq!(writes(write).len(), 1, "{write}");
    }
    for read in [
        "store.clients.find(tenant, id)",
        "store\n    .users\n    .find_by_username(tenant, name)",
        "store.clients_of(tenant).create()",
        "// store.clients.create(tenant, record)",
        "realm.keys.sign(algorithm)",
    ] {
        assert_eq!(writes(read), Vec::<String>::new(), "{read}");
    }
}
