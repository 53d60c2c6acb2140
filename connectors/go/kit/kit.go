// Package kit is what every service writes again: request ids, a log without secrets, security headers, limits of bodies,
// time and rates, problems in place of error pages, permissions, plans, features, pages of lists, and health. Each part
// is a middleware or a function of its own; Service puts the usual ones around all handlers in the right order.
//
//	service := kit.Service{Origin: "https://api.example"}
//	http.ListenAndServe(":8080", service.Wrap(mux))
//
// It needs nothing but the standard library and package guard.
package kit

import (
	"cmp"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Service is what goes around all handlers of a service. Its zero value is ready for use.
type Service struct {
	// Origin is scheme and host as clients see them; with https, Strict-Transport-Security is sent.
	Origin string
	// Logger has a record of each request: that of NewLogger(os.Stdout), or any other. slog.Default by default.
	Logger *slog.Logger
	// BodyLimit is how many bytes a body has at most: 1 MiB by default. BodyLimit around a route replaces it.
	BodyLimit int64
	// Timeout is how long a handler may take: 30 seconds by default. Timeout around a route replaces it.
	Timeout time.Duration
}

// Wrap puts everything around a handler.
func (service Service) Wrap(next http.Handler) http.Handler {
	next = Problems(next)
	next = BodyLimit(cmp.Or(service.BodyLimit, 1<<20))(next)
	next = Recover(next)
	next = Timeout(cmp.Or(service.Timeout, 30*time.Second))(next)
	next = Headers(strings.HasPrefix(service.Origin, "https://"))(next)
	next = Log(service.Logger)(next)
	return RequestID(next)
}
