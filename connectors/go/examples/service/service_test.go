// Chart 993: Service of Go with the whole kit | each endpoint with and without what it asks for: tokens, permissions, plans, features, rates, pages, problems, calls of another service, webhooks

package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/internal/programs"
	"credenza.dev/credenza/kit"
)

const (
	audience = "https://projects.example"
	hookKey  = "0123456789abcdef0123456789abcdef"
)

// world is the service with what is around it: an issuer, a billing service behind a guard of its own, and features.
type world struct {
	*httptest.Server
	issuer *credenzatest.Issuer
	// room is how many projects the plan "free" has.
	room, asked atomic.Int64
	billingDown atomic.Bool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	made := &world{}
	made.room.Store(2)
	made.issuer = made.withTokens(t)
	features := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		made.asked.Add(1)
		_ = kit.WriteJSON(writer, 200, map[string]any{
			"exports": request.URL.Query().Get("plan") == "pro", "projects": made.room.Load(),
		})
	}))
	t.Cleanup(features.Close)
	billing := made.billing(t)
	projects, err := newProjects(settings{
		Issuer: made.issuer.Name(), Audience: audience, Secret: "a-secret-for-tests-of-32-bytes-or-more",
		ClientID: "projects", ClientSecret: "secret", BillingURL: billing.URL, FeaturesURL: features.URL,
		WebhookSecrets: []string{"whsec_" + base64.StdEncoding.EncodeToString([]byte(hookKey))},
	})
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	projects.guard.Logger = logger
	made.Server = httptest.NewServer(kit.Service{Origin: audience, Logger: logger}.Wrap(projects.routes()))
	t.Cleanup(made.Close)
	return made
}

// withTokens is an issuer with a token endpoint for the client "projects".
func (world *world) withTokens(t *testing.T) *credenzatest.Issuer {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	issuer := credenzatest.NewIssuer("http://" + server.Listener.Addr().String())
	mux := http.NewServeMux()
	mux.Handle("/", issuer)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(writer http.ResponseWriter, _ *http.Request) {
		_ = kit.WriteJSON(writer, 200, map[string]string{
			"issuer": issuer.Name(), "jwks_uri": issuer.Name() + "/jwks", "token_endpoint": issuer.Name() + "/token",
		})
	})
	mux.HandleFunc("POST /token", func(writer http.ResponseWriter, request *http.Request) {
		id, secret, _ := request.BasicAuth()
		if id != "projects" || secret != "secret" || request.PostFormValue("grant_type") != "client_credentials" {
			_ = kit.WriteJSON(writer, 401, map[string]string{"error": "invalid_client"})
			return
		}
		token := issuer.Token(request.PostFormValue("resource"), credenzatest.Subject(id),
			credenzatest.Claim("client_id", id), credenzatest.Scope(request.PostFormValue("scope")))
		_ = kit.WriteJSON(writer, 200, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 300})
	})
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	return issuer
}

// billing is another service, which tells who calls it.
func (world *world) billing(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	validator, err := credenza.New(credenza.Settings{
		Issuer: world.issuer.Name(), Audience: "http://" + server.Listener.Addr().String(), Audiences: []string{audience},
	})
	if err != nil {
		t.Fatal(err)
	}
	guarded := guard.New(validator)
	guarded.Logger = slog.New(slog.DiscardHandler)
	server.Config.Handler = guarded.Protect(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if world.billingDown.Load() {
			writer.WriteHeader(500)
			return
		}
		_ = kit.WriteJSON(writer, 200, map[string]string{"for": guard.Caller(request.Context()).Subject()})
	}))
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// bearer is a token of somebody in a tenant, with a role and a plan.
func (world *world) bearer(tenant, role, plan string) string {
	return world.issuer.Bearer(audience, credenzatest.Subject("ada"), credenzatest.Claim("tenant", tenant),
		credenzatest.Claim("roles", []string{role}), credenzatest.Claim("plan", plan))
}

