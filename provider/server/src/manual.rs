#![doc = include_str!("manual/links.md")]
#![doc = include_str!("../../manual/README.md")]

// The pages are Markdown in `provider/manual`, so that they can be read without rustdoc too. Of two definitions of a link
// the first counts: `links.md` makes those between pages links of rustdoc.

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/concepts.md")]
pub mod concepts {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/connecting-an-application.md")]
pub mod connecting {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/build-an-application.md")]
pub mod build_an_application {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/applications.md")]
pub mod applications {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/browser.md")]
pub mod browser {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/groups-and-claims.md")]
pub mod groups_and_claims {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/configuration.md")]
pub mod configuration {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/apply.md")]
pub mod apply {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/operating.md")]
pub mod operating {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/security-model.md")]
pub mod security_model {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/attacks.md")]
pub mod attacks {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/mail.md")]
pub mod mail {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/sign-up.md")]
pub mod sign_up {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/magic-links.md")]
pub mod magic_links {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/factors.md")]
pub mod factors {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/robots.md")]
pub mod robots {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/native-sign-in.md")]
pub mod native_sign_in {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/account.md")]
pub mod account {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/brand.md")]
pub mod brand {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/registration.md")]
pub mod registration {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/logout.md")]
pub mod logout {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/account-api.md")]
pub mod account_api {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/admin-api.md")]
pub mod admin_api {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/command-line.md")]
pub mod command_line {}
#[doc = include_str!("../../manual/sdks.md")]
pub mod sdks {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/events.md")]
pub mod events {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/revocations.md")]
pub mod revocations {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/validators.md")]
pub mod validators {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/guards-recipes.md")]
pub mod guards_recipes {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/decisions.md")]
pub mod decisions {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/contributing.md")]
pub mod contributing {}

#[doc = include_str!("manual/links.md")]
#[doc = include_str!("../../manual/support.md")]
pub mod support {}

#[cfg(test)]
mod costs;
