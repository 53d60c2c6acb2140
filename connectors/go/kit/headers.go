package kit

import (
	"mime"
	"net/http"
	"strings"
)

// Headers sets the security headers of an API on every answer whose handler has not set them itself. isSecure tells whether
// clients come by https.
func Headers(isSecure bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			hasCredentials := request.Header.Get("Authorization") != "" || request.Header.Get("Cookie") != ""
			next.ServeHTTP(&answerWriter{ResponseWriter: writer, before: func(_ int, header http.Header) {
				complete(header, isSecure, hasCredentials)
			}}, request)
		})
	}
}

func complete(header http.Header, isSecure, hasCredentials bool) {
	unlessSet := func(name, value string) {
		if _, isSet := header[name]; !isSet {
			header.Set(name, value)
		}
	}
	unlessSet("X-Content-Type-Options", "nosniff")
	unlessSet("Referrer-Policy", "no-referrer")
	unlessSet("Cross-Origin-Resource-Policy", "same-origin")
	if isSecure {
		unlessSet("Strict-Transport-Security", "max-age=31536000")
	}
	if hasCredentials {
		unlessSet("Cache-Control", "no-store")
	}
	// A page needs a policy of its own; what is no page needs to load nothing.
	if kind, _, err := mime.ParseMediaType(header.Get("Content-Type")); err != nil || !strings.HasSuffix(kind, "html") {
		unlessSet("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	}
}
