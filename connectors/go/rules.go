package credenza

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"credenza.dev/credenza/internal/jose"
)

// The greatest values that may be set: seconds, and sizes of caches.
const (
	maxLeeway    = 300
	maxCacheSize = 1_000_000
)

// rules are settings, checked: everything that RFC 8725 asks a verifier to decide is decided here.
type rules struct {
	config
	address address
	bundle  bundle
	// places is where scopes and client stand: as the settings say, or else the profile.
	places places
	// algorithms are those of tokens.
	algorithms []Algorithm
	// dpopAlgs are the algorithms of DPoP proofs, for challenges; empty where DPoP is not supported.
	dpopAlgs     string
	dpopRequired bool
}

func newRules(config config) (*rules, error) {
	algorithms, errAlgorithms := config.acceptedAlgorithms()
	for _, err := range []error{config.checkNames(), config.checkNumbers(), config.checkURLs(), errAlgorithms} {
		if err != nil {
			return nil, err
		}
	}
	made := &rules{config: config, algorithms: algorithms, address: addressOf(&config), bundle: bundles[config.profile]}
	made.places = made.bundle.places
	made.places.names = config.claimNames
	if name := config.claimNames.Scope; name != "" {
		made.places.scopes, made.places.scopeLists = []string{name}, true
	}
	if name := config.claimNames.Client; name != "" {
		made.places.client = []string{name}
	}
	if config.tokenTypes == nil {
		made.tokenTypes = made.bundle.types
	}
	if config.dpop != nil {
		made.dpopRequired = config.dpop.required
		made.dpopAlgs = strings.Join(names(config.dpop.algorithms), " ")
	}
	return made, nil
}

// isOptional tells whether a claim that RFC 9068 requires may be missing.
func (rules *rules) isOptional(claim string) bool {
	return slices.Contains(rules.optionalClaims, claim)
}

func (config *config) checkNames() error {
	own, isKnown := bundles[config.profile]
	if !isKnown {
		return refuse("profile", "there is no profile "+strconv.Quote(string(config.profile)))
	}
	byClient := own.byClient && len(config.clientIDs) > 0
	if len(config.audience) == 0 && config.clientID == nil && !byClient {
		return refuse("audience", "is needed: the name of this service in tokens")
	}
	if slices.Contains(config.audience, "") || slices.Contains(config.audience, "*") {
		return refuse("audience", "has to be exact names")
	}
	if config.clientID != nil && *config.clientID == "" {
		return refuse("client_id", "is empty")
	}
	if len(config.audience) == 0 && len(config.clientIDs) > 0 && !byClient {
		return refuse("audience", "is needed beside `client_ids`, but for Cognito")
	}
	if config.tokenTypes != nil && len(config.tokenTypes) == 0 {
		return refuse("token_types", "is empty")
	}
	for _, name := range config.tokenTypes {
		isName := func(other string) bool { return isType(string(name), other) }
		if slices.ContainsFunc(otherTypes, isName) {
			return refuse("token_types", strconv.Quote(string(name))+" is no type of access tokens")
		}
	}
	if err := config.checkLists(); err != nil {
		return err
	}
	for _, name := range config.optionalClaims {
		if !slices.Contains([]string{"aud", "client_id", "iat", "jti", "sub"}, name) {
			return refuse("optional_claims", name+" cannot be optional")
		}
		if name == "aud" && config.introspection == nil {
			return refuse("optional_claims", "aud can be optional with introspection alone")
		}
	}
	return nil
}

// otherTypes are those of tokens that are something else than access tokens (RFC 8725 section 3.11).
var otherTypes = []string{
	"", "logout+jwt", "dpop+jwt", "secevent+jwt", "revocations+jwt", "token-introspection+jwt", "oauth-authz-req+jwt",
	"introspection+jwt",
}

