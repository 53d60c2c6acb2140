package credenza

import (
	"strconv"
	"strings"
)

// challenge is the value of WWW-Authenticate under construction (RFC 6750 section 3, RFC 9110 section 11.6.1, RFC 9449
// section 7.1, RFC 9470 section 3, RFC 9728 section 5.1). Parameters appear in the order in which they are given. No
// text can break out of its quotes or of the line.
type challenge struct {
	text          strings.Builder
	hasParameters bool
}

func newChallenge(scheme string) *challenge {
	started := &challenge{}
	started.text.WriteString(scheme)
	return started
}

// quoted adds a parameter with quotes and backslashes escaped (RFC 9110 section 5.6.4).
func (challenge *challenge) quoted(name, value string) {
	challenge.parameter(name, value, func(char rune) {
		if char == '"' || char == '\\' {
			challenge.text.WriteByte('\\')
		}
		challenge.text.WriteRune(visible(char))
	})
}

// plain adds a parameter of RFC 6750 section 3, which has no escapes: quotes and backslashes become ? too.
func (challenge *challenge) plain(name, value string) {
	challenge.parameter(name, value, func(char rune) {
		if char == '"' || char == '\\' {
			char = '?'
		}
		challenge.text.WriteRune(visible(char))
	})
}

func (challenge *challenge) seconds(name string, seconds int64) {
	challenge.plain(name, strconv.FormatInt(seconds, 10))
}

func (challenge *challenge) parameter(name, value string, write func(rune)) {
	separator := " "
	if challenge.hasParameters {
		separator = ", "
	}
	challenge.hasParameters = true
	challenge.text.WriteString(separator)
	challenge.text.WriteString(name)
	challenge.text.WriteString(`="`)
	for _, char := range value {
		write(char)
	}
	challenge.text.WriteByte('"')
}

// visible is a character of visible ASCII or a space as it is, and ? for everything else.
func visible(char rune) rune {
	if char < ' ' || char > '~' {
		return '?'
	}
	return char
}
