//! `credenza login`, `logout` and `whoami`: people at servers elsewhere.

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::Failure;
use super::door::Place;
use super::output::Answer;
use super::remote::{Folder, Issuer, Remote, StepUp, Wanted, Who, Wire, sign_in};

const EXAMPLES: &str = "\
Examples:
  credenza login --server https://id.example.com
      Signs in by the browser; commands work on that server from then on, where none is on this machine
  credenza client list --server https://id.example.com --tenant acme
  credenza whoami
  credenza logout

An operator lets people sign in this way by `credenza admin cli enable` on the server. A script names a service account by
CREDENZA_CLIENT_ID and CREDENZA_CLIENT_SECRET_FILE, or CREDENZA_CLIENT_KEY_FILE, and needs no login.";

/// `credenza login`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Login {
    /// Only print the address, and open no browser
    #[arg(long)]
    no_browser: bool,
    /// The scopes of the admin API, as words with spaces between them [default: all that the person's roles bring]
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// Sign in anew if that was longer ago, as what is sensitive asks for
    #[arg(long, value_name = "SECONDS")]
    max_age: Option<u32>,
    /// In which ways to sign in, as the server names them
    #[arg(long, value_name = "ACR")]
    acr_values: Option<String>,
}

/// Somebody who signed out.
#[derive(Debug, Serialize, JsonSchema)]
struct SignedOutBody {
    signed_out: String,
}

impl Login {
    pub(super) async fn run(self, place: &Place) -> Result<Answer, Failure> {
        let folder = Folder::find()?;
        let issuer = meant(place, &folder)?;
        let wire = Wire::open(issuer, place.ca_file.as_deref())?;
        let step_up = StepUp { max_age: self.max_age, acr_values: self.acr_values };
        let wanted = Wanted { scope: self.scope, step_up, opens_browser: !self.no_browser };
        let signed_in = sign_in(&wire, &wanted).await?;
        let server = wire.issuer.to_string();
        let who = Who {
            server: server.clone(),
            kind: "user",
            user_id: signed_in.user_id.clone(),
            username: signed_in.username.clone(),
            client_id: Some(signed_in.client_id.clone()),
            scope: Some(signed_in.scope.clone()),
        };
        let locked = folder.lock()?;
        let mut kept = locked.read()?;
        kept.current = Some(server.clone());
        kept.servers.insert(server, signed_in);
        locked.write(&kept)?;
        Answer::record(&who)
    }
}

/// Forgets a sign-in, and has the server end it.
pub(super) async fn logout(place: &Place) -> Result<Answer, Failure> {
    let folder = Folder::find()?;
    let issuer = meant(place, &folder)?;
    let server = issuer.to_string();
    let found = {
        let locked = folder.lock()?;
        let mut kept = locked.read()?;
        let found = kept.servers.remove(&server);
        kept.current = kept.current.filter(|current| *current != server);
        locked.write(&kept)?;
        found
    };
    let Some(found) = found else {
        return Err(Failure::new(format!("nobody is signed in at {server}: there is nothing to do")));
    };
    let text = format!("signed out of {server}");
    let answer = Answer::done(&SignedOutBody { signed_out: server }, &text)?;
    let token = found.refresh_token.as_ref().unwrap_or(&found.access_token);
    let wire = Wire::open(issuer, place.ca_file.as_deref())?;
    match wire.revoke(&found.client_id, token).await {
        Ok(true) => Ok(answer),
        Ok(false) => Ok(answer.noting("the server did not revoke the tokens: they live until they expire")),
        Err(failure) => Ok(answer.noting(format!("{failure}; the tokens live until they expire"))),
    }
}

/// Who commands are at the server.
pub(super) async fn whoami(place: &Place) -> Result<Answer, Failure> {
    let named = place.named();
    let issuer = match named {
        Some(named) => Issuer::parse(&named)?,
        None => meant(place, &Folder::find()?)?,
    };
    let variable = |name: &str| std::env::var_os(name);
    let remote = Remote::open(issuer, place.ca_file.as_deref(), &variable)?;
    Answer::record(&remote.who().await?)
}

/// The server that was named, or else the one where somebody has signed in last.
fn meant(place: &Place, folder: &Folder) -> Result<Issuer, Failure> {
    let named = match place.named() {
        Some(named) => Some(named),
        None => folder.read()?.current,
    };
    let named = named.ok_or_else(|| {
        Failure::new(
            "no server is named: name its issuer, as in --server https://id.example.com, or CREDENZA_SERVER",
        )
    })?;
    Issuer::parse(&named)
}
