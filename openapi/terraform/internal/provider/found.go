package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	managedschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"credenza.dev/admin"
)

// found is what Terraform only looks at.
type found struct {
	kind   *kind
	client *admin.APIClient
}

var _ datasource.DataSourceWithConfigure = &found{}

func (f *found) Metadata(_ context.Context, request datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_" + f.kind.name
}

func (f *found) schema() schema.Schema {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range f.kind.attributes {
		if !slices.Contains(f.kind.carried, name) {
			attributes[name] = shown(attribute, f.kind.lookup != "" && (name == f.kind.id || name == f.kind.lookup))
		}
	}
	if f.kind.only == "" && f.kind.lookup == "" {
		attributes[f.kind.id] = schema.StringAttribute{Required: true, MarkdownDescription: "Which one."}
	}
	return schema.Schema{MarkdownDescription: f.kind.description, Attributes: attributes}
}

// shown is an attribute that is read, or that says which one is meant.
func shown(attribute managedschema.Attribute, asked bool) schema.Attribute {
	described := attribute.GetMarkdownDescription()
	switch of := attribute.(type) {
	case managedschema.Int64Attribute:
		return schema.Int64Attribute{Computed: true, MarkdownDescription: described}
	case managedschema.BoolAttribute:
		return schema.BoolAttribute{Computed: true, MarkdownDescription: described}
	case managedschema.ListAttribute:
		return schema.ListAttribute{ElementType: of.ElementType, Computed: true, MarkdownDescription: described}
	case managedschema.SetAttribute:
		return schema.SetAttribute{ElementType: of.ElementType, Computed: true, MarkdownDescription: described}
	case managedschema.SingleNestedAttribute:
		return schema.SingleNestedAttribute{Attributes: within(of.Attributes), Computed: true, MarkdownDescription: described}
	case managedschema.ListNestedAttribute:
		object := schema.NestedAttributeObject{Attributes: within(of.NestedObject.Attributes)}
		return schema.ListNestedAttribute{NestedObject: object, Computed: true, MarkdownDescription: described}
	default:
		return schema.StringAttribute{Optional: asked, Computed: true, MarkdownDescription: described}
	}
}

func within(attributes map[string]managedschema.Attribute) map[string]schema.Attribute {
	made := map[string]schema.Attribute{}
	for name, attribute := range attributes {
		made[name] = shown(attribute, false)
	}
	return made
}

func (f *found) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = f.schema()
}

func (f *found) Configure(_ context.Context, request datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	f.client, _ = request.ProviderData.(*admin.APIClient)
}

func (f *found) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	said, err := toDocument(request.Config.Raw)
	if err == nil {
		var answer document
		if answer, err = f.kind.find(ctx, f.client, said); err == nil {
			response.State.Raw, err = toValue(f.kind.attributesOf(answer), f.schema().Type().TerraformType(ctx), true)
		}
	}
	tell(&response.Diagnostics, "It was not found", err)
}
