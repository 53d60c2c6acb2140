// Chart 875

package admin_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"credenza.dev/admin"
)

var (
	issuer = os.Getenv("SDK_ISSUER")
	ctx    = context.Background()
	client = newClient()
)

func account(id, secret string) *admin.ServiceAccount {
	return &admin.ServiceAccount{Issuer: issuer, ClientID: id, ClientSecret: secret}
}

func newClient() *admin.APIClient {
	return admin.New(issuer, account(os.Getenv("SDK_CLIENT_ID"), os.Getenv("SDK_CLIENT_SECRET")))
}

func fresh() string { return "go-" + strings.ToLower(rand.Text()[:8]) }

func must[T any](t *testing.T) func(value T, _ *http.Response, err error) T {
	return func(value T, _ *http.Response, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func fail(t *testing.T, words url.Values) {
	t.Helper()
	response, err := http.Post(issuer+"/_proxy/fail?"+words.Encode(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
}

type request struct {
	at  int
	key string
}

func seen(t *testing.T, method, path string) []request {
	t.Helper()
	words := url.Values{"method": {method}, "path": {path}}
	response, err := http.Get(issuer + "/_proxy/seen?" + words.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	var requests []request
	for line := range strings.Lines(string(text)) {
		at, key, _ := strings.Cut(strings.TrimSpace(line), " ")
		ms, _ := strconv.Atoi(at)
		requests = append(requests, request{ms, key})
	}
	return requests
}

func TestATenantAClientAndAUserAreMadeChangedAndDeleted(t *testing.T) {
	name := fresh()
	settings := admin.TenantSettingsCreation{DisplayName: admin.PtrString("Acme")}
	tenant := must[*admin.Tenant](t)(client.TenantsAPI.CreateTenant(ctx).
		TenantCreation(admin.TenantCreation{Name: name, Settings: &settings}).Execute())
	if tenant.Settings.DisplayName != "Acme" {
		t.Fatal(tenant.Settings.DisplayName)
	}
	app := must[*admin.OAuthClient](t)(client.ClientsAPI.CreateClient(ctx).OAuthClientCreation(admin.OAuthClientCreation{
		ClientName: admin.PtrString("App"), RedirectUris: []string{"https://app.example.com/callback"},
	}).Execute())
	if app.GetClientSecret() == "" {
		t.Fatal("no secret")
	}
	claims := admin.StandardClaims{}
	claims.SetNickname("Al")
	claims.SetEmail(name + "@example.com")
	user := must[*admin.User](t)(client.UsersAPI.CreateUser(ctx).
		UserCreation(admin.UserCreation{Username: name, Claims: &claims}).Execute())

	// Nil takes a member away, and what is not named stays.
	without := admin.StandardClaims{}
	without.SetNicknameNil()
	patch := admin.UserPatch{}
	patch.SetClaims(without)
	changed := must[*admin.User](t)(client.UsersAPI.UpdateUser(ctx, user.UserId).
		IfMatch(admin.ETag(user.Version)).UserPatch(patch).Execute())
	if changed.Claims.HasNickname() || changed.Claims.GetEmail() != name+"@example.com" {
		t.Fatalf("%+v", changed.Claims)
	}

	for _, gone := range []func() (*http.Response, error){
		client.UsersAPI.DeleteUser(ctx, user.UserId).IfMatch(admin.ETag(changed.Version)).Execute,
		client.ClientsAPI.DeleteClient(ctx, app.ClientId).IfMatch(admin.ETag(app.Version)).Execute,
		client.TenantsAPI.DeleteTenantByName(ctx, name).IfMatch(admin.ETag(tenant.Version)).Execute,
	} {
		if _, err := gone(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryUserIsListedOncePageByPage(t *testing.T) {
	names, seeds := map[string]bool{}, 0
	for user, err := range admin.All(client.UsersAPI.ListUsers(ctx).Limit(70)) {
		if err != nil {
			t.Fatal(err)
		}
		if names[user.Username] {
			t.Fatalf("%s twice", user.Username)
		}
		names[user.Username] = true
		if strings.HasPrefix(user.Username, "seed-") {
			seeds++
		}
	}
	if seeds != 300 {
		t.Fatal(seeds)
	}
}

func TestWhatIsRefusedIsAProblemWithItsKindAndItsValues(t *testing.T) {
	_, _, err := client.UsersAPI.GetUser(ctx, "nobody").Execute()
	problem, ok := admin.AsProblem(err)
	if !ok || !admin.IsNotFound(err) || problem.Kind() != "not-found" || problem.GetSupportCode() == "" {
		t.Fatal(err)
	}

	user := must[*admin.User](t)(client.UsersAPI.CreateUser(ctx).UserCreation(admin.UserCreation{Username: fresh()}).Execute())
	claims := admin.StandardClaims{}
	claims.SetNickname("Al")
	patch := admin.UserPatch{}
	patch.SetClaims(claims)
	change := client.UsersAPI.UpdateUser(ctx, user.UserId).IfMatch(admin.ETag(user.Version)).UserPatch(patch)
	must[*admin.User](t)(change.Execute())
	if _, _, err := change.Execute(); !admin.IsPreconditionFailed(err) {
		t.Fatal(err)
	}

	claims.SetEmail("nowhere")
	_, _, err = client.UsersAPI.CreateUser(ctx).UserCreation(admin.UserCreation{Username: fresh(), Claims: &claims}).Execute()
	problem, ok = admin.AsProblem(err)
	if !ok || problem.Errors[0].Pointer != "/claims/email" {
		t.Fatal(err)
	}
}

func TestWhatIsRefusedForNowIsTriedAgainWhenRetryAfterSays(t *testing.T) {
	user := must[*admin.User](t)(client.UsersAPI.CreateUser(ctx).UserCreation(admin.UserCreation{Username: fresh()}).Execute())
	path := "/users/" + user.UserId
	fail(t, url.Values{"method": {"GET"}, "path": {path}, "times": {"1"}, "status": {"429"}, "retry_after": {"1"}})
	fail(t, url.Values{"method": {"GET"}, "path": {path}, "times": {"1"}, "status": {"503"}})
	must[*admin.User](t)(client.UsersAPI.GetUser(ctx, user.UserId).Execute())
	times := seen(t, "GET", path)
	if len(times) != 3 || times[1].at-times[0].at < 950 {
		t.Fatal(times)
	}

	// Not for ever, and what comes then is no problem of the API.
	fail(t, url.Values{"method": {"GET"}, "path": {path}, "times": {"9"}, "status": {"503"}, "retry_after": {"0"}})
	_, response, err := client.UsersAPI.GetUser(ctx, user.UserId).Execute()
	if _, ok := admin.AsProblem(err); ok || err == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Fatal(err)
	}
	if all := seen(t, "GET", path); len(all) != 7 {
		t.Fatal(all)
	}
}

func TestACreationWhoseAnswerIsLostIsCarriedOutOnce(t *testing.T) {
	name := fresh()
	before := len(seen(t, "POST", "/admin/v1/users"))
	fail(t, url.Values{"method": {"POST"}, "path": {"/admin/v1/users"}, "times": {"1"}, "lost": {"after"}})
	user := must[*admin.User](t)(client.UsersAPI.CreateUser(ctx).UserCreation(admin.UserCreation{Username: name}).Execute())
	both := seen(t, "POST", "/admin/v1/users")[before:]
	if len(both) != 2 || both[0].key == "-" || both[0].key != both[1].key {
		t.Fatal(both)
	}
	found := must[*admin.UserPage](t)(client.UsersAPI.ListUsers(ctx).Username(name).Execute())
	if len(found.Items) != 1 || found.Items[0].UserId != user.UserId {
		t.Fatal(found.Items)
	}
}

func TestATokenIsFetchedOnceForAllWhoWait(t *testing.T) {
	before := len(seen(t, "POST", "/token"))
	own := newClient()
	var all sync.WaitGroup
	failures := make(chan error, 50)
	for range 50 {
		all.Add(1)
		go func() {
			defer all.Done()
			if _, _, err := own.UsersAPI.ListUsers(ctx).Limit(1).Execute(); err != nil {
				failures <- err
			}
		}()
	}
	all.Wait()
	close(failures)
	for err := range failures {
		t.Fatal(err)
	}
	if asked := len(seen(t, "POST", "/token")) - before; asked != 1 {
		t.Fatal(asked)
	}
}

func TestAfterItsSecretIsRotatedAServiceAccountNeedsTheNewOne(t *testing.T) {
	script := must[*admin.OAuthClient](t)(client.ClientsAPI.CreateClient(ctx).OAuthClientCreation(admin.OAuthClientCreation{
		ClientName: admin.PtrString("Script"), GrantTypes: []string{"client_credentials"},
		Resources: []string{issuer + "/admin"}, Scope: admin.PtrString("admin:users:read"),
	}).Execute())
	if _, err := account(script.ClientId, script.GetClientSecret()).Token(ctx); err != nil {
		t.Fatal(err)
	}
	rotated := must[*admin.OAuthClient](t)(client.ClientsAPI.RotateClientSecret(ctx, script.ClientId).Execute())
	if _, err := account(script.ClientId, rotated.GetClientSecret()).Token(ctx); err != nil {
		t.Fatal(err)
	}
	_, err := account(script.ClientId, script.GetClientSecret()).Token(ctx)
	var refused *admin.TokenError
	if !errors.As(err, &refused) || refused.Code != "invalid_client" {
		t.Fatal(err)
	}
}

func TestATokenIsReplacedWhenItWasRevokedAndBeforeItExpires(t *testing.T) {
	script := must[*admin.OAuthClient](t)(client.ClientsAPI.CreateClient(ctx).OAuthClientCreation(admin.OAuthClientCreation{
		ClientName: admin.PtrString("Script"), GrantTypes: []string{"client_credentials"},
		Resources: []string{issuer + "/admin"}, Scope: admin.PtrString("admin:users:read"),
		AccessTokenLifetime: admin.PtrInt64(3),
	}).Execute())
	tokens := account(script.ClientId, script.GetClientSecret())
	own := admin.New(issuer, tokens)
	next := func() string {
		token, err := tokens.Token(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	first := next()
	if next() != first {
		t.Fatal("it was not kept")
	}
	form := strings.NewReader(url.Values{"token": {first}}.Encode())
	revocation, _ := http.NewRequest(http.MethodPost, issuer+"/revoke", form)
	revocation.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	revocation.SetBasicAuth(script.ClientId, script.GetClientSecret())
	if response, err := http.DefaultClient.Do(revocation); err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(err)
	}
	must[*admin.UserPage](t)(own.UsersAPI.ListUsers(ctx).Limit(1).Execute())
	second := next()
	if second == first {
		t.Fatal("it was not replaced")
	}
	time.Sleep(3 * time.Second)
	if next() == second {
		t.Fatal("it was not renewed")
	}
}
