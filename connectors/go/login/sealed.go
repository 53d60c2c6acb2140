package login

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"credenza.dev/credenza/internal/seal"
)

const (
	// maxPart is how long the value of one cookie is: browsers take 4,096 bytes with its name.
	maxPart = 3800
	// maxSealed is how long a session may be in all of its cookies: servers refuse longer header fields.
	maxSealed = 16 * 1024
)

// errTooLarge is why a session does not fit into cookies.
var errTooLarge = errors.New(
	"the session is larger than 16 kB in cookies: keep it in a store, or have the provider put less into its tokens")

// jar reads and writes sealed cookies. The name of a cookie is authenticated with its value, so that one cannot stand in
// for another.
type jar struct {
	sealer   *seal.Sealer
	isSecure bool
}

// name is the name of a cookie: one with __Host- can be set by this very host alone, not by its neighbours.
func (jar *jar) name(rest string) string {
	if jar.isSecure {
		return "__Host-credenza" + rest
	}
	return "credenza" + rest
}

// set writes a cookie; one with no lifetime is removed.
func (jar *jar) set(writer http.ResponseWriter, name, value string, lifetime time.Duration) {
	cookie := &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: jar.isSecure, SameSite: http.SameSiteLaxMode,
		MaxAge: int(lifetime / time.Second),
	}
	if cookie.MaxAge <= 0 {
		cookie.MaxAge = -1
	}
	writer.Header().Add("Set-Cookie", cookie.String())
}

// writeAll seals a text into as many cookies as it takes, and removes parts of an earlier and longer one.
func (jar *jar) writeAll(
	writer http.ResponseWriter, request *http.Request, name string, plain []byte, lifetime time.Duration,
) error {
	sealed := jar.sealer.Seal(plain, name)
	if len(sealed) > maxSealed {
		return errTooLarge
	}
	parts := (len(sealed) + maxPart - 1) / maxPart
	forgetSet(writer, name)
	for at := range parts {
		value := sealed[at*maxPart : min(len(sealed), (at+1)*maxPart)]
		if at == 0 {
			value = strconv.Itoa(parts) + "." + value
		}
		jar.set(writer, partName(name, at), value, lifetime)
	}
	jar.removeParts(writer, request, name, parts)
	return nil
}

// removeAll removes a text that may be in several cookies.
func (jar *jar) removeAll(writer http.ResponseWriter, request *http.Request, name string) {
	forgetSet(writer, name)
	jar.removeParts(writer, request, name, 0)
}

// removeParts removes the cookies of the request from a part on.
func (jar *jar) removeParts(writer http.ResponseWriter, request *http.Request, name string, from int) {
	seen := map[string]bool{}
	for _, cookie := range request.Cookies() {
		at, isPart := partOf(cookie.Name, name)
		if isPart && at >= from && !seen[cookie.Name] {
			seen[cookie.Name] = true
			jar.set(writer, cookie.Name, "", 0)
		}
	}
}

// readAll is the text of the cookies of a request, and whether there was anything of that name. Where others could set
// cookies of the same name, the first that opens is taken.
func (jar *jar) readAll(request *http.Request, name string) (plain []byte, isThere bool) {
	for _, first := range request.CookiesNamed(name) {
		isThere = true
		count, sealed, _ := strings.Cut(first.Value, ".")
		parts, err := strconv.Atoi(count)
		if err != nil || parts < 1 || parts > maxSealed/maxPart+1 {
			continue
		}
		for at := 1; at < parts; at++ {
			if part, err := request.Cookie(partName(name, at)); err == nil {
				sealed += part.Value
			}
		}
		if plain, isOpen := jar.sealer.Open(sealed, name); isOpen {
			return plain, true
		}
	}
	return nil, isThere
}

func partName(name string, at int) string {
	if at == 0 {
		return name
	}
	return name + "." + strconv.Itoa(at)
}

func partOf(cookie, name string) (int, bool) {
	if cookie == name {
		return 0, true
	}
	number, isPart := strings.CutPrefix(cookie, name+".")
	at, err := strconv.Atoi(number)
	return at, isPart && err == nil && at > 0
}

// forgetSet takes back what the answer sets so far: of two cookies of one name, it is not said which one counts.
func forgetSet(writer http.ResponseWriter, name string) {
	fields := writer.Header()["Set-Cookie"]
	var others []string
	for _, field := range fields {
		cookie, _, _ := strings.Cut(field, "=")
		if _, isPart := partOf(cookie, name); !isPart {
			others = append(others, field)
		}
	}
	if len(others) < len(fields) {
		writer.Header()["Set-Cookie"] = others
	}
}
