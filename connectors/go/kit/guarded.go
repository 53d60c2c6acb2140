package kit

import (
	"net/http"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

// Protect is guard.Protect whose refusals are problems too, with the status and the challenge of the guard; Log learns who
// called.
func Protect(guarded *guard.Guard, next http.Handler, needs ...credenza.Need) http.Handler {
	return protect(guarded.Route(needs...), next)
}

// Middleware is Protect for routers that take func(http.Handler) http.Handler.
func Middleware(guarded *guard.Guard, needs ...credenza.Need) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler { return Protect(guarded, next, needs...) }
}

// Optional is guard.Optional whose refusals are problems too.
func Optional(guarded *guard.Guard, next http.Handler, needs ...credenza.Need) http.Handler {
	return protect(guarded.OptionalRoute(needs...), next)
}

func protect(route *guard.Route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		// A refusal of the guard has no body, and no type of one.
		refusal := &problemWriter{ResponseWriter: writer, request: request, isMeant: func(status int, kind string) bool {
			return status >= http.StatusBadRequest && kind == ""
		}}
		admitted := route.Admit(refusal, request)
		if admitted == nil {
			return
		}
		if known, caller := exchangeOf(request.Context()), guard.Caller(admitted.Context()); known != nil && caller != nil {
			known.caller.Store(caller)
		}
		next.ServeHTTP(writer, admitted)
	})
}
