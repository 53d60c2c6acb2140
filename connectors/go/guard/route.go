package guard

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"credenza.dev/credenza"
)

// retryAfter is how soon the issuer is asked again after a failure, in seconds.
const retryAfter = 5

// Route is what a guard asks of the requests to one route. Adapters for frameworks are made of it: Admit where the
// framework has requests of net/http, Decide where it has its own.
type Route struct {
	guard *Guard
	// needs are one requirement, put together once.
	needs      []credenza.Need
	isOptional bool
}

// Route is a route for requests that fulfil the needs.
func (guard *Guard) Route(needs ...credenza.Need) *Route {
	return &Route{guard: guard, needs: []credenza.Need{credenza.Require(needs...)}}
}

// OptionalRoute is Route that lets requests without credentials through too.
func (guard *Guard) OptionalRoute(needs ...credenza.Need) *Route {
	route := guard.Route(needs...)
	route.isOptional = true
	return route
}

// Verdict is what a guard says to a request.
type Verdict struct {
	// IsAllowed tells whether the request goes on to the handler.
	IsAllowed bool
	// Caller is whom the request is from; nil where it is refused, or anonymous on an optional route.
	Caller *credenza.Claims
	// Fields are set on the answer, whether the request is allowed or not. The answer varies by Authorization too: that
	// is added to its Vary.
	Fields map[string]string
	// Status and Body are the answer to a request that is refused.
	Status int
	Body   []byte
	// Denied is why the validator refused; nil where it did not, or could not be asked.
	Denied *credenza.Denied
}

// Vary is what is added to the Vary of every answer: what a cache keeps of one caller is not for another.
const Vary = "Authorization"

// Admit answers a request that is refused and returns nil, or returns the request with its Caller in its context.
func (route *Route) Admit(writer http.ResponseWriter, request *http.Request) *http.Request {
	if preflight := route.guard.Preflight; preflight != nil && isPreflight(request) {
		preflight.ServeHTTP(writer, request)
		return nil
	}
	header := writer.Header()
	if !IsVaried(header.Values("Vary")) {
		header.Add("Vary", Vary)
	}
	verdict := route.Decide(request.Context(), FromHTTP(request))
	for name, value := range verdict.Fields {
		header.Set(name, value)
	}
	switch {
	case !verdict.IsAllowed:
		writer.WriteHeader(verdict.Status)
		// Where the client is gone, nobody reads it.
		_, _ = writer.Write(verdict.Body)
		return nil
	case verdict.Caller == nil:
		return request
	default:
		return request.WithContext(WithCaller(request.Context(), verdict.Caller))
	}
}

// IsVaried tells whether one of these Vary fields names Authorization already.
func IsVaried(fields []string) bool {
	for name := range strings.SplitSeq(strings.Join(fields, ","), ",") {
		if strings.EqualFold(strings.TrimSpace(name), Vary) {
			return true
		}
	}
	return false
}

// Decide asks the validator, and tells the log of a refusal.
func (route *Route) Decide(ctx context.Context, incoming *Incoming) Verdict {
	guard := route.guard
	request := guard.request(incoming)
	allowed, err := guard.check(ctx, incoming, request, route.needs)
	var denied *credenza.Denied
	switch {
	case err == nil:
		verdict := Verdict{IsAllowed: true, Caller: allowed.Claims}
		if allowed.DPoPNonce != "" {
			verdict.Fields = map[string]string{"DPoP-Nonce": allowed.DPoPNonce}
		}
		return verdict
	case !errors.As(err, &denied):
		// The client is gone, or the validator is closed.
		return unavailable()
	case route.isOptional && denied.Rule == credenza.RuleTokenMissing && len(request.Authorization) == 0:
		// A request with credentials of another scheme is not anonymous.
		return Verdict{IsAllowed: true}
	default:
		guard.log(ctx, incoming, denied)
		return guard.refusal(denied)
	}
}

func (guard *Guard) check(
	ctx context.Context, incoming *Incoming, request credenza.Request, needs []credenza.Need,
) (*credenza.Allowed, error) {
	validator := guard.Validator
	if guard.Resolve != nil {
		if own := guard.Resolve(incoming); own != nil {
			validator = own
		}
	}
	if validator == nil {
		return nil, unknownIssuer(len(request.Authorization) > 0)
	}
	return validator.Check(ctx, request, needs...)
}

func unavailable() Verdict {
	return Verdict{Status: http.StatusServiceUnavailable, Fields: maps.Clone(retryLater)}
}

var retryLater = map[string]string{"Cache-Control": "no-store", "Retry-After": strconv.Itoa(retryAfter)}
