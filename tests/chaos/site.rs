//! Nodes on one database, and somebody outside whom they call.

use std::fs;

use credenza_tests::Outside;
use credenza_tests::node::{Node, Scratch, free_address, master_key};
use credenza_tests::outside::ca_pem;

pub struct Site {
    pub issuer: String,
    pub database: String,
    /// Not started yet; the first has the address of the issuer.
    pub nodes: Vec<Node>,
    pub outside: Outside,
    _scratch: Scratch,
}

impl Site {
    /// Somebody outside answers what the nodes send to this path.
    pub async fn prepare(count: usize, path: &str, further: &[(&str, &str)]) -> Self {
        let outside = Outside::start().await;
        outside.serve(path, "text/plain", "");
        let scratch = Scratch::new();
        let ca = scratch.path().join("ca.pem");
        fs::write(&ca, ca_pem()).unwrap();
        let settings =
            [&[("EGRESS__ALLOW", "localhost"), ("EGRESS__CA_FILE", ca.to_str().unwrap())], further].concat();
        let (issuer, database, nodes) = nodes(&scratch, count, &settings);
        Self { issuer, database, nodes, outside, _scratch: scratch }
    }
}

/// Nodes on one database in SQLite, with these settings beside the usual ones, not started yet: the issuer, which is the
/// address of the first, the database, and the nodes.
pub fn nodes(scratch: &Scratch, count: usize, further: &[(&str, &str)]) -> (String, String, Vec<Node>) {
    let database = format!("sqlite:{}", scratch.path().join("credenza.db").display());
    let (address, key) = (free_address(), master_key());
    let issuer = format!("http://{address}");
    let usual = [
        ("ISSUER", issuer.as_str()),
        ("DATABASE_URL", &database),
        ("MASTER_KEY", &key),
        ("PASSWORD__MEMORY_KIB", "7168"),
        ("PASSWORD__ITERATIONS", "1"),
    ];
    let settings = [&usual, further].concat();
    let node = |number| Node::new(&scratch.path().join(format!("node-{number}")), &settings);
    let mut nodes: Vec<Node> = (0..count).map(node).collect();
    if let Some(first) = nodes.first_mut() {
        first.set("LISTEN", &address);
        first.address = address;
    }
    (issuer, database, nodes)
}
