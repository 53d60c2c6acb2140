package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"credenza.dev/admin"
)

var errNothing = errors.New("there is no such thing")

// managed is what Terraform makes, changes and deletes.
type managed struct {
	kind   *kind
	client *admin.APIClient
}

var (
	_ resource.ResourceWithConfigure   = &managed{}
	_ resource.ResourceWithImportState = &managed{}
	_ resource.ResourceWithModifyPlan  = &managed{}
)

func (m *managed) Metadata(_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_" + m.kind.name
}

func (m *managed) schema() schema.Schema {
	return schema.Schema{MarkdownDescription: m.kind.description, Attributes: m.kind.attributes}
}

func (m *managed) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = m.schema()
}

func (m *managed) Configure(_ context.Context, request resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	m.client, _ = request.ProviderData.(*admin.APIClient)
}

// ModifyPlan says that nothing changes where nothing does: without it, a version that might be another one is a change.
func (m *managed) ModifyPlan(_ context.Context, request resource.ModifyPlanRequest, response *resource.ModifyPlanResponse) {
	if request.State.Raw.IsNull() || request.Plan.Raw.IsNull() || !request.Config.Raw.IsFullyKnown() {
		return
	}
	before, err := toDocument(request.State.Raw)
	plan, wrong := toDocument(request.Plan.Raw)
	if errors.Join(err, wrong) == nil && len(mergePatch(before, plan)) == 0 {
		response.Plan.Raw = request.State.Raw
	}
}

func (m *managed) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	plan, err := toDocument(request.Plan.Raw)
	if err == nil {
		response.State.Raw, err = m.create(ctx, plan, &response.Diagnostics)
	}
	tell(&response.Diagnostics, "It was not made", err)
}

func (m *managed) create(ctx context.Context, plan document, diagnostics *diag.Diagnostics) (tftypes.Value, error) {
	if m.kind.only != "" {
		before, _, err := m.kind.read(ctx, m.client, "")
		if err != nil {
			return tftypes.Value{}, err
		}
		answer, err := m.kind.change(ctx, m.client, "", m.kind.attributesOf(before), plan)
		if err != nil {
			return tftypes.Value{}, err
		}
		return m.state(ctx, answer, plan)
	}
	answer, err := m.kind.create(ctx, m.client, plan)
	if err != nil {
		return tftypes.Value{}, err
	}
	id, _ := answer[m.kind.id].(string)
	// From here on it is there, and the state must have it, whatever else fails.
	if plan["disabled"] == true {
		again := m.kind.switchTo(ctx, m.client, m.kind.path(id), false, true)
		tell(diagnostics, "It was made, and not disabled", again)
		if now, _, err := m.kind.read(ctx, m.client, id); err == nil {
			now["client_secret"] = answer["client_secret"]
			answer = now
		}
	}
	return m.state(ctx, answer, plan)
}

// state is an answer, with what only the plan or the state before knows.
func (m *managed) state(ctx context.Context, answer, known document) (tftypes.Value, error) {
	said := m.kind.attributesOf(answer)
	for _, name := range m.kind.carried {
		if said[name] == nil {
			said[name] = known[name]
		}
	}
	return toValue(said, m.schema().Type().TerraformType(ctx), true)
}

func (m *managed) Read(ctx context.Context, request resource.ReadRequest, response *resource.ReadResponse) {
	before, err := toDocument(request.State.Raw)
	if err == nil {
		var answer document
		id, _ := before[m.kind.id].(string)
		answer, _, err = m.kind.read(ctx, m.client, id)
		if admin.IsNotFound(err) {
			response.State.RemoveResource(ctx)
			return
		}
		if err == nil {
			response.State.Raw, err = m.state(ctx, answer, before)
		}
	}
	tell(&response.Diagnostics, "It was not read", err)
}

func (m *managed) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	before, err := toDocument(request.State.Raw)
	plan, wrong := toDocument(request.Plan.Raw)
	if err = errors.Join(err, wrong); err == nil {
		var answer document
		id, _ := before[m.kind.id].(string)
		answer, err = m.kind.change(ctx, m.client, id, before, plan)
		if err == nil {
			known := plan
			for _, name := range m.kind.carried {
				if _, told := known[name]; !told {
					known[name] = before[name]
				}
			}
			response.State.Raw, err = m.state(ctx, answer, known)
		}
	}
	tell(&response.Diagnostics, "It was not changed", err)
}

func (m *managed) Delete(ctx context.Context, request resource.DeleteRequest, response *resource.DeleteResponse) {
	before, err := toDocument(request.State.Raw)
	if err == nil {
		id, _ := before[m.kind.id].(string)
		if err = m.kind.remove(ctx, m.client, id, before); admin.IsNotFound(err) {
			return
		}
	}
	tell(&response.Diagnostics, "It was not deleted", err)
}

func (m *managed) ImportState(ctx context.Context, request resource.ImportStateRequest, response *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root(m.kind.id), request, response)
}

// tell says why something was not done, in the words of the provider, at the attribute where there is one.
func tell(diagnostics *diag.Diagnostics, summary string, err error) {
	if err == nil {
		return
	}
	problem, ok := admin.AsProblem(err)
	if !ok {
		diagnostics.AddError(summary, err.Error())
		return
	}
	detail := problem.GetDetail()
	if problem.Kind() == "stale" {
		detail = "Somebody else has changed it since it was read. Plan again to see what is different now."
	}
	detail = strings.TrimSpace(fmt.Sprintf("%s. %s", problem.Title, detail))
	if code := problem.GetSupportCode(); code != "" {
		detail += "\nSupport code: " + code
	}
	for _, value := range problem.Errors {
		words := strings.Split(strings.Trim(value.Pointer, "/"), "/")
		diagnostics.AddAttributeError(attribute(words), summary, value.Detail+"\n"+detail)
	}
	if len(problem.Errors) == 0 {
		diagnostics.AddError(summary, detail)
	}
}

func attribute(words []string) path.Path {
	if slices.Contains(words, "scope") {
		return path.Root("scopes")
	}
	made := path.Root(words[0])
	if len(words) > 1 && (words[0] == "claims" || words[0] == "settings") {
		made = made.AtName(words[1])
	}
	return made
}
