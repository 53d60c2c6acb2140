package service

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"credenza.dev/credenza/internal/flight"
	"credenza.dev/credenza/internal/oauth"
)

const (
	// renewBefore is how long before its end a token is asked for anew: a tenth of its lifetime where that is less.
	renewBefore = time.Minute
	// tokenTimeout bounds a token request with the metadata before it.
	tokenTimeout = 12 * time.Second
)

// tokens are those of client_credentials (RFC 6749 section 4.4) for one resource with one set of scopes: one is kept, and
// asked for once for all who wait.
type tokens struct {
	provider        *oauth.Provider
	resource, scope string
	flight          flight.Group[string]

	mutex sync.Mutex
	kept  string
	until time.Time
}

func (client *Client) tokens(resource, scope string) *tokens {
	return &tokens{provider: client.provider, resource: resource, scope: scope}
}

func (tokens *tokens) token(ctx context.Context) (string, error) {
	tokens.mutex.Lock()
	kept, until := tokens.kept, tokens.until
	tokens.mutex.Unlock()
	if kept != "" && time.Now().Before(until) {
		return kept, nil
	}
	return tokens.flight.Do(ctx, "", tokens.ask)
}

func (tokens *tokens) ask(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {tokens.resource}}
	if tokens.scope != "" {
		form.Set("scope", tokens.scope)
	}
	asked := time.Now()
	answer, err := tokens.provider.Token(ctx, form)
	switch {
	case errors.Is(err, oauth.ErrUnavailable):
		return "", &Error{Kind: ErrUnavailable, Detail: err.Error()}
	case err != nil:
		return "", &Error{Kind: ErrRefused, Detail: err.Error()}
	}
	tokens.mutex.Lock()
	defer tokens.mutex.Unlock()
	tokens.kept = answer.AccessToken
	tokens.until = asked.Add(answer.Lifetime - min(renewBefore, answer.Lifetime/10))
	return answer.AccessToken, nil
}

// forget throws a token away, unless there is another one by now.
func (tokens *tokens) forget(token string) {
	tokens.mutex.Lock()
	defer tokens.mutex.Unlock()
	if tokens.kept == token {
		tokens.kept = ""
	}
}
