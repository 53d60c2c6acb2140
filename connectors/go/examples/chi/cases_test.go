// Chart 931: Shared cases of the connectors, chi | every case over HTTP with the middleware for net/http: status, fields, caller, log, fetches

package main

import (
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"

	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/internal/cases"
)

func TestCases(t *testing.T) {
	cases.Run(t, nil, func(t *testing.T, made *cases.Application) string {
		handler := func(writer http.ResponseWriter, request *http.Request) {
			answer := cases.Answer(guard.Caller(request.Context()))
			if made.Route.WebSocket {
				if err := cases.Upgrade(writer, request, answer); err != nil {
					t.Error(err)
				}
				return
			}
			writer.Header().Set("Content-Type", "application/json")
			_, _ = writer.Write(answer)
		}
		middleware := made.Guard.Middleware
		if made.Route.Optional {
			middleware = made.Guard.OptionalMiddleware
		}
		own := chi.NewRouter()
		for _, method := range made.Route.AllMethods() {
			own.With(middleware(made.Needs)).MethodFunc(method, made.Route.Path, handler)
		}
		whole := chi.NewRouter()
		if made.Metadata != nil {
			whole.Handle(made.Metadata.Path(), made.Guard.Metadata(*made.Metadata))
		}
		whole.Mount(made.Route.Prefix+"/", own)
		return cases.Listen(t, whole)
	})
}
