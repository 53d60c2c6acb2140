package credenza

import (
	"context"
	"time"
)

// ReplayStore is a store of used DPoP proofs that all nodes share (RFC 9449 section 11.1).
type ReplayStore interface {
	// Remember records a name until a time at least, and tells whether it was new. Of two calls with the same name at
	// once, one is told that it was: SET NX in Redis. With an error the request is refused with 503.
	Remember(ctx context.Context, name string, until time.Time) (bool, error)
}

// Issuer is a further issuer, with whatever is its own; what concerns this service is that of the settings around it. The
// members are those of Settings.
type Issuer struct {
	// Issuer may be empty where Host.Resolve was asked about it.
	Issuer string
	// Audience and Audiences are those of the settings around it by default.
	Audience       string
	Audiences      []string
	ClientID       string
	Profile        Profile
	ClientIDs      []string
	Tenants        []string
	Algorithms     []Algorithm
	Secret         []byte
	Keys           []byte
	KeysPEM        string
	JWKSURI        string
	TokenTypes     []TokenType
	OptionalClaims []string
	Introspection  *Introspection
	Revocations    *Revocations
	ClaimNames     ClaimNames

	document []byte
}

// IssuerFromJSON is an issuer by a document of settings, as every language of Credenza takes it in issuers. Whatever is
// wrong with it shows where it is used.
func IssuerFromJSON(document []byte) *Issuer { return &Issuer{document: document} }

func (own *Issuer) config() (config, error) {
	if own.document != nil {
		return readIssuer(own.document)
	}
	settings := Settings{
		Issuer: own.Issuer, Audience: own.Audience, Audiences: own.Audiences, ClientID: own.ClientID,
		Profile: own.Profile, ClientIDs: own.ClientIDs, Tenants: own.Tenants, Algorithms: own.Algorithms,
		Secret: own.Secret, Keys: own.Keys, KeysPEM: own.KeysPEM, JWKSURI: own.JWKSURI, TokenTypes: own.TokenTypes,
		OptionalClaims: own.OptionalClaims, Introspection: own.Introspection, Revocations: own.Revocations,
		ClaimNames: own.ClaimNames,
	}
	return settings.config()
}

// within is the settings of a validator for this issuer alone.
func (config config) within(around *config) config {
	made := *around
	// Where clients stand in for an audience, there is none.
	if byClient := bundles[config.profile].byClient && len(config.clientIDs) > 0; len(config.audience) > 0 || byClient {
		made.audience = config.audience
	}
	made.issuer, made.clientID, made.profile = config.issuer, config.clientID, config.profile
	made.clientIDs, made.tenants, made.algorithms = config.clientIDs, config.tenants, config.algorithms
	made.secret, made.secretName = config.secret, config.secretName
	made.keys, made.keysPEM, made.jwksURI = config.keys, config.keysPEM, config.jwksURI
	made.tokenTypes, made.optionalClaims = config.tokenTypes, config.optionalClaims
	made.introspection, made.revocations, made.claimNames = config.introspection, config.revocations, config.claimNames
	made.issuers, made.resolveIssuers = nil, false
	return made
}

// asking are the settings with what the host is asked; refused where nobody would answer.
func (host *Host) asking(config *config) error {
	switch {
	case host.Resolve != nil:
		config.resolveIssuers = true
	case config.resolveIssuers:
		return refuse("resolve_issuers", "needs Host.Resolve")
	}
	isShared := config.dpop != nil && config.dpop.sharedReplays
	switch {
	case host.Replays != nil && config.dpop == nil:
		return refuse("dpop", "is needed beside Host.Replays")
	case host.Replays != nil:
		config.dpop.sharedReplays = true
	case isShared:
		return refuse("dpop.shared_replays", "needs Host.Replays")
	}
	return nil
}

// wrongSettings are those of an issuer that the host named.
type wrongSettings struct{ error }

func (wrongSettings) Cause() Cause { return CauseMalformed }

// ask asks the host itself.
func (host *Host) ask(ctx context.Context, fetch *fetch) (*response, error) {
	if fetch.kind == fetchRemember {
		isNew, err := host.Replays.Remember(ctx, fetch.key, time.Unix(fetch.until, 0))
		return &response{isNew: isNew}, err
	}
	own, err := host.Resolve(ctx, fetch.url)
	if err != nil || own == nil {
		return &response{}, err
	}
	config, err := own.config()
	if err != nil {
		return nil, wrongSettings{err}
	}
	return &response{issuer: &config}, nil
}
