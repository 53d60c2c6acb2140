// Chart 876: Terraform provider | tenants, settings, clients, users, groups, resources and signing keys, by the framework's own test driver against a live server; drift, import, secrets, versions that have gone stale

package provider

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"credenza.dev/admin"
)

var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"credenza": providerserver.NewProtocol6WithError(New("test")()),
}

func newAdmin(t *testing.T) *admin.APIClient {
	t.Helper()
	issuer := os.Getenv("SDK_ISSUER")
	if os.Getenv("TF_ACC") == "" || issuer == "" {
		t.Skip("no terraform or no server here: see openapi/terraform/test")
	}
	return admin.New(issuer, &admin.ServiceAccount{
		Issuer: issuer, ClientID: os.Getenv("SDK_CLIENT_ID"), ClientSecret: os.Getenv("SDK_CLIENT_SECRET"),
	})
}

// has skips a test of what this server does not have.
func has(t *testing.T, client *admin.APIClient, path string) {
	t.Helper()
	var document struct {
		Paths map[string]json.RawMessage `json:"paths"`
	}
	if _, err := client.Do(context.Background(), http.MethodGet, root+"/openapi.json", nil, nil, &document); err != nil {
		t.Fatal(err)
	}
	if _, there := document.Paths[root+path]; !there {
		t.Skipf("this server has no %s", path)
	}
}

func fresh() string { return "tf-" + strings.ToLower(rand.Text()[:8]) }

func run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	for number := range steps {
		if config := steps[number].Config; config != "" {
			steps[number].Config = fmt.Sprintf("provider \"credenza\" {\n  issuer = %q\n  client_id = %q\n  client_secret = %q\n}\n",
				os.Getenv("SDK_ISSUER"), os.Getenv("SDK_CLIENT_ID"), os.Getenv("SDK_CLIENT_SECRET")) + config
		}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
}

func is(name, attribute, value string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(name, attribute, value)
}

func isAbsent(name, attribute string) resource.TestCheckFunc {
	return resource.TestCheckNoResourceAttr(name, attribute)
}

// taken hands an attribute to a test.
func taken(name, attribute string, into *string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		*into = state.RootModule().Resources[name].Primary.Attributes[attribute]
		return nil
	}
}

