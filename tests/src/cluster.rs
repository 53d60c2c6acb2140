//! Several nodes of the built binary on one PostgreSQL and one Redis, with nginx in front: round robin, without
//! sticky sessions. Each part can be killed and started again.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::database::Database;
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
    proxy: Child,
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
        let proxy = proxy(scratch.path(), &address, &nodes);
        Some(Self { issuer, nodes, services, database, proxy, _scratch: scratch })
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

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may have ended already, and a failed cleanup is not a test result.
        let _ = self.proxy.kill();
        let _ = self.proxy.wait();
    }
}

fn proxy(folder: &Path, address: &str, nodes: &[Node]) -> Child {
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration(folder, address, nodes)).unwrap();
    let program = if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" };
    let mut start = Command::new(program);
    start.arg("-p").arg(folder).arg("-e").arg(folder.join("nginx.log")).arg("-c").arg(&file);
    let mut proxy = start.stdin(Stdio::null()).spawn().unwrap();
    for _ in 0..200 {
        if TcpStream::connect(address).is_ok() {
            return proxy;
        }
        assert!(proxy.try_wait().unwrap().is_none(), "nginx stopped");
        thread::sleep(Duration::from_millis(50));
    }
    panic!("nginx does not listen");
}

/// One connection per request. nginx tries the next node when it cannot connect, and for a GET also when the node dies
/// meanwhile; a POST that a node has received is never sent to another.
fn configuration(folder: &Path, address: &str, nodes: &[Node]) -> String {
    let servers: String =
        nodes.iter().map(|node| format!("        server {} max_fails=0;\n", node.address)).collect();
    let folder = folder.display();
    format!(
        "daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream nodes {{
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
}}
"
    )
}
