//! The settings as commands and servers use them.

use std::net::SocketAddr;
use std::path::PathBuf;

use credenza_storage::PoolOptions;

use super::document::Document;
use super::reader::{self, Reading};
use super::{
    AdminConfig, CaptchaConfig, DatabaseUrl, EgressConfig, Events, Faults, Issuer, Limits, Log, MailConfig,
    PasswordConfig, RedisConfig, Sources, TlsFiles, TrustedProxies, WebhookConfig,
};
use crate::keys::schedule::Schedule;
use crate::keys::seal::MasterKeys;

/// The settings as they stand: enough for a command that works on the database, while a server needs
/// the [`super::Config`] that is made of them. The fields are those of `Config`.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are documented at Config")]
pub struct Settings {
    pub listen: SocketAddr,
    pub issuer: Option<Issuer>,
    pub database_url: DatabaseUrl,
    pub pool: PoolOptions,
    pub redis: Option<RedisConfig>,
    pub events: Events,
    pub webhooks: WebhookConfig,
    pub master_keys: Option<MasterKeys>,
    pub keys: Schedule,
    pub tls: Option<TlsFiles>,
    pub apply: Option<PathBuf>,
    pub metrics_listen: Option<SocketAddr>,
    pub trusted_proxies: TrustedProxies,
    pub log: Log,
    pub limits: Limits,
    pub password: PasswordConfig,
    pub egress: EgressConfig,
    pub admin: AdminConfig,
    pub mail: Option<MailConfig>,
    pub captcha: Option<CaptchaConfig>,
    pub places: Option<PathBuf>,
    pub document: Document,
}

impl Settings {
    /// Reads the settings for a command.
    ///
    /// # Errors
    /// Every fault at once: settings that are unknown or not of their form.
    pub fn load(sources: Sources) -> Result<Self, Faults> {
        let (settings, faults) = Self::read(sources);
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    /// Reads what there is, and what is wrong with it; a faulty setting stands at its default.
    pub(super) fn read(sources: Sources) -> (Self, Faults) {
        let mut reading = reader::read(sources);
        reading.document.password.resolve();
        check_issuer(&mut reading);
        check_master_key_files(&mut reading);
        let Reading { document, mut faults, .. } = reading;
        let settings = Self::of(document, &mut faults);
        (settings, faults)
    }

    /// Takes the document apart, down to its last member: a setting that nobody uses does not compile.
    fn of(document: Document, faults: &mut Faults) -> Self {
        let shown = document.clone();
        let Document {
            listen,
            issuer,
            insecure_http: _,
            database_url,
            database,
            redis_url,
            redis,
            events,
            master_key,
            master_keys_previous,
            master_key_world_readable: _,
            keys,
            tls_cert,
            tls_key,
            apply,
            metrics_listen,
            trusted_proxies,
            log,
            limits,
            password,
            egress,
            admin,
            mail,
            captcha,
            places,
        } = document;
        Self {
            listen,
            issuer,
            database_url,
            pool: database.into(),
            webhooks: events.webhooks(&egress.allow),
            events: events.events(redis_url.is_some(), faults),
            redis: redis_url.map(|url| redis.config(url)),
            master_keys: master_key.map(|current| MasterKeys::new(current, master_keys_previous)),
            keys: keys.schedule(faults),
            tls: tls(tls_cert, tls_key, faults),
            apply,
            metrics_listen,
            trusted_proxies,
            log,
            limits,
            password: password.config(faults),
            egress: egress.into(),
            admin: admin.into(),
            mail: mail.config(faults),
            captcha: captcha.config(faults),
            places: places.database,
            document: shown,
        }
    }
}

/// An `http` issuer is accepted only where that was asked for.
fn check_issuer(reading: &mut Reading) {
    let Document { issuer, insecure_http, .. } = &reading.document;
    let refused = issuer.as_ref().and_then(|issuer| Issuer::parse(issuer.as_str(), *insecure_http).err());
    if let Some(why) = refused {
        reading.fault("issuer", why);
        reading.document.issuer = None;
    }
}

/// Who can read the file of a master key can open the keys of every tenant in a stolen database.
fn check_master_key_files(reading: &mut Reading) {
    if reading.document.master_key_world_readable {
        return;
    }
    for setting in ["master_key", "master_keys_previous"] {
        if let Some(file) = reading.open_file(setting) {
            let why = format!(
                "is in a file that every user of this machine may read: take that right away (chmod o-r {file}), or \
                 set master_key_world_readable to true if it is mounted into a container so"
            );
            reading.fault(setting, why);
        }
    }
}

/// A certificate and its key are set together, or not at all.
fn tls(cert: Option<PathBuf>, key: Option<PathBuf>, faults: &mut Faults) -> Option<TlsFiles> {
    match (cert, key) {
        (Some(cert), Some(key)) => return Some(TlsFiles { cert, key }),
        (Some(_), None) => {
            faults.add_between("tls_key", "is missing: tls_cert is set, and one needs the other");
        }
        (None, Some(_)) => {
            faults.add_between("tls_cert", "is missing: tls_key is set, and one needs the other");
        }
        (None, None) => {}
    }
    None
}
