package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

var tenantKind = &kind{
	name:        "tenant",
	description: "A tenant, an issuer of its own. For service accounts of the default tenant that have `admin:installation`.",
	collection:  "/tenants",
	id:          "name",
	attributes: map[string]schema.Attribute{
		"name":       replaced("Its name, the last part of its issuer."),
		"tenant_id":  cString("Its id in the database."),
		"settings":   tenantSettings(),
		"disabled":   disabled(),
		"created_at": since("When it was made."),
		"version":    version(),
	},
	canBeDisabled: true,
}

var tenantSettingsKind = &kind{
	name: "tenant_settings",
	description: "The settings of the tenant that the provider is configured for. It is there already: this takes it over, and " +
		"leaves it as it is when it is taken out of the configuration.",
	only: "/tenant",
	id:   "name",
	attributes: map[string]schema.Attribute{
		"name":     cString("The name of the tenant."),
		"settings": tenantSettings(),
		"version":  version(),
	},
}

func tenantSettings() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true, Computed: true, PlanModifiers: keepObject,
		MarkdownDescription: "What is not said here is as the provider has it by default, or as it was.",
		Attributes: map[string]schema.Attribute{
			"display_name":                         dString("The name shown on the pages."),
			"brand":                                brand("How the pages look.", true),
			"home_uri":                             oString("Where people begin, such as a portal."),
			"session_lifetime":                     dInt("How long a session lives at most, in seconds."),
			"session_idle_lifetime":                dInt("How long a session lives when it is not used."),
			"recent_sign_in_lifetime":              dInt("How long after a sign-in people may do what matters most on their own account, such as changing the address of mail; later they are asked to sign in again first."),
			"login_lifetime":                       dInt("How long a login may take."),
			"code_lifetime":                        dInt("How long an authorization code lives."),
			"access_token_lifetime":                dInt("How long an access token lives."),
			"id_token_lifetime":                    dInt("How long an ID token is valid."),
			"grant_lifetime":                       dInt("How long a grant lives at most, however often it is refreshed."),
			"refresh_token_idle_lifetime":          dInt("How long a refresh token lives when it is not used."),
			"refresh_grace":                        dInt("How long a spent refresh token gets its child again, for lost replies."),
			"client_token_lifetime_limit":          dInt("The most that a client may have as lifetime of its tokens; 0 for no longer than the tenant's."),
			"client_grant_lifetime_limit":          dInt("The same for its grants and refresh tokens."),
			"registration":                         dString("Who may register clients: `closed`, `token` or `open`."),
			"registration_limit":                   dInt("How many clients may register from one address within an hour."),
			"registration_scope":                   dString("The scopes of clients that register themselves."),
			"registration_local_network_redirects": dBool("Whether those may have redirect URIs that are http in a local network."),
			"unused_client_lifetime":               dInt("How long a self-registered client that was never used is kept; 0 for ever."),
			"sign_in_by_email":                     dBool("Whether people may sign in with a verified email address."),
			"sign_in_by_mail":                      dString("Whether people may sign in by what is mailed to them: `off` or `on`."),
			"passkeys":                             dBool("Whether people may add passkeys and sign in with them."),
			"second_factor":                        dString("Whether a second factor is asked for: `off`, `optional` or `required`."),
			"sign_in_notices":                      dBool("Whether people are told by mail of a sign-in in a browser that their account has not signed in from."),
			"robot_check":                          dString("How somebody shows that they are no robot where they sign up, ask for mail, or sign in after several failures: `off`, `proof_of_work` or `captcha`."),
			"trusted_browser_lifetime":             dInt("For how many seconds people may have a browser remembered, in which they are not asked for the second factor again; 0 for not at all."),
			"account_editable_claims":              dList("The claims that people may edit on their own account; `email` for another address, which counts once it is proven."),
			"sign_up":                              dString("Who may make an account: `closed`, `invitation` or `open`."),
			"sign_up_identifier":                   dString("What these people sign in with: `email` or `username`."),
			"sign_up_allowed_domains":              dList("The domains from which people may sign up; without any, all that are not refused."),
			"sign_up_blocked_domains":              dList("The domains from which nobody may sign up, each with those below it."),
			"sign_up_disposable_addresses":         dBool("Whether addresses of services that lend mailboxes are admitted."),
			"sign_up_approval":                     dBool("Whether an operator must approve an account that its owner has made."),
			"sign_up_claims":                       dList("The claims that people are asked for when they make their account, in the order of this list."),
			"sign_up_required_claims":              dList("Those of them without which no account is made."),
			"terms_version":                        oString("The version of the terms at `brand.tos_uri`, which people accept with a new account and when it has changed."),
			"invitation_lifetime":                  dInt("How long the link of an invitation is good, in seconds."),
			"password_least_length":                dInt("How many characters a password must have that a person chooses."),
			"password_least_score":                 dInt("How hard such a password must be to guess, from 0 to 4."),
			"password_breached_at_sign_in":         dString("What happens at a sign-in with a password that could not be chosen today: `allow` or `change`."),
			"account_deletion":                     dString("Whether people may delete their own account: `off` or `on`."),
			"account_deletion_grace":               dInt("How many days they have to keep it after all; with 0, it is deleted at once."),
			"front_channel_tokens":                 dBool("Whether clients may have the implicit and hybrid flows."),
			"symmetric_access_tokens":              dBool("Whether access tokens for resources that have a secret are signed with it."),
			"unsigned_id_tokens":                   dBool("Whether clients may have ID tokens without a signature."),
			"unsigned_request_objects":             dBool("Whether unsigned request objects are accepted."),
			"webfinger_hosts":                      dList("The hosts whose people WebFinger says to have this issuer."),
			"attributes":                           attributeDefinitions(),
		},
	}
}

func attributeDefinitions() schema.Attribute {
	return schema.ListNestedAttribute{
		Optional: true, Computed: true, PlanModifiers: keepList,
		MarkdownDescription: "What is known of people beyond the standard claims.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"name":  required("Its name."),
			"type":  required("`string`, `integer`, `boolean` or `strings`."),
			"scope": oString("The scope that brings it."),
		}},
	}
}
