package service

import (
	"context"
	"net/http"
	"net/url"
)

// Users are the users of the tenant, by the admin API of Credenza. The client needs the scopes admin:users:read,
// admin:users:write and admin:users:status, as far as it uses them: each request has a token with what it needs alone.
type Users struct {
	admin
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
	made := &Users{}
	api, err := client.admin(map[string]**Target{
		"admin:users:read": &made.read, "admin:users:write": &made.write, "admin:users:status": &made.status,
	})
	made.admin = api
	return made, err
}

// Create makes a user. It has a key of idempotency, so that what is sent twice makes one. ErrUserAlreadyExists where the
// name is taken.
func (users *Users) Create(ctx context.Context, made NewUser) (*User, error) {
	found := &User{}
	return found, users.call(ctx, users.write, http.MethodPost, "/users", once(), made, found)
}

// Get is the user of an id; ErrNotFound where there is none.
func (users *Users) Get(ctx context.Context, id string) (*User, error) {
	found := &User{}
	return found, users.call(ctx, users.read, http.MethodGet, "/users"+pathOf(id), nil, nil, found)
}

// Find is the user of a name; ErrNotFound where there is none.
func (users *Users) Find(ctx context.Context, username string) (*User, error) {
	var found struct {
		Items []User `json:"items"`
	}
	path := "/users?username=" + url.QueryEscape(username)
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
	return found, users.call(ctx, users.status, http.MethodPost, "/users"+pathOf(id)+"/disable", nil, nil, found)
}

// Enable enables a user again.
func (users *Users) Enable(ctx context.Context, id string) (*User, error) {
	found := &User{}
	return found, users.call(ctx, users.status, http.MethodPost, "/users"+pathOf(id)+"/enable", nil, nil, found)
}

// Delete deletes a user with everything of theirs, whatever the version is.
func (users *Users) Delete(ctx context.Context, id string) error {
	fields := http.Header{"If-Match": {"*"}}
	return users.call(ctx, users.write, http.MethodDelete, "/users"+pathOf(id), fields, nil, nil)
}
