//! What `credenza dev` says when it starts.

use std::path::Path;

use super::files::DemoFile;

const WIDTH: usize = 76;

/// Where to go, by which name and password, and that this is not for production.
pub(super) fn banner(issuer: &str, dir: &Path, demo: &DemoFile) -> String {
    let rule = "=".repeat(WIDTH);
    let title = format!("{:^WIDTH$}", "CREDENZA FOR DEVELOPMENT: NOT FOR PRODUCTION");
    format!(
        "{rule}
{title}
{rule}

  Open      {issuer}/demo
  and sign in with

  Username: {}
  Password: {}

  Issuer:   {issuer}
  Files:    {} (delete it to begin anew)

  A client for your own application:

    credenza client create --name 'My app' \\
        --redirect-uri http://localhost:3000/callback

  Everybody who can read these files or this screen can sign in here.
  `credenza serve` is the provider for everything else.

{rule}
",
        demo.username,
        demo.password,
        dir.display()
    )
}
