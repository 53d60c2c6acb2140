package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Users are the users of the tenant, by the admin API of Credenza. The client needs the scopes admin:users:read,
// admin:users:write and admin:users:status, as far as it uses them: each request has a token with what it needs alone.
type Users struct {
	base                string
	read, write, status *Target
}

// User is a user as the admin API shows them.
type User struct {
	ID       string `json:"user_id"`
	Username string `json:"username"`
	// Claims are the standard claims (OpenID Connect Core 5.1), and Attributes what the tenant has beyond them.
	Claims     map[string]any `json:"claims,omitempty"`
	Attributes map[string]any `json:"attributes,omitempty"`
	// CreatedAt, UpdatedAt and DisabledAt are in seconds since 1970; DisabledAt is nil for a user who is not disabled.
	CreatedAt  int64  `json:"created_at,omitempty"`
	UpdatedAt  int64  `json:"updated_at,omitempty"`
	DisabledAt *int64 `json:"disabled_at,omitempty"`
	Version    int64  `json:"version,omitempty"`
}

// NewUser is a user to be made.
type NewUser struct {
	Username   string         `json:"username"`
	Claims     map[string]any `json:"claims,omitempty"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

// Users calls the admin API of the issuer.
func (client *Client) Users() (*Users, error) {
	base := strings.TrimSuffix(client.config.Issuer, "/") + "/admin"
	made := &Users{base: base + "/v1/users"}
	for scope, target := range map[string]**Target{
		"admin:users:read": &made.read, "admin:users:write": &made.write, "admin:users:status": &made.status,
	} {
		own, err := client.For(base, scope)
		if err != nil {
			return nil, err
		}
		*target = own
	}
	return made, nil
}

// Create makes a user. It has a key of idempotency, so that what is sent twice makes one. ErrUserAlreadyExists where the
// name is taken.
func (users *Users) Create(ctx context.Context, made NewUser) (*User, error) {
	found := &User{}
	fields := http.Header{"Idempotency-Key": {rand.Text()}}
	return found, users.call(ctx, users.write, http.MethodPost, "", fields, made, found)
}

// Get is the user of an id; ErrNotFound where there is none.
func (users *Users) Get(ctx context.Context, id string) (*User, error) {
	found := &User{}
	return found, users.call(ctx, users.read, http.MethodGet, pathOf(id), nil, nil, found)
}

// Find is the user of a name; ErrNotFound where there is none.
func (users *Users) Find(ctx context.Context, username string) (*User, error) {
	var found struct {
		Items []User `json:"items"`
	}
	path := "?username=" + url.QueryEscape(username)
	if err := users.call(ctx, users.read, http.MethodGet, path, nil, nil, &found); err != nil {
		return nil, err
	}
	if len(found.Items) == 0 {
		return nil, &Error{Kind: ErrNotFound, Status: http.StatusOK}
	}
	return &found.Items[0], nil
}

// Disable disables a user: their sessions end, and what they granted is revoked.
func (users *Users) Disable(ctx context.Context, id string) (*User, error) {
	found := &User{}
	return found, users.call(ctx, users.status, http.MethodPost, pathOf(id)+"/disable", nil, nil, found)
}

// Enable enables a user again.
func (users *Users) Enable(ctx context.Context, id string) (*User, error) {
	found := &User{}
	return found, users.call(ctx, users.status, http.MethodPost, pathOf(id)+"/enable", nil, nil, found)
}

// Delete deletes a user with everything of theirs, whatever the version is.
func (users *Users) Delete(ctx context.Context, id string) error {
	fields := http.Header{"If-Match": {"*"}}
	return users.call(ctx, users.write, http.MethodDelete, pathOf(id), fields, nil, nil)
}

// pathOf is the path of a user. What would lead to another path, such as nothing at all, becomes an id that nobody has.
func pathOf(id string) string {
	if strings.Trim(id, ".") == "" {
		return "/none" + strings.Repeat("%2E", len(id))
	}
	return "/" + url.PathEscape(id)
}

const (
	// maxWait is how long a request waits by itself when it is told to come again.
	maxWait = time.Second
	// maxAnswer is how much of an answer is read, in bytes.
	maxAnswer = 4 << 20
)

// call makes a request, and once more where it is told to come again within a second.
func (users *Users) call(
	ctx context.Context, target *Target, method, path string, fields http.Header, body, found any,
) error {
	err := users.callOnce(ctx, target, method, path, fields, body, found)
	var failed *Error
	if !errors.As(err, &failed) || failed.Kind != ErrRateLimited || failed.RetryAfter <= 0 || failed.RetryAfter > maxWait {
		return err
	}
	select {
	case <-ctx.Done():
		return err
	case <-time.After(failed.RetryAfter):
		return users.callOnce(ctx, target, method, path, fields, body, found)
	}
}

func (users *Users) callOnce(
	ctx context.Context, target *Target, method, path string, fields http.Header, body, found any,
) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, users.base+path, sent)
	if err != nil {
		return err
	}
	for name, values := range fields {
		request.Header[name] = values
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := target.Do(request)
	if err != nil {
		return err
	}
	if err := CheckAnswer(answer); err != nil {
		return err
	}
	defer answer.Body.Close()
	if found == nil {
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(found); err != nil {
		return &Error{Kind: ErrUnavailable, Status: answer.StatusCode, Detail: "the answer is not JSON"}
	}
	return nil
}
