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
        let database = format!("sqlite:{}", scratch.path().join("credenza.db").display());
        let (address, key) = (free_address(), master_key());
        let issuer = format!("http://{address}");
        let common = [
            ("ISSUER", issuer.as_str()),
            ("DATABASE_URL", &database),
            ("MASTER_KEY", &key),
            ("EGRESS__ALLOW", "localhost"),
            ("EGRESS__CA_FILE", ca.to_str().unwrap()),
            ("PASSWORD__MEMORY_KIB", "7168"),
            ("PASSWORD__ITERATIONS", "1"),
        ];
        let settings = [&common, further].concat();
        let node = |number| Node::new(&scratch.path().join(format!("node-{number}")), &settings);
        let mut nodes: Vec<Node> = (0..count).map(node).collect();
        nodes[0].set("LISTEN", &address);
        nodes[0].address = address;
        Self { issuer, database, nodes, outside, _scratch: scratch }
    }
}
