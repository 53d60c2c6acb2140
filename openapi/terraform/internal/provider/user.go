package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"credenza.dev/admin"
)

var userKind = &kind{
	name:        "user",
	description: "A person.",
	collection:  "/users",
	id:          "user_id",
	lookup:      "username",
	attributes: map[string]schema.Attribute{
		"user_id":  identity("Their id, the `sub` of tokens; made without it."),
		"username": required("What the person types to sign in; compared without regard to case."),
		"password": schema.StringAttribute{Optional: true, Sensitive: true,
			MarkdownDescription: "Their password. A change of it sets it; what they change it to themselves is not known here. It is in the state: better leave it out, and let people set it."},
		"claims":     claims(),
		"disabled":   disabled(),
		"created_at": since("When the account was made."),
		"version":    version(),
	},
	carried:       []string{"password"},
	creationOnly:  []string{"password"},
	canBeDisabled: true,
	alsoChange:    setPassword,
}

func claims() schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true,
		MarkdownDescription: "The standard claims (OpenID Connect Core 5.1). What is taken out of the configuration is taken away.",
		Attributes: map[string]schema.Attribute{
			"name":                  oString("The full name."),
			"given_name":            oString("The given name."),
			"family_name":           oString("The family name."),
			"middle_name":           oString("The middle name."),
			"nickname":              oString("The casual name."),
			"preferred_username":    oString("The name that they want to be called by."),
			"profile":               oString("The address of their profile."),
			"picture":               oString("The address of their picture."),
			"website":               oString("Their website."),
			"email":                 oString("The email address."),
			"email_verified":        oBool("Whether it is theirs."),
			"gender":                oString("The gender."),
			"birthdate":             oString("The birthday, `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`."),
			"zoneinfo":              oString("The time zone, such as `Europe/Berlin`."),
			"locale":                oString("The language, such as `de-AT`."),
			"phone_number":          oString("The phone number, in the form of E.164."),
			"phone_number_verified": oBool("Whether it is theirs."),
		}}
}

func setPassword(ctx context.Context, client *admin.APIClient, path string, before, after document) (document, error) {
	password := after["password"]
	if password == nil || password == before["password"] {
		return nil, nil
	}
	_, err := client.Do(ctx, http.MethodPut, path+"/password", nil, document{"password": password}, nil)
	return nil, err
}
