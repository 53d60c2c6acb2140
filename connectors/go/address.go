package credenza

import (
	"slices"
	"strings"

	"credenza.dev/credenza/internal/jose"
)

// tenantPlace stands for the tenant in the issuer of an application that several tenants of Entra use.
const tenantPlace = jose.TenantPlace

// address is how an issuer is called in tokens, and where its metadata are.
type address struct {
	// issuer is as the metadata spell it.
	issuer string
	// base is where the metadata are: under this URL.
	base string
	// names are as tokens may spell it; none for a template.
	names []string
	// tenants are whose tokens are accepted where the issuer is a template: before, the tenant, behind.
	before, behind string
	tenants        []string
	isTemplate     bool
}

func addressOf(config *config) address {
	own := bundles[config.profile]
	if before, behind, found := strings.Cut(config.issuer, tenantPlace); found && own.hasTenants {
		return address{
			issuer: config.issuer, base: before + "common" + behind,
			before: before, behind: behind, tenants: config.tenants, isTemplate: true,
		}
	}
	if slices.Contains(own.spellings, config.issuer) {
		return address{issuer: own.spellings[0], base: own.spellings[0], names: own.spellings}
	}
	return address{issuer: config.issuer, base: config.issuer, names: []string{config.issuer}}
}

// is tells whether a token of this issuer may spell it so.
func (address *address) is(iss string) bool {
	if !address.isTemplate {
		return slices.Contains(address.names, iss)
	}
	rest, hasBefore := strings.CutPrefix(iss, address.before)
	tenant, hasBehind := strings.CutSuffix(rest, address.behind)
	return hasBefore && hasBehind && slices.Contains(address.tenants, tenant)
}

// check refuses a token of another issuer.
func (address *address) check(iss string) *halt {
	if address.is(iss) {
		return nil
	}
	return other(RuleIss, "iss", []string{iss}, address.spellings())
}

// spellings are how tokens may call the issuer, for the detail of a refusal.
func (address *address) spellings() []string {
	if address.isTemplate {
		return []string{address.issuer}
	}
	return address.names
}
