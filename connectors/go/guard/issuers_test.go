// Chart 930: Several issuers behind one guard, Go | by the issuer that a token names, by host or tenant; an unknown one is refused; each recovers by itself

package guard_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/guard"
)

func validatorOf(t *testing.T, issuer *credenzatest.Issuer) *credenza.Validator {
	t.Helper()
	validator, err := credenza.New(credenza.Settings{Issuer: issuer.Name(), Audience: audience, Host: issuer.Host()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = validator.Close() })
	return validator
}

// network reaches issuers at their hosts.
type network []*credenzatest.Issuer

func (network network) RoundTrip(request *http.Request) (*http.Response, error) {
	for _, issuer := range network {
		if issuer.Name() == "https://"+request.URL.Host {
			return issuer.RoundTrip(request)
		}
	}
	return nil, errors.New("there is no such host: " + request.URL.Host)
}

// ask sends a request to a route behind a guard, without a network.
func ask(guarded *guard.Guard, host, authorization string) *httptest.ResponseRecorder {
	guarded.Logger = slog.New(slog.DiscardHandler)
	hello := http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		_, _ = io.WriteString(writer, guard.Caller(request.Context()).Issuer())
	})
	request := httptest.NewRequest(http.MethodGet, "http://"+host+"/orders", nil)
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	recorder := httptest.NewRecorder()
	guarded.Protect(hello).ServeHTTP(recorder, request)
	return recorder
}

func TestTheIssuerOfATokenDecides(t *testing.T) {
	one, two, other := credenzatest.NewIssuer("https://one.example"), credenzatest.NewIssuer("https://two.example"),
		credenzatest.NewIssuer("https://other.example")
	host := one.Host()
	host.HTTPClient, host.Logger = &http.Client{Transport: network{one, two}}, slog.New(slog.DiscardHandler)
	several, err := credenza.New(credenza.Settings{
		Issuer: one.Name(), Audience: audience, Issuers: []credenza.Issuer{{Issuer: two.Name()}}, Host: host,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = several.Close() })
	guarded := guard.New(several)
	one.SetAway(true)
	if found := ask(guarded, "api.example", one.Bearer(audience)); found.Code != http.StatusServiceUnavailable {
		t.Errorf("an issuer that is away: %d", found.Code)
	}
	if err := several.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "one.example") {
		t.Errorf("ready, and one is away: %v", err)
	}
	if found := ask(guarded, "api.example", two.Bearer(audience)); found.Body.String() != two.Name() {
		t.Errorf("the other meanwhile: %d", found.Code)
	}
	one.SetAway(false)
	one.SetClock(func() time.Time { return time.Now().Add(time.Minute) })
	if found := ask(guarded, "api.example", one.Bearer(audience)); found.Body.String() != one.Name() {
		t.Errorf("when it is back: %d", found.Code)
	}
	if err := several.Ready(t.Context()); err != nil {
		t.Errorf("both are there: %v", err)
	}
	if found := ask(guarded, "api.example", two.Bearer(audience)); found.Body.String() != two.Name() {
		t.Errorf("the other afterwards: %d", found.Code)
	}
	for name, authorization := range map[string]string{
		"an issuer that nobody trusts": other.Bearer(audience),
		"a name that is not its own":   other.Bearer(audience, credenzatest.Claim("iss", two.Name())),
		"no name":                      two.Bearer(audience, credenzatest.Claim("iss", nil)),
		"a name that is no text":       two.Bearer(audience, credenzatest.Claim("iss", 1)),
		"an opaque token":              "Bearer opaque",
	} {
		if found := ask(guarded, "api.example", authorization); found.Code == http.StatusOK {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestAHostHasAnIssuerOfItsOwn(t *testing.T) {
	one, two := credenzatest.NewIssuer("https://one.example"), credenzatest.NewIssuer("https://two.example")
	validators := map[string]*credenza.Validator{"one.api.example": validatorOf(t, one), "two.api.example": validatorOf(t, two)}
	guarded := &guard.Guard{Resolve: func(incoming *guard.Incoming) *credenza.Validator { return validators[incoming.Host] }}
	for host, own := range map[string]*credenzatest.Issuer{"one.api.example": one, "two.api.example": two} {
		for _, issuer := range []*credenzatest.Issuer{one, two} {
			if found := ask(guarded, host, issuer.Bearer(audience)); (found.Code == http.StatusOK) != (issuer == own) {
				t.Errorf("%s, a token of %s: %d", host, issuer.Name(), found.Code)
			}
		}
	}
	found := ask(guarded, "unknown.example", one.Bearer(audience))
	wanted := `Bearer error="invalid_token", error_description="the token is of another issuer"`
	if found.Code != http.StatusUnauthorized || found.Header().Get("WWW-Authenticate") != wanted {
		t.Errorf("an unknown host: %d %v", found.Code, found.Header())
	}
	if found := ask(guarded, "unknown.example", ""); found.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("an unknown host without a token: %d %v", found.Code, found.Header())
	}
}
