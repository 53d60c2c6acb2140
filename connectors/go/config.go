package credenza

import (
	"slices"
	"strconv"
	"time"

	"credenza.dev/credenza/internal/jose"
)

// config is settings with every default filled in, and all spans in seconds.
type config struct {
	issuer           string
	audience         []string
	clientID         *string
	profile          Profile
	clientIDs        []string
	tenants          []string
	algorithms       []Algorithm // nil: by the other settings
	secret           []byte      // nil: none
	secretName       string      // how the setting of the secret is called
	keys             *string
	keysPEM          *string
	jwksURI          *string
	tokenTypes       []TokenType // nil: those of the profile
	optionalClaims   []string
	leeway           int64
	maxTokenAge      *int64
	maxTokenBytes    int64
	realm            *string
	resourceMetadata *string
	dpop             *dpopConfig
	introspection    *introspectionConfig
	revocations      *revocationsConfig
	cacheSize        int64
	keyCache         keyCacheConfig
	decryptionKeys   []DecryptionKey
	claimNames       ClaimNames
	allowHTTP        bool
	// issuers are those beside this one, each without what is of the service.
	issuers        []config
	resolveIssuers bool
}

type dpopConfig struct {
	required, nonce bool
	// nonceSecret is nil for a random one.
	nonceSecret []byte
	maxAge      int64
	algorithms  []Algorithm
	replays     int64
	// sharedReplays: the host remembers proofs for all nodes.
	sharedReplays bool
}

type introspectionConfig struct {
	endpoint               *string
	clientID, clientSecret string
	cacheSeconds           int64
	cacheSize              int64
	always, signed         bool
}

type revocationsConfig struct {
	uri                *string
	interval, maxStale int64
}

type keyCacheConfig struct{ refreshAfter, maxAge, cooldown, maxStale int64 }

func defaultConfig() config {
	return config{
		profile:       ProfileRFC9068,
		secretName:    "secret",
		leeway:        30,
		maxTokenBytes: 16 * 1024,
		keyCache:      keyCacheConfig{refreshAfter: 300, maxAge: 600, cooldown: 30, maxStale: 3600},
		claimNames: ClaimNames{
			Tenant: "tenant", Organization: "org_id", Roles: "roles", Permissions: "permissions", Plan: "plan",
		},
	}
}

func defaultDPoP() *dpopConfig {
	return &dpopConfig{maxAge: 60, algorithms: usualProofAlgorithms(), replays: 100_000}
}

// usualProofAlgorithms leaves out what few clients know.
func usualProofAlgorithms() []Algorithm {
	return slices.DeleteFunc(jose.Asymmetric(), func(alg Algorithm) bool { return alg == ES512 || alg == Ed25519 })
}

func defaultIntrospection() *introspectionConfig {
	return &introspectionConfig{cacheSeconds: 10, cacheSize: 10_000}
}

func defaultRevocations() *revocationsConfig { return &revocationsConfig{interval: 5, maxStale: 60} }

// spans reads spans of Settings, and remembers the first that is not a whole number of seconds.
type spans struct{ err error }

func (spans *spans) read(setting string, span time.Duration, target *int64) {
	switch {
	case span == 0:
	case span == None:
		*target = 0
	case span%time.Second != 0 && spans.err == nil:
		spans.err = refuse(setting, "has to be whole seconds, and is "+span.String())
	default:
		*target = int64(span / time.Second)
	}
}

func (settings *Settings) config() (config, error) {
	var spans spans
	made := defaultConfig()
	made.issuer = settings.Issuer
	if settings.Audience != "" {
		made.audience = []string{settings.Audience}
	}
	made.audience = append(made.audience, settings.Audiences...)
	made.clientID = filled(settings.ClientID)
	if settings.Profile != "" {
		made.profile = settings.Profile
	}
	made.clientIDs, made.tenants = settings.ClientIDs, settings.Tenants
	made.keysPEM = filled(settings.KeysPEM)
	made.algorithms, made.secret = settings.Algorithms, settings.Secret
	if settings.Keys != nil {
		keys := string(settings.Keys)
		made.keys = &keys
	}
	made.jwksURI = filled(settings.JWKSURI)
	made.tokenTypes = settings.TokenTypes
	made.optionalClaims = settings.OptionalClaims
	spans.read("leeway", settings.Leeway, &made.leeway)
	if settings.MaxTokenAge != 0 {
		made.maxTokenAge = new(int64)
		spans.read("max_token_age", settings.MaxTokenAge, made.maxTokenAge)
	}
	number(settings.MaxTokenBytes, &made.maxTokenBytes)
	number(settings.CacheSize, &made.cacheSize)
	made.realm, made.resourceMetadata = filled(settings.Realm), filled(settings.ResourceMetadata)
	made.dpop = settings.DPoP.config(&spans)
	made.introspection = settings.Introspection.config(&spans)
	made.revocations = settings.Revocations.config(&spans)
	spans.read("key_cache", settings.KeyCache.RefreshAfter, &made.keyCache.refreshAfter)
	spans.read("key_cache", settings.KeyCache.MaxAge, &made.keyCache.maxAge)
	spans.read("key_cache", settings.KeyCache.Cooldown, &made.keyCache.cooldown)
	spans.read("key_cache", settings.KeyCache.MaxStale, &made.keyCache.maxStale)
	made.decryptionKeys = settings.DecryptionKeys
	made.claimNames.fill(settings.ClaimNames)
	made.allowHTTP = settings.AllowHTTP
	for at := range settings.Issuers {
		own, err := settings.Issuers[at].config()
		if err != nil {
			return made, inside("issuers."+strconv.Itoa(at), err)
		}
		made.issuers = append(made.issuers, own)
	}
	return made, spans.err
}

func (settings *DPoP) config(spans *spans) *dpopConfig {
	if settings == nil {
		return nil
	}
	made := defaultDPoP()
	made.required, made.nonce, made.nonceSecret = settings.Required, settings.Nonce, settings.NonceSecret
	spans.read("dpop.max_age", settings.MaxAge, &made.maxAge)
	if settings.Algorithms != nil {
		made.algorithms = settings.Algorithms
	}
	number(settings.Replays, &made.replays)
	return made
}

func (settings *Introspection) config(spans *spans) *introspectionConfig {
	if settings == nil {
		return nil
	}
	made := defaultIntrospection()
	made.endpoint = filled(settings.Endpoint)
	made.clientID, made.clientSecret = settings.ClientID, settings.ClientSecret
	made.always, made.signed = settings.Always, settings.Signed
	spans.read("introspection.cache_seconds", settings.Cache, &made.cacheSeconds)
	number(settings.CacheSize, &made.cacheSize)
	return made
}

func (settings *Revocations) config(spans *spans) *revocationsConfig {
	if settings == nil {
		return nil
	}
	made := defaultRevocations()
	made.uri = filled(settings.URI)
	spans.read("revocations.interval", settings.Interval, &made.interval)
	spans.read("revocations.max_stale", settings.MaxStale, &made.maxStale)
	return made
}

func (names *ClaimNames) fill(more ClaimNames) {
	for name, target := range map[*string]*string{
		&more.Tenant: &names.Tenant, &more.Organization: &names.Organization, &more.Roles: &names.Roles,
		&more.Permissions: &names.Permissions, &more.Plan: &names.Plan,
		&more.Scope: &names.Scope, &more.Client: &names.Client,
	} {
		if *name != "" {
			*target = *name
		}
	}
}

func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func number(given int, target *int64) {
	if given != 0 {
		*target = int64(given)
	}
}
