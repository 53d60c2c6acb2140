package login

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"credenza.dev/credenza/internal/oauth"
)

// logoutTimeout is how long somebody who signs out waits for the provider.
const logoutTimeout = 2 * time.Second

// logout ends the session here, and leads the browser to end it at the provider (OpenID Connect RP-Initiated Logout 1.0).
// The provider sends people back to Config.AfterLogout; return_to counts where it is not asked.
func (login *Login) logout(writer http.ResponseWriter, request *http.Request) {
	if !login.isFromHere(request) {
		login.config.Logger.WarnContext(request.Context(), "credenza: a logout was refused", "reason", "it is from another site")
		answerJSON(writer, http.StatusForbidden, map[string]string{"error": "cross_site"})
		return
	}
	session, err := login.sessions.load(request)
	if err == nil && session != nil {
		err = login.sessions.end(request.Context(), session)
	}
	if err != nil {
		// A session that goes on in the store would be there again with the next copy of its cookie.
		login.Refuse(writer, request, err)
		return
	}
	login.sessions.jar.removeAll(writer, request, login.sessions.cookie())
	after := login.config.AfterLogout
	if asked := request.URL.Query().Get("return_to"); asked != "" {
		after = returnTo(asked, login.config.Origin)
	}
	if session != nil {
		if newer := login.sessions.recent.newer(session); newer != nil {
			session = newer
		}
		login.sessions.recent.remove(session)
		if address := login.endAtProvider(request.Context(), session); address != "" {
			after = address
		}
	}
	redirect(writer, after, http.StatusSeeOther)
}

// isFromHere tells whether a request is of a page of this application. A page with a Referrer-Policy of no-referrer sends
// "null" as its origin, so that Sec-Fetch-Site has to do then.
func (login *Login) isFromHere(request *http.Request) bool {
	site, origin := request.Header.Get("Sec-Fetch-Site"), request.Header.Get("Origin")
	switch {
	case site == "cross-site" || site == "same-site":
		return false
	case origin == "null":
		return site == "same-origin"
	default:
		return origin == "" || origin == login.config.Origin
	}
}

// endAtProvider revokes the refresh token, as far as that goes, and returns where the browser ends the session of the
// provider: empty where it offers that not, or does not answer.
func (login *Login) endAtProvider(ctx context.Context, session *Session) string {
	ctx, cancel := context.WithTimeout(ctx, logoutTimeout)
	defer cancel()
	metadata, err := login.provider.Metadata(ctx)
	if err != nil || login.revoke(ctx, metadata, session) != nil || metadata.EndSessionEndpoint == "" {
		return ""
	}
	address, err := withQuery(metadata.EndSessionEndpoint, url.Values{
		"id_token_hint": {session.record.IDToken}, "client_id": {login.config.ClientID},
		"post_logout_redirect_uri": {login.config.Origin + login.config.AfterLogout}, "state": {random()},
	})
	if err != nil {
		return ""
	}
	return address
}

// revoke revokes the refresh token (RFC 7009). The error is that the provider does not answer: a browser that were sent
// there would be stuck.
func (login *Login) revoke(ctx context.Context, metadata *oauth.Metadata, session *Session) error {
	if metadata.RevocationEndpoint == "" || session.record.RefreshToken == "" {
		return login.provider.Probe(ctx)
	}
	form := url.Values{"token": {session.record.RefreshToken}, "token_type_hint": {"refresh_token"}}
	status, _, err := login.provider.Post(ctx, metadata.RevocationEndpoint, form)
	if err != nil || status != http.StatusOK {
		login.config.Logger.WarnContext(ctx, "credenza: a refresh token was not revoked", "status", status, "cause", err)
	}
	if errors.Is(err, oauth.ErrUnavailable) {
		return err
	}
	return nil
}
