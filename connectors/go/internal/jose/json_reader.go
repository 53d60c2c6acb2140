package jose

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// few is up to how many names of an object are compared pairwise.
const few = 32

// ParseJSON reads one JSON text that every reader understands alike (RFC 7519 section 4, RFC 8259 section 4), in time
// that is nearly linear in its length.
func ParseJSON(text string) (Value, error) {
	if !utf8.ValidString(text) {
		return Value{}, ErrSyntax
	}
	reader := jsonReader{text: text}
	reader.skipSpace()
	value, err := reader.value(0)
	if err != nil {
		return Value{}, err
	}
	reader.skipSpace()
	if reader.at != len(text) {
		return Value{}, ErrSyntax
	}
	return value, nil
}

// ParseObject reads one JSON object, strictly.
func ParseObject(text string) (Value, error) {
	value, err := ParseJSON(text)
	if err == nil && value.Kind != Object {
		err = ErrShape
	}
	return value, err
}

type jsonReader struct {
	text string
	at   int
}

// peek is the next byte; 0, which is part of no JSON, at the end.
func (reader *jsonReader) peek() byte {
	if reader.at < len(reader.text) {
		return reader.text[reader.at]
	}
	return 0
}

func (reader *jsonReader) skipSpace() {
	for reader.at < len(reader.text) {
		switch reader.text[reader.at] {
		case ' ', '\t', '\n', '\r':
			reader.at++
		default:
			return
		}
	}
}

func (reader *jsonReader) value(depth int) (Value, error) {
	switch next := reader.peek(); {
	case next == '{':
		return reader.object(depth)
	case next == '[':
		return reader.list(depth)
	case next == '"':
		text, err := reader.string()
		return Value{Kind: Text, Text: text}, err
	case next == '-' || isDigit(next):
		return reader.number()
	default:
		return reader.word()
	}
}

func (reader *jsonReader) word() (Value, error) {
	word, kind := "null", Null
	switch reader.peek() {
	case 't':
		word, kind = "true", Bool
	case 'f':
		word, kind = "false", Bool
	}
	if !strings.HasPrefix(reader.text[reader.at:], word) {
		return Value{}, ErrSyntax
	}
	reader.at += len(word)
	return Value{Kind: kind, Text: word}, nil
}

// next steps over the comma or the closing bracket after an item.
func (reader *jsonReader) next(closing byte) (ended bool, err error) {
	reader.skipSpace()
	switch reader.peek() {
	case closing:
		reader.at++
		return true, nil
	case ',':
		reader.at++
		reader.skipSpace()
		return false, nil
	default:
		return false, ErrSyntax
	}
}

// opens steps over an opening bracket, and over the closing one if nothing is between them.
func (reader *jsonReader) opens(depth int, closing byte) (empty bool, err error) {
	if depth == MaxDepth {
		return false, ErrTooDeep
	}
	reader.at++
	reader.skipSpace()
	if reader.peek() != closing {
		return false, nil
	}
	reader.at++
	return true, nil
}

func (reader *jsonReader) list(depth int) (Value, error) {
	list := Value{Kind: List}
	ended, err := reader.opens(depth, ']')
	for !ended && err == nil {
		var item Value
		if item, err = reader.value(depth + 1); err != nil {
			break
		}
		list.Items = append(list.Items, item)
		ended, err = reader.next(']')
	}
	return list, err
}

func (reader *jsonReader) object(depth int) (Value, error) {
	object := Value{Kind: Object}
	ended, err := reader.opens(depth, '}')
	if depth == 0 {
		object.Members = make([]Member, 0, 16)
	}
	for !ended && err == nil {
		var member Member
		if member, err = reader.member(depth); err != nil {
			break
		}
		object.Members = append(object.Members, member)
		ended, err = reader.next('}')
	}
	if err == nil && repeats(object.Members) {
		err = ErrDuplicate
	}
	return object, err
}

func (reader *jsonReader) member(depth int) (Member, error) {
	if reader.peek() != '"' {
		return Member{}, ErrSyntax
	}
	name, err := reader.string()
	if err != nil {
		return Member{}, err
	}
	reader.skipSpace()
	if reader.peek() != ':' {
		return Member{}, ErrSyntax
	}
	reader.at++
	reader.skipSpace()
	value, err := reader.value(depth + 1)
	return Member{Name: name, Value: value}, err
}

