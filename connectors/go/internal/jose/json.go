package jose

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// MaxDepth is how deep objects and arrays may nest.
const MaxDepth = 32

// Errors of JSON. They hold neither names nor values of the text, so they may be logged.
var (
	// ErrDuplicate: an object has two members of one name.
	ErrDuplicate = errors.New("duplicate member name")
	// ErrTooDeep: objects and arrays nest deeper than MaxDepth.
	ErrTooDeep = errors.New("nested too deep")
	// ErrSyntax: not one JSON text in UTF-8.
	ErrSyntax = errors.New("not JSON")
	// ErrShape: JSON, but a member is missing or of another type than wanted.
	ErrShape = errors.New("a member is missing or of the wrong type")
)

// Kind is the kind of a JSON value.
type Kind uint8

// The kinds of JSON values.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Object
)

// Value is one JSON value.
type Value struct {
	// Kind tells which of the other fields count.
	Kind Kind
	// Text is the text of a text, the literal of a number, and "true" or "false".
	Text string
	// Items are those of a list.
	Items []Value
	// Members are those of an object, in its order. No name occurs twice.
	Members []Member
}

// Member is one member of an object.
type Member struct {
	Name  string
	Value Value
}

// Member finds a member of an object by its exact name; nil for none.
func (value *Value) Member(name string) *Value {
	if value == nil || value.Kind != Object {
		return nil
	}
	for at := range value.Members {
		if value.Members[at].Name == name {
			return &value.Members[at].Value
		}
	}
	return nil
}

// Pointer finds a value by a JSON Pointer (RFC 6901); nil for none.
func (value *Value) Pointer(pointer string) *Value {
	if pointer == "" {
		return value
	}
	if pointer[0] != '/' {
		return nil
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for name := range strings.SplitSeq(pointer[1:], "/") {
		switch {
		case value == nil:
			return nil
		case value.Kind == List:
			value = value.item(name)
		default:
			value = value.Member(unescape.Replace(name))
		}
	}
	return value
}

// item finds an item by its index, which has no leading zeros (RFC 6901 section 4).
func (value *Value) item(index string) *Value {
	at, err := strconv.ParseUint(index, 10, 31)
	if err != nil || strconv.FormatUint(at, 10) != index || at >= uint64(len(value.Items)) {
		return nil
	}
	return &value.Items[at]
}

// Str is the text of a text.
func (value *Value) Str() (string, bool) {
	if value == nil || value.Kind != Text {
		return "", false
	}
	return value.Text, true
}

// Seconds reads a NumericDate (RFC 7519 section 2): any number from 0 up to the greatest int64; a fraction is dropped.
func (value *Value) Seconds() (int64, bool) {
	if value == nil || value.Kind != Number {
		return 0, false
	}
	if seconds, err := strconv.ParseInt(value.Text, 10, 64); err == nil {
		return seconds, seconds >= 0
	}
	seconds, err := strconv.ParseFloat(value.Text, 64)
	// 2^63 is the first value beyond int64, and exact as a float.
	if err != nil || !(seconds >= 0 && seconds < math.MaxInt64) {
		return 0, false
	}
	return int64(seconds), true
}

// Optional reads a member that is a text where it is present; null does not count as absent.
func (value *Value) Optional(name string) (text string, present bool, err error) {
	member := value.Member(name)
	if member == nil {
		return "", false, nil
	}
	text, isText := member.Str()
	if !isText {
		return "", false, ErrShape
	}
	return text, true, nil
}
