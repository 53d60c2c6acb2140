package login

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// Session is one person signed in with one browser.
type Session struct {
	record record
	claims map[string]json.RawMessage
}

// record is a session as it is kept. Names are short as they count in cookies.
type record struct {
	// ID is random, and another one after each sign-in.
	ID string `json:"id"`
	// Generation counts the refreshes, so that the newer of two copies is known.
	Generation   int    `json:"n,omitempty"`
	IDToken      string `json:"it"`
	AccessToken  string `json:"at"`
	RefreshToken string `json:"rt,omitempty"`
	// Claims are those of the ID token, where it does not show them itself (an encrypted one).
	Claims json.RawMessage `json:"cl,omitempty"`
	// AccessUntil is when the access token expires, SeenAt when there was a request last, and IssuedAt the iat of the ID
	// token of the sign-in by the provider's clock: in seconds since 1970.
	AccessUntil int64 `json:"ax"`
	SeenAt      int64 `json:"se,omitempty"`
	IssuedAt    int64 `json:"ia"`
	// CreatedAt is when the session began by the clock of this application, in milliseconds since 1970.
	CreatedAt int64          `json:"ca"`
	Data      map[string]any `json:"da,omitempty"`
}

// Subject is the person (sub).
func (session *Session) Subject() string { return session.Text("sub") }

// SessionID is the session at the provider (sid); empty where it does not tell.
func (session *Session) SessionID() string { return session.Text("sid") }

// Name is the name of the person; empty without.
func (session *Session) Name() string { return session.Text("name") }

// Email is the address of the person; empty without.
func (session *Session) Email() string { return session.Text("email") }

// ACR is the authentication context of the sign-in; empty without.
func (session *Session) ACR() string { return session.Text("acr") }

// AuthTime is when the person signed in at the provider; the zero time without.
func (session *Session) AuthTime() time.Time {
	var seconds int64
	if json.Unmarshal(session.claims["auth_time"], &seconds) != nil || seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// Text is a claim of the ID token that is a text; empty for any other.
func (session *Session) Text(claim string) string {
	var text string
	if json.Unmarshal(session.claims[claim], &text) != nil {
		return ""
	}
	return text
}

// Decode reads a claim of the ID token into target, as json.Unmarshal does, and tells whether it is there and fits.
func (session *Session) Decode(claim string, target any) bool {
	value, isThere := session.claims[claim]
	return isThere && json.Unmarshal(value, target) == nil
}

// Data is what Config.SignedIn returned, by name. Values are as JSON has them.
func (session *Session) Data(name string) any { return session.record.Data[name] }

// encode is the session as it is kept.
func (session *Session) encode() ([]byte, error) { return json.Marshal(session.record) }

// decodeSession reads what encode made; nil for anything else.
func decodeSession(plain []byte) *Session {
	session := &Session{}
	if json.Unmarshal(plain, &session.record) != nil || session.record.ID == "" {
		return nil
	}
	if session.readClaims() != nil {
		return nil
	}
	return session
}

// readClaims reads the claims again after the ID token changed.
func (session *Session) readClaims() error {
	text := []byte(session.record.Claims)
	if text == nil {
		text = payload(session.record.IDToken)
	}
	session.claims = nil
	return json.Unmarshal(text, &session.claims)
}

// setIDToken takes an ID token that was verified, with its claims.
func (session *Session) setIDToken(token, claims string) error {
	session.record.IDToken, session.record.Claims = token, nil
	if string(payload(token)) != claims {
		session.record.Claims = json.RawMessage(claims)
	}
	return session.readClaims()
}

// payload is that of a signed token that was verified before; empty for an encrypted one.
func payload(token string) []byte {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	return text
}

func (session *Session) isFreshFor(left time.Duration, now time.Time) bool {
	return now.Add(left).Before(time.Unix(session.record.AccessUntil, 0))
}

type sessionKey struct{}

// FromContext is the session of the request of this context, behind Login.Require; nil elsewhere.
func FromContext(ctx context.Context) *Session {
	session, _ := ctx.Value(sessionKey{}).(*Session)
	return session
}

// WithSession is a context whose session is this one.
func WithSession(ctx context.Context, session *Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, session)
}
