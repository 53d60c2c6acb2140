package login

import (
	"cmp"
	"context"
	"crypto"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/internal/oauth"
	"credenza.dev/credenza/internal/seal"
)

// Config is what a sign-in needs. Issuer, ClientID, ClientSecret (or Key), Origin and Secrets have to be there; everything
// else has a default.
type Config struct {
	// Issuer is the provider, exactly as in its metadata and its tokens.
	Issuer string
	// ClientID is this application at the provider.
	ClientID string
	// ClientSecret proves it, by client_secret_basic (RFC 6749 section 2.3.1).
	ClientSecret string
	// Key proves it in place of a secret, by private_key_jwt: RSA, ECDSA on P-256 or Ed25519. KeyID is its kid.
	Key   crypto.Signer
	KeyID string
	// Origin is scheme and host of this application as browsers see it, as in "https://app.example".
	Origin string
	// Secrets seal cookies, and sessions in a store; of 32 bytes or more. The first seals, and all of them open, so that one
	// is replaced by putting another in front.
	Secrets []string

	// Path is where the routes of the sign-in are: "/auth" by default.
	Path string
	// Scope is "openid profile email offline_access" by default.
	Scope string
	// Resource is the API that access tokens are for (RFC 8707); empty for none.
	Resource string
	// MaxAge is how long ago the person may have signed in at the provider; credenza.None for not at all. Any time by default.
	MaxAge time.Duration
	// ACRValues are authentication contexts, one of which has to be reached.
	ACRValues []string
	// Prompt is sent with each sign-in that does not bring one of its own.
	Prompt string
	// Lifetime is how long a session lasts, whatever is done in it: 8 hours by default.
	Lifetime time.Duration
	// Idle is how long a session lasts without a request; as long as any by default.
	Idle time.Duration
	// Store keeps sessions on the server. nil: each browser keeps its own, in sealed cookies.
	Store Store
	// Ended remembers which sessions in cookies were ended by the provider; instances share it. Memory by default.
	Ended Store
	// AfterLogout is where people are after they signed out, a path: "/" by default. With the origin in front, it is
	// registered at the provider as a post_logout_redirect_uri.
	AfterLogout string
	// SignedIn is told of each sign-in before the session begins, and returns what the application keeps in it. With an
	// error the sign-in is refused.
	SignedIn func(ctx context.Context, claims *credenza.Claims) (map[string]any, error)
	// OnError shows why a sign-in failed, in place of the page of this package.
	OnError func(http.ResponseWriter, *http.Request, *Failure)

	// Logger is told why a sign-in failed or a session ended; never of a token. slog.Default by default.
	Logger *slog.Logger
	// HTTPClient makes the requests to the provider.
	HTTPClient *http.Client
	// AllowHTTP tells whether issuer and origin may be http on other hosts than this machine. For tests only.
	AllowHTTP bool
}

func (config *Config) fill() {
	config.Path = cmp.Or(strings.TrimRight(config.Path, "/"), "/auth")
	config.Scope = cmp.Or(config.Scope, "openid profile email offline_access")
	config.Lifetime = cmp.Or(config.Lifetime, 8*time.Hour)
	config.AfterLogout = cmp.Or(config.AfterLogout, "/")
	config.Origin = strings.TrimRight(config.Origin, "/")
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if config.Ended == nil {
		config.Ended = NewMemory()
	}
}

// check names the setting that is missing or wrong.
func (config *Config) check() error {
	switch {
	case config.ClientID == "":
		return refuse("client_id", "is missing")
	case config.ClientSecret == "" && config.Key == nil:
		return refuse("client_secret", "is missing, and there is no key in its place")
	case config.ClientSecret != "" && config.Key != nil:
		return refuse("client_secret", "is there, and a key too: only one of them can be meant")
	case !strings.HasPrefix(config.Path, "/") || strings.ContainsAny(config.Path, "?#{} "):
		return refuse("path", "has to be a path that begins with /")
	case returnTo(config.AfterLogout, config.Origin) != config.AfterLogout:
		return refuse("after_logout", "has to be a path of this application")
	case !hasWord(config.Scope, "openid"):
		return refuse("scope", "has to contain openid")
	case config.Lifetime < time.Minute || config.Idle < 0:
		return refuse("lifetime", "has to be a minute or more, and idle no less than nothing")
	}
	if config.Key != nil {
		if err := oauth.CheckKey(config.Key); err != nil {
			return refuse("key", err.Error())
		}
	}
	if _, err := seal.New(config.Secrets, ""); err != nil {
		return refuse("secret", err.Error())
	}
	return config.checkOrigin()
}

func (config *Config) checkOrigin() error {
	parsed, err := url.Parse(config.Origin)
	if err != nil || parsed.Host == "" || config.Origin != parsed.Scheme+"://"+parsed.Host {
		return refuse("origin", "has to be scheme and host alone, as in https://app.example")
	}
	name := parsed.Hostname()
	isLocal := name == "localhost" || net.ParseIP(name).IsLoopback()
	if parsed.Scheme != "https" && (parsed.Scheme != "http" || !isLocal && !config.AllowHTTP) {
		return refuse("origin", "has to be https: cookies of http can be read on the way")
	}
	return nil
}

func (config *Config) isSecure() bool { return strings.HasPrefix(config.Origin, "https://") }

func refuse(setting, reason string) error {
	return &credenza.SettingsError{Setting: setting, Reason: reason}
}

func hasWord(text, word string) bool {
	for own := range strings.FieldsSeq(text) {
		if own == word {
			return true
		}
	}
	return false
}
