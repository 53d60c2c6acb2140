package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// brand is how pages look. What is not configured is taken away again.
func brand(words string, keep bool) schema.Attribute {
	attribute := schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: words,
		Attributes: map[string]schema.Attribute{
			"logo_uri":              oString("The logo above each page."),
			"logo_uri_dark":         oString("The logo on dark pages."),
			"accent_color":          oString("The colour of buttons and links, `#rrggbb`; it must be readable on white."),
			"accent_color_dark":     oString("The same on dark pages; without it, the nearest shade that can be read there."),
			"background_color":      oString("The colour behind the card."),
			"background_color_dark": oString("The same on dark pages."),
			"color_scheme":          oString("`auto`, `light` or `dark`."),
			"corners":               oString("`sharp`, `soft` or `round`."),
			"font":                  oString("`system`, `humanist`, `geometric` or `serif`."),
			"texts":                 brandTexts(),
			"tos_uri":               oString("The terms of service, linked below each page."),
			"policy_uri":            oString("The privacy policy."),
			"support_uri":           oString("Where people get help."),
			"imprint_uri":           oString("What tells who runs the service."),
		},
	}
	if keep {
		attribute.Computed, attribute.PlanModifiers = true, keepObject
	}
	return attribute
}

func brandTexts() schema.Attribute {
	return schema.ListNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Texts of one's own. People whose language is not there read the first.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"language": required("The language, such as `de`."),
			"sign_in":  oString("Stands above the form of the sign-in page."),
			"sign_up":  oString("Stands above the form by which somebody makes an account."),
			"error":    oString("Stands on pages that tell of an error."),
			"footer":   oString("Stands below each page."),
		}},
	}
}
