package credenza

import (
	"strings"

	"credenza.dev/credenza/internal/jose"
)

// metadata is what a validator reads of the issuer's metadata (OpenID Connect Discovery 4, RFC 8414 section 3).
// Addresses of endpoints are judged where they are used.
type metadata struct {
	jwksURI string
	all     jose.Value
}

// readMetadata reads metadata; trouble when it is malformed, or another issuer's (Discovery 4.3), or names a key set
// that may not be fetched.
func readMetadata(fetch *fetch, answer *response, issuer string, allowHTTP bool) (*metadata, *Trouble) {
	members, err := jose.ParseObject(answer.body)
	if err != nil {
		return nil, noDocument(fetch, answer, err.Error())
	}
	own, isText := members.Member("issuer").Str()
	if !isText {
		return nil, noDocument(fetch, answer, "it names no issuer")
	}
	if own != issuer {
		return nil, mismatch(own, issuer, fetch.url)
	}
	uri, isText := members.Member("jwks_uri").Str()
	if !isText {
		return nil, noDocument(fetch, answer, "it names no jwks_uri")
	}
	if trouble := checkAddress(uri, "jwks_uri", issuer, allowHTTP, fetch.url); trouble != nil {
		return nil, trouble
	}
	return &metadata{jwksURI: uri, all: members}, nil
}

// endpoint is the address of an endpoint, judged because it is needed.
func (metadata *metadata) endpoint(name, issuer string, allowHTTP bool) (string, *Trouble) {
	value := metadata.all.Member(name)
	if value == nil || value.Kind == jose.Null {
		return "", troubleOf(CauseNotOffered, issuer, name)
	}
	url, isText := value.Str()
	if !isText {
		return "", troubleOf(CauseMalformed, issuer, name)
	}
	return url, checkAddress(url, name, issuer, allowHTTP, issuer)
}

// checkAddress: an http address of an https issuer would let anybody on the path replace what is fetched.
func checkAddress(url, name, issuer string, allowHTTP bool, source string) *Trouble {
	allowHTTP = allowHTTP || strings.HasPrefix(issuer, "http://")
	if isAcceptable(url, allowHTTP) && (allowHTTP || strings.HasPrefix(url, "https://")) {
		return nil
	}
	return troubleOf(CauseInsecure, source, name+" is "+url)
}

func mismatch(found, wanted, url string) *Trouble {
	trouble := troubleOf(CauseIssuerMismatch, url, "it is of "+found+", and not of "+wanted)
	switch {
	case strings.TrimRight(found, "/") == strings.TrimRight(wanted, "/"):
		trouble.Hint = "they differ by a slash at the end: take the issuer exactly as it is written there"
	case equalFold(found, wanted):
		trouble.Hint = "they differ by case: take the issuer exactly as it is written there"
	}
	return trouble
}

// metadataURLs are where the metadata may be, the likelier place first.
func metadataURLs(issuer string) [2]string {
	bare := strings.TrimSuffix(issuer, "/")
	origin, path := bare, ""
	if at := strings.Index(bare, "://"); at >= 0 {
		start := at + len("://")
		if at := strings.IndexByte(bare[start:], '/'); at >= 0 {
			origin, path = bare[:start+at], bare[start+at:]
		}
	}
	return [2]string{
		bare + "/.well-known/openid-configuration",
		origin + "/.well-known/oauth-authorization-server" + path,
	}
}