// checkLists checks lists of names that stand for trust.
func (config *config) checkLists() error {
	isVague := func(name string) bool { return name == "" || name == "*" }
	switch hasPlace := addressOf(config).isTemplate; {
	case slices.ContainsFunc(config.clientIDs, isVague):
		return refuse("client_ids", "has to be exact names")
	case slices.ContainsFunc(config.tenants, isVague):
		return refuse("tenants", "has to be exact names")
	case hasPlace && len(config.tenants) == 0:
		return refuse("tenants", "is needed: whose tokens are accepted")
	case !hasPlace && len(config.tenants) > 0:
		return refuse("tenants", "goes with an `issuer` that has {tenantid} in it, and Entra")
	default:
		return nil
	}
}

// checkIssuer: nothing is fetched from an issuer whose keys are given, and which is asked nothing: it may have any name
// (RFC 7519 section 4.1.1).
func (config *config) checkIssuer() error {
	base := addressOf(config).base
	asks := config.introspection != nil && config.introspection.endpoint == nil
	isName := (config.hasPinnedKeys() || config.secret != nil) && !asks
	isPlain := config.issuer != "" && config.issuer != "*" && !strings.ContainsFunc(config.issuer, unicode.IsControl)
	if isAcceptable(base, config.allowHTTP) && !strings.Contains(base, "?") {
		return nil
	}
	if isName && isPlain && !strings.Contains(config.issuer, "://") {
		return nil
	}
	return refuse("issuer", "has to be an https URL without query and fragment")
}

func (config *config) checkNumbers() error {
	cache := config.keyCache
	switch {
	case config.leeway < 0 || config.leeway > maxLeeway:
		return refuse("leeway", "has to be 0 to 300 seconds")
	case config.maxTokenAge != nil && *config.maxTokenAge < 1:
		return refuse("max_token_age", "has to be 1 second at least")
	case config.maxTokenBytes < 64 || config.maxTokenBytes > jose.MaxBytes:
		return refuse("max_token_bytes", "has to be 64 to 65536")
	case config.cacheSize < 0 || config.cacheSize > maxCacheSize:
		return refuse("cache_size", "has to be 1000000 at most")
	case cache.cooldown < 1 || cache.cooldown > cache.refreshAfter || cache.refreshAfter > cache.maxAge ||
		cache.maxAge > cache.maxStale:
		return refuse("key_cache", "has to rise: cooldown, refresh_after, max_age, max_stale")
	}
	return nil
}

func (config *config) checkURLs() error {
	if err := config.checkIssuer(); err != nil {
		return err
	}
	if config.jwksURI != nil && !isAcceptable(*config.jwksURI, config.allowHTTP) {
		return refuse("jwks_uri", "has to be an https URL")
	}
	if config.keys != nil && config.keysPEM != nil {
		return refuse("keys_pem", "contradicts `keys`")
	}
	if config.hasPinnedKeys() && config.jwksURI != nil {
		return refuse("jwks_uri", "contradicts `keys` and `keys_pem`")
	}
	return nil
}

func (config *config) acceptedAlgorithms() ([]Algorithm, error) {
	isSecret := config.secret != nil
	if isSecret && (config.hasPinnedKeys() || config.jwksURI != nil) {
		return nil, refuse(config.secretName, "contradicts `keys`, `keys_pem` and `jwks_uri`")
	}
	if config.algorithms == nil {
		if isSecret {
			return []Algorithm{HS256}, nil
		}
		return jose.Asymmetric(), nil
	}
	if len(config.algorithms) == 0 {
		return nil, refuse("algorithms", "is empty")
	}
	for _, alg := range config.algorithms {
		if _, isKnown := jose.ParseAlgorithm(string(alg)); !isKnown {
			return nil, refuse("algorithms", string(alg)+" is none that is supported")
		}
		if alg.IsSymmetric() != isSecret {
			return nil, refuse("algorithms", "HS* goes with a secret, and nothing else does")
		}
	}
	return config.algorithms, nil
}
