// Chart 991

package service

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// world is a provider and a service in one.
type world struct {
	*httptest.Server
	tokens, refusals atomic.Int64
	bodies           sync.Map
}

func newWorld(t *testing.T) (*world, *Client) {
	t.Helper()
	made := &world{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(writer http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(writer).Encode(map[string]string{"issuer": made.URL, "token_endpoint": made.URL + "/token"})
	})
	mux.HandleFunc("POST /token", func(writer http.ResponseWriter, request *http.Request) {
		time.Sleep(20 * time.Millisecond)
		_ = json.NewEncoder(writer).Encode(map[string]any{
			"access_token": request.PostFormValue("scope") + string(rune('0'+made.tokens.Add(1))), "token_type": "Bearer", "expires_in": 300,
		})
	})
	mux.HandleFunc("/orders", func(writer http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		if made.refusals.Add(-1) >= 0 {
			writer.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = writer.Write(append([]byte(request.Header.Get("Authorization")+" "), body...))
	})
	mux.HandleFunc("POST /admin/v1/users", func(writer http.ResponseWriter, request *http.Request) {
		if _, isRepeated := made.bodies.LoadOrStore(request.Header.Get("Idempotency-Key"), true); !isRepeated {
			writer.Header().Set("Retry-After", "1")
			writer.WriteHeader(http.StatusTooManyRequests)
			return
		}
		writer.Header().Set("Content-Type", "application/problem+json")
		writer.WriteHeader(http.StatusConflict)
		_, _ = io.WriteString(writer, `{"type":"`+made.URL+`/admin/v1/problems/taken","status":409,"title":"Taken"}`)
	})
	made.Server = httptest.NewServer(mux)
	t.Cleanup(made.Close)
	client, err := New(Config{Issuer: made.URL, ClientID: "shop", ClientSecret: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	return made, client
}

func TestATokenIsAskedForOnceAndReplacedWhenRefused(t *testing.T) {
	world, client := newWorld(t)
	orders, err := client.For(world.URL, "orders:read")
	if err != nil {
		t.Fatal(err)
	}
	call := func() (int, string) {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, world.URL+"/orders", strings.NewReader("body"))
		answer, err := orders.Do(request)
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(text)
	}
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if status, text := call(); status != 200 || text != "Bearer orders:read1 body" {
				t.Errorf("%d %s", status, text)
			}
		})
	}
	group.Wait()
	world.refusals.Store(1)
	if status, text := call(); status != 200 || text != "Bearer orders:read2 body" {
		t.Errorf("after a refusal: %d %s", status, text)
	}
	world.refusals.Store(9)
	if status, _ := call(); status != 401 {
		t.Errorf("refused for good: %d", status)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://evil.example/orders", nil)
	if _, err := orders.Do(request); err == nil {
		t.Error("the token went to another service")
	}
}

func TestErrorsHaveTypes(t *testing.T) {
	world, client := newWorld(t)
	users, err := client.Users()
	if err != nil {
		t.Fatal(err)
	}
	_, err = users.Create(t.Context(), NewUser{Username: "ada"})
	var failed *Error
	if !errors.Is(err, ErrUserAlreadyExists) || !errors.As(err, &failed) || failed.Type != "taken" || failed.Status != 409 {
		t.Errorf("after one wait: %v", err)
	}
	world.Close()
	if _, err := users.Get(context.Background(), "id"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("without a provider: %v", err)
	}
	for id, path := range map[string]string{"": "/none", ".": "/none%2E", "..": "/none%2E%2E", "a/b?c": "/a%2Fb%3Fc"} {
		if found := pathOf(id); found != path {
			t.Errorf("%q: %s", id, found)
		}
	}
}

func TestOnBehalfNeedsABearerToken(t *testing.T) {
	world, client := newWorld(t)
	for authorization, isForwarded := range map[string]bool{"Bearer abc": true, "DPoP abc": false, "": false, "Basic YTpi": false} {
		incoming := httptest.NewRequest(http.MethodGet, "/", nil)
		if authorization != "" {
			incoming.Header.Set("Authorization", authorization)
		}
		if _, err := client.OnBehalf(incoming, world.URL); (err == nil) != isForwarded {
			t.Errorf("%q: %v", authorization, err)
		}
	}
}
