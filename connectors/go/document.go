package credenza

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"credenza.dev/credenza/internal/jose"
)

// misfit is a member of a document that is unknown, missing or of another kind.
type misfit struct{ path, reason string }

// reader reads one value of a document; a misfit for one of another kind, with the path inside of it.
type reader func(value *jose.Value) *misfit

// members reads an object by its members. A name that is not among them is refused, so that no misspelt setting is
// taken for its default.
func members(readers map[string]reader, required ...string) reader {
	return func(value *jose.Value) *misfit {
		if value.Kind != jose.Object {
			return &misfit{"", "has to be an object"}
		}
		for at := range value.Members {
			name := value.Members[at].Name
			read, isKnown := readers[name]
			if !isKnown {
				return &misfit{name, "there is no such setting"}
			}
			if wrong := read(&value.Members[at].Value); wrong != nil {
				return wrong.within(name)
			}
		}
		for _, name := range required {
			if value.Member(name) == nil {
				return &misfit{name, "is needed"}
			}
		}
		return nil
	}
}

// within is the misfit seen from one level further out.
func (wrong *misfit) within(name string) *misfit {
	if wrong.path != "" {
		name += "." + wrong.path
	}
	return &misfit{name, wrong.reason}
}

// nullable reads a member for which null counts as absent.
func nullable(read reader) reader {
	return func(value *jose.Value) *misfit {
		if value.Kind == jose.Null {
			return nil
		}
		return read(value)
	}
}

func unless(isRight bool, kind string) *misfit {
	if isRight {
		return nil
	}
	return &misfit{"", "has to be " + kind}
}

func text(target *string) reader {
	return func(value *jose.Value) *misfit {
		*target = value.Text
		return unless(value.Kind == jose.Text, "text")
	}
}

func optionalText(target **string) reader {
	return nullable(func(value *jose.Value) *misfit {
		*target = &value.Text
		return unless(value.Kind == jose.Text, "text")
	})
}

func flag(target *bool) reader {
	return func(value *jose.Value) *misfit {
		*target = value.Text == "true"
		return unless(value.Kind == jose.Bool, "true or false")
	}
}

func integer(target *int64) reader {
	return func(value *jose.Value) *misfit {
		number, err := strconv.ParseInt(value.Text, 10, 64)
		*target = number
		return unless(value.Kind == jose.Number && err == nil, "a whole number")
	}
}

// size reads a number that has no sign.
func size(target *int64) reader {
	return func(value *jose.Value) *misfit {
		if wrong := integer(target)(value); wrong != nil {
			return wrong
		}
		return unless(*target >= 0, "a whole number")
	}
}

func optionalInteger(target **int64) reader {
	return nullable(func(value *jose.Value) *misfit {
		*target = new(int64)
		return integer(*target)(value)
	})
}

// span reads whole seconds; more than a Duration can hold counts as the longest.
func span(target **time.Duration) reader {
	return nullable(func(value *jose.Value) *misfit {
		var seconds int64
		wrong := integer(&seconds)(value)
		const most = int64(math.MaxInt64 / time.Second)
		length := time.Duration(min(max(seconds, -most), most)) * time.Second
		*target = &length
		return wrong
	})
}

// namesOf reads texts, each of which has to pass. One value of a list is told by the list.
func namesOf[Name ~string](target *[]Name, isKnown func(Name) bool, kind string) reader {
	return func(value *jose.Value) *misfit {
		*target = []Name{}
		for at := range value.Items {
			name, isText := value.Items[at].Str()
			if !isText {
				return unless(false, "text")
			}
			if !isKnown(Name(name)) {
				return unless(false, kind)
			}
			*target = append(*target, Name(name))
		}
		return unless(value.Kind == jose.List, "a list")
	}
}

func texts(target *[]string) reader { return namesOf(target, func(string) bool { return true }, "") }

func algorithms(target *[]Algorithm) reader {
	isKnown := func(alg Algorithm) bool { return slices.Contains(jose.Algorithms(), alg) }
	return namesOf(target, isKnown, "one of "+strings.Join(names(jose.Algorithms()), ", "))
}

// oneOrMany reads one text, or several.
func oneOrMany(target *[]string) reader {
	return func(value *jose.Value) *misfit {
		if one, isText := value.Str(); isText {
			*target = []string{one}
			return nil
		}
		wrong := texts(target)(value)
		return unless(wrong == nil, "text or a list of texts")
	}
}

// readDocument reads a document strictly: no name twice, and no unknown one.
func readDocument(name string, octets []byte, read reader) error {
	value, err := jose.ParseObject(string(octets))
	if err != nil {
		return refuse(name, "is no JSON object: "+err.Error())
	}
	if wrong := read(&value); wrong != nil {
		if wrong.path == "" {
			wrong.path = name
		}
		return refuse(wrong.path, wrong.reason)
	}
	return nil
}

// ParseRequirement reads a requirement as JSON, as every language of Credenza takes it: {"scopes": ["read"]}.
func ParseRequirement(octets []byte) (Requirement, error) {
	var made Requirement
	err := readDocument("requirement", octets, members(map[string]reader{
		"scopes":         texts(&made.Scopes),
		"any_scope":      texts(&made.AnyScope),
		"client_ids":     texts(&made.ClientIDs),
		"tenants":        texts(&made.Tenants),
		"organizations":  texts(&made.Organizations),
		"roles":          texts(&made.Roles),
		"any_role":       texts(&made.AnyRole),
		"permissions":    texts(&made.Permissions),
		"any_permission": texts(&made.AnyPermission),
		"plans":          texts(&made.Plans),
		"acr_values":     texts(&made.ACRValues),
		"max_age":        span(&made.MaxAge),
		"max_token_age":  span(&made.MaxTokenAge),
		"bound":          flag(&made.Bound),
	}))
	return made, err
}

// rawText writes a value that was read strictly as JSON again.
func rawText(value *jose.Value) string {
	octets, err := json.Marshal(plain(value))
	if err != nil {
		return ""
	}
	return string(octets)
}

func plain(value *jose.Value) any {
	switch value.Kind {
	case jose.Object:
		object := map[string]any{}
		for at := range value.Members {
			object[value.Members[at].Name] = plain(&value.Members[at].Value)
		}
		return object
	case jose.List:
		items := []any{}
		for at := range value.Items {
			items = append(items, plain(&value.Items[at]))
		}
		return items
	case jose.Text:
		return value.Text
	case jose.Number:
		return json.Number(value.Text)
	case jose.Bool:
		return value.Text == "true"
	default:
		return nil
	}
}
