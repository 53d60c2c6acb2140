// Chart 925: Shared cases of the connectors, net/http | every case over HTTP: status, fields, caller, log, fetches

package guard_test

import (
	"net/http"
	"testing"

	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/internal/cases"
)

func TestCases(t *testing.T) {
	cases.Run(t, nil, func(t *testing.T, made *cases.Application) string {
		handler := http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			answer := cases.Answer(guard.Caller(request.Context()))
			if made.Route.WebSocket {
				if err := cases.Upgrade(writer, request, answer); err != nil {
					t.Error(err)
				}
				return
			}
			writer.Header().Set("Content-Type", "application/json")
			_, _ = writer.Write(answer)
		})
		protect := made.Guard.Protect
		if made.Route.Optional {
			protect = made.Guard.Optional
		}
		own := http.NewServeMux()
		for _, method := range made.Route.Methods {
			own.Handle(method+" "+made.Route.Path, protect(handler, made.Needs))
		}
		whole := http.NewServeMux()
		whole.Handle(made.Route.Prefix+"/", http.StripPrefix(made.Route.Prefix, own))
		if made.Metadata != nil {
			whole.Handle(made.Metadata.Path(), made.Guard.Metadata(*made.Metadata))
		}
		return cases.Listen(t, whole)
	})
}
