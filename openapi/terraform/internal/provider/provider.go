// Package provider is what Terraform is told of Credenza, and how it is carried out by the admin API.
package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"credenza.dev/admin"
)

// New answers with what makes the provider.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &credenza{version: version} }
}

type credenza struct{ version string }

type settings struct {
	Issuer       types.String `tfsdk:"issuer"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	AccessToken  types.String `tfsdk:"access_token"`
}

func (p *credenza) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName, response.Version = "credenza", p.version
}

func (p *credenza) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = schema.Schema{
		MarkdownDescription: "The admin API of one tenant of Credenza, by a service account. For several tenants, use aliases of the provider.",
		Attributes: map[string]schema.Attribute{
			"issuer": schema.StringAttribute{Optional: true,
				MarkdownDescription: "The issuer of the tenant, such as `https://id.example.com/t/acme`; or `CREDENZA_ISSUER`."},
			"client_id": schema.StringAttribute{Optional: true,
				MarkdownDescription: "The service account; or `CREDENZA_CLIENT_ID`."},
			"client_secret": schema.StringAttribute{Optional: true, Sensitive: true,
				MarkdownDescription: "Its secret; or `CREDENZA_CLIENT_SECRET`."},
			"access_token": schema.StringAttribute{Optional: true, Sensitive: true,
				MarkdownDescription: "An access token in place of a service account; or `CREDENZA_ACCESS_TOKEN`."},
		},
	}
}

func (p *credenza) Configure(ctx context.Context, request provider.ConfigureRequest, response *provider.ConfigureResponse) {
	var said settings
	response.Diagnostics.Append(request.Config.Get(ctx, &said)...)
	if response.Diagnostics.HasError() {
		return
	}
	issuer := or(said.Issuer, "CREDENZA_ISSUER")
	id, secret := or(said.ClientID, "CREDENZA_CLIENT_ID"), or(said.ClientSecret, "CREDENZA_CLIENT_SECRET")
	token := or(said.AccessToken, "CREDENZA_ACCESS_TOKEN")
	if issuer == "" || token == "" && (id == "" || secret == "") {
		response.Diagnostics.AddError("Settings are missing",
			"The provider needs issuer, and either client_id and client_secret or access_token.")
		return
	}
	var source admin.TokenSource = &admin.ServiceAccount{Issuer: issuer, ClientID: id, ClientSecret: secret}
	if token != "" {
		source = admin.StaticToken(token)
	}
	client := admin.New(issuer, source)
	client.GetConfig().UserAgent += " terraform-provider-credenza/" + p.version
	response.ResourceData, response.DataSourceData = client, client
}

func or(said types.String, variable string) string {
	if said.ValueString() != "" {
		return said.ValueString()
	}
	return os.Getenv(variable)
}

var kinds = []*kind{tenantKind, tenantSettingsKind, clientKind, userKind, groupKind, resourceKind, signingKeyKind}

func (p *credenza) Resources(context.Context) []func() resource.Resource {
	var made []func() resource.Resource
	for _, one := range kinds {
		made = append(made, func() resource.Resource { return &managed{kind: one} })
	}
	return made
}

func (p *credenza) DataSources(context.Context) []func() datasource.DataSource {
	var made []func() datasource.DataSource
	for _, one := range kinds {
		made = append(made, func() datasource.DataSource { return &found{kind: one} })
	}
	return made
}
