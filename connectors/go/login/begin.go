package login

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/internal/oauth"
)

// maxPassed is how long a parameter may be that is passed on to the provider.
const maxPassed = 512

// begin leads a browser to the provider (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core 3.1.2.1).
func (login *Login) begin(writer http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	flow := newFlow(returnTo(query.Get("return_to"), login.config.Origin))
	metadata, err := login.provider.Metadata(request.Context())
	if err == nil && metadata.AuthorizationEndpoint == "" {
		err = &oauth.Refused{Description: "its metadata have no authorization_endpoint"}
	}
	address := ""
	if err == nil {
		address, err = login.authorizationURL(request.Context(), metadata, login.parameters(flow, query))
	}
	if err == nil {
		err = login.flows.begin(writer, request, flow)
	}
	if err != nil {
		login.fail(writer, request, unavailable(err, flow.ReturnTo))
		return
	}
	redirect(writer, address, http.StatusFound)
}

func (login *Login) parameters(flow *flow, query url.Values) url.Values {
	config := &login.config
	made := url.Values{
		"response_type": {"code"}, "client_id": {config.ClientID}, "redirect_uri": {login.redirectURI()},
		"scope": {config.Scope}, "state": {flow.State}, "nonce": {flow.Nonce},
		"code_challenge": {flow.challenge()}, "code_challenge_method": {"S256"},
	}
	set := func(name, value string) {
		if value != "" && len(value) <= maxPassed {
			made.Set(name, value)
		}
	}
	set("resource", config.Resource)
	set("acr_values", strings.Join(config.ACRValues, " "))
	set("prompt", config.Prompt)
	set("prompt", query.Get("prompt"))
	set("login_hint", query.Get("login_hint"))
	set("ui_locales", query.Get("ui_locales"))
	if maxAge := config.maxAge(); maxAge != nil {
		set("max_age", strconv.FormatInt(int64(*maxAge/time.Second), 10))
	}
	return made
}

// authorizationURL has the parameters in it, or a reference to them where the provider wants them pushed (RFC 9126).
func (login *Login) authorizationURL(ctx context.Context, metadata *oauth.Metadata, parameters url.Values) (string, error) {
	if metadata.RequiresPAR {
		reference, err := login.provider.Pushed(ctx, metadata.PAREndpoint, parameters)
		if err != nil {
			return "", err
		}
		parameters = url.Values{"client_id": {login.config.ClientID}, "request_uri": {reference}}
	}
	return withQuery(metadata.AuthorizationEndpoint, parameters)
}

// withQuery adds parameters to those that an address has already (RFC 6749 section 3.1).
func withQuery(address string, parameters url.Values) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	if parsed.RawQuery != "" {
		parsed.RawQuery += "&"
	}
	parsed.RawQuery += parameters.Encode()
	return parsed.String(), nil
}

func (login *Login) redirectURI() string {
	return login.config.Origin + login.config.Path + "/callback"
}

// signInURL is where somebody signs in who is to come back to an address of this application.
func (login *Login) signInURL(returnTo string) string {
	return login.config.Path + "/login?return_to=" + url.QueryEscape(returnTo)
}

// maxAge is max_age as it is asked for; nil for any.
func (config *Config) maxAge() *time.Duration {
	switch config.MaxAge {
	case 0:
		return nil
	case credenza.None:
		return new(time.Duration)
	default:
		return &config.MaxAge
	}
}
