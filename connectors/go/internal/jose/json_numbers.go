package jose

import (
	"math"
	"regexp"
	"strconv"
)

// numbers finds strings, which are passed over, and what looks like a number.
var numbers = regexp.MustCompile(`(?s)"(?:[^"\\]|\\.)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`)

// Finite is a text with every number beyond the range of a float64, which JSON may have and readers need not take (RFC
// 8259 section 6), replaced by the greatest one of its sign.
func Finite(text string) string {
	return numbers.ReplaceAllStringFunc(text, func(token string) string {
		if token[0] == '"' {
			return token
		}
		switch float, _ := strconv.ParseFloat(token, 64); {
		case math.IsInf(float, 1):
			return "1.7976931348623157e308"
		case math.IsInf(float, -1):
			return "-1.7976931348623157e308"
		default:
			return token
		}
	})
}
