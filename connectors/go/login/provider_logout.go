package login

import (
	"context"
	"crypto/sha256"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"sync"

	"credenza.dev/credenza"
)

// maxLogoutBody is how long the body of a back-channel logout may be, in bytes.
const maxLogoutBody = 64 * 1024

// backchannel ends sessions that the provider has ended (OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8).
func (login *Login) backchannel(writer http.ResponseWriter, request *http.Request) {
	writer.Header().Set("Cache-Control", "no-store")
	err := login.endByToken(writer, request)
	if err == nil {
		writer.WriteHeader(http.StatusOK)
		return
	}
	login.config.Logger.WarnContext(request.Context(), "credenza: a back-channel logout was refused", "reason", printable(err.Error()))
	answerJSON(writer, http.StatusBadRequest, map[string]string{"error": "invalid_request"})
}

func (login *Login) endByToken(writer http.ResponseWriter, request *http.Request) error {
	kind, _, err := mime.ParseMediaType(request.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return errors.New("it is not a form")
	}
	request.Body = http.MaxBytesReader(writer, request.Body, maxLogoutBody)
	if err := request.ParseForm(); err != nil {
		return errors.New("the form cannot be read")
	}
	tokens := request.PostForm["logout_token"]
	if len(tokens) != 1 {
		return errors.New("it has not exactly one logout_token")
	}
	claims, err := login.logouts.check(request.Context(), login.validator, tokens[0])
	if err != nil {
		return err
	}
	err = login.sessions.endAll(request.Context(), claims.SessionID(), claims.Subject(), claims.IssuedAt())
	login.logouts.done(tokens[0], claims, err)
	return err
}

// unfinished are logout tokens that were good, but whose sessions the store could not end. A token counts once, and the
// provider sends the same one again. Its zero value is ready for use.
type unfinished struct {
	mutex sync.Mutex
	kept  map[[32]byte]*credenza.Claims
}

// maxUnfinished bounds how many are kept.
const maxUnfinished = 1000

func (unfinished *unfinished) check(
	ctx context.Context, validator *credenza.Validator, token string,
) (*credenza.Claims, error) {
	unfinished.mutex.Lock()
	known := unfinished.kept[sha256.Sum256([]byte(token))]
	unfinished.mutex.Unlock()
	if known != nil {
		return known, nil
	}
	return validator.CheckLogoutToken(ctx, token)
}

func (unfinished *unfinished) done(token string, claims *credenza.Claims, err error) {
	name := sha256.Sum256([]byte(token))
	unfinished.mutex.Lock()
	defer unfinished.mutex.Unlock()
	switch {
	case err == nil:
		delete(unfinished.kept, name)
	case unfinished.kept == nil:
		unfinished.kept = map[[32]byte]*credenza.Claims{name: claims}
	case len(unfinished.kept) < maxUnfinished:
		unfinished.kept[name] = claims
	}
}

// frontchannel ends the session of this browser that the provider has ended (OpenID Connect Front-Channel Logout 1.0). It
// is a frame in a page of the provider: browsers that keep cookies from such frames make it do nothing.
func (login *Login) frontchannel(writer http.ResponseWriter, request *http.Request) {
	header := writer.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors "+originOf(login.config.Issuer))
	header.Set("X-Content-Type-Options", "nosniff")
	query := request.URL.Query()
	session, err := login.sessions.load(request)
	isMeant := session != nil && query.Get("iss") == login.config.Issuer && query.Get("sid") != "" &&
		query.Get("sid") == session.SessionID()
	if err == nil && isMeant {
		if err = login.sessions.end(request.Context(), session); err == nil {
			login.sessions.recent.remove(session)
			login.sessions.jar.removeAll(writer, request, login.sessions.cookie())
		}
	}
	if err != nil {
		writer.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = writer.Write([]byte("<!DOCTYPE html>\n<title>Signed out</title>\n"))
}

func originOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "'none'"
	}
	return parsed.Scheme + "://" + parsed.Host
}
