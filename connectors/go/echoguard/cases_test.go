// Chart 927: Shared cases of the connectors, Echo | every case over HTTP: status, fields, caller, log, fetches

package echoguard_test

import (
	"testing"

	"github.com/labstack/echo/v5"

	"credenza.dev/credenza/echoguard"
	"credenza.dev/credenza/internal/cases"
)

func TestCases(t *testing.T) {
	cases.Run(t, nil, func(t *testing.T, made *cases.Application) string {
		handler := func(c *echo.Context) error {
			answer := cases.Answer(echoguard.Caller(c))
			if made.Route.WebSocket {
				return cases.Upgrade(c.Response(), c.Request(), answer)
			}
			return c.Blob(200, "application/json", answer)
		}
		protect := echoguard.Protect
		if made.Route.Optional {
			protect = echoguard.Optional
		}
		server := echo.New()
		group := server.Group(made.Route.Prefix)
		for _, method := range made.Route.AllMethods() {
			group.Add(method, made.Route.Path, handler, protect(made.Guard, made.Needs))
		}
		if made.Metadata != nil {
			server.Any(made.Metadata.Path(), echo.WrapHandler(made.Guard.Metadata(*made.Metadata)))
		}
		return cases.Listen(t, server)
	})
}
