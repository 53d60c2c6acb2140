package service

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// SignInLinks makes links by which users of the tenant sign in once, without a password, by the admin API of Credenza. The
// client needs the scope admin:users:sign_in_links.
type SignInLinks struct {
	admin
	write *Target
}

// SignInLink is a link that was made. It is printed without its URL, which is as good as a password.
type SignInLink struct {
	UserID string `json:"user_id"`
	// ExpiresAt is in seconds since 1970.
	ExpiresAt int64 `json:"expires_at"`
	// URL is the link itself, which is answered this once; empty where it was mailed.
	URL string `json:"url"`
}

// Format prints it with whatever verb.
func (link SignInLink) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, "sign-in link of "+link.UserID)
}

// MarshalJSON writes it without the URL, as the log does.
func (link SignInLink) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"user_id": link.UserID, "expires_at": link.ExpiresAt})
}

// NewSignInLink is a link to be made.
type NewSignInLink struct {
	// Mail says that it is mailed to the verified address of the user; if not, the answer has the URL.
	Mail bool `json:"mail"`
	// ClientID is the client that the person goes on to; without one, to their account.
	ClientID string `json:"client_id,omitempty"`
	// ExpiresIn is how many seconds it is good, 86400 at most; 600 without it.
	ExpiresIn int64 `json:"expires_in,omitempty"`
}

// SignInLinks calls the admin API of the issuer.
func (client *Client) SignInLinks() (*SignInLinks, error) {
	made := &SignInLinks{}
	api, err := client.admin(map[string]**Target{"admin:users:sign_in_links": &made.write})
	made.admin = api
	return made, err
}

// Create makes a link for a user. It has a key of idempotency, so that what is sent twice makes one. ErrNotFound where there
// is no such user, and ErrConflict where they are disabled or have no verified address.
func (links *SignInLinks) Create(ctx context.Context, userID string, made NewSignInLink) (*SignInLink, error) {
	found, path := &SignInLink{}, "/users"+pathOf(userID)+"/sign-in-links"
	return found, links.call(ctx, links.write, http.MethodPost, path, once(), made, found)
}
