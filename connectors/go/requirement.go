package credenza

import (
	"slices"
	"time"
)

// Requirement is what a route asks for beyond a good token. Empty members ask for nothing; everything else must be
// fulfilled.
type Requirement struct {
	// Scopes are scopes, all of them (RFC 6750 section 3.1).
	Scopes []string
	// AnyScope are scopes, at least one of them.
	AnyScope []string
	// ClientIDs are clients, to one of which the token was issued.
	ClientIDs []string
	// Tenants are tenants, to one of which the token belongs.
	Tenants []string
	// Organizations are organisations, to one of which the token belongs.
	Organizations []string
	// Roles are roles, all of them.
	Roles []string
	// AnyRole are roles, at least one of them.
	AnyRole []string
	// Permissions are permissions, all of them.
	Permissions []string
	// AnyPermission are permissions, at least one of them.
	AnyPermission []string
	// Plans are plans, one of which is subscribed to.
	Plans []string
	// ACRValues are authentication contexts, one of which the sign-in reached (RFC 9470 section 4).
	ACRValues []string
	// MaxAge is how long ago the user may have signed in, in whole seconds (RFC 9470 section 4); nil for any time.
	MaxAge *time.Duration
	// MaxTokenAge is how old the token may be since its iat, in whole seconds; nil for any age.
	MaxTokenAge *time.Duration
	// Bound tells whether the token must be bound to its sender (RFC 9449, RFC 8705).
	Bound bool
}

// Need is one thing that a route asks for: Scope and its siblings, or a whole Requirement.
type Need interface{ addTo(*Requirement) }

func (more Requirement) addTo(requirement *Requirement) {
	add := func(list *[]string, more []string) { *list = append(slices.Clip(*list), more...) }
	add(&requirement.Scopes, more.Scopes)
	add(&requirement.AnyScope, more.AnyScope)
	add(&requirement.ClientIDs, more.ClientIDs)
	add(&requirement.Tenants, more.Tenants)
	add(&requirement.Organizations, more.Organizations)
	add(&requirement.Roles, more.Roles)
	add(&requirement.AnyRole, more.AnyRole)
	add(&requirement.Permissions, more.Permissions)
	add(&requirement.AnyPermission, more.AnyPermission)
	add(&requirement.Plans, more.Plans)
	add(&requirement.ACRValues, more.ACRValues)
	requirement.MaxAge = shorter(requirement.MaxAge, more.MaxAge)
	requirement.MaxTokenAge = shorter(requirement.MaxTokenAge, more.MaxTokenAge)
	requirement.Bound = requirement.Bound || more.Bound
}

func shorter(one, other *time.Duration) *time.Duration {
	if one == nil || (other != nil && *other < *one) {
		return other
	}
	return one
}

// Require makes one requirement of several needs. Of two ages, the shorter one counts.
func Require(needs ...Need) Requirement {
	if len(needs) == 1 {
		if whole, isWhole := needs[0].(Requirement); isWhole {
			return whole
		}
	}
	var requirement Requirement
	for _, need := range needs {
		need.addTo(&requirement)
	}
	return requirement
}

// Scope asks for scopes, all of them.
func Scope(scopes ...string) Need { return Requirement{Scopes: scopes} }

// AnyScope asks for at least one of some scopes.
func AnyScope(scopes ...string) Need { return Requirement{AnyScope: scopes} }

// Client asks for a token that was issued to one of some clients.
func Client(clientIDs ...string) Need { return Requirement{ClientIDs: clientIDs} }

// Tenant asks for a token of one of some tenants.
func Tenant(tenants ...string) Need { return Requirement{Tenants: tenants} }

// Organization asks for a token of one of some organisations.
func Organization(organizations ...string) Need { return Requirement{Organizations: organizations} }

// Role asks for roles, all of them.
func Role(roles ...string) Need { return Requirement{Roles: roles} }

// AnyRole asks for at least one of some roles.
func AnyRole(roles ...string) Need { return Requirement{AnyRole: roles} }

// Permission asks for permissions, all of them.
func Permission(permissions ...string) Need { return Requirement{Permissions: permissions} }

// AnyPermission asks for at least one of some permissions.
func AnyPermission(permissions ...string) Need { return Requirement{AnyPermission: permissions} }

// Plan asks for one of some plans.
func Plan(plans ...string) Need { return Requirement{Plans: plans} }

// ACR asks for a sign-in that reached one of some authentication contexts (RFC 9470 section 4).
func ACR(values ...string) Need { return Requirement{ACRValues: values} }

// MaxAge asks for a sign-in of at most so long ago (RFC 9470 section 4).
func MaxAge(age time.Duration) Need { return Requirement{MaxAge: &age} }

// MaxTokenAge asks for a token that was issued at most so long ago.
func MaxTokenAge(age time.Duration) Need { return Requirement{MaxTokenAge: &age} }

// Bound asks for a token that is bound to its sender (RFC 9449, RFC 8705).
func Bound() Need { return Requirement{Bound: true} }

// IDTokenExpectations are what an ID token must match (OpenID Connect Core 3.1.3.7). nil and empty members are not
// compared.
type IDTokenExpectations struct {
	// Nonce is the nonce of the request.
	Nonce *string
	// MaxAge is the max_age of the request, in whole seconds: then auth_time is required.
	MaxAge *time.Duration
	// ACRValues are authentication contexts, one of which must be reached.
	ACRValues []string
	// AccessToken is the access token issued with it, for at_hash.
	AccessToken *string
	// Code is the code issued with it, for c_hash.
	Code *string
}
