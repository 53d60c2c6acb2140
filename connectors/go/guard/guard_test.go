// Chart 891: net/http behind the validator for Go | guard in front of handlers: scopes, optional routes, challenges, DPoP, certificates, metadata (RFC 9728), preflights, upgrades

package guard_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/guard"
)

const audience = "https://api.example"

// served is a server with a protected route, an optional one, and what the log was told.
type served struct {
	issuer *credenzatest.Issuer
	guard  *guard.Guard
	log    *strings.Builder
	*httptest.Server
}

func serve(t *testing.T, change func(*credenza.Settings)) *served {
	t.Helper()
	made := &served{issuer: credenzatest.NewIssuer("https://id.example"), log: &strings.Builder{}}
	settings := credenza.Settings{Issuer: made.issuer.Name(), Audience: audience, Host: made.issuer.Host()}
	if change != nil {
		change(&settings)
	}
	validator, err := credenza.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	made.guard = guard.New(validator)
	made.guard.Logger = slog.New(slog.NewTextHandler(made.log, nil))
	hello := http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		caller := "nobody"
		if claims := guard.Caller(request.Context()); claims != nil {
			caller = claims.Subject()
		}
		_, _ = io.WriteString(writer, "hello "+caller)
	})
	mux := http.NewServeMux()
	mux.Handle("/orders", made.guard.Protect(hello, credenza.Scope("orders:read")))
	mux.Handle("/optional", made.guard.Optional(hello))
	mux.Handle("/sub/", http.StripPrefix("/sub", made.guard.Middleware()(hello)))
	mux.Handle("/.well-known/oauth-protected-resource", guard.Metadata{Resource: audience, AuthorizationServers: []string{made.issuer.Name()}})
	made.Server = httptest.NewServer(mux)
	t.Cleanup(func() { made.Close(); _ = validator.Close() })
	return made
}

type answer struct {
	status          int
	challenge, body string
	header          http.Header
}

