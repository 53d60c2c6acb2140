// Chart 990

package login_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/login"
)

func copyText(target io.Writer, response *http.Response) (int64, error) {
	return io.Copy(target, response.Body)
}

// kinds are the places where sessions are.
var kinds = map[string]func(*login.Config){
	"cookies": func(*login.Config) {},
	"memory":  func(config *login.Config) { config.Store = login.NewMemory() },
	"idle":    func(config *login.Config) { config.Idle = time.Hour },
	"idle in memory": func(config *login.Config) {
		config.Idle, config.Store = time.Hour, login.NewMemory()
	},
}

func TestASessionFromSignInToLogout(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			provider := newProvider(t)
			server, _ := application(t, provider, kind)
			person := browser(t)
			if status, text := visit(t, person, server.URL+"/account"); status != 200 || text != "hello ada" {
				t.Fatalf("after the sign-in: %d %s", status, text)
			}
			if status, text := visit(t, person, server.URL+"/token"); status != 200 || text != "access-0" {
				t.Errorf("the token: %d %s", status, text)
			}
			copied := browser(t)
			home, _ := url.Parse(server.URL)
			copied.Jar.SetCookies(home, person.Jar.Cookies(home))
			if status, _ := visit(t, copied, server.URL+"/token"); status != 200 {
				t.Errorf("a copy of the cookies before the logout: %d", status)
			}
			person.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			response, err := person.Post(server.URL+"/auth/logout", "", nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != 303 || !strings.HasPrefix(response.Header.Get("Location"), provider.Name()+"/logout?") {
				t.Errorf("the logout: %d %v", response.StatusCode, response.Header)
			}
			for whose, client := range map[string]*http.Client{"the browser": person, "a copy": copied} {
				if status, _ := visit(t, client, server.URL+"/token"); status != 401 {
					t.Errorf("%s after the logout: %d", whose, status)
				}
			}
		})
	}
}

func TestManyTabsRefreshOnce(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provider := newProvider(t)
			provider.lifetime = 1
			server, _ := application(t, provider, kind)
			person := browser(t)
			visit(t, person, server.URL+"/account")
			provider.set(func() { provider.lifetime = 300 })
			time.Sleep(1100 * time.Millisecond)
			var group sync.WaitGroup
			for range 20 {
				group.Go(func() {
					response, err := person.Get(server.URL + "/token")
					if err != nil {
						t.Error(err)
						return
					}
					defer response.Body.Close()
					if text, _ := io.ReadAll(response.Body); string(text) != "access-1" {
						t.Errorf("%d %s", response.StatusCode, text)
					}
				})
			}
			group.Wait()
			if provider.refreshes != 1 {
				t.Errorf("%d refreshes", provider.refreshes)
			}
		})
	}
}

func TestTheProviderEndsSessions(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			provider := newProvider(t)
			server, _ := application(t, provider, kind)
			person := browser(t)
			visit(t, person, server.URL+"/account")
			event := map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}
			for _, tried := range []struct {
				name, sid string
				status    int
				signedIn  int
			}{{"another session", "other", 200, 200}, {"no event", "", 400, 200}, {"this session", "session", 200, 401}} {
				options := []credenzatest.Option{credenzatest.Type("logout+jwt"), credenzatest.Claim("sid", tried.sid), credenzatest.Claim("sub", nil)}
				if tried.sid != "" {
					options = append(options, credenzatest.Claim("events", event))
				}
				form := url.Values{"logout_token": {provider.Token("shop", options...)}}
				response, err := http.PostForm(server.URL+"/auth/backchannel-logout", form)
				if err != nil {
					t.Fatal(err)
				}
				_ = response.Body.Close()
				status, _ := visit(t, person, server.URL+"/token")
				if response.StatusCode != tried.status || status != tried.signedIn {
					t.Errorf("%s: %d, and then %d", tried.name, response.StatusCode, status)
				}
			}
		})
	}
}

func TestASessionEndsWithItsGrant(t *testing.T) {
	provider := newProvider(t)
	provider.lifetime = 1
	server, _ := application(t, provider, nil)
	person := browser(t)
	visit(t, person, server.URL+"/account")
	time.Sleep(1100 * time.Millisecond)
	provider.set(func() { provider.good = "" })
	if status, text := visit(t, person, server.URL+"/token"); status != 401 || !strings.Contains(text, "session_ended") {
		t.Errorf("after invalid_grant: %d %s", status, text)
	}
	home, _ := url.Parse(server.URL)
	if left := person.Jar.Cookies(home); len(left) != 0 {
		t.Errorf("cookies are left: %v", left)
	}
}

func TestSettingsAreNamed(t *testing.T) {
	good := login.Config{
		Issuer: "https://id.example", ClientID: "shop", ClientSecret: "secret", Origin: "https://shop.example", Secrets: []string{secret},
	}
	if _, err := login.New(good); err != nil {
		t.Fatal(err)
	}
	for setting, change := range map[string]func(*login.Config){
		"issuer":        func(config *login.Config) { config.Issuer = "" },
		"client_id":     func(config *login.Config) { config.ClientID = "" },
		"client_secret": func(config *login.Config) { config.ClientSecret = "" },
		"origin":        func(config *login.Config) { config.Origin = "http://shop.example" },
		"secret":        func(config *login.Config) { config.Secrets = []string{"short"} },
		"path":          func(config *login.Config) { config.Path = "auth" },
		"scope":         func(config *login.Config) { config.Scope = "profile" },
		"lifetime":      func(config *login.Config) { config.Lifetime = time.Second },
		"after_logout":  func(config *login.Config) { config.AfterLogout = "//evil.example" },
	} {
		config := good
		change(&config)
		_, err := login.New(config)
		var refused *credenza.SettingsError
		isNamed := errors.As(err, &refused) && (refused.Setting == setting || setting == "client_id" && refused.Setting == "audience")
		if !isNamed {
			t.Errorf("%s: %v", setting, err)
		}
	}
}
