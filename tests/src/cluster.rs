//! Several nodes of the built binary on one PostgreSQL and one Redis, with nginx in front: round robin, without
//! sticky sessions. Each part can be killed and started again.

use serde_json::Value;

use crate::database::Database;
use crate::nginx::Nginx;
use crate::node::{Node, Scratch, free_address, master_key};
use crate::served::{create_client, create_user};
use crate::services::Services;

/// All of them; they end when it is dropped.
pub struct Cluster {
    /// The issuer, where nginx listens.
    pub issuer: String,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// PostgreSQL and Redis, of this cluster alone.
    pub services: Services,
    /// The database.
    pub database: Database,
    _proxy: Nginx,
    // Last, so that the processes end before their files are deleted.
    _scratch: Scratch,
}

impl Cluster {
    /// Starts this many nodes and the services they need, the first node alone on the empty database; `None` if the
    /// test is to be skipped. Password hashing is set to the lowest cost allowed.
    #[must_use]
    pub fn start(nodes: usize) -> Option<Self> {
        let services = Services::start(&["postgres", "redis"])?;
        let scratch = Scratch::new();
        let database = Database::create(services.variable("TEST_POSTGRES_URL"), "cluster");
        let address = free_address();
        let issuer = format!("http://{address}");
        let key = master_key();
        let settings = [
            ("ISSUER", issuer.as_str()),
            ("DATABASE_URL", database.url()),
            ("REDIS_URL", services.variable("TEST_REDIS_URL")),
            ("MASTER_KEY", &key),
            ("TRUSTED_PROXIES", "127.0.0.1"),
            ("PASSWORD__MEMORY_KIB", "7168"),
            ("PASSWORD__ITERATIONS", "1"),
        ];
        let node = |number| Node::new(&scratch.path().join(format!("node-{number}")), &settings);
        let mut nodes: Vec<Node> = (0..nodes).map(node).collect();
        for node in &mut nodes {
            node.start();
        }
        let proxy = Nginx::start(scratch.path(), &address, &directives(&address, &nodes));
        Some(Self { issuer, nodes, services, database, _proxy: proxy, _scratch: scratch })
    }

    /// `credenza client create`: answers with `client_id` and, unless public, `client_secret`.
    #[must_use]
    pub fn create_client(&self, options: &[&str]) -> Value {
        create_client(&self.nodes[0], options)
    }

    /// Makes a person of that name whose password is [`crate::served::PASSWORD`].
    pub fn create_user(&self, username: &str) {
        create_user(&self.nodes[0], username);
    }
}

/// One connection per request. nginx tries the next node when it cannot connect, and for a GET also when the node dies
/// meanwhile; a POST that a node has received is never sent to another.
fn directives(address: &str, nodes: &[Node]) -> String {
    let servers: String =
        nodes.iter().map(|node| format!("        server {} max_fails=0;\n", node.address)).collect();
    format!(
        "    upstream nodes {{
{servers}    }}
    server {{
        listen {address};
        location / {{
            proxy_pass http://nodes;
            proxy_next_upstream error;
            proxy_connect_timeout 1s;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }}
    }}
"
    )
}
