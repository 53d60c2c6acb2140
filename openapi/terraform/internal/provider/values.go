package provider

import (
	"fmt"
	"math/big"
	"reflect"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// document is a JSON object.
type document = map[string]any

// toDocument is what an object of Terraform says in JSON. What is not known yet is left out; what has no value is nil.
func toDocument(value tftypes.Value) (document, error) {
	if value.IsNull() {
		return document{}, nil
	}
	var members map[string]tftypes.Value
	if err := value.As(&members); err != nil {
		return nil, err
	}
	made := document{}
	for name, member := range members {
		if !member.IsKnown() {
			continue
		}
		said, err := toJSON(member)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		made[name] = said
	}
	return made, nil
}

func toJSON(value tftypes.Value) (any, error) {
	if value.IsNull() {
		return nil, nil
	}
	switch kind := value.Type().(type) {
	case tftypes.Object, tftypes.Map:
		return toDocument(value)
	case tftypes.List, tftypes.Set:
		var items []tftypes.Value
		if err := value.As(&items); err != nil {
			return nil, err
		}
		made := []any{}
		for _, item := range items {
			said, err := toJSON(item)
			if err != nil {
				return nil, err
			}
			made = append(made, said)
		}
		return made, nil
	default:
		return toScalar(value, kind)
	}
}

func toScalar(value tftypes.Value, kind tftypes.Type) (any, error) {
	switch {
	case kind.Is(tftypes.String):
		var text string
		err := value.As(&text)
		return text, err
	case kind.Is(tftypes.Bool):
		var truth bool
		err := value.As(&truth)
		return truth, err
	case kind.Is(tftypes.Number):
		number := new(big.Float)
		if err := value.As(&number); err != nil {
			return nil, err
		}
		whole, _ := number.Int64()
		return float64(whole), nil
	}
	return nil, fmt.Errorf("no JSON for %s", kind)
}

// toValue is what JSON says in a type of Terraform. What the type does not know is left out. An object within another that
// says nothing is null: without members, the API leaves it out or not as it likes.
func toValue(said any, kind tftypes.Type, outermost bool) (tftypes.Value, error) {
	if said == nil {
		return tftypes.NewValue(kind, nil), nil
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		return toObject(said, kind, outermost)
	case tftypes.List:
		items, err := toItems(said, kind.ElementType)
		return tftypes.NewValue(kind, items), err
	case tftypes.Set:
		items, err := toItems(said, kind.ElementType)
		return tftypes.NewValue(kind, items), err
	}
	switch said := said.(type) {
	case float64:
		return checked(kind, big.NewFloat(said))
	default:
		return checked(kind, said)
	}
}

func checked(kind tftypes.Type, said any) (tftypes.Value, error) {
	if err := tftypes.ValidateValue(kind, said); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(kind, said), nil
}

func toObject(said any, kind tftypes.Object, outermost bool) (tftypes.Value, error) {
	object, ok := said.(document)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("%v is no object", said)
	}
	members, empty := map[string]tftypes.Value{}, !outermost
	for name, of := range kind.AttributeTypes {
		member, err := toValue(object[name], of, false)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		members[name], empty = member, empty && member.IsNull()
	}
	if empty {
		return tftypes.NewValue(kind, nil), nil
	}
	return tftypes.NewValue(kind, members), nil
}

func toItems(said any, kind tftypes.Type) ([]tftypes.Value, error) {
	items, ok := said.([]any)
	if !ok {
		return nil, fmt.Errorf("%v is no list", said)
	}
	made := []tftypes.Value{}
	for _, item := range items {
		value, err := toValue(item, kind, true)
		if err != nil {
			return nil, err
		}
		made = append(made, value)
	}
	return made, nil
}

// mergePatch is what makes the one document of the other (RFC 7396): what the new one has no value for is taken away, and
// what it does not name stays.
func mergePatch(before, after document) document {
	patch := document{}
	for name, said := range after {
		old := before[name]
		if reflect.DeepEqual(old, said) {
			continue
		}
		inner, isObject := said.(document)
		if isObject {
			was, _ := old.(document)
			inner = mergePatch(was, inner)
			if len(inner) == 0 && was != nil {
				continue
			}
			said = inner
		}
		patch[name] = said
	}
	return patch
}

// withoutNull leaves out what has no value, as a creation does.
func withoutNull(said document) document {
	made := document{}
	for name, value := range said {
		if inner, isObject := value.(document); isObject {
			value = withoutNull(inner)
		}
		if value != nil {
			made[name] = value
		}
	}
	return made
}
