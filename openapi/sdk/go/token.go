package admin

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
)

// TokenSource has the access tokens that calls are made with.
type TokenSource interface {
	// Token answers with a token that is valid now.
	Token(ctx context.Context) (string, error)
	// Refused says that a token was not accepted (401), so that it is not given out again.
	Refused(token string)
}

// StaticToken is a token that the caller has from elsewhere, and renews by making another client.
type StaticToken string

// Token is the token itself.
func (s StaticToken) Token(context.Context) (string, error) { return string(s), nil }

// Refused changes nothing: there is no other token.
func (s StaticToken) Refused(string) {}

// ServiceAccount gets tokens by its own credentials (RFC 6749 4.4). A token is kept until shortly before it expires, and
// whoever needs one while it is being fetched waits for that one. Its fields are not to be changed after the first use.
type ServiceAccount struct {
	// Issuer is the issuer of the tenant; the token endpoint is found by discovery.
	Issuer string
	// ClientID and ClientSecret are what `credenza client create --grant-type client_credentials` has printed.
	ClientID, ClientSecret string
	// Scope is what tokens are asked for; everything that the service account may have, if it is empty.
	Scope string
	// Resource is whose API tokens are for; Issuer + "/admin" if it is empty.
	Resource string
	// HTTP asks for tokens; http.DefaultClient if it is nil.
	HTTP *http.Client

	mutex    sync.Mutex
	token    string
	renew    time.Time
	endpoint string
	flight   *flight
}

type flight struct {
	landed chan struct{}
	token  string
	err    error
}

// TokenError is an answer of the token endpoint that is no token (RFC 6749 5.2).
type TokenError struct {
	// Code is the registered error code, such as invalid_client.
	Code string `json:"error"`
	// Description is what is wrong, for a developer.
	Description string `json:"error_description"`
	// Status is the status of the response.
	Status int `json:"-"`
}

func (e *TokenError) Error() string {
	return fmt.Sprintf("no access token: %s (%d): %s", e.Code, e.Status, e.Description)
}

// Token answers with a token that is valid now, from memory if there is one.
func (s *ServiceAccount) Token(ctx context.Context) (string, error) {
	s.mutex.Lock()
	if s.token != "" && time.Now().Before(s.renew) {
		defer s.mutex.Unlock()
		return s.token, nil
	}
	if s.flight == nil {
		s.flight = &flight{landed: make(chan struct{})}
		// The caller who asked first may leave; those who wait beside it get the token all the same.
		go s.fly(context.WithoutCancel(ctx), s.flight)
	}
	awaited := s.flight
	s.mutex.Unlock()
	select {
	case <-awaited.landed:
		return awaited.token, awaited.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Refused forgets the token, if it is still the current one.
func (s *ServiceAccount) Refused(token string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.token == token {
		s.token = ""
	}
}

func (s *ServiceAccount) fly(ctx context.Context, own *flight) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	asked := time.Now()
	token, lifetime, err := s.ask(ctx)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err == nil {
		// A tenth of its life, and at most half a minute, is left for the calls under way.
		s.token, s.renew = token, asked.Add(lifetime-min(lifetime/10, 30*time.Second))
	}
	own.token, own.err = token, err
	s.flight = nil
	close(own.landed)
}

func (s *ServiceAccount) ask(ctx context.Context) (string, time.Duration, error) {
	endpoint, err := s.discover(ctx)
	if err != nil {
		return "", 0, err
	}
	resource := s.Resource
	if resource == "" {
		resource = strings.TrimSuffix(s.Issuer, "/") + "/admin"
	}
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {resource}}
	if s.Scope != "" {
		form.Set("scope", s.Scope)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(s.ClientID), url.QueryEscape(s.ClientSecret))
	var answer struct {
		TokenError
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	status, err := s.read(request, &answer)
	if err != nil {
		return "", 0, err
	}
	if status != http.StatusOK || answer.AccessToken == "" {
		answer.Status = status
		return "", 0, &answer.TokenError
	}
	return answer.AccessToken, time.Duration(answer.ExpiresIn) * time.Second, nil
}

// discover finds the token endpoint (OpenID Connect Discovery 4) once; only one flight at a time calls it.
func (s *ServiceAccount) discover(ctx context.Context) (string, error) {
	if s.endpoint != "" {
		return s.endpoint, nil
	}
	issuer := strings.TrimSuffix(s.Issuer, "/")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, issuer+"/.well-known/openid-configuration", nil)
	if err != nil {
		return "", err
	}
	var metadata struct {
		Issuer   string `json:"issuer"`
		Endpoint string `json:"token_endpoint"`
	}
	status, err := s.read(request, &metadata)
	switch {
	case err != nil:
		return "", err
	case status != http.StatusOK:
		return "", fmt.Errorf("discovery of %s: status %d", issuer, status)
	case strings.TrimSuffix(metadata.Issuer, "/") != issuer:
		return "", fmt.Errorf("discovery of %s answers for the issuer %q", issuer, metadata.Issuer)
	case metadata.Endpoint == "":
		return "", errors.New("discovery names no token endpoint")
	}
	s.endpoint = metadata.Endpoint
	return s.endpoint, nil
}

func (s *ServiceAccount) read(request *http.Request, into any) (int, error) {
	client := s.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(body, into); err != nil && response.StatusCode == http.StatusOK {
		return 0, fmt.Errorf("%s: %w", request.URL, err)
	}
	return response.StatusCode, nil
}
