// Package guard puts a credenza.Validator in front of handlers of net/http.
//
//	guarded := guard.New(validator)
//	mux.Handle("GET /orders", guarded.Protect(orders, credenza.Scope("orders:read")))
//
// The validator decides, and the guard only carries: the request to it, and its answer to the client. Any router whose
// middleware is func(http.Handler) http.Handler, such as chi, takes Guard.Middleware.
package guard

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"credenza.dev/credenza"
)

// Guard protects handlers. Its fields are set before its first use.
type Guard struct {
	// Validator decides.
	Validator *credenza.Validator
	// Origin is the part of URLs that clients see and this program does not, behind a reverse proxy: scheme, host and a
	// prefix of the path that the proxy takes away, as in "https://api.example/v1". Empty: the scheme of the connection
	// and the Host field. Forwarded fields are not read, as anybody can send them. It matters for DPoP alone.
	Origin string
	// Certificate is the client's certificate as a thumbprint, where a proxy ends TLS; nil: that of the connection.
	Certificate func(*http.Request) string
	// Preflight answers CORS preflights, which have no credentials; nil: they are refused as any request without
	// credentials is. A middleware for CORS in front of the guard answers them before.
	Preflight http.Handler
	// Logger is told of each refusal, with the rule and what it found; never with the token. nil for slog.Default.
	Logger *slog.Logger
	// Debug puts the rule and what it found into the answer. Not for production.
	Debug bool
}

// New makes a guard with every field but the validator left out.
func New(validator *credenza.Validator) *Guard { return &Guard{Validator: validator} }

type callerKey struct{}

// Caller is whom the request of this context is from: the claims of the token that the guard accepted. nil where the
// route is optional and the request had no credentials, or where no guard stands in front.
func Caller(ctx context.Context) *credenza.Claims {
	claims, _ := ctx.Value(callerKey{}).(*credenza.Claims)
	return claims
}

// Protect lets requests through to next that fulfil the needs, and answers all others.
func (guard *Guard) Protect(next http.Handler, needs ...credenza.Need) http.Handler {
	return guard.handler(next, false, needs)
}

// Optional is Protect that lets requests without credentials through too; their Caller is nil. Bad credentials are
// refused.
func (guard *Guard) Optional(next http.Handler, needs ...credenza.Need) http.Handler {
	return guard.handler(next, true, needs)
}

// Middleware is Protect for routers that take func(http.Handler) http.Handler.
func (guard *Guard) Middleware(needs ...credenza.Need) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return guard.Protect(next, needs...) }
}

func (guard *Guard) handler(next http.Handler, isOptional bool, needs []credenza.Need) http.Handler {
	requirement := credenza.Require(needs...)
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if guard.Preflight != nil && isPreflight(request) {
			guard.Preflight.ServeHTTP(writer, request)
			return
		}
		// What a cache keeps of one caller is not for another.
		writer.Header().Add("Vary", "Authorization")
		allowed, err := guard.Validator.Check(request.Context(), guard.request(request), requirement)
		var denied *credenza.Denied
		switch {
		case err == nil:
			if allowed.DPoPNonce != "" {
				writer.Header().Set("DPoP-Nonce", allowed.DPoPNonce)
			}
			ctx := context.WithValue(request.Context(), callerKey{}, allowed.Claims)
			next.ServeHTTP(writer, request.WithContext(ctx))
		case errors.As(err, &denied) && isOptional && denied.Rule == credenza.RuleTokenMissing && isBare(request):
			next.ServeHTTP(writer, request)
		case denied != nil:
			guard.refuse(writer, request, denied)
		default:
			// The client is gone, or the validator is closed.
			writer.WriteHeader(http.StatusServiceUnavailable)
		}
	})
}

// isBare tells whether a request has no credentials at all: one with those of another scheme is not anonymous.
func isBare(request *http.Request) bool { return len(request.Header.Values("Authorization")) == 0 }

// isPreflight tells whether a request is a CORS preflight, which a browser sends without credentials.
func isPreflight(request *http.Request) bool {
	return request.Method == http.MethodOptions && request.Header.Get("Origin") != "" &&
		request.Header.Get("Access-Control-Request-Method") != ""
}

func (guard *Guard) refuse(writer http.ResponseWriter, request *http.Request, denied *credenza.Denied) {
	logger := guard.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.InfoContext(request.Context(), "credenza: refused", "rule", string(denied.Rule), "status", denied.Status,
		"method", request.Method, "path", request.URL.Path, "reason", denied.Detail.Reason,
		"kid", denied.Detail.Kid, "iss", denied.Detail.Iss, "exp", expiry(denied))
	header := writer.Header()
	header.Set("Cache-Control", "no-store")
	if denied.Challenge != "" {
		header.Set("WWW-Authenticate", denied.Challenge)
	}
	if denied.DPoPNonce != "" {
		header.Set("DPoP-Nonce", denied.DPoPNonce)
	}
	if denied.Status == http.StatusServiceUnavailable {
		header.Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if !guard.Debug {
		writer.WriteHeader(denied.Status)
		return
	}
	header.Set("Content-Type", "application/json")
	writer.WriteHeader(denied.Status)
	_ = json.NewEncoder(writer).Encode(map[string]string{"rule": string(denied.Rule), "detail": denied.Error()})
}

// expiry is the exp that the token states, for the log; 0 without.
func expiry(denied *credenza.Denied) int64 {
	if denied.Detail.Exp == nil {
		return 0
	}
	return *denied.Detail.Exp
}

// retryAfter is how soon the issuer is asked again after a failure, in seconds.
const retryAfter = 5
