//! The settings, by the environment: `run` sets all of them.

use credenza_connectors::login::LoginConfig;
use credenza_connectors::service::ClientConfig;

pub(crate) struct Environment {
    pub(crate) issuer: String,
    pub(crate) origin: String,
    pub(crate) listen: String,
    client: (String, String),
    machine: (String, String),
    secret: String,
}

impl Environment {
    pub(crate) fn read() -> Result<Self, String> {
        let needed = |name: &str| std::env::var(name).map_err(|_| format!("{name} is missing"));
        Ok(Self {
            issuer: needed("ISSUER")?,
            origin: needed("ORIGIN")?,
            listen: needed("LISTEN")?,
            client: (needed("CLIENT_ID")?, needed("CLIENT_SECRET")?),
            machine: (needed("MACHINE_ID")?, needed("MACHINE_SECRET")?),
            secret: needed("SECRET")?,
        })
    }

    /// The name of the API: the audience of its tokens, and its address too.
    pub(crate) fn api(&self) -> String {
        format!("{}/api", self.origin)
    }

    pub(crate) fn login(&self) -> LoginConfig {
        let (client_id, client_secret) = self.client.clone();
        LoginConfig {
            issuer: self.issuer.clone(),
            client_id,
            client_secret: Some(client_secret),
            origin: self.origin.clone(),
            secret: self.secret.clone(),
            scope: "openid profile email offline_access roles orders:read".to_owned(),
            resource: Some(self.api()),
            ..LoginConfig::default()
        }
    }

    pub(crate) fn machine(&self) -> ClientConfig {
        let (client_id, client_secret) = self.machine.clone();
        ClientConfig {
            issuer: self.issuer.clone(),
            client_id,
            client_secret,
            scope: "stock:read".to_owned(),
            resource: Some(self.api()),
        }
    }
}