func (served *served) send(t *testing.T, method, path string, fields ...string) answer {
	t.Helper()
	request, err := http.NewRequest(method, served.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(fields); at += 2 {
		request.Header.Add(fields[at], fields[at+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header.Get("WWW-Authenticate"), string(body), response.Header}
}

func TestAnswers(t *testing.T) {
	served := serve(t, nil)
	good := served.issuer.Bearer(audience, credenzatest.Scope("orders:read"), credenzatest.Subject("alice"))
	scopeless := served.issuer.Bearer(audience)
	foreign := served.issuer.Bearer("https://other.example")
	tampered := good[:len(good)-8] + "AAAAAAAA"
	const invalid = `Bearer error="invalid_token", error_description="`
	cases := map[string]struct {
		method, path string
		fields       []string
		status       int
		challenge    string
		body         string
	}{
		"good":               {"GET", "/orders", []string{"Authorization", good}, 200, "", "hello alice"},
		"lower case scheme":  {"GET", "/orders", []string{"Authorization", "bearer" + good[6:]}, 200, "", "hello alice"},
		"head":               {"HEAD", "/orders", []string{"Authorization", good}, 200, "", ""},
		"head without token": {"HEAD", "/orders", nil, 401, `Bearer scope="orders:read"`, ""},
		"no token":           {"GET", "/orders", nil, 401, `Bearer scope="orders:read"`, ""},
		"another scheme":     {"GET", "/orders", []string{"Authorization", "Basic YTpi"}, 401, `Bearer scope="orders:read"`, ""},
		"two fields":         {"GET", "/orders", []string{"Authorization", good, "Authorization", good}, 400, `Bearer error="invalid_request", error_description="the request has several Authorization fields, or a malformed one"`, ""},
		"no scope":           {"GET", "/orders", []string{"Authorization", scopeless}, 403, `Bearer error="insufficient_scope", error_description="the token lacks a scope", scope="orders:read"`, ""},
		"another audience":   {"GET", "/orders", []string{"Authorization", foreign}, 401, invalid + `the token is for another audience"`, ""},
		"tampered":           {"GET", "/orders", []string{"Authorization", tampered}, 401, invalid + `the token's signature is wrong"`, ""},
		"options":            {"OPTIONS", "/orders", nil, 401, `Bearer scope="orders:read"`, ""},
		"preflight":          {"OPTIONS", "/orders", []string{"Origin", "https://a.example", "Access-Control-Request-Method", "GET"}, 401, `Bearer scope="orders:read"`, ""},
		"upgrade":            {"GET", "/orders", []string{"Connection", "Upgrade", "Upgrade", "websocket"}, 401, `Bearer scope="orders:read"`, ""},
		"optional":           {"GET", "/optional", nil, 200, "", "hello nobody"},
		"optional good":      {"GET", "/optional", []string{"Authorization", good}, 200, "", "hello alice"},
		"optional tampered":  {"GET", "/optional", []string{"Authorization", tampered}, 401, invalid + `the token's signature is wrong"`, ""},
		"optional basic":     {"GET", "/optional", []string{"Authorization", "Basic YTpi"}, 401, "Bearer", ""},
		"mounted":            {"GET", "/sub/x", []string{"Authorization", good}, 200, "", "hello alice"},
	}
	for name, tried := range cases {
		t.Run(name, func(t *testing.T) {
			found := served.send(t, tried.method, tried.path, tried.fields...)
			if found.status != tried.status || found.challenge != tried.challenge || found.body != tried.body {
				t.Errorf("found %d %q %q", found.status, found.challenge, found.body)
			}
			if found.header.Get("Vary") != "Authorization" {
				t.Errorf("Vary: %q", found.header.Get("Vary"))
			}
		})
	}
	log := served.log.String()
	if !strings.Contains(log, "rule=aud") || !strings.Contains(log, "aud=[https://other.example]") || strings.Contains(log, foreign[7:]) || strings.Contains(log, tampered[7:]) {
		t.Errorf("the log tells too little or too much: %s", log)
	}
}

func TestPreflightsHaveAHandlerOfTheirOwn(t *testing.T) {
	served := serve(t, nil)
	served.guard.Preflight = http.HandlerFunc(func(writer http.ResponseWriter, _ *http.Request) {
		writer.WriteHeader(http.StatusNoContent)
	})
	fields := []string{"Origin", "https://a.example", "Access-Control-Request-Method", "GET"}
	if found := served.send(t, "OPTIONS", "/orders", fields...); found.status != 204 {
		t.Errorf("a preflight: %d", found.status)
	}
	if found := served.send(t, "GET", "/orders", fields...); found.status != 401 {
		t.Errorf("what only looks like one: %d", found.status)
	}
}

func TestTheIssuerIsAwayAndBack(t *testing.T) {
	served := serve(t, nil)
	served.issuer.SetAway(true)
	token := served.issuer.Bearer(audience, credenzatest.Scope("orders:read"))
	found := served.send(t, "GET", "/orders", "Authorization", token)
	if found.status != 503 || found.challenge != "" || found.header.Get("Retry-After") != "5" {
		t.Errorf("found %d %q %q", found.status, found.challenge, found.header.Get("Retry-After"))
	}
}

func TestDebugTellsWhy(t *testing.T) {
	served := serve(t, nil)
	served.guard.Debug = true
	found := served.send(t, "GET", "/orders", "Authorization", served.issuer.Bearer("https://other.example"))
	if found.status != 401 || !strings.Contains(found.body, `"rule":"aud"`) || !strings.Contains(found.body, "other.example") {
		t.Errorf("found %d %s", found.status, found.body)
	}
}

func TestMetadata(t *testing.T) {
	served := serve(t, func(settings *credenza.Settings) {
		settings.ResourceMetadata = audience + "/.well-known/oauth-protected-resource"
	})
	wanted := `Bearer scope="orders:read", resource_metadata="https://api.example/.well-known/oauth-protected-resource"`
	if found := served.send(t, "GET", "/orders"); found.challenge != wanted {
		t.Errorf("found %q", found.challenge)
	}
	found := served.send(t, "GET", "/.well-known/oauth-protected-resource")
	var document map[string]any
	if err := json.Unmarshal([]byte(found.body), &document); err != nil || document["resource"] != audience {
		t.Errorf("found %s", found.body)
	}
	if found := served.send(t, "POST", "/.well-known/oauth-protected-resource"); found.status != 405 {
		t.Errorf("a POST: %d", found.status)
	}
}

func TestAClientByItselfIsNoUser(t *testing.T) {
	served := serve(t, nil)
	validator := served.guard.Validator
	for subject, isUser := range map[string]bool{"alice": true, "client": false} {
		token := served.issuer.Bearer(audience, credenzatest.Subject(subject))
		allowed, err := validator.Check(t.Context(), credenza.Bearer(token))
		if err != nil {
			t.Fatal(err)
		}
		if allowed.Claims.IsUser() != isUser {
			t.Errorf("%s is taken for the other kind", subject)
		}
	}
}

func TestWhatWasThereInVaryStays(t *testing.T) {
	served := serve(t, nil)
	for before, wanted := range map[string]string{"": "Authorization", "Origin": "Origin|Authorization", "Origin, authorization": "Origin, authorization"} {
		recorder := httptest.NewRecorder()
		if before != "" {
			recorder.Header().Set("Vary", before)
		}
		served.guard.Protect(http.NotFoundHandler()).ServeHTTP(recorder, httptest.NewRequest("GET", "/", nil))
		if found := strings.Join(recorder.Header().Values("Vary"), "|"); found != wanted {
			t.Errorf("found %q, wanted %q", found, wanted)
		}
	}
}

func TestAClosedValidatorIsNoReasonToLetThrough(t *testing.T) {
	served := serve(t, nil)
	closed, err := credenza.New(credenza.Settings{Issuer: served.issuer.Name(), Audience: audience, Host: served.issuer.Host()})
	if err != nil || closed.Close() != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "/", nil)
	request.Header.Set("Authorization", served.issuer.Bearer(audience))
	guard.New(closed).Optional(http.NotFoundHandler()).ServeHTTP(recorder, request)
	if recorder.Code != 503 || recorder.Header().Get("Retry-After") != "5" || recorder.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("found %d %v", recorder.Code, recorder.Header())
	}
}
