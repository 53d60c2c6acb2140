package provider

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"credenza.dev/admin"
)

const root = "/admin/v1"

// kind is what the provider knows of one noun of the API. The attributes have the names of its members, but for those that
// are said otherwise here.
type kind struct {
	// name is the type in Terraform, without the prefix.
	name string
	// description is for the documentation.
	description string
	attributes  map[string]schema.Attribute
	// collection is where new ones are made, below /admin/v1; empty for what is there already.
	collection string
	// id is the member that names one in its path, and the attribute that Terraform imports by.
	id string
	// only is the path of the only one, in place of a collection.
	only string
	// lookup is the attribute, and parameter of the list, by which a data source finds one too.
	lookup string
	// carried are attributes that answers do not have: they are as the configuration says, or as an answer said once.
	carried []string
	// creationOnly are those of the carried that are sent when one is made.
	creationOnly []string
	// canBeDisabled says that it has the operations enable and disable, and the attribute disabled.
	canBeDisabled bool
	// isFixed says that it cannot be changed by a merge patch.
	isFixed bool
	// ownsNoVersion says that its ETag is that of something larger, and is read at each change.
	ownsNoVersion bool
	// deletion is the query of a deletion.
	deletion string
	// alsoChange does what a merge patch does not, and answers with members that are told once.
	alsoChange func(ctx context.Context, client *admin.APIClient, path string, before, after document) (document, error)
}

func (k *kind) path(id string) string {
	if k.only != "" {
		return root + k.only
	}
	return root + k.collection + "/" + url.PathEscape(id)
}

// body is what the API is told of a plan: what can be configured, and is not carried out otherwise.
func (k *kind) body(said document) document {
	made := document{}
	for name, attribute := range k.attributes {
		value, known := said[name]
		configured := attribute.IsRequired() || attribute.IsOptional()
		if known && configured && name != "disabled" && !slices.Contains(k.carried, name) {
			made[name] = value
		}
	}
	// Scopes are one text there, and a set here.
	if scopes, ok := made["scopes"]; ok && k.hasScopeText() {
		delete(made, "scopes")
		made["scope"] = joined(scopes)
	}
	return made
}

// attributesOf is what an answer says in attributes.
func (k *kind) attributesOf(answer document) document {
	if k.hasScopeText() {
		words := []any{}
		text, _ := answer["scope"].(string)
		for word := range strings.FieldsSeq(text) {
			words = append(words, word)
		}
		answer["scopes"] = words
	}
	if k.canBeDisabled {
		answer["disabled"] = answer["disabled_at"] != nil
	}
	return answer
}

func (k *kind) hasScopeText() bool {
	attribute, has := k.attributes["scopes"]
	_, isSet := attribute.(schema.SetAttribute)
	return has && isSet
}

func joined(scopes any) any {
	items, ok := scopes.([]any)
	if !ok {
		return nil
	}
	var words []string
	for _, item := range items {
		word, _ := item.(string)
		words = append(words, word)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

func (k *kind) read(ctx context.Context, client *admin.APIClient, id string) (document, string, error) {
	var answer document
	response, err := client.Do(ctx, http.MethodGet, k.path(id), nil, nil, &answer)
	if err != nil {
		return nil, "", err
	}
	return answer, response.Header.Get("ETag"), nil
}

func (k *kind) create(ctx context.Context, client *admin.APIClient, plan document) (document, error) {
	body := withoutNull(k.body(plan))
	for _, name := range k.creationOnly {
		if plan[name] != nil {
			body[name] = plan[name]
		}
	}
	var answer document
	_, err := client.Do(ctx, http.MethodPost, root+k.collection, nil, body, &answer)
	return answer, err
}

// change makes the plan true of one that is there, and answers with what it is then. It is refused when somebody else has
// changed it since the state was read.
func (k *kind) change(ctx context.Context, client *admin.APIClient, id string, before, plan document) (document, error) {
	path := k.path(id)
	if patch := mergePatch(k.body(before), k.body(plan)); len(patch) > 0 && !k.isFixed {
		etag, err := k.etag(ctx, client, id, before)
		if err != nil {
			return nil, err
		}
		header := http.Header{"If-Match": {etag}}
		if _, err := client.Do(ctx, http.MethodPatch, path, header, patch, nil); err != nil {
			return nil, err
		}
	}
	if err := k.switchTo(ctx, client, path, before["disabled"] == true, plan["disabled"] == true); err != nil {
		return nil, err
	}
	told := document{}
	if k.alsoChange != nil {
		var err error
		if told, err = k.alsoChange(ctx, client, path, before, plan); err != nil {
			return nil, err
		}
	}
	answer, _, err := k.read(ctx, client, id)
	for name, value := range told {
		if answer != nil {
			answer[name] = value
		}
	}
	return answer, err
}

func (k *kind) switchTo(ctx context.Context, client *admin.APIClient, path string, was, is bool) error {
	if !k.canBeDisabled || was == is {
		return nil
	}
	verb := "/enable"
	if is {
		verb = "/disable" + k.deletion
	}
	_, err := client.Do(ctx, http.MethodPost, path+verb, nil, nil, nil)
	return err
}

func (k *kind) etag(ctx context.Context, client *admin.APIClient, id string, before document) (string, error) {
	if version, ok := before["version"].(float64); ok && !k.ownsNoVersion {
		return admin.ETag(int64(version)), nil
	}
	_, etag, err := k.read(ctx, client, id)
	return etag, err
}

func (k *kind) remove(ctx context.Context, client *admin.APIClient, id string, before document) error {
	if k.collection == "" {
		return nil
	}
	header := http.Header{}
	if _, versioned := k.attributes["version"]; versioned || k.ownsNoVersion {
		etag, err := k.etag(ctx, client, id, before)
		if err != nil {
			return err
		}
		header.Set("If-Match", etag)
	}
	_, err := client.Do(ctx, http.MethodDelete, k.path(id)+k.deletion, header, nil, nil)
	return err
}

// find answers with the one that a data source asks for.
func (k *kind) find(ctx context.Context, client *admin.APIClient, said document) (document, error) {
	if id, _ := said[k.id].(string); id != "" || k.only != "" {
		answer, _, err := k.read(ctx, client, id)
		return answer, err
	}
	value, _ := said[k.lookup].(string)
	var page struct {
		Items []document `json:"items"`
	}
	path := root + k.collection + "?" + url.Values{k.lookup: {value}}.Encode()
	if _, err := client.Do(ctx, http.MethodGet, path, nil, nil, &page); err != nil {
		return nil, err
	}
	if len(page.Items) == 0 {
		return nil, errNothing
	}
	return page.Items[0], nil
}
