package service

import (
	"context"
	"iter"
	"net/http"
	"net/url"
)

// Invitations are those of the tenant, by the admin API of Credenza: people are asked by mail to make an account. The client
// needs the scopes admin:invitations:read and admin:invitations:write, as far as it uses them.
type Invitations struct {
	admin
	read, write *Target
}

// InvitationState is what became of an invitation.
type InvitationState string

// The states of an invitation.
const (
	// InvitationPending: the link is good.
	InvitationPending InvitationState = "pending"
	// InvitationAccepted: an account was made with it.
	InvitationAccepted InvitationState = "accepted"
	// InvitationRevoked: it was taken back.
	InvitationRevoked InvitationState = "revoked"
	// InvitationExpired: the link has ended; it can be sent again.
	InvitationExpired InvitationState = "expired"
)

// ClientRole is a role at a client.
type ClientRole struct {
	ClientID string `json:"client_id"`
	Role     string `json:"role"`
}

// Invitation is one as the admin API shows it. Its link is in the mail alone. Times are in seconds since 1970.
type Invitation struct {
	ID        string          `json:"invitation_id"`
	Email     string          `json:"email"`
	Username  string          `json:"username,omitempty"`
	Claims    map[string]any  `json:"claims,omitempty"`
	Groups    []string        `json:"groups,omitempty"`
	Roles     []ClientRole    `json:"roles,omitempty"`
	ClientID  string          `json:"client_id,omitempty"`
	Locale    string          `json:"locale,omitempty"`
	State     InvitationState `json:"state"`
	CreatedAt int64           `json:"created_at"`
	SentAt    int64           `json:"sent_at"`
	ExpiresAt int64           `json:"expires_at"`
	// AcceptedAt and RevokedAt are nil as long as it was neither.
	AcceptedAt *int64 `json:"accepted_at,omitempty"`
	RevokedAt  *int64 `json:"revoked_at,omitempty"`
	// InvitedBy is who has invited, such as client: and its id; empty for the command line on the server.
	InvitedBy string `json:"invited_by,omitempty"`
	// UserID is the account that was made with it.
	UserID string `json:"user_id,omitempty"`
}

// NewInvitation is an invitation to be mailed: the address, and what the account gets.
type NewInvitation struct {
	Email string `json:"email"`
	// Username is proposed; the person has their address as the name, or chooses one, without it.
	Username string `json:"username,omitempty"`
	// Claims are standard claims without email, which the invitation proves.
	Claims map[string]any `json:"claims,omitempty"`
	// Groups are ids; they need admin:groups:write too. Roles need admin:roles:write.
	Groups []string     `json:"groups,omitempty"`
	Roles  []ClientRole `json:"roles,omitempty"`
	// ClientID is the application that the person goes on to.
	ClientID string `json:"client_id,omitempty"`
	// Locale is the language of the mail (BCP 47).
	Locale string `json:"locale,omitempty"`
	// ExpiresIn is how many seconds the link is good; as the tenant says without it.
	ExpiresIn int64 `json:"expires_in,omitempty"`
}

// Invitations calls the admin API of the issuer.
func (client *Client) Invitations() (*Invitations, error) {
	made := &Invitations{}
	api, err := client.admin(map[string]**Target{
		"admin:invitations:read": &made.read, "admin:invitations:write": &made.write,
	})
	made.admin = api
	return made, err
}

// Create mails an invitation. It has a key of idempotency, so that what is sent twice invites once. Whether the address has
// an account is not said, and it may be invited again. ErrConflict where no mail is sent.
func (invitations *Invitations) Create(ctx context.Context, made NewInvitation) (*Invitation, error) {
	found := &Invitation{}
	return found, invitations.call(ctx, invitations.write, http.MethodPost, "/invitations", once(), made, found)
}

// Get is the invitation of an id; ErrNotFound where there is none.
func (invitations *Invitations) Get(ctx context.Context, id string) (*Invitation, error) {
	found := &Invitation{}
	return found, invitations.call(ctx, invitations.read, http.MethodGet, "/invitations"+pathOf(id), nil, nil, found)
}

// List goes through all of them, the oldest first; a page is asked for when it is reached. An error ends it.
func (invitations *Invitations) List(ctx context.Context) iter.Seq2[*Invitation, error] {
	return func(yield func(*Invitation, error) bool) {
		for path := "/invitations"; path != ""; {
			var page struct {
				Items      []*Invitation `json:"items"`
				NextCursor string        `json:"next_cursor"`
			}
			if err := invitations.call(ctx, invitations.read, http.MethodGet, path, nil, nil, &page); err != nil {
				yield(nil, err)
				return
			}
			for _, one := range page.Items {
				if !yield(one, nil) {
					return
				}
			}
			path = ""
			if page.NextCursor != "" {
				path = "/invitations?cursor=" + url.QueryEscape(page.NextCursor)
			}
		}
	}
}

// Resend mails it again, also an expired one: the link before is dead. ErrConflict where it was accepted or taken back.
func (invitations *Invitations) Resend(ctx context.Context, id string) (*Invitation, error) {
	return invitations.change(ctx, id, "/resend")
}

// Revoke takes it back: its link is dead. ErrConflict where it was accepted or taken back before.
func (invitations *Invitations) Revoke(ctx context.Context, id string) (*Invitation, error) {
	return invitations.change(ctx, id, "/revoke")
}

func (invitations *Invitations) change(ctx context.Context, id, action string) (*Invitation, error) {
	found, path := &Invitation{}, "/invitations"+pathOf(id)+action
	return found, invitations.call(ctx, invitations.write, http.MethodPost, path, nil, nil, found)
}
