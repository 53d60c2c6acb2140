package credenza_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
)

const audience = "https://api.example"

// slow counts what is fetched, and holds it up until it is let go.
type slow struct {
	next    http.RoundTripper
	fetches atomic.Int64
	gate    chan struct{}
}

func (slow *slow) RoundTrip(request *http.Request) (*http.Response, error) {
	slow.fetches.Add(1)
	select {
	case <-slow.gate:
		return slow.next.RoundTrip(request)
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
}

// clock is a time that stands still until it is moved.
type clock struct{ seconds atomic.Int64 }

func (clock *clock) now() time.Time { return time.Unix(clock.seconds.Load(), 0) }

type set struct {
	issuer    *credenzatest.Issuer
	clock     *clock
	transport *slow
	validator *credenza.Validator
}

func setUp(t *testing.T, isOpen bool, change func(*credenza.Settings)) *set {
	t.Helper()
	made := &set{issuer: credenzatest.NewIssuer("https://id.example"), clock: &clock{}}
	made.clock.seconds.Store(1_800_000_000)
	made.issuer.SetClock(made.clock.now)
	made.transport = &slow{next: made.issuer, gate: make(chan struct{})}
	if isOpen {
		close(made.transport.gate)
	}
	settings := credenza.Settings{Issuer: made.issuer.Name(), Audience: audience, Host: credenza.Host{
		HTTPClient: &http.Client{Transport: made.transport}, Now: made.clock.now,
		Logger: slog.New(slog.DiscardHandler),
	}}
	if change != nil {
		change(&settings)
	}
	validator, err := credenza.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	made.validator = validator
	t.Cleanup(func() { _ = validator.Close() })
	return made
}

func (set *set) check(options ...credenzatest.Option) error {
	_, err := set.validator.Check(context.Background(), credenza.Bearer(set.issuer.Bearer(audience, options...)))
	return err
}

func wantRule(t *testing.T, err error, rule credenza.Rule) {
	t.Helper()
	var denied *credenza.Denied
	if !errors.As(err, &denied) || denied.Rule != rule {
		t.Errorf("found %v, wanted %s", err, rule)
	}
}

func TestKeysAreFetchedOnceForAllThatWait(t *testing.T) {
	set := setUp(t, false, nil)
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			if err := set.check(); err != nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	close(set.transport.gate)
	group.Wait()
	if fetches := set.transport.fetches.Load(); fetches != 2 {
		t.Errorf("%d fetches, wanted metadata and keys", fetches)
	}
}

func TestWhoGivesUpDoesNotHarmTheOthers(t *testing.T) {
	set := setUp(t, false, nil)
	ctx, cancel := context.WithCancel(context.Background())
	request := credenza.Bearer(set.issuer.Bearer(audience))
	gaveUp, waited := make(chan error), make(chan error)
	go func() { _, err := set.validator.Check(ctx, request); gaveUp <- err }()
	go func() { waited <- set.check() }()
	time.Sleep(20 * time.Millisecond)
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
	close(set.transport.gate)
	if err := <-waited; err != nil {
		t.Error(err)
	}
	if fetches := set.transport.fetches.Load(); fetches != 2 {
		t.Errorf("%d fetches", fetches)
	}
}

func TestAStartWhileTheIssuerIsAwayRecovers(t *testing.T) {
	set := setUp(t, true, nil)
	set.issuer.SetAway(true)
	wantRule(t, set.validator.Ready(context.Background()), credenza.RuleKeysUnavailable)
	set.issuer.SetAway(false)
	wantRule(t, set.check(), credenza.RuleKeysUnavailable) // Asked a moment ago.
	set.clock.seconds.Add(5)
	if err := set.check(); err != nil {
		t.Error(err)
	}
}

func TestOldKeysAreUsedWhileTheIssuerIsAway(t *testing.T) {
	set := setUp(t, true, nil)
	if err := set.check(); err != nil {
		t.Fatal(err)
	}
	set.issuer.SetAway(true)
	set.clock.seconds.Add(3000)
	if err := set.check(); err != nil {
		t.Error(err)
	}
	set.clock.seconds.Add(601)
	wantRule(t, set.check(), credenza.RuleKeysUnavailable)
}

func TestANewKeyIsFoundAndForgedOnesDoNotFlood(t *testing.T) {
	set := setUp(t, true, nil)
	if err := set.check(); err != nil {
		t.Fatal(err)
	}
	set.clock.seconds.Add(30)
	set.issuer.Rotate(false)
	if err := set.check(); err != nil {
		t.Error(err)
	}
	before := set.transport.fetches.Load()
	forger := credenzatest.NewIssuer(set.issuer.Name())
	forger.SetClock(set.clock.now)
	for range 50 {
		_, err := set.validator.Check(context.Background(), credenza.Bearer(forger.Bearer(audience)))
		wantRule(t, err, credenza.RuleKid)
	}
	if after := set.transport.fetches.Load(); after != before {
		t.Errorf("%d fetches for forged tokens", after-before)
	}
}

func TestWhatIsRevokedIsRefused(t *testing.T) {
	set := setUp(t, true, func(settings *credenza.Settings) { settings.Revocations = &credenza.Revocations{} })
	id := credenzatest.Claim("jti", "one")
	if err := set.check(id); err != nil {
		t.Fatal(err)
	}
	set.issuer.Revoke("jti", "one")
	set.clock.seconds.Add(10)
	wantRule(t, set.check(id), credenza.RuleRevoked)
	if err := set.check(); err != nil {
		t.Error(err)
	}
}

func TestCloseEndsFetchesAndLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	set := setUp(t, false, nil)
	waiting := make(chan error)
	go func() { waiting <- set.check() }()
	time.Sleep(20 * time.Millisecond)
	if err := set.validator.Close(); err != nil {
		t.Error(err)
	}
	if err := <-waiting; !errors.Is(err, credenza.ErrClosed) {
		t.Errorf("found %v", err)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, and %d before", runtime.NumGoroutine(), before)
}

func TestACauseIsLoggedOnceAMinute(t *testing.T) {
	var log strings.Builder
	set := setUp(t, true, func(settings *credenza.Settings) {
		settings.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	set.issuer.SetAway(true)
	for range 4 {
		_ = set.check()
		set.clock.seconds.Add(10)
	}
	if count := strings.Count(log.String(), "openid-configuration"); count != 1 {
		t.Errorf("%d lines: %s", count, log.String())
	}
	set.clock.seconds.Add(60)
	_ = set.check()
	if count := strings.Count(log.String(), "openid-configuration"); count != 2 {
		t.Errorf("%d lines: %s", count, log.String())
	}
}

func TestAnEmptyThumbprintBindsNothing(t *testing.T) {
	set := setUp(t, true, nil)
	for _, bound := range []string{"", "x"} {
		err := set.check(credenzatest.Claim("cnf", map[string]string{"x5t#S256": bound}))
		wantRule(t, err, credenza.RuleCertificateMissing)
	}
}

func TestSettings(t *testing.T) {
	const issuer = "https://id.example"
	cases := map[string]credenza.Settings{
		"issuer":                  {Audience: audience},
		"audience":                {Issuer: issuer},
		"algorithms":              {Issuer: issuer, Audience: audience, Algorithms: []credenza.Algorithm{"none"}},
		"secret":                  {Issuer: issuer, Audience: audience, Secret: []byte("short")},
		"leeway":                  {Issuer: issuer, Audience: audience, Leeway: time.Millisecond},
		"token_types":             {Issuer: issuer, Audience: audience, TokenTypes: []credenza.TokenType{"logout+jwt"}},
		"max_token_bytes":         {Issuer: issuer, Audience: audience, MaxTokenBytes: -1},
		"profile":                 {Issuer: issuer, Audience: audience, Profile: "x"},
		"tenants":                 {Issuer: issuer, Audience: audience, Tenants: []string{"x"}},
		"keys_pem":                {Issuer: issuer, Audience: audience, KeysPEM: "x"},
		"key_cache":               {Issuer: issuer, Audience: audience, KeyCache: credenza.KeyCache{MaxAge: time.Second}},
		"dpop.max_age":            {Issuer: issuer, Audience: audience, DPoP: &credenza.DPoP{MaxAge: time.Hour}},
		"introspection.client_id": {Issuer: issuer, Audience: audience, Introspection: &credenza.Introspection{}},
	}
	for setting, settings := range cases {
		_, err := credenza.New(settings)
		var refused *credenza.SettingsError
		if !errors.As(err, &refused) || refused.Setting != setting {
			t.Errorf("found %v, wanted an error of %s", err, setting)
		}
	}
	if _, err := credenza.New(credenza.Settings{Issuer: issuer, Audience: audience, Leeway: credenza.None}); err != nil {
		t.Error(err)
	}
}
