// Chart 949: Several issuers, shared replays in Go | typed settings, tenants, one use of a proof over nodes, trouble of the host

package credenza_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"testing"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
)

const (
	ownName, otherName = "https://id.example", "https://other.example"
	service            = "https://api.example"
)

// network reaches each issuer at its host.
type network map[string]http.RoundTripper

func (network network) RoundTrip(request *http.Request) (*http.Response, error) {
	if issuer, found := network[request.URL.Host]; found {
		return issuer.RoundTrip(request)
	}
	return nil, errors.New("there is no such host: " + request.URL.Host)
}

// worlds are two issuers, and settings that trust the first and reach both.
func worlds() (own, other *credenzatest.Issuer, settings credenza.Settings) {
	own, other = credenzatest.NewIssuer(ownName), credenzatest.NewIssuer(otherName)
	client := &http.Client{Transport: network{"id.example": own, "other.example": other}}
	host := credenza.Host{HTTPClient: client, Logger: slog.New(slog.DiscardHandler)}
	return own, other, credenza.Settings{Issuer: ownName, Audience: service, Host: host}
}

func validatorOf(t *testing.T, settings credenza.Settings) *credenza.Validator {
	t.Helper()
	validator, err := credenza.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = validator.Close() })
	return validator
}

// ruleOf is the rule that refuses a token; empty where it passes.
func ruleOf(t *testing.T, validator *credenza.Validator, bearer string) (credenza.Rule, *credenza.Denied) {
	t.Helper()
	_, err := validator.Check(context.Background(), credenza.Bearer(bearer))
	var denied *credenza.Denied
	switch {
	case err == nil:
		return "", nil
	case errors.As(err, &denied):
		return denied.Rule, denied
	default:
		t.Fatal(err)
		return "", nil
	}
}

func TestEachIssuerHasItsOwnKeys(t *testing.T) {
	own, other, settings := worlds()
	settings.Issuers = []credenza.Issuer{{Issuer: otherName}}
	validator := validatorOf(t, settings)
	stranger := credenzatest.NewIssuer(otherName)
	for bearer, wanted := range map[string]credenza.Rule{
		own.Bearer(service):      "",
		other.Bearer(service):    "",
		stranger.Bearer(service): credenza.RuleKid,
		credenzatest.NewIssuer("https://third.example").Bearer(service): credenza.RuleIss,
	} {
		if rule, _ := ruleOf(t, validator, bearer); rule != wanted {
			t.Errorf("found %q, wanted %q", rule, wanted)
		}
	}
}

func TestAFunctionKnowsTheIssuersOfTenants(t *testing.T) {
	own, other, settings := worlds()
	var asked []string
	settings.Resolve = func(_ context.Context, issuer string) (*credenza.Issuer, error) {
		asked = append(asked, issuer)
		switch issuer {
		case otherName:
			return &credenza.Issuer{}, nil
		case "https://broken.example":
			return nil, errors.New("the table is away")
		default:
			return nil, nil
		}
	}
	validator := validatorOf(t, settings)
	for range 2 {
		for bearer, wanted := range map[string]credenza.Rule{
			own.Bearer(service):   "",
			other.Bearer(service): "",
			credenzatest.NewIssuer("https://third.example").Bearer(service): credenza.RuleIss,
		} {
			if rule, _ := ruleOf(t, validator, bearer); rule != wanted {
				t.Errorf("found %q, wanted %q", rule, wanted)
			}
		}
	}
	if len(asked) != 2 {
		t.Errorf("asked about %v", asked)
	}
	rule, denied := ruleOf(t, validator, credenzatest.NewIssuer("https://broken.example").Bearer(service))
	if rule != credenza.RuleKeysUnavailable || denied.Status != 503 || denied.Detail.Trouble == nil ||
		denied.Detail.Trouble.URL != "https://broken.example" {
		t.Errorf("found %v", denied)
	}
}

func TestADescriptionHasEveryIssuerAndDPoP(t *testing.T) {
	_, _, settings := worlds()
	wanted := credenza.Description{Issuers: []string{ownName}}
	if found := validatorOf(t, settings).Describe(); !reflect.DeepEqual(found, wanted) {
		t.Errorf("one issuer: %v", found)
	}
	settings.Issuers = []credenza.Issuer{{Issuer: otherName}}
	settings.DPoP = &credenza.DPoP{Required: true, Algorithms: []credenza.Algorithm{credenza.ES256}}
	wanted = credenza.Description{
		Issuers: []string{ownName, otherName}, DPoPAlgorithms: []string{"ES256"}, DPoPRequired: true,
	}
	if found := validatorOf(t, settings).Describe(); !reflect.DeepEqual(found, wanted) {
		t.Errorf("two issuers with DPoP: %v", found)
	}
}

func TestSettingsOfFurtherIssuersAreJudged(t *testing.T) {
	_, _, settings := worlds()
	for setting, issuer := range map[string]credenza.Issuer{
		"issuers.0.issuer":                  {Issuer: ownName},
		"issuers.0.audience":                {Issuer: otherName, Audience: "*"},
		"issuers.0.introspection.client_id": {Issuer: otherName, Introspection: &credenza.Introspection{}},
	} {
		settings.Issuers = []credenza.Issuer{issuer}
		_, err := credenza.New(settings)
		var refused *credenza.SettingsError
		if !errors.As(err, &refused) || refused.Setting != setting {
			t.Errorf("found %v, wanted an error of %s", err, setting)
		}
	}
	if _, err := credenza.NewFromJSON([]byte(`{"issuer":"https://id.example","audience":"a","resolve_issuers":true}`),
		credenza.Host{}); err == nil {
		t.Error("nobody resolves")
	}
}

func TestReadyAsksEveryIssuer(t *testing.T) {
	own, other, settings := worlds()
	own.Token(service)
	settings.Issuers = []credenza.Issuer{{Issuer: otherName}}
	other.SetAway(true)
	var denied *credenza.Denied
	if err := validatorOf(t, settings).Ready(context.Background()); !errors.As(err, &denied) ||
		denied.Rule != credenza.RuleKeysUnavailable {
		t.Errorf("found %v", err)
	}
	other.SetAway(false)
	other.Token(service)
	if err := validatorOf(t, settings).Ready(context.Background()); err != nil {
		t.Error(err)
	}
}
