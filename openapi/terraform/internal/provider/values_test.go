package provider

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestAMergePatchNamesWhatChanges(t *testing.T) {
	before := document{"name": "a", "same": 1.0, "claims": document{"email": "x", "nickname": "y"}, "list": []any{"1"}}
	after := document{"name": "b", "same": 1.0, "claims": document{"email": "x", "nickname": nil}, "list": []any{}}
	want := document{"name": "b", "claims": document{"nickname": nil}, "list": []any{}}
	if patch := mergePatch(before, after); !reflect.DeepEqual(patch, want) {
		t.Fatalf("%v", patch)
	}
	if patch := mergePatch(before, before); len(patch) != 0 {
		t.Fatalf("%v", patch)
	}
	if patch := mergePatch(document{}, document{"claims": nil, "gone": nil}); len(patch) != 0 {
		t.Fatalf("%v", patch)
	}
	if patch := mergePatch(before, document{"claims": nil}); !reflect.DeepEqual(patch, document{"claims": nil}) {
		t.Fatalf("%v", patch)
	}
}

func TestValuesAreTheSameThereAndBack(t *testing.T) {
	inner := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": tftypes.String, "b": tftypes.Bool}}
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"text": tftypes.String, "number": tftypes.Number, "list": tftypes.List{ElementType: tftypes.String},
		"set": tftypes.Set{ElementType: tftypes.String}, "inner": inner, "objects": tftypes.List{ElementType: inner},
		"empty": inner,
	}}
	said := document{"text": "x", "number": 5.0, "list": []any{"1"}, "set": []any{}, "unknown to it": true,
		"inner": document{"a": "y", "b": false}, "objects": []any{document{"a": "z"}}, "empty": document{}}
	value, err := toValue(said, kind, true)
	if err != nil {
		t.Fatal(err)
	}
	again, err := toDocument(value)
	want := document{"text": "x", "number": 5.0, "list": []any{"1"}, "set": []any{}, "empty": nil,
		"inner": document{"a": "y", "b": false}, "objects": []any{document{"a": "z", "b": nil}}}
	if err != nil || !reflect.DeepEqual(again, want) {
		t.Fatalf("%v %v", again, err)
	}
	if _, err := toValue(document{"text": 5.0}, kind, true); err == nil {
		t.Fatal("a number is no text")
	}
}
