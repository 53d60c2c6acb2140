//! Invitations and links to sign in by, at a real provider.
//! Chart 944: Invitations and sign-in links for Rust | from the mail to the end, pages, typed refusals, a provider that sends no mail

use std::collections::HashSet;

use credenza_connectors::service::{
    ClientConfig, Invitation, InvitationState, Invitations, NewInvitation, NewSignInLink, NewUser,
    ServiceError, SignInLinks, Users,
};
use serde_json::json;

use crate::client::get;
use crate::dev_provider::DevProvider;

const READ: &str = "admin:invitations:read";
const WRITE: &str = "admin:invitations:write";
const LINKS: &str = "admin:users:sign_in_links";

/// The admin API of a provider, by a service account.
struct Admin {
    provider: DevProvider,
    client: ClientConfig,
    invitations: Invitations,
    links: SignInLinks,
}

impl Admin {
    async fn start(name: &str) -> Option<Self> {
        DevProvider::start(name).await.map(Self::at)
    }

    fn at(provider: DevProvider) -> Self {
        let users = "admin:users:read admin:users:write admin:users:status";
        let client = provider.service_account(&format!("{READ} {WRITE} {LINKS} {users}"));
        let invitations = Invitations::new(client.clone()).unwrap();
        let links = SignInLinks::new(client.clone()).unwrap();
        Self { provider, client, invitations, links }
    }

    /// A user, whose address is verified.
    async fn user(&self, name: &str, email: Option<&str>) -> String {
        let claims = match email {
            Some(email) => json!({ "email": email, "email_verified": true }),
            None => json!({}),
        };
        let new = NewUser { username: name.to_owned(), claims: claims.as_object().unwrap().clone() };
        Users::new(self.client.clone()).unwrap().create(&new).await.unwrap().user_id
    }

    async fn invite(&self, email: &str) -> Invitation {
        let new = NewInvitation { email: email.to_owned(), ..NewInvitation::default() };
        self.invitations.create(&new).await.unwrap()
    }
}

async fn all(invitations: &Invitations) -> Vec<Invitation> {
    let (mut found, mut list) = (vec![], invitations.list());
    while let Some(one) = list.next().await.unwrap() {
        found.push(one);
    }
    found
}

#[tokio::test]
async fn an_invitation_from_its_mail_to_its_end() {
    let Some(admin) = Admin::start("invitation").await else { return };
    let invitations = &admin.invitations;
    let claims = json!({ "given_name": "Grace" }).as_object().unwrap().clone();
    let new = NewInvitation {
        email: "grace@example.com".to_owned(),
        locale: Some("de".to_owned()),
        claims: claims.clone(),
        expires_in: Some(3600),
        ..NewInvitation::default()
    };
    let made = invitations.create(&new).await.unwrap();
    assert_eq!((made.state, made.locale.as_deref()), (InvitationState::Pending, Some("de")));
    assert_eq!((made.expires_at - made.created_at, &made.claims), (3600, &claims));
    admin.provider.want_letters("grace@example.com", 1).await;
    assert_eq!(all(invitations).await, std::slice::from_ref(&made));
    let id = &*made.invitation_id;
    assert!(invitations.resend(id).await.unwrap().expires_at > made.expires_at);
    admin.provider.want_letters("grace@example.com", 2).await;
    assert_eq!(invitations.revoke(id).await.unwrap().state, InvitationState::Revoked);
    let shown = invitations.get(id).await.unwrap();
    assert_eq!((shown.state, shown.revoked_at.is_some()), (InvitationState::Revoked, true));
    let over = ServiceError::Conflict("the invitation was accepted or taken back".to_owned());
    assert_eq!(invitations.resend(id).await.unwrap_err(), over);
    assert_eq!(invitations.revoke(id).await.unwrap_err(), over);
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let Some(admin) = Admin::start("accounts").await else { return };
    admin.user("ada", Some("ada@example.com")).await;
    let (first, second) = (admin.invite("ada@example.com").await, admin.invite("ada@example.com").await);
    assert_ne!(first.invitation_id, second.invitation_id);
    assert_eq!([first.state, second.state], [InvitationState::Pending; 2]);
    let wrong = NewInvitation { email: "nowhere".to_owned(), ..NewInvitation::default() };
    let refused = ServiceError::Other { status: 422, kind: "invalid-values".to_owned() };
    assert_eq!(admin.invitations.create(&wrong).await.unwrap_err(), refused);
}

