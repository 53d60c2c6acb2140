package credenza

import "credenza.dev/credenza/internal/jose"

// IsUser tells whether the token is about a person: one that a client was issued for itself (client_credentials) has the
// client as its subject (RFC 9068 section 2.2).
func (claims *Claims) IsUser() bool {
	return claims.sub.isFilled() && claims.sub.text != claims.ClientID()
}

// Tenant is the tenant of the caller, by the claim that Settings.ClaimNames names; empty without one.
func (claims *Claims) Tenant() string { return claims.named(claims.places.names.Tenant) }

// Organization is the organisation of the caller, by the claim that Settings.ClaimNames names; empty without one.
func (claims *Claims) Organization() string { return claims.named(claims.places.names.Organization) }

// Plan is the plan that is paid for, by the claim that Settings.ClaimNames names; empty without one.
func (claims *Claims) Plan() string { return claims.named(claims.places.names.Plan) }

// Roles are the roles of the caller, by the claim that Settings.ClaimNames names.
func (claims *Claims) Roles() []string { return claims.Strings(claims.places.names.Roles) }

// Permissions are the permissions of the caller, by the claim that Settings.ClaimNames names.
func (claims *Claims) Permissions() []string { return claims.Strings(claims.places.names.Permissions) }

func (claims *Claims) named(name string) string {
	text, _ := claims.String(name)
	return text
}

// audienceOf is an aud that was not verified, for logs: one name or several.
func audienceOf(value *jose.Value) []string {
	if name, isText := value.Str(); isText {
		return []string{name}
	}
	if value == nil {
		return nil
	}
	names, _ := textsOf(value)
	return names
}
