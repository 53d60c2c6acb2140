//! What use cases need here that write to people.

use credenza_protocol::tenant::Tenant;

use super::Site;
use crate::admin::Administration;
use crate::admin::post::Post;
use crate::cli::Failure;
use crate::cli::installation::Installation;
use crate::mail::Mailer;

/// An operator's desk, on the database.
pub(super) struct Desk<'a> {
    pub(super) admin: Administration<'a>,
    pub(super) tenant: &'a Tenant,
    mailer: Option<Mailer>,
    issuer: String,
}

impl<'a> Desk<'a> {
    /// Where no mail is sent, nobody asks for the issuer, which only links need.
    pub(super) async fn open(
        site: &Site<'_>,
        (installation, tenant): (&'a Installation, &'a Tenant),
        issuer: Option<String>,
    ) -> Result<Self, Failure> {
        let mailer = installation.mailer().await?;
        let issuer = if mailer.is_some() { site.issuer(issuer)? } else { String::new() };
        Ok(Self { admin: installation.admin(), tenant, mailer, issuer })
    }

    pub(super) fn post(&self) -> Option<Post<'_>> {
        self.mailer.as_ref().map(|mailer| Post { mailer, issuer: &self.issuer })
    }
}
