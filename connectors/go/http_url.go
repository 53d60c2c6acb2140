package credenza

import (
	"strconv"
	"strings"
)

// normalURL is a URL as it is compared with the htu of a DPoP proof (RFC 9449 section 4.3, RFC 3986 section 6.2):
// without query and fragment, scheme and host in lower case, no default port, no empty path, and each octet written in
// one way. Empty for anything but an http or https URL without a user.
func normalURL(url string) string {
	scheme, rest, found := strings.Cut(url, "://")
	scheme = strings.ToLower(scheme)
	defaultPort := map[string]string{"https": ":443", "http": ":80"}[scheme]
	if !found || defaultPort == "" || strings.ContainsFunc(url, isNotVisible) {
		return ""
	}
	authority, path := rest, ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority, path = rest[:end], rest[end:]
	}
	host := strings.ToLower(authority)
	if bare, had := strings.CutSuffix(host, defaultPort); had {
		host = bare
	} else {
		host = strings.TrimSuffix(host, ":")
	}
	if host == "" || strings.Contains(host, "@") {
		return ""
	}
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	path, isGood := normalEscapes(path)
	if !isGood {
		return ""
	}
	if path == "" {
		path = "/"
	}
	return scheme + "://" + host + path
}

// askedURL is the URL of a request as it is compared. A host that writes the request target as it came behind its own
// origin gets two URLs in one where the target is in absolute form (RFC 9112 section 3.2.2): the origin is the host's, as
// a client could write any, and the path that of the target.
func askedURL(url string) string {
	_, rest, found := strings.Cut(url, "://")
	second := strings.Index(rest, "://")
	if !found || second < 0 {
		return normalURL(url)
	}
	var origin string
	for _, scheme := range []string{"http", "https"} {
		if authority, isTarget := strings.CutSuffix(rest[:second], scheme); isTarget {
			// The longer scheme counts.
			origin = authority
		}
	}
	if origin == "" || strings.ContainsAny(origin, "/?#") {
		return normalURL(url)
	}
	path := rest[second+len("://"):]
	if begin := strings.IndexAny(path, "/?#"); begin >= 0 {
		path = path[begin:]
	} else {
		path = ""
	}
	return normalURL(url[:len(url)-len(rest)] + origin + path)
}

func isNotVisible(char rune) bool { return char < '!' || char > '~' }

// normalEscapes writes escapes in upper case, and none for characters that need none (RFC 3986 sections 6.2.2.1 and
// 6.2.2.2).
func normalEscapes(path string) (string, bool) {
	first, rest, found := strings.Cut(path, "%")
	if !found {
		return path, true
	}
	var normal strings.Builder
	normal.WriteString(first)
	for part := range strings.SplitSeq(rest, "%") {
		if len(part) < 2 {
			return "", false
		}
		octet, err := strconv.ParseUint(part[:2], 16, 8)
		if err != nil {
			return "", false
		}
		if isUnreserved(byte(octet)) {
			normal.WriteByte(byte(octet))
		} else {
			normal.WriteString("%" + strings.ToUpper(part[:2]))
		}
		normal.WriteString(part[2:])
	}
	return normal.String(), true
}
