package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"credenza.dev/admin"
)

var clientKind = &kind{
	name:        "client",
	description: "A client: an application that people sign in to, or a service account.",
	collection:  "/clients",
	id:          "client_id",
	attributes: map[string]schema.Attribute{
		"client_id":                            identity("Its id; made without it."),
		"client_secret":                        clientSecret(),
		"rotate_secret":                        oString("Any text. When it changes, the client gets a new secret, and the one before is refused."),
		"client_name":                          required("The name shown to people."),
		"redirect_uris":                        dList("Where answers may be sent; compared as they are."),
		"post_logout_redirect_uris":            dList("Where people may be sent after signing out."),
		"local_network_redirects":              dBool("Whether those may be http in a local network."),
		"allowed_origins":                      dList("Where its scripts may call from, besides the origins of its redirect URIs."),
		"native_sign_in":                       dBool("Whether it signs people in by its own pages, without a browser, and so sees their passwords."),
		"refresh_token_cookie":                 dBool("Whether its refresh tokens stay in a cookie of the provider, out of reach of scripts."),
		"grant_types":                          dSet("The grants it may use."),
		"response_types":                       dSet("The response types it may request."),
		"response_modes":                       dSet("The response modes it may request."),
		"application_type":                     dString("`web` or `native`."),
		"token_endpoint_auth_method":           dString("How it authenticates."),
		"token_endpoint_auth_method_pinned":    dBool("Whether its secret may come by that method alone."),
		"token_endpoint_auth_signing_alg":      oString("The one algorithm of its assertions."),
		"jwks_uri":                             oString("Where its public keys are published."),
		"scopes":                               dSet("The scopes it may request."),
		"resources":                            dList("The resources it may request tokens for (RFC 8707)."),
		"serves":                               dList("The resources that it serves: it may introspect tokens for them."),
		"roles":                                dList("The roles that people may have at it."),
		"claims_in_id_token":                   dBool("Whether its ID tokens hold what scopes bring."),
		"subject_type":                         dString("`public` or `pairwise`."),
		"sector_identifier_uri":                oString("A document that names the redirect URIs of the whole sector."),
		"id_token_signed_response_alg":         dString("The algorithm of its ID tokens."),
		"userinfo_signed_response_alg":         oString("The algorithm of its userinfo answers; without it, they are JSON."),
		"access_token_format":                  dString("`jwt` or `opaque`."),
		"access_token_signed_response_alg":     dString("The algorithm of its access tokens."),
		"access_token_lifetime":                oInt("How long its access tokens live, in seconds; without it, as the tenant says."),
		"id_token_lifetime":                    oInt("How long its ID tokens are valid."),
		"grant_lifetime":                       oInt("How long a grant to it lives at most."),
		"refresh_token_idle_lifetime":          oInt("How long its refresh tokens live when they are not used."),
		"session_lifetime":                     oInt("How long after a sign-in a session is good for it."),
		"default_max_age":                      oInt("Signs people in again after this many seconds."),
		"default_acr_values":                   dList("`acr_values` of its requests that name none."),
		"require_auth_time":                    dBool("Whether its ID tokens always carry `auth_time`."),
		"require_pkce":                         dBool("Whether it must use PKCE; a public client always must."),
		"require_signed_request_object":        dBool("Whether it must use signed request objects."),
		"consent":                              dString("Whether the person is asked for consent: `required` or `implicit`."),
		"backchannel_logout_uri":               oString("Where it receives logout tokens."),
		"backchannel_logout_session_required":  dBool("Whether that must name the session."),
		"frontchannel_logout_uri":              oString("What the browser opens when a session ends."),
		"frontchannel_logout_session_required": dBool("Whether that must name the session."),
		"initiate_login_uri":                   oString("Where a third party may begin a sign-in."),
		"client_uri":                           oString("Its home page."),
		"logo_uri":                             oString("Its logo."),
		"policy_uri":                           oString("Its privacy policy."),
		"tos_uri":                              oString("Its terms of service."),
		"brand":                                brand("How the pages of its sign-ins look, where that is not as the tenant has it.", false),
		"contacts":                             dList("Addresses of those responsible for it."),
		"disabled":                             disabled(),
		"created_at":                           since("When it was made."),
		"version":                              version(),
	},
	carried:       []string{"client_secret", "rotate_secret"},
	canBeDisabled: true,
	alsoChange:    rotateSecret,
}

func clientSecret() schema.Attribute {
	return schema.StringAttribute{Computed: true, Sensitive: true,
		MarkdownDescription: "Its secret, if it has one. After an import it is not known, until it is rotated.",
		PlanModifiers:       []planmodifier.String{untilRotated{}}}
}

// untilRotated keeps the secret in plans that do not rotate it.
type untilRotated struct{}

func (untilRotated) Description(context.Context) string { return "stays until it is rotated" }

func (u untilRotated) MarkdownDescription(ctx context.Context) string { return u.Description(ctx) }

func (untilRotated) PlanModifyString(ctx context.Context, request planmodifier.StringRequest, response *planmodifier.StringResponse) {
	before, _ := toDocument(request.State.Raw)
	plan, _ := toDocument(request.Plan.Raw)
	rotation, known := plan["rotate_secret"]
	if len(before) > 0 && known && rotation == before["rotate_secret"] {
		response.PlanValue = request.StateValue
	}
}

func rotateSecret(ctx context.Context, client *admin.APIClient, path string, before, after document) (document, error) {
	if rotation, known := after["rotate_secret"]; !known || rotation == before["rotate_secret"] {
		return nil, nil
	}
	var answer struct {
		Secret string `json:"client_secret"`
	}
	_, err := client.Do(ctx, http.MethodPost, path+"/secret", nil, nil, &answer)
	return document{"client_secret": answer.Secret}, err
}
