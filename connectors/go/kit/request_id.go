package kit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
)

// IDField is the field with the id of a request, in requests and answers.
const IDField = "X-Request-Id"

var usableID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// RequestID gives each request an id: the one that it brings, where it is short and plain, and a random UUID otherwise. The
// answer has it too.
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		id := request.Header.Get(IDField)
		if len(request.Header.Values(IDField)) != 1 || !usableID.MatchString(id) {
			id = newUUID()
		}
		writer.Header().Set(IDField, id)
		ctx := context.WithValue(request.Context(), exchangeKey{}, &exchange{id: id})
		next.ServeHTTP(writer, request.WithContext(ctx))
	})
}

// newUUID is a random UUID (RFC 9562 section 5.4).
func newUUID() string {
	var octets [16]byte
	// It never fails: crypto/rand ends the program where the system gives no randomness.
	_, _ = rand.Read(octets[:])
	octets[6] = octets[6]&0x0f | 0x40
	octets[8] = octets[8]&0x3f | 0x80
	text := hex.EncodeToString(octets[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
