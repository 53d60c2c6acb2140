//! `[mail]`: how mail to people is sent.

use lettre::Address;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use rustls::pki_types::CertificateDer;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::path::PathBuf;

use super::fault::Faults;
use super::values::{self, Authorities, Concealed, parsed};

/// How mail is sent, and as whom.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The sender.
    pub from: Mailbox,
    /// The way out.
    pub way: MailWay,
}
impl MailConfig {
    /// Into the memory of this process.
    #[must_use]
    pub fn to_inbox() -> Self {
        let nobody = Address::new_dangerous("no-reply", "localhost");
        Self { from: Mailbox::new(Some("credenza dev".to_owned()), nobody), way: MailWay::Inbox }
    }
}

/// A way out for mail. It prints without the URL, which may hold a password.
#[derive(Clone, Debug)]
pub enum MailWay {
    /// A server that takes it.
    Smtp {
        /// The server.
        url: Concealed,
        /// Authorities that are trusted besides the web's.
        ca: Vec<CertificateDer<'static>>,
    },
    /// A directory in which each mail becomes a file.
    Directory(PathBuf),
    /// The memory of this process, for trying things out and for tests.
    Inbox,
}

/// How mail to people is sent. Without `mail.smtp_url` or `mail.directory` none is, and nothing that needs mail is offered.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MailSection {
    /// Mail server: `smtps://USER:PASSWORD@HOST` for TLS from the start, `smtp://USER:PASSWORD@HOST?tls=required` for STARTTLS,
    /// or `smtp://HOST` without encryption, for a server on this machine.
    #[serde(deserialize_with = "smtp_url", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("writeOnly" = true))]
    pub smtp_url: Option<Concealed>,
    /// Sender, such as `Example <no-reply@example.com>`.
    #[serde(deserialize_with = "mailbox", serialize_with = "shown", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub from: Option<Mailbox>,
    /// Directory in which each mail becomes a file `….eml`, in place of a server.
    #[serde(deserialize_with = "values::path", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub directory: Option<PathBuf>,
    /// File of authorities (PEM) that are trusted besides the web's, for the mail server.
    #[serde(deserialize_with = "values::certificates", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub ca_file: Option<Authorities>,
}

impl MailSection {
    pub(super) fn config(self, faults: &mut Faults) -> Option<MailConfig> {
        let Self { smtp_url, from, directory, ca_file } = self;
        let ca = ca_file.map(|file| file.content).unwrap_or_default();
        let way = match (smtp_url, directory) {
            (Some(_), Some(_)) => {
                faults.add_between(
                    "mail.directory",
                    "is set beside mail.smtp_url: mail goes one way, so remove one",
                );
                return None;
            }
            (Some(url), None) => MailWay::Smtp { url, ca },
            (None, Some(directory)) => MailWay::Directory(directory),
            (None, None) => return None,
        };
        if from.is_none() {
            faults.add_between("mail.from", "is missing: mail is sent, and needs a sender");
        }
        from.map(|from| MailConfig { from, way })
    }
}

/// The fault does not repeat the URL, which may hold a password.
fn smtp_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Concealed>, D::Error> {
    parsed(deserializer, |text| match AsyncSmtpTransport::<Tokio1Executor>::from_url(text) {
        Ok(_) => Ok(Some(Concealed::new(text))),
        Err(_) => {
            Err("must be smtps://[USER:PASSWORD@]HOST[:PORT], or smtp:// with ?tls=required for STARTTLS")
        }
    })
}

fn mailbox<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Mailbox>, D::Error> {
    parsed(deserializer, |text| match text.parse::<Mailbox>() {
        Ok(mailbox) => Ok(Some(mailbox)),
        Err(_) => Err(format!("must be an address such as Example <no-reply@example.com>, not {text:?}")),
    })
}

fn shown<S: Serializer>(from: &Option<Mailbox>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&from.as_ref().map(ToString::to_string).unwrap_or_default())
}
