package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

var groupKind = &kind{
	name:        "group",
	description: "A group of people.",
	collection:  "/groups",
	id:          "group_id",
	lookup:      "name",
	attributes: map[string]schema.Attribute{
		"group_id":    cString("Its id."),
		"name":        required("Its name, by which tokens name it; compared without regard to case."),
		"description": dString("What it is for."),
		"created_at":  since("When it was made."),
		"version":     version(),
	},
}

var resourceKind = &kind{
	name:        "resource",
	description: "An API that access tokens are for (RFC 8707), with its scopes in words.",
	collection:  "/resources",
	id:          "resource",
	attributes: map[string]schema.Attribute{
		"resource": replaced("Its URI, the `aud` of tokens."),
		"name":     oString("The name shown to people."),
		"scopes": schema.ListNestedAttribute{Optional: true, Computed: true, PlanModifiers: keepList,
			MarkdownDescription: "Its scopes.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"scope":       required("The scope."),
				"description": required("What it allows, in words for people."),
			}}},
		"access_token_lifetime": oInt("How long tokens for it live, in seconds."),
		"access_token_format":   oString("`jwt` or `opaque`."),
		"disabled":              dBool("Whether no tokens are issued for it."),
	},
	ownsNoVersion: true,
}

var signingKeyKind = &kind{
	name:        "signing_key",
	description: "A signing key. Its private part never leaves the provider.",
	collection:  "/keys",
	id:          "kid",
	attributes: map[string]schema.Attribute{
		"kid":       cString("Its id."),
		"algorithm": replaced("The one algorithm that it is for."),
		"active_at": schema.Int64Attribute{Optional: true, Computed: true,
			MarkdownDescription: "When it begins to sign, in seconds since 1970; by default when those who cache the keys know it.",
			PlanModifiers: []planmodifier.Int64{
				int64planmodifier.UseStateForUnknown(), int64planmodifier.RequiresReplaceIfConfigured(),
			}},
		"status": schema.StringAttribute{Computed: true,
			MarkdownDescription: "`signing`, `published` or `disabled`."},
		"disabled":   disabled(),
		"created_at": since("When it was made."),
	},
	canBeDisabled: true,
	isFixed:       true,
	deletion:      "?force=true",
}
