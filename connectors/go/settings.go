package credenza

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// None stands for a span of zero where the zero value means the default: Leeway: credenza.None.
const None time.Duration = -1

// Settings are what a validator trusts. Every member but Issuer and Audience (or ClientID) may be left out. Spans are
// whole seconds.
//
// Whatever is missing, empty or contradictory is refused by New, so that no check is made without an issuer, an
// audience and algorithms (RFC 8725 sections 3.1, 3.8 and 3.9).
type Settings struct {
	// Issuer is the issuer, exactly as in its tokens (RFC 9068 section 4): an https URL, or with a secret or given keys
	// any name (RFC 7519 section 4.1.1).
	Issuer string
	// Audience is the name of this service, which the aud of a token must contain.
	Audience string
	// Audiences are further names of this service; one of all must be in aud.
	Audiences []string
	// ClientID is the client whose ID tokens and logout tokens are checked.
	ClientID string
	// Profile is the server that issues the tokens; ProfileRFC9068 by default.
	Profile Profile
	// ClientIDs are clients whose access tokens are accepted, and no others'; for Cognito, whose tokens have no aud, in
	// place of Audience.
	ClientIDs []string
	// Tenants are those whose tokens are accepted, where the issuer has {tenantid} in it (Entra).
	Tenants []string
	// Algorithms are the signature algorithms accepted; every asymmetric one by default, and with Secret HS256 alone.
	Algorithms []Algorithm
	// Secret is a secret shared with the issuer, of as many bytes as the hash at least: then HS* alone is accepted.
	Secret []byte
	// Keys is a pinned JWK set, or one JWK, as JSON: then nothing is fetched.
	Keys []byte
	// KeysPEM is pinned public keys or certificates as PEM, one or several; they verify tokens with whatever kid.
	KeysPEM string
	// JWKSURI is where the JWK set is, if not where the issuer's metadata says.
	JWKSURI string
	// TokenTypes are the kinds of access token accepted, by typ: those of the profile by default, AccessToken alone for
	// RFC 9068; PlainJWT admits plain ones, and any other text a typ of its own.
	TokenTypes []TokenType
	// OptionalClaims are claims that may be missing though the profile requires them, by name: any of sub, client_id, iat, jti.
	OptionalClaims []string
	// Leeway is how far clocks may differ: 30 seconds by default, 300 at most. None for no leeway.
	Leeway time.Duration
	// MaxTokenAge is how old a token may be since its iat; any age by default.
	MaxTokenAge time.Duration
	// MaxTokenBytes is how long a token may be, 64 to 65,536; 16,384 by default.
	MaxTokenBytes int
	// Realm is the realm of challenges (RFC 9110 section 11.5).
	Realm string
	// ResourceMetadata is the URL of this service's metadata, for challenges (RFC 9728 section 5.1).
	ResourceMetadata string
	// DPoP admits DPoP-bound tokens (RFC 9449); without it a bound token is refused.
	DPoP *DPoP
	// Introspection asks the issuer about opaque tokens, or about all (RFC 7662).
	Introspection *Introspection
	// Revocations follows the issuer's feed of revoked tokens.
	Revocations *Revocations
	// CacheSize is how many verified tokens are cached, up to 1,000,000; none by default.
	CacheSize int
	// KeyCache is how long the issuer's keys are kept.
	KeyCache KeyCache
	// DecryptionKeys are private keys to which tokens are encrypted.
	DecryptionKeys []DecryptionKey
	// ClaimNames are the names of claims that the specifications leave open.
	ClaimNames ClaimNames
	// Issuers are further issuers whose tokens are accepted; the iss of a token says which of them it is of.
	Issuers []Issuer
	// AllowHTTP tells whether http is fetched from hosts other than this machine. For tests only.
	AllowHTTP bool

	// Host is what the validator uses of the program around it.
	Host
}

// Host is what a validator uses of the program around it. Every member has a default.
type Host struct {
	// HTTPClient makes the fetches: its transport, and its timeout where that is shorter than five seconds. Redirects
	// are not followed, whatever it says. By default a client of the validator's own, with the proxy of the
	// environment.
	HTTPClient *http.Client
	// Logger is told why something could not be fetched, once a minute for the same cause. slog.Default by default.
	Logger *slog.Logger
	// Now is the clock; time.Now by default.
	Now func() time.Time
	// Resolve knows issuers that Settings.Issuers does not name, such as those of tenants. It is asked about the iss of a
	// token, for which nothing vouches yet; nil is one that is not trusted. A thousand are kept, as long as keys are.
	Resolve func(ctx context.Context, issuer string) (*Issuer, error)
	// Replays remembers used DPoP proofs for all nodes; by default each validator remembers its own.
	Replays ReplayStore
}

