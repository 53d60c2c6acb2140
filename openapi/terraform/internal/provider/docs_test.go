package provider

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// The pages of docs/resources are what the schemas say. UPDATE_DOCS=1 go test ./... writes them.
func TestThePagesSayWhatTheSchemasSay(t *testing.T) {
	for _, one := range kinds {
		file := filepath.Join("../../docs/resources", one.name+".md")
		page := pageOf(t, one)
		if os.Getenv("UPDATE_DOCS") != "" {
			if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if written, _ := os.ReadFile(file); string(written) != page {
			t.Errorf("%s is not what the schema says: UPDATE_DOCS=1 go test ./... writes it", file)
		}
	}
}

func pageOf(t *testing.T, one *kind) string {
	t.Helper()
	example, err := os.ReadFile(filepath.Join("../../examples/resources", one.name+".tf"))
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	fmt.Fprintf(&page, "# credenza_%s\n\n%s\n\n## Example\n\n```terraform\n%s```\n", one.name, one.description, example)
	page.WriteString("\n## Attributes\n\n| Attribute | Type | |\n|---|---|---|\n")
	rows(&page, "", one.attributes)
	fmt.Fprintf(&page, "\n## Import\n\n`terraform import credenza_%s.NAME %s`\n", one.name, strings.ToUpper(one.id))
	return page.String()
}

func rows(page *strings.Builder, prefix string, attributes map[string]schema.Attribute) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		attribute := attributes[name]
		fmt.Fprintf(page, "| `%s%s` | %s | %s |\n", prefix, name, traits(attribute), attribute.GetMarkdownDescription())
		switch of := attribute.(type) {
		case schema.SingleNestedAttribute:
			rows(page, prefix+name+".", of.Attributes)
		case schema.ListNestedAttribute:
			rows(page, prefix+name+"[].", of.NestedObject.Attributes)
		}
	}
}

func traits(attribute schema.Attribute) string {
	said := []string{}
	switch attribute.(type) {
	case schema.StringAttribute:
		said = append(said, "string")
	case schema.Int64Attribute:
		said = append(said, "number")
	case schema.BoolAttribute:
		said = append(said, "bool")
	case schema.ListAttribute:
		said = append(said, "list of strings")
	case schema.SetAttribute:
		said = append(said, "set of strings")
	case schema.SingleNestedAttribute:
		said = append(said, "object")
	case schema.ListNestedAttribute:
		said = append(said, "list of objects")
	}
	switch {
	case attribute.IsRequired():
		said = append(said, "required")
	case !attribute.IsOptional():
		said = append(said, "read-only")
	}
	if attribute.IsSensitive() {
		said = append(said, "sensitive")
	}
	return strings.Join(said, ", ")
}
