package credenza

import "strconv"

// Allowed is a request that may pass.
type Allowed struct {
	// Claims are those of its token.
	Claims *Claims
	// DPoPNonce is the value of DPoP-Nonce for the answer, when the client's nonce is about to expire (RFC 9449 section
	// 8.2); empty for none.
	DPoPNonce string
}

// Denied is the error for a request that may not pass, and what to answer. It holds no claims, as none may be relied
// on.
type Denied struct {
	// Status is 400, 401, 403, or 503 when the check itself was not possible.
	Status int
	// Challenge is the value of WWW-Authenticate; empty with 503, and for ID tokens and logout tokens.
	Challenge string
	// DPoPNonce is the value of DPoP-Nonce for the answer (RFC 9449 section 9); empty for none.
	DPoPNonce string
	// Rule is the reason.
	Rule Rule
	// Code is the error code in the challenge; empty for none.
	Code string
	// Detail tells developers what was found and what was wanted. It is for logs, and not for the answer.
	Detail Detail
}

// Error is for logs: it holds nothing secret, and no claims but those that Detail names.
func (denied *Denied) Error() string {
	text := "credenza: refused with " + strconv.Itoa(denied.Status) + " (" + string(denied.Rule) + "): " +
		denied.Detail.Reason
	return text
}

// step is what to do next: without a decision, make the fetch and check again.
type step struct {
	allowed *Allowed
	denied  *Denied
	// fetch is made now where there is no decision, otherwise in the background.
	fetch *fetch
}

// halt is why a check cannot go on: it is refused by a rule, or something has to be fetched first.
type halt struct {
	rule   Rule
	detail Detail
	fetch  *fetch
}

func deny(rule Rule) *halt { return &halt{rule: rule} }

func need(fetch *fetch) *halt { return &halt{fetch: fetch} }