#[tokio::test]
async fn all_pages_are_gone_through() {
    let Some(admin) = Admin::start("pages").await else { return };
    let mut made = HashSet::new();
    for number in 0..51 {
        made.insert(admin.invite(&format!("person-{number}@example.com")).await.invitation_id);
    }
    let found = all(&admin.invitations).await;
    assert_eq!(found.len(), 51);
    assert_eq!(found.into_iter().map(|one| one.invitation_id).collect::<HashSet<_>>(), made);
}

#[tokio::test]
async fn a_link_signs_in_and_is_not_printed() {
    let Some(admin) = Admin::start("links").await else { return };
    let ada = admin.user("ada", Some("ada@example.com")).await;
    let link = admin.links.create(&ada, &NewSignInLink::default()).await.unwrap();
    let url = link.url.clone().unwrap();
    let path = url.strip_prefix(&admin.provider.issuer).unwrap();
    let page = get(admin.provider.address, path, &[]).await.body;
    assert!(page.contains("You sign in to the account ada."), "{page}");
    let printed = format!("{link:?}");
    assert!(printed.contains(&ada) && !printed.contains("token"), "{printed}");
    let mailed = admin.links.create(&ada, &NewSignInLink { mail: true, ..NewSignInLink::default() }).await;
    assert_eq!(mailed.unwrap().url, None);
    admin.provider.want_letters("ada@example.com", 1).await;
}

#[tokio::test]
async fn refusals_have_types() {
    let Some(admin) = Admin::start("refusals").await else { return };
    let (invitations, shown) = (&admin.invitations, NewSignInLink::default());
    for id in ["nobody", "", ".", "..", "a/b?c"] {
        assert_eq!(invitations.get(id).await.unwrap_err(), ServiceError::NotFound, "{id}");
        assert_eq!(invitations.resend(id).await.unwrap_err(), ServiceError::NotFound, "{id}");
        assert_eq!(invitations.revoke(id).await.unwrap_err(), ServiceError::NotFound, "{id}");
        assert_eq!(admin.links.create(id, &shown).await.unwrap_err(), ServiceError::NotFound, "{id}");
    }
    let homeless = admin.user("homeless", None).await;
    let mailed = NewSignInLink { mail: true, ..NewSignInLink::default() };
    let unproven = ServiceError::Conflict("the user has no verified email address".to_owned());
    assert_eq!(admin.links.create(&homeless, &mailed).await.unwrap_err(), unproven);

    let lacks_scope = ServiceError::Refused("insufficient-scope".to_owned());
    let own = |scope: &str| ClientConfig { scope: scope.to_owned(), ..admin.client.clone() };
    let reader = Invitations::new(own(READ)).unwrap();
    assert!(all(&reader).await.is_empty());
    let new = NewInvitation { email: "grace@example.com".to_owned(), ..NewInvitation::default() };
    assert_eq!(reader.create(&new).await.unwrap_err(), lacks_scope);
    let links = SignInLinks::new(own(WRITE)).unwrap();
    assert_eq!(links.create(&homeless, &shown).await.unwrap_err(), lacks_scope);
}

#[tokio::test]
async fn a_provider_that_sends_no_mail_says_so() {
    let Some(provider) = DevProvider::start_without_mail("no-mail").await else { return };
    let admin = Admin::at(provider);
    let ada = admin.user("ada", Some("ada@example.com")).await;
    let why = "no mail is sent here: set mail.from, and mail.smtp_url or mail.directory";
    let refused = ServiceError::Conflict(why.to_owned());
    let new = NewInvitation { email: "grace@example.com".to_owned(), ..NewInvitation::default() };
    assert_eq!(admin.invitations.create(&new).await.unwrap_err(), refused);
    let mailed = NewSignInLink { mail: true, ..NewSignInLink::default() };
    assert_eq!(admin.links.create(&ada, &mailed).await.unwrap_err(), refused);
    assert!(all(&admin.invitations).await.is_empty());
    assert!(admin.links.create(&ada, &NewSignInLink::default()).await.unwrap().url.is_some());
}
