//! nginx, in front of whatever a test serves.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Where Debian installs it, which is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/nginx";

/// A process of nginx; it ends when it is dropped.
pub struct Nginx(Child);

impl Nginx {
    /// Starts it with these directives of its `http` block, and waits until it listens at the address. What it writes goes
    /// into the folder, which must outlive it.
    #[must_use]
    pub fn start(folder: &Path, address: &str, http: &str) -> Self {
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration(folder, http)).unwrap();
        let program = if Path::new(PROGRAM).exists() { PROGRAM } else { "nginx" };
        let mut start = Command::new(program);
        start.arg("-p").arg(folder).arg("-e").arg(folder.join("nginx.log")).arg("-c").arg(&file);
        let mut nginx = Self(start.stdin(Stdio::null()).spawn().unwrap());
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                return nginx;
            }
            assert!(nginx.0.try_wait().unwrap().is_none(), "nginx stopped");
            thread::sleep(Duration::from_millis(50));
        }
        panic!("nginx does not listen");
    }

    /// Whether it is installed. Where `CI=true`, it has to be.
    #[must_use]
    pub fn is_installed() -> bool {
        let found = Path::new(PROGRAM).exists() || Command::new("nginx").arg("-v").output().is_ok();
        assert!(found || std::env::var("CI").as_deref() != Ok("true"), "nginx is not installed");
        found
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended already, and a failed cleanup is not a test result.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn configuration(folder: &Path, http: &str) -> String {
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
{http}}}
"
    )
}
