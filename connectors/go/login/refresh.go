package login

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/internal/oauth"
)

var (
	// ErrNoSession is returned for a request without a session.
	ErrNoSession = errors.New("nobody is signed in")
	// ErrSessionEnded is returned when the provider has ended the session: its refresh token is no longer good.
	ErrSessionEnded = errors.New("the session has ended at the provider")
	// ErrNoToken is returned when the access token has expired and the provider gave none to refresh it.
	ErrNoToken = errors.New("the access token has expired, and there is no refresh token")
)

const (
	// refreshBefore is how long before its end an access token is refreshed.
	refreshBefore = 30 * time.Second
	// refreshTimeout bounds a refresh with everything around it, and lockLifetime how long an instance that died in one
	// holds up the others. A refresh is two requests of five seconds at most.
	refreshTimeout = 25 * time.Second
	lockLifetime   = 15 * time.Second
)

// AccessToken is a token of the person who is signed in, good for a while yet: it is refreshed where it has to be, once for
// all requests that ask at the same time. It may set cookies, so ask before the answer begins. The error is ErrNoSession,
// ErrSessionEnded, ErrNoToken, or wraps ErrUnavailable: Refuse answers any of them.
func (login *Login) AccessToken(writer http.ResponseWriter, request *http.Request) (string, error) {
	session, err := login.Session(writer, request)
	if err != nil {
		return "", err
	}
	if session == nil {
		return "", ErrNoSession
	}
	if session.isFreshFor(refreshBefore, time.Now()) {
		return session.record.AccessToken, nil
	}
	if session.record.RefreshToken == "" {
		if session.isFreshFor(0, time.Now()) {
			return session.record.AccessToken, nil
		}
		return "", ErrNoToken
	}
	next, err := login.renewed(request.Context(), session)
	switch {
	case errors.Is(err, ErrSessionEnded):
		login.sessions.jar.removeAll(writer, request, login.sessions.cookie())
		return "", err
	case err != nil && session.isFreshFor(0, time.Now()):
		return session.record.AccessToken, nil
	case err != nil:
		return "", err
	}
	if login.sessions.store == nil {
		if err := login.sessions.begin(writer, request, next); err != nil {
			login.config.Logger.ErrorContext(request.Context(), "credenza: a refreshed session cannot be kept", "cause", err)
		}
	}
	return next.record.AccessToken, nil
}

// renewed is the session after a refresh, one for all requests of this process that ask.
func (login *Login) renewed(ctx context.Context, session *Session) (*Session, error) {
	work := login.renewInCookies
	key := session.record.ID + "." + session.record.RefreshToken
	if login.sessions.store != nil {
		work, key = login.renewInStore, session.record.ID
	}
	return login.refreshes.Do(ctx, key, func(ctx context.Context) (*Session, error) {
		ctx, cancel := context.WithTimeout(ctx, refreshTimeout)
		defer cancel()
		return work(ctx, session)
	})
}

// renewInCookies: the cookie of a request that was on its way during a refresh is a generation behind, and gets what the
// refresh brought.
func (login *Login) renewInCookies(ctx context.Context, session *Session) (*Session, error) {
	recent := &login.sessions.recent
	if newer := recent.newer(session); newer != nil {
		if newer.isFreshFor(refreshBefore, time.Now()) {
			return newer, nil
		}
		session = newer
	}
	next, err := login.refresh(ctx, session)
	if errors.Is(err, ErrSessionEnded) {
		if newer := recent.newer(session); newer != nil {
			return newer, nil
		}
	}
	if err == nil {
		recent.put(next)
	}
	return next, err
}

