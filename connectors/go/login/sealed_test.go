package login

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"credenza.dev/credenza/internal/seal"
)

func TestReturnTo(t *testing.T) {
	for asked, wanted := range map[string]string{
		"/account": "/account", "/a?b=c#d": "/a?b=c#d", "/a//b": "/a//b", "/": "/", "": "/",
		"//evil.example": "/", `/\evil.example`: "/", "https://evil.example": "/", "evil": "/", "/a\tb": "/", "/\n/evil": "/",
		"/a\\b": "/", "/\x00": "/", "javascript:alert(1)": "/",
	} {
		if found := returnTo(asked, "https://shop.example"); found != wanted {
			t.Errorf("%q: %q", asked, found)
		}
	}
}

func newJar(t *testing.T, secrets ...string) *jar {
	t.Helper()
	sealer, err := seal.New(secrets, "test")
	if err != nil {
		t.Fatal(err)
	}
	return &jar{sealer: sealer, isSecure: true}
}

// stored is a request with the cookies that an answer has set.
func stored(answer *httptest.ResponseRecorder) *http.Request {
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, cookie := range answer.Result().Cookies() {
		if cookie.MaxAge > 0 {
			request.AddCookie(cookie)
		}
	}
	return request
}

func TestSealedCookies(t *testing.T) {
	const first, second = "the-first-secret-of-32-bytes-or-more", "the-second-secret-of-32-bytes-or-more"
	jar := newJar(t, first)
	name := jar.name("")
	long := strings.Repeat("x", 9000)
	answer := httptest.NewRecorder()
	if err := jar.writeAll(answer, httptest.NewRequest(http.MethodGet, "/", nil), name, []byte(long), time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, cookie := range answer.Result().Cookies() {
		if len(cookie.Name)+len(cookie.Value) > 4096 || !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.SameSite != http.SameSiteLaxMode {
			t.Errorf("%s: %d bytes, %v", cookie.Name, len(cookie.Value), cookie)
		}
	}
	request := stored(answer)
	if plain, _ := jar.readAll(request, name); string(plain) != long || len(request.Cookies()) != 4 {
		t.Errorf("%d bytes from %d cookies", len(plain), len(request.Cookies()))
	}
	if plain, _ := newJar(t, second, first).readAll(request, name); string(plain) != long {
		t.Error("a secret that is replaced does not open")
	}
	if plain, _ := newJar(t, second).readAll(request, name); plain != nil {
		t.Error("another secret opens")
	}
	if plain, _ := jar.readAll(request, name+".1"); plain != nil {
		t.Error("a part opens under its own name")
	}
	shorter := httptest.NewRecorder()
	if err := jar.writeAll(shorter, request, name, []byte("short"), time.Hour); err != nil {
		t.Fatal(err)
	}
	removed := 0
	for _, cookie := range shorter.Result().Cookies() {
		if cookie.MaxAge < 0 {
			removed++
		}
	}
	if removed != 3 {
		t.Errorf("%d stale parts are removed", removed)
	}
	if jar.writeAll(shorter, request, name, []byte(strings.Repeat("x", 13_000)), time.Hour) == nil {
		t.Error("more than 16 kB are written")
	}
}

func TestMemory(t *testing.T) {
	memory, ctx := NewMemory(), t.Context()
	for key, index := range map[string]string{"a": "ada", "b": "ada", "c": "bob"} {
		if err := memory.Put(ctx, key, []byte(key), []string{index}, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	_ = memory.DeleteBy(ctx, "ada")
	for key, isThere := range map[string]bool{"a": false, "b": false, "c": true} {
		if value, _ := memory.Get(ctx, key); (value != nil) != isThere {
			t.Errorf("%s: %s", key, value)
		}
		if updated, _ := memory.Update(ctx, key, []byte("new"), time.Hour); updated != isThere {
			t.Errorf("%s is updated: %v", key, updated)
		}
	}
	_ = memory.Put(ctx, "d", []byte("d"), nil, time.Nanosecond)
	time.Sleep(time.Millisecond)
	if value, _ := memory.Get(ctx, "d"); value != nil {
		t.Error("what has expired is there")
	}
}