// TokenType is a kind of access token, by the typ of its header (RFC 8725 section 3.11).
type TokenType string

// The kinds of access token.
const (
	// AccessToken is one of RFC 9068: at+jwt, also with application/ in front.
	AccessToken TokenType = "at+jwt"
	// PlainJWT is a plain JWT: JWT, or no typ.
	PlainJWT TokenType = "JWT"
)

// DPoP is how proofs are checked (RFC 9449 section 4.3).
type DPoP struct {
	// Required tells whether bearer tokens are refused.
	Required bool
	// Nonce tells whether a proof must carry a nonce of this service (section 9).
	Nonce bool
	// NonceSecret is the secret of nonces, 32 bytes at least, the same on every node; random by default.
	NonceSecret []byte
	// MaxAge is how old a proof, or its nonce, may be: 60 seconds by default, 600 at most.
	MaxAge time.Duration
	// Algorithms are those accepted; every asymmetric one but Ed25519 and ES512 by default.
	Algorithms []Algorithm
	// Replays is how many proofs are remembered, so that none is used twice; 100,000 by default. When as many are still
	// fresh, further ones are refused.
	Replays int
}

// Introspection is how the issuer is asked about tokens (RFC 7662).
type Introspection struct {
	// Endpoint is the endpoint, if not the one that the issuer's metadata names.
	Endpoint string
	// ClientID and ClientSecret are those of the client that introspects, sent by HTTP Basic.
	ClientID     string
	ClientSecret string
	// Cache is how long an answer is reused: a revoked token is accepted for this long at most. 10 seconds by default;
	// None for no reuse.
	Cache time.Duration
	// CacheSize is how many answers are kept, up to 1,000,000; 10,000 by default.
	CacheSize int
	// Always tells whether JWTs are introspected too; otherwise only opaque tokens are.
	Always bool
	// Signed tells whether signed answers are asked for, and no others accepted (RFC 9701).
	Signed bool
}

// Revocations is the issuer's feed of revoked tokens.
type Revocations struct {
	// URI is the feed, if not the revocations_endpoint of the issuer's metadata, or else /revocations under the issuer.
	URI string
	// Interval is the time between fetches, 5 seconds by default. No check relies on a feed older than twice that while
	// the issuer answers.
	Interval time.Duration
	// MaxStale is the age up to which an old feed is used while no new one can be fetched, 60 seconds by default; then
	// every check is refused.
	MaxStale time.Duration
}

// KeyCache is how long the issuer's keys are kept.
type KeyCache struct {
	// RefreshAfter is the age from which the keys are fetched again in the background; 300 seconds by default.
	RefreshAfter time.Duration
	// MaxAge is the age from which a check waits for new keys: a withdrawn key is accepted for this long at most. 600
	// seconds by default.
	MaxAge time.Duration
	// Cooldown is the time between fetches that unknown kids cause; 30 seconds by default.
	Cooldown time.Duration
	// MaxStale is the age up to which old keys are used while new ones cannot be fetched, 3,600 seconds by default; then
	// every check is refused.
	MaxStale time.Duration
}

// DecryptionKey is a private key to which tokens are encrypted.
type DecryptionKey struct {
	// Alg is how tokens are encrypted to it: RSA-OAEP-256 or ECDH-ES.
	Alg string
	// PEM is the key as unencrypted PKCS#8 (BEGIN PRIVATE KEY).
	PEM string
}

// ClaimNames are the names of claims that no specification defines. One that begins with a slash is a JSON Pointer
// (RFC 6901) to a nested claim, such as "/realm_access/roles". Empty ones have their default.
type ClaimNames struct {
	// Tenant is the tenant: "tenant" by default.
	Tenant string
	// Organization is the organisation: "org_id" by default.
	Organization string
	// Roles are the roles, a list or a text separated by spaces: "roles" by default.
	Roles string
	// Permissions are the permissions, a list or a text separated by spaces: "permissions" by default.
	Permissions string
	// Plan is the plan that is paid for: "plan" by default.
	Plan string
	// Scope is the scopes, a list or a text separated by spaces: where the profile says by default.
	Scope string
	// Client is the client that the token was issued to: where the profile says by default.
	Client string
}

// SettingsError is returned for settings that are not accepted.
type SettingsError struct {
	// Setting is the setting by its path in JSON, such as "audience" or "dpop.max_age"; "settings" for the document as a whole.
	Setting string
	// Reason is what is wrong with it.
	Reason string
}

// Error names the setting and what is wrong with it.
func (refused *SettingsError) Error() string {
	return "credenza: " + refused.Setting + ": " + refused.Reason
}

func refuse(setting, reason string) error { return &SettingsError{setting, reason} }
