package oauth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// usualLifetime is that of an access token whose answer does not tell (RFC 6749 section 5.1 recommends expires_in).
const usualLifetime = 5 * time.Minute

// Refused is an error answer (RFC 6749 section 5.2).
type Refused struct {
	// Status is the status of the answer.
	Status int
	// Code is the error code, such as invalid_grant; empty where the answer has none.
	Code string
	// Description is for developers.
	Description string
}

// Error is for logs.
func (refused *Refused) Error() string {
	return fmt.Sprintf("the provider refuses with %d %q: %q", refused.Status, refused.Code, refused.Description)
}

// Tokens are a successful answer of the token endpoint (RFC 6749 section 5.1, OpenID Connect Core 3.1.3.3).
type Tokens struct {
	AccessToken  string
	RefreshToken string
	IDToken      string
	Lifetime     time.Duration
}

// Token asks the token endpoint.
func (provider *Provider) Token(ctx context.Context, form url.Values) (*Tokens, error) {
	metadata, err := provider.Metadata(ctx)
	if err != nil {
		return nil, err
	}
	status, body, err := provider.Post(ctx, metadata.TokenEndpoint, form)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, refusal(status, body)
	}
	return readTokens(body)
}

// Post sends a form as the client, and returns status and body of the answer.
func (provider *Provider) Post(ctx context.Context, endpoint string, form url.Values) (int, []byte, error) {
	if endpoint == "" {
		return 0, nil, fmt.Errorf("%w: its metadata lack the endpoint", ErrUnavailable)
	}
	header := http.Header{}
	sent := url.Values{}
	for name, values := range form {
		sent[name] = values
	}
	if err := provider.client.authenticate(sent, header, provider.issuer); err != nil {
		return 0, nil, err
	}
	request, err := http.NewRequest(http.MethodPost, endpoint, strings.NewReader(sent.Encode()))
	if err != nil {
		return 0, nil, err
	}
	request.Header = header
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return provider.send(ctx, request)
}

// Pushed is the request_uri of a pushed authorization request (RFC 9126 section 2.2).
func (provider *Provider) Pushed(ctx context.Context, endpoint string, form url.Values) (string, error) {
	status, body, err := provider.Post(ctx, endpoint, form)
	if err != nil {
		return "", err
	}
	var answer struct {
		RequestURI string `json:"request_uri"`
	}
	if status != http.StatusCreated || json.Unmarshal(body, &answer) != nil || answer.RequestURI == "" {
		return "", refusal(status, body)
	}
	return answer.RequestURI, nil
}

func refusal(status int, body []byte) error {
	var answer struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	// What is no JSON has no code.
	_ = json.Unmarshal(body, &answer)
	return &Refused{Status: status, Code: answer.Code, Description: answer.Description}
}

func readTokens(body []byte) (*Tokens, error) {
	var answer struct {
		AccessToken  string      `json:"access_token"`
		TokenType    string      `json:"token_type"`
		RefreshToken string      `json:"refresh_token"`
		IDToken      string      `json:"id_token"`
		ExpiresIn    json.Number `json:"expires_in"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, &Refused{Status: http.StatusOK, Description: "the answer is not JSON"}
	}
	// A token of a kind that is not understood must not be used (RFC 6749 section 7.1).
	if answer.AccessToken == "" || !strings.EqualFold(answer.TokenType, "Bearer") {
		return nil, &Refused{Status: http.StatusOK, Description: "the answer has no bearer token"}
	}
	lifetime := usualLifetime
	if seconds, err := answer.ExpiresIn.Float64(); err == nil && seconds >= 0 && seconds < 1e9 {
		lifetime = time.Duration(seconds * float64(time.Second))
	}
	return &Tokens{answer.AccessToken, answer.RefreshToken, answer.IDToken, lifetime}, nil
}