func TestTenant(t *testing.T) {
	client := newAdmin(t)
	name := fresh()
	config := func(words string) string {
		return fmt.Sprintf("resource \"credenza_tenant\" \"acme\" {\n  name = %q\n%s\n}\n", name, words)
	}
	run(t,
		resource.TestStep{
			Config: config(`settings = { display_name = "Acme", access_token_lifetime = 300, brand = { accent_color = "#b3261e", texts = [{ language = "en", footer = "Acme Inc." }] }, attributes = [{ name = "dept", type = "string", scope = "dept" }] }`),
			Check: resource.ComposeAggregateTestCheckFunc(
				is("credenza_tenant.acme", "settings.display_name", "Acme"),
				is("credenza_tenant.acme", "settings.attributes.0.name", "dept"),
				is("credenza_tenant.acme", "settings.brand.accent_color", "#b3261e"),
				is("credenza_tenant.acme", "settings.brand.texts.0.footer", "Acme Inc."),
				is("credenza_tenant.acme", "settings.code_lifetime", "60"),
				is("credenza_tenant.acme", "disabled", "false"),
			),
		},
		resource.TestStep{ResourceName: "credenza_tenant.acme", ImportState: true, ImportStateId: name,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name"},
		resource.TestStep{
			Config: config("settings = { display_name = \"Acme\", access_token_lifetime = 600 }\n disabled = true"),
			Check: resource.ComposeAggregateTestCheckFunc(
				is("credenza_tenant.acme", "settings.access_token_lifetime", "600"),
				is("credenza_tenant.acme", "disabled", "true"),
			),
		},
	)
	if _, _, err := client.TenantsAPI.GetTenantByName(context.Background(), name).Execute(); !admin.IsNotFound(err) {
		t.Fatalf("it is still there: %v", err)
	}
}

func TestTenantSettings(t *testing.T) {
	newAdmin(t)
	run(t,
		resource.TestStep{
			Config: "resource \"credenza_tenant_settings\" \"own\" {\n settings = { refresh_grace = 12 }\n}\n",
			Check:  is("credenza_tenant_settings.own", "settings.refresh_grace", "12"),
		},
		resource.TestStep{
			Config: "resource \"credenza_tenant_settings\" \"own\" {\n settings = { refresh_grace = 10 }\n}\n" +
				"data \"credenza_tenant_settings\" \"own\" {\n depends_on = [credenza_tenant_settings.own]\n}\n",
			Check: is("data.credenza_tenant_settings.own", "settings.refresh_grace", "10"),
		},
	)
}

func TestClient(t *testing.T) {
	client := newAdmin(t)
	ctx := context.Background()
	const name = "credenza_client.app"
	config := func(words string) string {
		return "resource \"credenza_client\" \"app\" {\n  client_name = \"App\"\n  redirect_uris = [\"https://app.example.com/callback\"]\n" + words + "\n}\n"
	}
	var id, first, second, version string
	run(t,
		resource.TestStep{
			Config: config("logo_uri = \"https://app.example.com/logo.png\"\n brand = { corners = \"sharp\" }\n scopes = [\"openid\", \"email\"]"),
			Check: resource.ComposeAggregateTestCheckFunc(
				is(name, "scopes.#", "2"), is(name, "brand.corners", "sharp"), taken(name, "version", &version),
				resource.TestCheckResourceAttrSet(name, "client_secret"),
				taken(name, "client_id", &id), taken(name, "client_secret", &first),
			),
		},
		// What is taken out is taken away; the secret stays.
		resource.TestStep{
			Config: config(`scopes = ["openid"]`),
			Check: resource.ComposeAggregateTestCheckFunc(
				isAbsent(name, "logo_uri"), isAbsent(name, "brand.corners"), is(name, "scopes.#", "1"),
				func(state *terraform.State) error {
					before, err := strconv.Atoi(version)
					if err != nil {
						return err
					}
					return is(name, "version", strconv.Itoa(before+1))(state)
				},
				func(state *terraform.State) error {
					if now := state.RootModule().Resources[name].Primary.Attributes["client_secret"]; now != first {
						return fmt.Errorf("the secret is another one")
					}
					return nil
				},
			),
		},
		// What others changed is changed back.
		resource.TestStep{
			PreConfig: func() {
				patch := admin.OAuthClientPatch{}
				patch.SetClientName("Theirs")
				if _, _, err := client.ClientsAPI.UpdateClient(ctx, id).IfMatch("*").OAuthClientPatch(patch).Execute(); err != nil {
					t.Fatal(err)
				}
			},
			Config: config(`scopes = ["openid"]`),
			Check:  is(name, "client_name", "App"),
		},
		resource.TestStep{
			Config: config("scopes = [\"openid\"]\n rotate_secret = \"2027\""),
			Check:  taken(name, "client_secret", &second),
		},
		resource.TestStep{ResourceName: name, ImportState: true, ImportStateVerify: true,
			ImportStateIdFunc:                    func(*terraform.State) (string, error) { return id, nil },
			ImportStateVerifyIdentifierAttribute: "client_id",
			ImportStateVerifyIgnore:              []string{"client_secret", "rotate_secret"}},
		resource.TestStep{
			Config: config("scopes = [\"openid\"]\n rotate_secret = \"2027\"\n disabled = true") +
				"data \"credenza_client\" \"app\" {\n  client_id = credenza_client.app.client_id\n}\n",
			Check: resource.ComposeAggregateTestCheckFunc(is(name, "disabled", "true"),
				is("data.credenza_client.app", "client_name", "App"), isAbsent("data.credenza_client.app", "client_secret")),
		},
	)
	if first == "" || second == "" || first == second {
		t.Fatal("the secret was not rotated")
	}
}

func TestWhatIsRefusedIsToldAsTheServerSaysIt(t *testing.T) {
	newAdmin(t)
	run(t, resource.TestStep{
		Config:      "resource \"credenza_user\" \"x\" {\n  username = \"" + fresh() + "\"\n  claims = { email = \"nowhere\" }\n}\n",
		ExpectError: regexp.MustCompile(`is not an email address`),
	})
}

func TestUser(t *testing.T) {
	newAdmin(t)
	username := fresh()
	const name = "credenza_user.grace"
	config := func(words string) string {
		return fmt.Sprintf("resource \"credenza_user\" \"grace\" {\n  username = %q\n%s\n}\n", username, words)
	}
	found := fmt.Sprintf("data \"credenza_user\" \"grace\" {\n  username = %q\n  depends_on = [credenza_user.grace]\n}\n", username)
	run(t,
		resource.TestStep{
			Config: config(`claims = { given_name = "Grace", nickname = "G" }`) + found,
			Check: resource.ComposeAggregateTestCheckFunc(
				is(name, "claims.given_name", "Grace"),
				resource.TestCheckResourceAttrPair("data.credenza_user.grace", "user_id", name, "user_id"),
			),
		},
		resource.TestStep{
			Config: config("claims = { given_name = \"Grace\" }\n password = \"correct horse battery staple\""),
			Check:  isAbsent(name, "claims.nickname"),
		},
		resource.TestStep{ResourceName: name, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "user_id", ImportStateVerifyIgnore: []string{"password"},
			ImportStateIdFunc: func(state *terraform.State) (string, error) {
				return state.RootModule().Resources[name].Primary.Attributes["user_id"], nil
			}},
		resource.TestStep{Config: config(""), Check: isAbsent(name, "claims.given_name")},
	)
}

func TestAStaleVersionIsRefused(t *testing.T) {
	client := newAdmin(t)
	ctx := context.Background()
	before, err := userKind.create(ctx, client, document{"username": fresh()})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := before["user_id"].(string)
	patch := document{"claims": document{"nickname": "theirs"}}
	if _, err := client.Do(ctx, http.MethodPatch, userKind.path(id), http.Header{"If-Match": {"*"}}, patch, nil); err != nil {
		t.Fatal(err)
	}
	ours := document{"username": before["username"], "claims": document{"nickname": "ours"}}
	if _, err := userKind.change(ctx, client, id, before, ours); !admin.IsPreconditionFailed(err) {
		t.Fatalf("the change of the others is lost: %v", err)
	}
	now, _, err := userKind.read(ctx, client, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := userKind.change(ctx, client, id, now, ours); err != nil {
		t.Fatal(err)
	}
}

func TestGroup(t *testing.T) {
	has(t, newAdmin(t), "/groups")
	name := fresh()
	config := func(words string) string {
		return fmt.Sprintf("resource \"credenza_group\" \"staff\" {\n  name = %q\n%s\n}\n", name, words)
	}
	run(t,
		resource.TestStep{Config: config(""), Check: is("credenza_group.staff", "description", "")},
		resource.TestStep{Config: config(`description = "Everybody"`), Check: is("credenza_group.staff", "description", "Everybody")},
	)
}

func TestResource(t *testing.T) {
	has(t, newAdmin(t), "/resources")
	uri := "https://" + fresh() + ".example.com"
	config := func(words string) string {
		return fmt.Sprintf("resource \"credenza_resource\" \"reports\" {\n  resource = %q\n%s\n}\n", uri, words)
	}
	run(t,
		resource.TestStep{
			Config: config("name = \"Reports\"\n scopes = [{ scope = \"reports:read\", description = \"Read\" }]\n access_token_lifetime = 300"),
			Check:  is("credenza_resource.reports", "scopes.0.scope", "reports:read"),
		},
		resource.TestStep{
			Config: config("name = \"All reports\"\n scopes = [{ scope = \"reports:read\", description = \"Read\" }]"),
			Check:  isAbsent("credenza_resource.reports", "access_token_lifetime"),
		},
	)
}

func TestSigningKey(t *testing.T) {
	newAdmin(t)
	config := func(words string) string {
		return "resource \"credenza_signing_key\" \"next\" {\n  algorithm = \"ES384\"\n" + words + "\n}\n"
	}
	run(t,
		resource.TestStep{Config: config(""), Check: resource.TestCheckResourceAttrSet("credenza_signing_key.next", "kid")},
		resource.TestStep{Config: config("disabled = true"), Check: is("credenza_signing_key.next", "status", "disabled")},
	)
}
