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

// keyCooldown is how long keys are not fetched again after they were.
const keyCooldown = time.Second

// callback takes the answer of the provider (RFC 6749 section 4.1.2, RFC 9207), and signs the person in.
func (login *Login) callback(writer http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	flow := (*flow)(nil)
	if len(query["state"]) == 1 {
		flow = login.flows.find(request, query.Get("state"))
	}
	if flow == nil {
		login.fail(writer, request, &Failure{
			Status: http.StatusBadRequest, ReturnTo: "/", Title: "This sign-in has expired",
			Message: "It was used already, took too long, or began in another browser.",
			Cause:   errors.New("no flow of this browser has the state of the callback"),
		})
		return
	}
	failure := login.judgeAnswer(request.Context(), query, flow)
	if failure == nil {
		failure = login.signIn(writer, request, flow, query.Get("code"))
	}
	switch {
	case failure == nil:
		login.flows.end(writer, flow)
		redirect(writer, flow.ReturnTo, http.StatusFound)
	case failure.Status == http.StatusServiceUnavailable:
		login.fail(writer, request, failure)
	default:
		login.flows.end(writer, flow)
		login.fail(writer, request, failure)
	}
}

// judgeAnswer refuses an answer of another provider, and one that is an error; nil for a code of this one.
func (login *Login) judgeAnswer(ctx context.Context, query url.Values, flow *flow) *Failure {
	issuers := query["iss"]
	if len(issuers) == 0 {
		metadata, err := login.provider.Metadata(ctx)
		if err != nil {
			return unavailable(err, flow.ReturnTo)
		}
		if metadata.SendsIssuerInResponses {
			return refused(flow, "the answer has no iss, and this provider always sends one")
		}
	}
	if len(issuers) > 1 || len(issuers) == 1 && issuers[0] != login.config.Issuer {
		return refused(flow, "the answer is of another issuer")
	}
	switch code := query.Get("error"); {
	case code == "access_denied":
		failure := refused(flow, "the answer is the error access_denied")
		failure.Status, failure.Title = http.StatusForbidden, "The sign-in was cancelled"
		failure.Message = "The sign-in was cancelled, or access was denied."
		return failure
	case code != "":
		return refused(flow, "the answer is the error "+printable(code))
	case len(query["code"]) != 1 || query.Get("code") == "":
		return refused(flow, "the answer has no code")
	}
	return nil
}

// signIn exchanges the code, and begins a session; of two callbacks with one state, one does.
func (login *Login) signIn(
	writer http.ResponseWriter, request *http.Request, flow *flow, code string,
) *Failure {
	if !login.flows.take(flow) {
		return refused(flow, "the state was used already")
	}
	session, failure := login.exchange(request.Context(), flow, code)
	if failure == nil {
		failure = login.begun(writer, request, flow, session)
	}
	if failure != nil && failure.Status == http.StatusServiceUnavailable {
		login.flows.giveBack(flow)
	}
	return failure
}

// exchange is the token request (RFC 6749 section 4.1.3) and the check of its ID token (OpenID Connect Core 3.1.3.7).
func (login *Login) exchange(ctx context.Context, flow *flow, code string) (*Session, *Failure) {
	// Without keys the code would be spent for nothing.
	if err := login.validator.Ready(ctx); err != nil {
		return nil, unavailable(err, flow.ReturnTo)
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {login.redirectURI()},
		"code_verifier": {flow.Verifier},
	}
	if login.config.Resource != "" {
		form.Set("resource", login.config.Resource)
	}
	tokens, err := login.provider.Token(ctx, form)
	if errors.Is(err, oauth.ErrUnavailable) {
		return nil, unavailable(err, flow.ReturnTo)
	}
	if err != nil {
		return nil, refused(flow, err.Error())
	}
	claims, err := login.checkIDToken(ctx, flow, tokens)
	if err != nil {
		return nil, refused(flow, err.Error())
	}
	now := time.Now()
	session := &Session{record: record{
		ID: random(), IssuedAt: claims.IssuedAt().Unix(), CreatedAt: now.UnixMilli(), SeenAt: now.Unix(),
	}}
	session.take(tokens, now)
	if err := session.setIDToken(tokens.IDToken, claims.JSON()); err != nil {
		return nil, refused(flow, err.Error())
	}
	if login.config.SignedIn != nil {
		if session.record.Data, err = login.config.SignedIn(ctx, claims); err != nil {
			failure := refused(flow, "Config.SignedIn refuses it: "+err.Error())
			failure.Status, failure.Message = http.StatusForbidden, "This account may not sign in here."
			return nil, failure
		}
	}
	return session, nil
}

func (login *Login) checkIDToken(ctx context.Context, flow *flow, tokens *oauth.Tokens) (*credenza.Claims, error) {
	expected := credenza.IDTokenExpectations{
		Nonce: &flow.Nonce, MaxAge: login.config.maxAge(), ACRValues: login.config.ACRValues,
	}
	claims, err := login.validator.CheckIDToken(ctx, tokens.IDToken, expected)
	var denied *credenza.Denied
	if errors.As(err, &denied) && denied.Detail.Trouble != nil && denied.Detail.Trouble.Cause == credenza.CauseCooldown {
		// The provider has a new key since a moment ago. Keys are not fetched twice in a second.
		time.Sleep(keyCooldown)
		claims, err = login.validator.CheckIDToken(ctx, tokens.IDToken, expected)
	}
	if err != nil || !claims.Has("at_hash") {
		return claims, err
	}
	// It may be left out where there is a code (3.1.3.6), but where it is there, it has to be right.
	expected.AccessToken = &tokens.AccessToken
	return login.validator.CheckIDToken(ctx, tokens.IDToken, expected)
}

// begun puts the new session in the place of whatever session this browser had (session fixation).
func (login *Login) begun(writer http.ResponseWriter, request *http.Request, flow *flow, session *Session) *Failure {
	old, err := login.sessions.load(request)
	if err == nil && old != nil {
		err = login.sessions.end(request.Context(), old)
	}
	if err != nil {
		return unavailable(err, flow.ReturnTo)
	}
	err = login.sessions.begin(writer, request, session)
	switch {
	case errors.Is(err, ErrUnavailable):
		return unavailable(err, flow.ReturnTo)
	case err != nil:
		failure := refused(flow, err.Error())
		failure.Status, failure.Message = http.StatusInternalServerError, "The session could not be kept: "+err.Error()+"."
		return failure
	}
	return nil
}

func refused(flow *flow, cause string) *Failure {
	return &Failure{
		Status: http.StatusBadRequest, Title: "You are not signed in", ReturnTo: flow.ReturnTo,
		Message: "The sign-in did not succeed. Please sign in again.", Cause: errors.New(cause),
	}
}
