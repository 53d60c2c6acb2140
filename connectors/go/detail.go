package credenza

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How long a text of a token may be in a detail, in characters, and how many texts it lists.
const (
	maxDetailText  = 128
	maxDetailTexts = 16
)

// Detail is what a refusal is about, for the log of whoever runs the service. Texts of the token are shortened, and hold
// no control characters; Kid, Iss, Aud and Exp are what the token says of itself, whether or not its signature was verified.
type Detail struct {
	// Reason is all of it as one line.
	Reason string `json:"reason"`
	// Member is the header member, the claim, or the part of the request that it is about; empty for none.
	Member string `json:"member,omitempty"`
	// Problem is what is wrong with that member; empty without one.
	Problem Problem `json:"problem,omitempty"`
	// Found is what was found.
	Found []string `json:"found,omitempty"`
	// Wanted is what was wanted: any of these, unless the rule is one that wants all.
	Wanted []string `json:"wanted,omitempty"`
	// Leeway is by how many seconds clocks may differ, where a time was compared; nil otherwise.
	Leeway *int64 `json:"leeway,omitempty"`
	// Kid and Iss are those of the token; empty without.
	Kid string `json:"kid,omitempty"`
	Iss string `json:"iss,omitempty"`
	// Aud is that of the token; nil without.
	Aud []string `json:"aud,omitempty"`
	// Exp is that of the token, in seconds since 1970; nil without.
	Exp *int64 `json:"exp,omitempty"`
	// Trouble is what kept the validator from its issuer; nil for nothing.
	Trouble *Trouble `json:"trouble,omitempty"`
}

// Problem is what is wrong with a member.
type Problem string

// The problems.
const (
	// ProblemMissing: it is not there, or empty.
	ProblemMissing Problem = "missing"
	// ProblemWrongKind: it is there, but not of the kind of value that it has to be.
	ProblemWrongKind Problem = "wrong_kind"
	// ProblemOther: its value is not one of those that were wanted.
	ProblemOther Problem = "other"
)

// because refuses by a rule, because of that.
func because(rule Rule, detail Detail) *halt { return &halt{rule: rule, detail: detail} }

// missing refuses because a claim is not there.
func missing(rule Rule, member string, wanted ...string) *halt {
	return because(rule, Detail{Member: member, Problem: ProblemMissing, Wanted: wanted})
}

// other refuses because a member has another value than was wanted.
func other(rule Rule, member string, found, wanted []string) *halt {
	return because(rule, Detail{Member: member, Problem: ProblemOther, Found: found, Wanted: wanted})
}

// withLeeway adds by how much clocks may differ.
func (halt *halt) withLeeway(seconds int64) *halt {
	halt.detail.Leeway = &seconds
	return halt
}

// told is the detail with its texts made fit for a log, and with the line that begins with what the rule says.
func (detail Detail) told(description string) Detail {
	detail.Member = printable(detail.Member)
	detail.Found, detail.Wanted = printables(detail.Found), printables(detail.Wanted)
	detail.Kid, detail.Iss, detail.Aud = printable(detail.Kid), printable(detail.Iss), printables(detail.Aud)
	reason := description
	if detail.Member != "" {
		reason += ": " + detail.Member
	}
	switch detail.Problem {
	case ProblemMissing:
		reason += " is missing"
	case ProblemWrongKind:
		reason += " is of another kind"
	}
	if len(detail.Found) > 0 {
		reason += " is " + quoted(detail.Found)
	}
	if len(detail.Wanted) > 0 {
		reason += ", wanted " + quoted(detail.Wanted)
	}
	if detail.Leeway != nil {
		reason += fmt.Sprintf(", with %d seconds of leeway", *detail.Leeway)
	}
	if detail.Trouble != nil {
		reason += ": " + detail.Trouble.String()
	}
	detail.Reason = reason
	return detail
}

func quoted(texts []string) string {
	shown := make([]string, len(texts))
	for at, text := range texts {
		shown[at] = strconv.Quote(text)
	}
	return strings.Join(shown, ", ")
}

func printables(texts []string) []string {
	var shown []string
	for _, text := range texts[:min(len(texts), maxDetailTexts)] {
		shown = append(shown, printable(text))
	}
	return shown
}

// printable is a text from outside, fit for one line of a log.
func printable(text string) string {
	if utf8.RuneCountInString(text) > maxDetailText {
		text = string([]rune(text)[:maxDetailText]) + "…"
	}
	return strings.Map(func(char rune) rune {
		if unicode.IsControl(char) {
			return '?'
		}
		return char
	}, text)
}
