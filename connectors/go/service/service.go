// Package service calls other services: as this one, by tokens of client_credentials, or on behalf of whoever called, by
// the caller's own token; and users, invitations and sign-in links of the provider, by its admin API.
//
//	client, err := service.New(service.Config{
//		Issuer: "https://id.example", ClientID: "shop", ClientSecret: os.Getenv("CLIENT_SECRET"),
//	})
//	orders, err := client.For("https://orders.example", "orders:read")
//	answer, err := orders.Do(request)
//
// Requests to the provider are made with the standard library alone.
package service

import (
	"crypto"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/internal/oauth"
	"credenza.dev/credenza/kit"
)

// Config is who this service is.
type Config struct {
	// Issuer is the provider.
	Issuer string
	// ClientID is this service at the provider.
	ClientID string
	// ClientSecret proves it, by client_secret_basic; or Key does, by private_key_jwt, whose kid is KeyID.
	ClientSecret string
	Key          crypto.Signer
	KeyID        string
	// HTTPClient makes all requests. By default one that gives up after ten seconds.
	HTTPClient *http.Client
}

// Client calls services. Made once, used from any goroutine.
type Client struct {
	config   Config
	provider *oauth.Provider
	http     *http.Client
}

// usualTimeout bounds a request to a service.
const usualTimeout = 10 * time.Second

// New makes a client. A *credenza.SettingsError names the setting that is missing or wrong. It asks for no token yet.
func New(config Config) (*Client, error) {
	switch {
	case originOf(config.Issuer) == "":
		return nil, &credenza.SettingsError{Setting: "issuer", Reason: "has to be a URL"}
	case config.ClientID == "":
		return nil, &credenza.SettingsError{Setting: "client_id", Reason: "is missing"}
	case (config.ClientSecret == "") == (config.Key == nil):
		return nil, &credenza.SettingsError{Setting: "client_secret", Reason: "or a key has to be there, and not both"}
	}
	if config.Key != nil {
		if err := oauth.CheckKey(config.Key); err != nil {
			return nil, &credenza.SettingsError{Setting: "key", Reason: err.Error()}
		}
	}
	own := http.Client{Timeout: usualTimeout}
	if config.HTTPClient != nil {
		own = *config.HTTPClient
	}
	// A token must not follow a redirect to wherever that leads.
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	credentials := oauth.Client{ID: config.ClientID, Secret: config.ClientSecret, Key: config.Key, KeyID: config.KeyID}
	return &Client{config: config, provider: oauth.NewProvider(config.Issuer, credentials, &own), http: &own}, nil
}

// Target is a service that is called with a token: everything below the URL that it was made for.
type Target struct {
	client *Client
	origin string
	tokens *tokens
	// authorization is that of the caller, where it is called on their behalf.
	authorization string
}

// For calls a service as this client, with tokens for it (RFC 8707) that have the scopes.
func (client *Client) For(resource string, scopes ...string) (*Target, error) {
	origin := originOf(resource)
	if origin == "" {
		return nil, &credenza.SettingsError{Setting: "resource", Reason: "has to be a URL"}
	}
	return &Target{client: client, origin: origin, tokens: client.tokens(resource, strings.Join(scopes, " "))}, nil
}

// ErrNoBearer is returned where the caller has no token that could be forwarded: none at all, or one that is bound to the
// caller's own key.
var ErrNoBearer = errors.New("the caller has no bearer token")

// OnBehalf calls a service with the token of whoever sent a request to this one, which the guard has checked. The service
// has to be among the audiences of that token.
func (client *Client) OnBehalf(incoming *http.Request, service string) (*Target, error) {
	scheme, _, _ := strings.Cut(incoming.Header.Get("Authorization"), " ")
	if len(incoming.Header.Values("Authorization")) != 1 || !strings.EqualFold(scheme, "Bearer") {
		return nil, ErrNoBearer
	}
	origin := originOf(service)
	if origin == "" {
		return nil, &credenza.SettingsError{Setting: "service", Reason: "has to be a URL"}
	}
	return &Target{client: client, origin: origin, authorization: incoming.Header.Get("Authorization")}, nil
}

// Do sends a request with a token, and the id of the request that it is made for. A token that the service refuses with 401
// is thrown away, and the request is sent once more with a new one, where its body can be sent again. Redirects are not
// followed. The error wraps ErrUnavailable, or ErrRefused where the provider gives no token.
func (target *Target) Do(request *http.Request) (*http.Response, error) {
	if originOf(request.URL.String()) != target.origin {
		return nil, errors.New("the request is to another service than the token is for: " + request.URL.Host)
	}
	answer, token, err := target.send(request)
	isRefused := err == nil && answer.StatusCode == http.StatusUnauthorized && target.tokens != nil
	if !isRefused || request.Body != nil && request.GetBody == nil {
		return answer, err
	}
	target.tokens.forget(token)
	_ = answer.Body.Close()
	again := request.Clone(request.Context())
	if request.GetBody != nil {
		if again.Body, err = request.GetBody(); err != nil {
			return nil, err
		}
	}
	answer, _, err = target.send(again)
	return answer, err
}

func (target *Target) send(request *http.Request) (*http.Response, string, error) {
	authorization, token := target.authorization, ""
	if target.tokens != nil {
		var err error
		if token, err = target.tokens.token(request.Context()); err != nil {
			return nil, "", err
		}
		authorization = "Bearer " + token
	}
	sent := request.Clone(request.Context())
	sent.Header.Set("Authorization", authorization)
	if id := kit.ID(request.Context()); id != "" && sent.Header.Get(kit.IDField) == "" {
		sent.Header.Set(kit.IDField, id)
	}
	answer, err := target.client.http.Do(sent)
	var failed *url.Error
	if errors.As(err, &failed) {
		// Its text has the whole URL in it, and the query of that is nothing for a log.
		err = failed.Err
	}
	if err != nil {
		return nil, token, &Error{Kind: ErrUnavailable, Detail: request.URL.Host + ": " + err.Error()}
	}
	return answer, token, nil
}

// originOf is scheme and host of a URL; empty for what is none.
func originOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		return ""
	}
	return parsed.Scheme + "://" + parsed.Host
}
