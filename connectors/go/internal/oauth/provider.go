// Package oauth is what a client says to its provider: metadata, the token endpoint, and the endpoints beside it. Tokens
// are judged by the validator, not here.
package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"credenza.dev/credenza/internal/flight"
)

// How long one request to the provider may take, how much of an answer is read, how long metadata are used before they are
// fetched again in the background, and how soon once more where that fails.
const (
	Timeout       = 5 * time.Second
	maxAnswer     = 256 * 1024
	refreshAfter  = 10 * time.Minute
	tryAgainAfter = 30 * time.Second
	discoveryPath = "/.well-known/openid-configuration"
)

// ErrUnavailable is returned when the provider does not answer, or with a status of 500 or more.
var ErrUnavailable = errors.New("the provider cannot be reached")

// Provider is an OpenID provider as its client sees it. Safe for use by several goroutines.
type Provider struct {
	issuer string
	client Client
	http   *http.Client
	flight flight.Group[*Metadata]

	mutex    sync.Mutex
	metadata *Metadata
	// document is the metadata as they came.
	document  []byte
	fetchedAt time.Time
}

// Metadata are those of OpenID Connect Discovery 3, RFC 8414 section 2, RFC 9126 section 5 and RFC 9207 section 3 that a
// client needs.
type Metadata struct {
	Issuer                 string `json:"issuer"`
	AuthorizationEndpoint  string `json:"authorization_endpoint"`
	TokenEndpoint          string `json:"token_endpoint"`
	RevocationEndpoint     string `json:"revocation_endpoint"`
	EndSessionEndpoint     string `json:"end_session_endpoint"`
	PAREndpoint            string `json:"pushed_authorization_request_endpoint"`
	RequiresPAR            bool   `json:"require_pushed_authorization_requests"`
	SendsIssuerInResponses bool   `json:"authorization_response_iss_parameter_supported"`
}

// NewProvider is a provider by its issuer, for one client. Redirects are not followed, whatever the HTTP client says.
func NewProvider(issuer string, client Client, given *http.Client) *Provider {
	own := http.Client{}
	if given != nil {
		own = *given
	}
	if own.Transport == nil {
		own.Transport = newTransport()
	}
	own.Jar = nil
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Provider{issuer: issuer, client: client, http: &own}
}

// idleTimeout is how long a connection is kept for the next request: less than the five seconds after which many servers
// close it, as a token request that meets the end of its connection is not simply sent once more.
const idleTimeout = 3 * time.Second

func newTransport() http.RoundTripper {
	usual, isUsual := http.DefaultTransport.(*http.Transport)
	if !isUsual {
		return http.DefaultTransport
	}
	own := usual.Clone()
	own.IdleConnTimeout = idleTimeout
	return own
}

// Metadata are fetched when they are first asked for, once for all who wait, and kept. A failure is not kept.
func (provider *Provider) Metadata(ctx context.Context) (*Metadata, error) {
	provider.mutex.Lock()
	known, age := provider.metadata, time.Since(provider.fetchedAt)
	if age > refreshAfter {
		// The next try, where this one fails.
		provider.fetchedAt = time.Now().Add(tryAgainAfter - refreshAfter)
	}
	provider.mutex.Unlock()
	if known == nil {
		return provider.flight.Do(ctx, "", provider.discover)
	}
	if age > refreshAfter {
		go func() { _, _ = provider.flight.Do(context.WithoutCancel(ctx), "", provider.discover) }()
	}
	return known, nil
}

// Probe fetches the metadata anew, and tells whether the provider answers.
func (provider *Provider) Probe(ctx context.Context) error {
	_, err := provider.flight.Do(ctx, "", provider.discover)
	return err
}

func (provider *Provider) discover(ctx context.Context) (*Metadata, error) {
	address := provider.discoveryURL()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	status, body, err := provider.send(ctx, request)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("%w: status %d at %s", ErrUnavailable, status, address)
	}
	metadata := &Metadata{}
	if err := json.Unmarshal(body, metadata); err != nil {
		return nil, fmt.Errorf("%w: no metadata at %s: %w", ErrUnavailable, address, err)
	}
	if err := provider.judge(metadata); err != nil {
		return nil, fmt.Errorf("%w: the metadata at %s are refused: %w", ErrUnavailable, address, err)
	}
	provider.mutex.Lock()
	provider.metadata, provider.document, provider.fetchedAt = metadata, body, time.Now()
	provider.mutex.Unlock()
	return metadata, nil
}

func (provider *Provider) discoveryURL() string {
	return strings.TrimSuffix(provider.issuer, "/") + discoveryPath
}

// judge refuses metadata of another issuer (OpenID Connect Discovery 4.3), and endpoints that anybody on the path to them
// could read or replace.
func (provider *Provider) judge(metadata *Metadata) error {
	if metadata.Issuer != provider.issuer {
		return fmt.Errorf("they are of the issuer %q, and not of %q", metadata.Issuer, provider.issuer)
	}
	for name, address := range map[string]string{
		"authorization_endpoint": metadata.AuthorizationEndpoint, "token_endpoint": metadata.TokenEndpoint,
		"revocation_endpoint": metadata.RevocationEndpoint, "end_session_endpoint": metadata.EndSessionEndpoint,
		"pushed_authorization_request_endpoint": metadata.PAREndpoint,
	} {
		parsed, err := url.Parse(address)
		isSecure := err == nil && (parsed.Scheme == "https" || parsed.Scheme == "http" && strings.HasPrefix(provider.issuer, "http:"))
		if address != "" && (!isSecure || parsed.Host == "" || parsed.Fragment != "") {
			return fmt.Errorf("%s is %q", name, address)
		}
	}
	return nil
}

// send makes a request, and reads the answer, within limits. The error wraps ErrUnavailable.
func (provider *Provider) send(ctx context.Context, request *http.Request) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	request.Header.Set("User-Agent", "credenza-go")
	answer, err := provider.http.Do(request.WithContext(ctx))
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if answer.StatusCode >= http.StatusInternalServerError || answer.StatusCode == http.StatusTooManyRequests {
		return 0, nil, &overloaded{answer.StatusCode, request.URL.Path}
	}
	return answer.StatusCode, body, nil
}

// overloaded is an answer that tells nothing of the request: the provider itself is in trouble.
type overloaded struct {
	status int
	path   string
}

func (answer *overloaded) Error() string {
	return fmt.Sprintf("status %d at %s", answer.status, answer.path)
}

func (answer *overloaded) Unwrap() error { return ErrUnavailable }

// IsLost tells whether a request may have been carried out though its answer was not received.
func IsLost(err error) bool {
	var answered *overloaded
	return errors.Is(err, ErrUnavailable) && !errors.As(err, &answered)
}
