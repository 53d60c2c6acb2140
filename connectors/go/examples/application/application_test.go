// Chart 992: Application of Go with everything | signs in at a real provider, every route with and without what it asks for: page, API, role, job, logout

package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"credenza.dev/credenza/examples/internal/provider"
	"credenza.dev/credenza/service"
)

const secret = "a-secret-for-tests-of-32-bytes-or-more"

// started is the application beside a provider.
func started(t *testing.T) (*provider.Provider, *application) {
	t.Helper()
	issuer, port := provider.Start(t), provider.FreePort(t)
	setup, err := os.ReadFile("setup.toml")
	if err != nil {
		t.Fatal(err)
	}
	issuer.Apply(t, strings.ReplaceAll(string(setup), "localhost:8090", "localhost:"+port), map[string]string{"orders.secret": secret})
	t.Setenv("CLIENT_SECRET", secret)
	t.Setenv("SECRET", secret)
	t.Setenv("ISSUER", issuer.Issuer)
	t.Setenv("LISTEN", "localhost:"+port)
	go func() { _ = run() }()
	made := &application{origin: "http://localhost:" + port, api: "http://localhost:" + port + "/api"}
	for range 200 {
		if answer, err := http.Get(made.origin); err == nil {
			_ = answer.Body.Close()
			return issuer, made
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the application does not listen")
	return nil, nil
}

func TestTheApplication(t *testing.T) {
	issuer, made := started(t)
	browser := issuer.Browser(t)

	if page := browser.Visit(t, made.origin); page.Status != 200 || !strings.Contains(page.Text, "Sign in") {
		t.Fatalf("the public page: %d %s", page.Status, page.Text)
	}
	page := browser.Visit(t, made.origin+"/account?tab=orders")
	if !strings.HasPrefix(page.URL.String(), issuer.Issuer) {
		t.Fatalf("the protected page leads to %s", page.URL)
	}
	page = browser.SignIn(t, page, issuer.Issuer)
	if page.Status != 200 || page.URL.RequestURI() != "/account?tab=orders" || !strings.Contains(page.Text, "A lamp") || !strings.Contains(page.Text, "You are") {
		t.Fatalf("after the sign-in: %d %s %s", page.Status, page.URL, page.Text)
	}
	if page := browser.Visit(t, made.origin+"/report"); page.Status != 200 || !strings.Contains(page.Text, "A lamp") {
		t.Errorf("the report of the job: %d %s", page.Status, page.Text)
	}
	page = browser.Submit(t, made.origin+"/account/orders", url.Values{"article": {"A desk"}})
	if page.Status != 200 || page.URL.Path != "/account" || !strings.Contains(page.Text, "A desk") {
		t.Errorf("an order of an editor: %d %s %s", page.Status, page.URL, page.Text)
	}
	page = browser.SignIn(t, browser.Submit(t, made.origin+"/auth/logout", nil), issuer.Issuer)
	if page.URL.Path != "/" || !strings.HasPrefix(page.URL.String(), made.origin) || !strings.Contains(page.Text, "Sign in") {
		t.Errorf("after the logout: %s %s", page.URL, page.Text)
	}
	if page := browser.Visit(t, made.origin+"/account"); !strings.HasPrefix(page.URL.String(), issuer.Issuer) {
		t.Errorf("the protected page after the logout: %d %s", page.Status, page.URL)
	}
	apiIsGuarded(t, issuer, made)
}

// apiIsGuarded: a job may read, and has no role to write with; without a token nothing goes.
func apiIsGuarded(t *testing.T, issuer *provider.Provider, made *application) {
	t.Helper()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		request, err := http.NewRequest(method, made.api+"/orders", strings.NewReader(`{"article":"A desk"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != 401 || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s without a token: %d", method, answer.StatusCode)
		}
		_ = answer.Body.Close()
	}
	client, err := service.New(service.Config{Issuer: issuer.Issuer, ClientID: "orders-job", ClientSecret: secret})
	if err != nil {
		t.Fatal(err)
	}
	job, err := client.For(made.api, "orders:read")
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := call(t, job, http.MethodGet, made.api+"/orders"); status != 200 {
		t.Errorf("the job reads: %d", status)
	}
	status, body := call(t, job, http.MethodPost, made.api+"/orders")
	if status != 403 || body["type"] != "urn:problem:permission_missing" {
		t.Errorf("the job writes: %d %v", status, body)
	}
}

func call(t *testing.T, target *service.Target, method, address string) (int, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(`{"article":"A desk"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := target.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	_ = json.Unmarshal(text, &body)
	return answer.StatusCode, body
}
