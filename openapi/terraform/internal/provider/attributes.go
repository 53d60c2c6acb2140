package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// What is not configured is, by the first letter of these functions: o, absent, and taken away again; d, as the provider has
// it by default, or as it was; c, said by the provider alone.

var (
	keepString = []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	keepInt    = []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}
	keepBool   = []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}
	keepList   = []planmodifier.List{listplanmodifier.UseStateForUnknown()}
	keepSet    = []planmodifier.Set{setplanmodifier.UseStateForUnknown()}
	keepObject = []planmodifier.Object{objectplanmodifier.UseStateForUnknown()}
)

func required(words string) schema.Attribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: words}
}

func replaced(words string) schema.Attribute {
	modifiers := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return schema.StringAttribute{Required: true, MarkdownDescription: words, PlanModifiers: modifiers}
}

// identity is an id that may be chosen, once.
func identity(words string) schema.Attribute {
	modifiers := []planmodifier.String{stringplanmodifier.RequiresReplaceIfConfigured(), stringplanmodifier.UseStateForUnknown()}
	return schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: words, PlanModifiers: modifiers}
}

func oString(words string) schema.Attribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: words}
}

func oInt(words string) schema.Attribute {
	return schema.Int64Attribute{Optional: true, MarkdownDescription: words}
}

func oBool(words string) schema.Attribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: words}
}

func dString(words string) schema.Attribute {
	return schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: words, PlanModifiers: keepString}
}

func dInt(words string) schema.Attribute {
	return schema.Int64Attribute{Optional: true, Computed: true, MarkdownDescription: words, PlanModifiers: keepInt}
}

func dBool(words string) schema.Attribute {
	return schema.BoolAttribute{Optional: true, Computed: true, MarkdownDescription: words, PlanModifiers: keepBool}
}

func dList(words string) schema.Attribute {
	return schema.ListAttribute{ElementType: types.StringType, Optional: true, Computed: true,
		MarkdownDescription: words, PlanModifiers: keepList}
}

func dSet(words string) schema.Attribute {
	return schema.SetAttribute{ElementType: types.StringType, Optional: true, Computed: true,
		MarkdownDescription: words, PlanModifiers: keepSet}
}

func cString(words string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: words, PlanModifiers: keepString}
}

// since is a time that never changes.
func since(words string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: words + " Seconds since 1970.", PlanModifiers: keepInt}
}

func version() schema.Attribute {
	return schema.Int64Attribute{Computed: true,
		MarkdownDescription: "A number that each change makes higher. A change is refused when somebody else has made one since the plan."}
}

func disabled() schema.Attribute {
	return dBool("Whether it can do nothing.")
}