func (world *world) send(t *testing.T, method, path, bearer, body string) (int, http.Header, map[string]any) {
	t.Helper()
	request, err := http.NewRequest(method, world.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", bearer)
	request.Header.Set("Content-Type", "application/json")
	if bearer == "" {
		request.Header.Del("Authorization")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var found map[string]any
	_ = json.Unmarshal(text, &found)
	return response.StatusCode, response.Header, found
}

func TestEachEndpoint(t *testing.T) {
	world := newWorld(t)
	editor, viewer := world.bearer("acme", "editor", "free"), world.bearer("acme", "viewer", "free")
	pro, nobody := world.bearer("acme", "admin", "pro"), world.bearer("acme", "guest", "free")
	for _, tried := range []struct {
		method, path, bearer, body string
		status                     int
		kind                       string
	}{
		{"GET", "/livez", "", "", 200, ""},
		{"GET", "/readyz", "", "", 200, ""},
		{"GET", "/nowhere", "", "", 404, "about:blank"},
		{"GET", "/projects", "", "", 401, "about:blank"},
		{"GET", "/projects", nobody, "", 403, "urn:problem:permission_missing"},
		{"GET", "/projects", viewer, "", 200, ""},
		{"GET", "/projects?limit=0", viewer, "", 400, "urn:problem:invalid_limit"},
		{"POST", "/projects", viewer, `{"name":"one"}`, 403, "urn:problem:permission_missing"},
		{"POST", "/projects", editor, `{"name":`, 400, "urn:problem:invalid_json"},
		{"POST", "/projects", editor, `{}`, 422, "urn:problem:name_missing"},
		{"POST", "/projects", editor, `{"name":"one"}`, 201, ""},
		{"POST", "/projects", editor, `{"name":"two"}`, 201, ""},
		{"POST", "/projects", editor, `{"name":"three"}`, 403, "urn:problem:limit_reached"},
		{"GET", "/reports", editor, "", 403, "urn:problem:plan_required"},
		{"GET", "/reports", pro, "", 200, ""},
		{"GET", "/exports", editor, "", 403, "urn:problem:feature_missing"},
		{"GET", "/exports", pro, "", 200, ""},
		{"GET", "/invoices", editor, "", 403, "urn:problem:permission_missing"},
		{"GET", "/my/invoices", "", "", 401, "about:blank"},
	} {
		status, header, found := world.send(t, tried.method, tried.path, tried.bearer, tried.body)
		kind, _ := found["type"].(string)
		if status != tried.status || kind != tried.kind {
			t.Errorf("%s %s: %d %v", tried.method, tried.path, status, found)
		}
		if header.Get("X-Request-Id") == "" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s has no id or no security headers: %v", tried.method, tried.path, header)
		}
	}
}

func TestPagesHaveAnEnvelope(t *testing.T) {
	world := newWorld(t)
	editor := world.bearer("acme", "editor", "free")
	for _, name := range []string{"one", "two"} {
		world.send(t, "POST", "/projects", editor, `{"name":"`+name+`"}`)
	}
	_, header, first := world.send(t, "GET", "/projects?limit=1", editor, "")
	cursor, _ := first["next_cursor"].(string)
	if cursor == "" || !strings.Contains(header.Get("Link"), `rel="next"`) {
		t.Fatalf("the first page: %v %v", first, header)
	}
	_, _, second := world.send(t, "GET", "/projects?limit=1&cursor="+cursor, editor, "")
	items, _ := second["items"].([]any)
	if len(items) != 1 || second["next_cursor"] != nil || items[0].(map[string]any)["name"] != "two" {
		t.Errorf("the second page: %v", second)
	}
	other := world.issuer.Bearer(audience, credenzatest.Subject("eve"), credenzatest.Claim("tenant", "acme"), credenzatest.Claim("roles", "editor"))
	if status, _, found := world.send(t, "GET", "/projects?limit=1&cursor="+cursor, other, ""); status != 400 || found["type"] != "urn:problem:invalid_cursor" {
		t.Errorf("the cursor of another: %d %v", status, found)
	}
}

func TestOtherServicesAreCalled(t *testing.T) {
	world := newWorld(t)
	admin := world.bearer("acme", "admin", "free")
	for path, sub := range map[string]string{"/invoices": "projects", "/my/invoices": "ada"} {
		if status, _, found := world.send(t, "GET", path, admin, ""); status != 200 || found["for"] != sub {
			t.Errorf("%s: %d %v", path, status, found)
		}
	}
	world.billingDown.Store(true)
	if status, _, found := world.send(t, "GET", "/invoices", admin, ""); status != 503 || found["type"] != "urn:problem:billing_unavailable" {
		t.Errorf("while billing is down: %d %v", status, found)
	}
}

func TestRatesAreLimited(t *testing.T) {
	world := newWorld(t)
	viewer := world.bearer("acme", "viewer", "free")
	refused := 0
	for range 45 {
		if status, header, _ := world.send(t, "GET", "/projects", viewer, ""); status == 429 {
			refused++
			if header.Get("Retry-After") != "1" {
				t.Errorf("Retry-After is %q", header.Get("Retry-After"))
			}
		}
	}
	if refused == 0 {
		t.Error("nothing is refused")
	}
	if status, _, _ := world.send(t, "GET", "/projects", world.issuer.Bearer(audience, credenzatest.Subject("bob"), credenzatest.Claim("roles", "viewer")), ""); status != 200 {
		t.Errorf("another caller: %d", status)
	}
}

func TestAnEventDropsFeatures(t *testing.T) {
	world := newWorld(t)
	editor := world.bearer("acme", "editor", "free")
	world.room.Store(0)
	if status, _, _ := world.send(t, "POST", "/projects", editor, `{"name":"one"}`); status != 403 {
		t.Fatalf("without room: %d", status)
	}
	world.room.Store(5)
	if status, _, _ := world.send(t, "POST", "/projects", editor, `{"name":"one"}`); status != 403 || world.asked.Load() != 1 {
		t.Fatalf("what is cached: %d after %d", status, world.asked.Load())
	}
	body := `{"type":"features.changed","data":{"plan":"free"}}`
	if status := world.hook(t, body, "wrong"); status != 400 {
		t.Errorf("a hook with a wrong signature: %d", status)
	}
	if status := world.hook(t, body, hookKey); status != 204 {
		t.Fatalf("the hook: %d", status)
	}
	if status, _, _ := world.send(t, "POST", "/projects", editor, `{"name":"one"}`); status != 201 {
		t.Errorf("after the event: %d", status)
	}
}

func (world *world) hook(t *testing.T, body, key string) int {
	t.Helper()
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("msg_1." + timestamp + "." + body))
	request, err := http.NewRequest(http.MethodPost, world.URL+"/hooks/credenza", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Webhook-Id", "msg_1")
	request.Header.Set("Webhook-Timestamp", timestamp)
	request.Header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// TestItRuns starts the program itself.
func TestItRuns(t *testing.T) {
	t.Setenv("SECRET", "a-secret-for-tests-of-32-bytes-or-more")
	t.Setenv("CLIENT_ID", "projects")
	t.Setenv("CLIENT_SECRET", "secret")
	t.Setenv("BILLING_URL", "http://localhost:1")
	t.Setenv("WEBHOOK_SECRETS", "whsec_"+base64.StdEncoding.EncodeToString([]byte(hookKey)))
	address := programs.Start(t, programs.Build(t, "."), programs.Issuer(t).Name())
	answer, err := http.Get("http://" + address + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		t.Errorf("/readyz: %d", answer.StatusCode)
	}
}
