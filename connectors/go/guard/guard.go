// Package guard puts a credenza.Validator in front of handlers.
//
//	guarded := guard.New(validator)
//	mux.Handle("GET /orders", guarded.Protect(orders, credenza.Scope("orders:read")))
//
// The validator decides, and the guard only carries: the request to it, and its answer to the client. Any router whose
// middleware is func(http.Handler) http.Handler, such as chi, takes Guard.Middleware. Adapters for Gin, Echo, Fiber and
// gRPC are modules of their own: ginguard, echoguard, fiberguard and grpcguard.
package guard

import (
	"log/slog"
	"net/http"

	"credenza.dev/credenza"
)

// Guard protects routes. Its fields are set before its first use.
type Guard struct {
	// Validator decides. One is enough for several issuers: credenza.Settings.Issuers and credenza.Host.Resolve.
	Validator *credenza.Validator
	// Resolve is asked for the validator of each request, where there is one for each tenant or host; it must not block.
	// nil: Validator decides about every request. Where it returns nil, Validator decides too, and where there is none,
	// the request is refused by credenza.RuleIss.
	Resolve func(*Incoming) *credenza.Validator
	// Origin is the part of URLs that clients see and this program does not, behind a reverse proxy: scheme, host and a
	// prefix of the path that the proxy takes away, as in "https://api.example/v1". Empty: the scheme of the connection
	// and the Host field. Forwarded fields are not read, as anybody can send them. It matters for DPoP alone.
	Origin string
	// Certificate is the client's certificate as a thumbprint, where a proxy ends TLS; empty for none. nil: that of the
	// connection.
	Certificate func(*Incoming) string
	// Preflight answers CORS preflights, which have no credentials; nil: they are refused as any request without
	// credentials is. A middleware for CORS in front of the guard answers them before. Not for Fiber and gRPC.
	Preflight http.Handler
	// Logger is told of each refusal, with the rule and what it found; never with the token. nil for slog.Default.
	Logger *slog.Logger
	// Debug puts the rule and what it found into the answer. Not for production.
	Debug bool
}

// New makes a guard with every field but the validator left out.
func New(validator *credenza.Validator) *Guard { return &Guard{Validator: validator} }

// Protect lets requests through to next that fulfil the needs, and answers all others.
func (guard *Guard) Protect(next http.Handler, needs ...credenza.Need) http.Handler {
	return guard.handler(guard.Route(needs...), next)
}

// Optional is Protect that lets requests without credentials through too; their Caller is nil. Bad credentials are
// refused.
func (guard *Guard) Optional(next http.Handler, needs ...credenza.Need) http.Handler {
	return guard.handler(guard.OptionalRoute(needs...), next)
}

// Middleware is Protect for routers that take func(http.Handler) http.Handler.
func (guard *Guard) Middleware(needs ...credenza.Need) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return guard.Protect(next, needs...) }
}

// OptionalMiddleware is Optional for routers that take func(http.Handler) http.Handler.
func (guard *Guard) OptionalMiddleware(needs ...credenza.Need) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return guard.Optional(next, needs...) }
}

func (guard *Guard) handler(route *Route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if admitted := route.Admit(writer, request); admitted != nil {
			next.ServeHTTP(writer, admitted)
		}
	})
}

// isPreflight tells whether a request is a CORS preflight, which a browser sends without credentials.
func isPreflight(request *http.Request) bool {
	return request.Method == http.MethodOptions && request.Header.Get("Origin") != "" &&
		request.Header.Get("Access-Control-Request-Method") != ""
}
