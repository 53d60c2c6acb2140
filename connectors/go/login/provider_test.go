package login_test

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/login"
)

const secret = "a-secret-for-tests-of-32-bytes-or-more"

// provider signs "ada" in at once, and rotates its refresh tokens.
type provider struct {
	*credenzatest.Issuer
	mutex     sync.Mutex
	nonces    map[string]string
	refreshes int
	// good is the refresh token that counts; none where it is empty.
	good string
	// lifetime is that of access tokens, in seconds.
	lifetime int
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	made := &provider{
		Issuer: credenzatest.NewIssuer("http://" + server.Listener.Addr().String()),
		nonces: map[string]string{}, lifetime: 300,
	}
	mux := http.NewServeMux()
	mux.Handle("/", made.Issuer)
	mux.HandleFunc("/.well-known/openid-configuration", made.metadata)
	mux.HandleFunc("/authorize", made.authorize)
	mux.HandleFunc("/token", made.token)
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	return made
}

func (provider *provider) metadata(writer http.ResponseWriter, _ *http.Request) {
	name := provider.Name()
	_ = json.NewEncoder(writer).Encode(map[string]string{
		"issuer": name, "jwks_uri": name + "/jwks", "authorization_endpoint": name + "/authorize",
		"token_endpoint": name + "/token", "end_session_endpoint": name + "/logout",
	})
}

func (provider *provider) authorize(writer http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	provider.mutex.Lock()
	code := "code-" + strconv.Itoa(len(provider.nonces))
	provider.nonces[code] = query.Get("nonce")
	provider.mutex.Unlock()
	answer := url.Values{"code": {code}, "state": {query.Get("state")}, "iss": {provider.Name()}}
	http.Redirect(writer, request, query.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

func (provider *provider) token(writer http.ResponseWriter, request *http.Request) {
	provider.mutex.Lock()
	defer provider.mutex.Unlock()
	isRefresh := request.PostFormValue("grant_type") == "refresh_token"
	nonce, isCode := provider.nonces[request.PostFormValue("code")]
	delete(provider.nonces, request.PostFormValue("code"))
	if !isCode && (!isRefresh || request.PostFormValue("refresh_token") != provider.good || provider.good == "") {
		writer.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(writer).Encode(map[string]string{"error": "invalid_grant"})
		return
	}
	if isRefresh {
		provider.refreshes++
	}
	provider.good = "refresh-" + strconv.Itoa(provider.refreshes)
	options := []credenzatest.Option{
		credenzatest.Type("JWT"), credenzatest.Subject("ada"), credenzatest.Claim("sid", "session"),
		credenzatest.Claim("azp", "shop"),
	}
	if isCode {
		options = append(options, credenzatest.Claim("nonce", nonce))
	}
	_ = json.NewEncoder(writer).Encode(map[string]any{
		"access_token": "access-" + strconv.Itoa(provider.refreshes), "token_type": "Bearer",
		"expires_in": provider.lifetime, "refresh_token": provider.good,
		"id_token": provider.Token("shop", options...),
	})
}

// set changes the provider.
func (provider *provider) set(change func()) {
	provider.mutex.Lock()
	defer provider.mutex.Unlock()
	change()
}

// application has a page, and a route that hands out the access token.
func application(t *testing.T, provider *provider, change func(*login.Config)) (*httptest.Server, *login.Login) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	config := login.Config{
		Issuer: provider.Name(), ClientID: "shop", ClientSecret: "secret",
		Origin: "http://" + server.Listener.Addr().String(), Secrets: []string{secret},
	}
	if change != nil {
		change(&config)
	}
	signIn, err := login.New(config)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", signIn)
	mux.Handle("GET /account", signIn.Require(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		_, _ = writer.Write([]byte("hello " + login.FromContext(request.Context()).Subject()))
	})))
	mux.HandleFunc("GET /token", func(writer http.ResponseWriter, request *http.Request) {
		token, err := signIn.AccessToken(writer, request)
		if err != nil {
			signIn.Refuse(writer, request, err)
			return
		}
		_, _ = writer.Write([]byte(token))
	})
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(func() { server.Close(); _ = signIn.Close() })
	return server, signIn
}

// browser keeps cookies, and follows redirects.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 30 * time.Second}
}

// visit is status and text of the page that a navigation ends at.
func visit(t *testing.T, browser *http.Client, address string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var text strings.Builder
	if _, err := copyText(&text, response); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, text.String()
}