// repeats tells whether a name occurs twice. A few are compared pairwise; many are sorted, so that the time stays
// nearly linear.
func repeats(members []Member) bool {
	if len(members) <= few {
		for at := range members {
			for later := at + 1; later < len(members); later++ {
				if members[at].Name == members[later].Name {
					return true
				}
			}
		}
		return false
	}
	names := make([]string, len(members))
	for at := range members {
		names[at] = members[at].Name
	}
	slices.Sort(names)
	return len(slices.Compact(names)) != len(members)
}

// number reads a literal (RFC 8259 section 6). One beyond the range of a float64 is refused, as readers disagree
// about it.
func (reader *jsonReader) number() (Value, error) {
	start := reader.at
	if reader.peek() == '-' {
		reader.at++
	}
	leadingZero := reader.peek() == '0'
	whole := reader.digits()
	isPlain := true
	if whole == 0 || (leadingZero && whole > 1) {
		return Value{}, ErrSyntax
	}
	if reader.peek() == '.' {
		reader.at++
		if reader.digits() == 0 {
			return Value{}, ErrSyntax
		}
	}
	if next := reader.peek(); next == 'e' || next == 'E' {
		isPlain = false
		reader.at++
		if sign := reader.peek(); sign == '+' || sign == '-' {
			reader.at++
		}
		if reader.digits() == 0 {
			return Value{}, ErrSyntax
		}
	}
	literal := reader.text[start:reader.at]
	if !isPlain || whole > 300 {
		if float, _ := strconv.ParseFloat(literal, 64); math.IsInf(float, 0) {
			return Value{}, ErrSyntax
		}
	}
	return Value{Kind: Number, Text: literal}, nil
}

func (reader *jsonReader) digits() int {
	start := reader.at
	for isDigit(reader.peek()) {
		reader.at++
	}
	return reader.at - start
}

func isDigit(octet byte) bool { return '0' <= octet && octet <= '9' }

// string reads a text, copying it only when it is written with escapes.
func (reader *jsonReader) string() (string, error) {
	reader.at++
	start := reader.at
	for reader.at < len(reader.text) {
		switch octet := reader.text[reader.at]; {
		case octet == '"':
			text := reader.text[start:reader.at]
			reader.at++
			return text, nil
		case octet == '\\':
			return reader.escaped(start)
		case octet < ' ':
			return "", ErrSyntax
		}
		reader.at++
	}
	return "", ErrSyntax
}

// escaped reads on from the first escape.
func (reader *jsonReader) escaped(start int) (string, error) {
	var text strings.Builder
	text.WriteString(reader.text[start:reader.at])
	for reader.at < len(reader.text) {
		octet := reader.text[reader.at]
		reader.at++
		switch {
		case octet == '"':
			return text.String(), nil
		case octet < ' ':
			return "", ErrSyntax
		case octet != '\\':
			text.WriteByte(octet)
			continue
		}
		escape, ok := reader.escape()
		if !ok {
			return "", ErrSyntax
		}
		text.WriteRune(escape)
	}
	return "", ErrSyntax
}

// escape reads what follows a backslash. Half a surrogate pair stands for no character, and is refused.
func (reader *jsonReader) escape() (rune, bool) {
	letter := reader.peek()
	reader.at++
	if letter == 'u' {
		return reader.unicode()
	}
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	at := strings.IndexByte(letters, letter)
	if at < 0 {
		return 0, false
	}
	return rune(meanings[at]), true
}

func (reader *jsonReader) unicode() (rune, bool) {
	first, ok := reader.hex()
	if !ok || !utf16.IsSurrogate(first) {
		return first, ok
	}
	if !strings.HasPrefix(reader.text[min(reader.at, len(reader.text)):], `\u`) {
		return 0, false
	}
	reader.at += 2
	second, ok := reader.hex()
	char := utf16.DecodeRune(first, second)
	return char, ok && char != utf8.RuneError
}

func (reader *jsonReader) hex() (rune, bool) {
	if reader.at+4 > len(reader.text) {
		return 0, false
	}
	digits := reader.text[reader.at : reader.at+4]
	reader.at += 4
	number, err := strconv.ParseUint(digits, 16, 16)
	return rune(number), err == nil
}
