package credenza

// Profile is the server that issues the tokens, or the specification that they follow: it decides about whatever RFC
// 9068 leaves open, or the server does its own way. Settings of their own override it.
type Profile string

// The profiles.
const (
	// ProfileRFC9068 is RFC 9068, to the letter: Credenza's own tokens. The default.
	ProfileRFC9068 Profile = "rfc9068"
	// ProfileGeneric is JWTs of a server that is not listed here.
	ProfileGeneric Profile = "generic"
	// ProfileKeycloak is Keycloak.
	ProfileKeycloak Profile = "keycloak"
	// ProfileEntra is Microsoft Entra ID.
	ProfileEntra Profile = "entra"
	// ProfileOkta is Okta, a custom authorization server.
	ProfileOkta Profile = "okta"
	// ProfileAuth0 is Auth0.
	ProfileAuth0 Profile = "auth0"
	// ProfileCognito is Amazon Cognito user pools.
	ProfileCognito Profile = "cognito"
	// ProfileGoogle is Google: ID tokens, as its access tokens are opaque.
	ProfileGoogle Profile = "google"
	// ProfileHydra is Ory Hydra, with the access token strategy jwt.
	ProfileHydra Profile = "hydra"
	// ProfileDex is Dex.
	ProfileDex Profile = "dex"
	// ProfileSpring is Spring Authorization Server.
	ProfileSpring Profile = "spring"
)

// bundle is what a profile bundles.
type bundle struct {
	// types are the values of typ that are accepted.
	types []TokenType
	// required are the claims that must be there beside iss, aud and exp.
	required []string
	places
	// mark is a claim by which the server tells its kinds of token apart, and marks its values in access tokens; empty
	// for none.
	mark  string
	marks []string
	// spellings are further spellings of the issuer in tokens, the first being that of the metadata.
	spellings []string
	// byClient tells whether client_ids may stand in for an audience that the tokens do not have.
	byClient bool
	// hasTenants tells whether the issuer may be a template with the tenant in it.
	hasTenants bool
}

var bundles = makeBundles()

func makeBundles() map[Profile]bundle {
	strict, plain, both := []TokenType{AccessToken}, []TokenType{PlainJWT}, []TokenType{AccessToken, PlainJWT}
	sub := []string{"sub"}
	of := func(types []TokenType, lists bool, scopes []string, client ...string) bundle {
		return bundle{types: types, required: sub, places: places{scopes: scopes, scopeLists: lists, client: client}}
	}
	scope, scp := []string{"scope"}, []string{"scp"}
	made := map[Profile]bundle{
		ProfileRFC9068:  of(strict, false, scope, "client_id", "azp"),
		ProfileGeneric:  of(both, true, []string{"scope", "scp"}, "client_id", "azp", "cid", "appid"),
		ProfileKeycloak: of(both, false, scope, "azp", "client_id"),
		ProfileEntra:    of(plain, false, scp, "azp", "appid"),
		ProfileOkta:     of(plain, true, scp, "cid"),
		ProfileAuth0:    of(both, false, scope, "azp", "client_id"),
		ProfileCognito:  of(plain, false, scope, "client_id"),
		ProfileGoogle:   of(plain, false, scope, "azp"),
		ProfileHydra:    of(both, true, []string{"scp", "scope"}, "client_id"),
		ProfileDex:      of(plain, false, scope, "azp"),
		ProfileSpring:   of(both, true, scope, "client_id", "azp"),
	}
	change := func(profile Profile, change func(*bundle)) {
		own := made[profile]
		change(&own)
		made[profile] = own
	}
	change(ProfileRFC9068, func(own *bundle) { own.required = []string{"sub", "client_id", "iat", "jti"} })
	change(ProfileKeycloak, func(own *bundle) { own.mark, own.marks = "typ", []string{"Bearer", "DPoP"} })
	change(ProfileEntra, func(own *bundle) { own.hasTenants = true })
	change(ProfileCognito, func(own *bundle) {
		own.mark, own.marks, own.byClient = "token_use", []string{"access"}, true
	})
	change(ProfileGoogle, func(own *bundle) {
		own.spellings = []string{"https://accounts.google.com", "accounts.google.com"}
	})
	return made
}
