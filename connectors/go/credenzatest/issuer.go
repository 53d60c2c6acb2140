// Package credenzatest signs tokens in the tests of an application, without a network: an issuer in memory that a
// validator fetches from.
//
//	issuer := credenzatest.NewIssuer("https://id.example")
//	validator, err := credenza.New(credenza.Settings{
//		Issuer: issuer.Name(), Audience: "https://api.example", Host: issuer.Host(),
//	})
//	request.Header.Set("Authorization", issuer.Bearer("https://api.example", credenzatest.Scope("orders:read")))
package credenzatest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"credenza.dev/credenza"
)

// Issuer mints tokens signed with ES256, and answers what a validator fetches: its metadata, key set and revocation
// feed. Safe for use by several goroutines.
type Issuer struct {
	name string

	mutex sync.Mutex
	now   func() time.Time
	// keys are those published; the last one signs.
	keys    []key
	revoked []map[string]any
	away    bool
}

type key struct {
	id      string
	private *ecdsa.PrivateKey
}

// NewIssuer makes an issuer of that name, which is a URL.
func NewIssuer(name string) *Issuer {
	issuer := &Issuer{name: name, now: time.Now}
	issuer.Rotate(false)
	return issuer
}

// Name is the name of the issuer.
func (issuer *Issuer) Name() string { return issuer.name }

// SetClock sets the time of the tokens, and of the validators that have the Host of the issuer.
func (issuer *Issuer) SetClock(now func() time.Time) {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	issuer.now = now
}

// Host makes a validator fetch from this issuer, and live by its clock.
func (issuer *Issuer) Host() credenza.Host {
	return credenza.Host{HTTPClient: &http.Client{Transport: issuer}, Now: issuer.time}
}

func (issuer *Issuer) time() time.Time {
	issuer.mutex.Lock()
	now := issuer.now
	issuer.mutex.Unlock()
	return now()
}

// Claim adds a claim to the usual ones, or replaces one; nil removes it.
func Claim(name string, value any) Option {
	return func(token *token) {
		if value == nil {
			delete(token.claims, name)
			return
		}
		token.claims[name] = value
	}
}

// Option changes a token to mint.
type Option func(*token)

type token struct {
	typ    string
	claims map[string]any
}

// Scope sets the scopes, separated by spaces.
func Scope(scopes ...string) Option { return Claim("scope", strings.Join(scopes, " ")) }

// Subject sets the subject: "user" otherwise.
func Subject(subject string) Option { return Claim("sub", subject) }

// Type sets the typ of the header: "at+jwt" otherwise.
func Type(typ string) Option { return func(token *token) { token.typ = typ } }

// Token mints an access token (RFC 9068) for an audience, valid for five minutes.
func (issuer *Issuer) Token(audience string, options ...Option) string {
	now := issuer.time().Unix()
	made := token{typ: "at+jwt", claims: map[string]any{
		"iss": issuer.name, "sub": "user", "aud": audience, "client_id": "client",
		"iat": now, "exp": now + 300, "jti": rand.Text(),
	}}
	for _, option := range options {
		option(&made)
	}
	return issuer.sign(made.typ, made.claims)
}

// Bearer is the value of an Authorization field with a new token.
func (issuer *Issuer) Bearer(audience string, options ...Option) string {
	return "Bearer " + issuer.Token(audience, options...)
}

// Rotate signs with a new key from now on; the old ones stay published, unless withdraw.
func (issuer *Issuer) Rotate(withdraw bool) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("credenzatest: the system gives no randomness: " + err.Error())
	}
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	if withdraw {
		issuer.keys = nil
	}
	issuer.keys = append(issuer.keys, key{rand.Text(), private})
}

// Revoke puts an entry on the revocation feed: one claim with its value, such as "jti".
func (issuer *Issuer) Revoke(claim, value string) {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	issuer.revoked = append(issuer.revoked, map[string]any{claim: value})
}

// SetAway makes the issuer unavailable, or available again.
func (issuer *Issuer) SetAway(away bool) {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	issuer.away = away
}

func (issuer *Issuer) sign(typ string, claims any) string {
	issuer.mutex.Lock()
	key := issuer.keys[len(issuer.keys)-1]
	issuer.mutex.Unlock()
	return signed(key.private, map[string]string{"alg": "ES256", "kid": key.id, "typ": typ}, claims)
}

func encode(value any) string {
	octets, err := json.Marshal(value)
	if err != nil {
		panic("credenzatest: claims that are not JSON: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(octets)
}

// RoundTrip answers as the issuer does, so that an http.Client can have it as its transport.
func (issuer *Issuer) RoundTrip(request *http.Request) (*http.Response, error) {
	status, body := issuer.respond(request.URL.String())
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
		Request: request,
	}, nil
}

// ServeHTTP answers as the issuer does, for programs that fetch over the network: the name of the issuer is then the
// URL of the server.
func (issuer *Issuer) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	status, body := issuer.respond(strings.TrimSuffix(issuer.name, "/") + request.URL.Path)
	writer.WriteHeader(status)
	_, _ = io.WriteString(writer, body)
}

func (issuer *Issuer) respond(url string) (int, string) {
	issuer.mutex.Lock()
	away := issuer.away
	issuer.mutex.Unlock()
	base := strings.TrimSuffix(issuer.name, "/")
	path, isOwn := strings.CutPrefix(url, base)
	switch {
	case away:
		return http.StatusServiceUnavailable, ""
	case isOwn && path == "/.well-known/openid-configuration":
		return http.StatusOK, text(map[string]string{
			"issuer": issuer.name, "jwks_uri": base + "/jwks", "revocations_endpoint": base + "/revocations",
		})
	case isOwn && path == "/jwks":
		return http.StatusOK, issuer.keySet()
	case isOwn && path == "/revocations":
		return http.StatusOK, issuer.feed()
	default:
		return http.StatusNotFound, ""
	}
}

func (issuer *Issuer) keySet() string {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	keys := []map[string]string{}
	for _, key := range issuer.keys {
		jwk := coordinates(key.private)
		for name, value := range map[string]string{"kty": "EC", "crv": "P-256", "kid": key.id, "alg": "ES256", "use": "sig"} {
			jwk[name] = value
		}
		keys = append(keys, jwk)
	}
	return text(map[string]any{"keys": keys})
}

func (issuer *Issuer) feed() string {
	now := issuer.time().Unix()
	issuer.mutex.Lock()
	revoked := append([]map[string]any{}, issuer.revoked...)
	issuer.mutex.Unlock()
	return issuer.sign("revocations+jwt", map[string]any{
		"iss": issuer.name, "iat": now, "exp": now + 60, "revoked": revoked,
	})
}

func text(value any) string {
	octets, err := json.Marshal(value)
	if err != nil {
		panic("credenzatest: " + err.Error())
	}
	return string(octets)
}
