package credenza

import (
	"strings"
	"time"
)

// fetch is an HTTP request to make, without following redirects.
type fetch struct {
	// kind tells who answers it.
	kind fetchKind
	// key identifies what is fetched: of two fetches with the same key, one is enough.
	key    string
	url    string
	accept string
	// authorization and form are those of a POST; a GET has neither.
	authorization, form string
	// maxBytes is the greatest size of the answer's body; a longer one is a failure.
	maxBytes int64
	// name and until are what is to be remembered.
	name  [32]byte
	until int64
}

// fetchKind tells by whom a fetch is answered.
type fetchKind int

const (
	// fetchByHTTP is answered by a server.
	fetchByHTTP fetchKind = iota
	// fetchResolve asks the host about the issuer that is the url.
	fetchResolve
	// fetchRemember has the host remember a name until a time.
	fetchRemember
)

// response is what was answered; nil for a fetch that failed.
type response struct {
	status       int
	contentType  string
	cacheControl string
	body         string
	// issuer is what the host says of an issuer; nil for one that it does not know.
	issuer *config
	// isNew tells whether the host had not remembered a name before.
	isNew bool
}

// How much of a document is read, and how long a fetch may take.
const (
	maxDocumentBytes = 256 * 1024
	fetchTimeout     = 5 * time.Second
)

func get(key, url, accept string) *fetch {
	return &fetch{key: key, url: url, accept: accept, maxBytes: maxDocumentBytes}
}

// check tells what is wrong with an answer; nil for one that is usable. The failure is why there is no answer.
func (fetch *fetch) check(answer *response, failure *Trouble) *Trouble {
	switch {
	case answer == nil:
		return failure
	case answer.status >= 300 && answer.status < 400:
		trouble := troubleOf(CauseRedirect, fetch.url, "")
		trouble.Status, trouble.Hint = answer.status, "redirects are not followed: name the last address"
		return trouble
	case answer.status != 200:
		trouble := troubleOf(CauseHTTPStatus, fetch.url, "")
		trouble.Status = answer.status
		return trouble
	case int64(len(answer.body)) > fetch.maxBytes:
		return troubleOf(CauseTooLarge, fetch.url, "")
	default:
		return nil
	}
}

// isAcceptable tells whether a URL may be fetched: https, or http where allowHTTP says so or the host is this machine.
func isAcceptable(url string, allowHTTP bool) bool {
	scheme, rest, found := strings.Cut(url, "://")
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	if !found || authority == "" || strings.Contains(authority, "@") || strings.ContainsAny(url, "# \\\n\r\t") {
		return false
	}
	return scheme == "https" || (scheme == "http" && (allowHTTP || isLoopback(authority)))
}

func isLoopback(authority string) bool {
	host := authority
	if at := strings.LastIndexByte(authority, ':'); at >= 0 && strings.Trim(authority[at+1:], "0123456789") == "" {
		host = authority[:at]
	}
	return host == "localhost" || host == "127.0.0.1" || host == "[::1]"
}