// renewInStore: one instance refreshes, and the others wait and read what it stored.
func (login *Login) renewInStore(ctx context.Context, session *Session) (*Session, error) {
	sessions := login.sessions
	key := sessions.keyOf(session)
	unlock, err := sessions.store.Lock(ctx, "lock:"+key, lockLifetime)
	if err != nil {
		return nil, errors.Join(ErrUnavailable, err)
	}
	defer unlock()
	current, err := sessions.read(ctx, key)
	switch {
	case err != nil:
		return nil, err
	case current == nil:
		return nil, ErrSessionEnded
	case current.isFreshFor(refreshBefore, time.Now()):
		return current, nil
	}
	next := sessions.recent.newer(current)
	if next == nil {
		next, err = login.refresh(ctx, current)
	}
	if errors.Is(err, ErrSessionEnded) {
		return login.endUnlessRenewed(ctx, current)
	}
	if err != nil {
		return nil, err
	}
	// Where the store fails now, the old refresh token in it is spent: the new one is remembered here for the next try.
	sessions.recent.put(next)
	isThere, err := sessions.update(ctx, next)
	if err == nil && !isThere {
		sessions.recent.remove(next)
		return nil, ErrSessionEnded
	}
	if err != nil {
		login.config.Logger.WarnContext(ctx, "credenza: a refreshed session was not stored yet", "cause", err)
	}
	return next, nil
}

// endUnlessRenewed: a refresh token may be refused because another instance has used it, whose lock ran out.
func (login *Login) endUnlessRenewed(ctx context.Context, session *Session) (*Session, error) {
	again, err := login.sessions.read(ctx, login.sessions.keyOf(session))
	if err != nil {
		return nil, err
	}
	if again != nil && again.record.Generation > session.record.Generation {
		return again, nil
	}
	if err := login.sessions.end(ctx, session); err != nil {
		return nil, err
	}
	return nil, ErrSessionEnded
}

// refresh uses the refresh token (RFC 6749 section 6, OpenID Connect Core 12). An answer that was lost is asked for once
// more with the same token: providers that rotate let that pass for a moment.
func (login *Login) refresh(ctx context.Context, session *Session) (*Session, error) {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {session.record.RefreshToken}}
	if login.config.Resource != "" {
		form.Set("resource", login.config.Resource)
	}
	tokens, err := login.provider.Token(ctx, form)
	if oauth.IsLost(err) {
		tokens, err = login.provider.Token(ctx, form)
	}
	var refused *oauth.Refused
	switch {
	case errors.As(err, &refused) && refused.Code == "invalid_grant":
		login.config.Logger.InfoContext(ctx, "credenza: a session has ended", "reason", "invalid_grant", "sub", session.Subject())
		return nil, ErrSessionEnded
	case err != nil:
		login.config.Logger.WarnContext(ctx, "credenza: a session cannot be refreshed now", "cause", err)
		return nil, errors.Join(ErrUnavailable, err)
	}
	next := &Session{record: session.record, claims: session.claims}
	next.record.Generation++
	next.take(tokens, time.Now())
	return next, login.takeIDToken(ctx, next, tokens.IDToken)
}

// take takes the tokens of an answer; a refresh token stays where no other one came.
func (session *Session) take(tokens *oauth.Tokens, now time.Time) {
	session.record.AccessToken = tokens.AccessToken
	session.record.AccessUntil = now.Add(tokens.Lifetime).Unix()
	if tokens.RefreshToken != "" {
		session.record.RefreshToken = tokens.RefreshToken
	}
}

// takeIDToken takes the ID token of a refresh, which has to be about the same person (OpenID Connect Core 12.2). One that
// cannot be checked, as keys cannot be had just now, is left out.
func (login *Login) takeIDToken(ctx context.Context, session *Session, token string) error {
	if token == "" {
		return nil
	}
	claims, err := login.validator.CheckIDToken(ctx, token, credenza.IDTokenExpectations{})
	var denied *credenza.Denied
	switch {
	case errors.As(err, &denied) && denied.Status != http.StatusServiceUnavailable:
		login.config.Logger.WarnContext(ctx, "credenza: a session has ended", "reason", "its refreshed ID token is refused", "rule", denied.Rule)
		return ErrSessionEnded
	case err != nil:
		return nil
	case claims.Subject() != session.Subject():
		login.config.Logger.WarnContext(ctx, "credenza: a session has ended", "reason", "its refreshed ID token is about somebody else")
		return ErrSessionEnded
	}
	return session.setIDToken(token, claims.JSON())
}
