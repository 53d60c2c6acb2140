//! What `credenza dev` prints when it starts.

use std::path::Path;

use super::files::DemoFile;

const WIDTH: usize = 76;

/// Where to go, with which username and password, and that this is not for production.
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
  Files:    {} (delete them to start afresh)

  To connect your own application:

    credenza client create --name 'My app' \\
        --redirect-uri http://localhost:3000/callback

  Anyone who can read these files or this screen can sign in here.
  For everything else there is `credenza serve`.

{rule}
",
        demo.username,
        demo.password,
        dir.display()
    )
}
