// Package admin calls the admin API of a Credenza provider: New makes a client for one tenant, by a service account or
// any other source of access tokens. The operations are methods of its services, such as client.UsersAPI.ListUsers.
package admin

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Option changes how a client calls.
type Option func(*transport)

// WithTransport makes the calls by another transport than http.DefaultTransport.
func WithTransport(base http.RoundTripper) Option {
	return func(t *transport) { t.base = base }
}

// WithAttempts sets how often a call is tried in all; 4 without it, and 1 tries nothing again.
func WithAttempts(attempts int) Option {
	return func(t *transport) { t.attempts = attempts }
}

// New makes a client for the admin API of the tenant with this issuer, such as https://id.example.com/t/acme. The API of
// the default tenant has what is about the installation too.
func New(issuer string, tokens TokenSource, options ...Option) *APIClient {
	calls := &transport{base: http.DefaultTransport, tokens: tokens, attempts: 4, longest: time.Minute}
	for _, option := range options {
		option(calls)
	}
	configuration := NewConfiguration()
	configuration.Servers = ServerConfigurations{{URL: strings.TrimSuffix(issuer, "/")}}
	configuration.UserAgent = "credenza-admin-go/" + Version
	configuration.HTTPClient = &http.Client{Transport: calls}
	return NewAPIClient(configuration)
}

// ETag is the entity tag of a version that was read, for If-Match.
func ETag(version int64) string {
	return strconv.Quote(strconv.FormatInt(version, 10))
}
