// Chart 926: Shared cases of the connectors, Gin | every case over HTTP: status, fields, caller, log, fetches

package ginguard_test

import (
	"testing"

	"github.com/gin-gonic/gin"

	"credenza.dev/credenza/ginguard"
	"credenza.dev/credenza/internal/cases"
)

func TestCases(t *testing.T) {
	gin.SetMode(gin.TestMode)
	cases.Run(t, nil, func(t *testing.T, made *cases.Application) string {
		handler := func(c *gin.Context) {
			answer := cases.Answer(ginguard.Caller(c))
			if made.Route.WebSocket {
				if err := cases.Upgrade(c.Writer, c.Request, answer); err != nil {
					t.Error(err)
				}
				return
			}
			c.Data(200, "application/json", answer)
		}
		protect := ginguard.Protect
		if made.Route.Optional {
			protect = ginguard.Optional
		}
		router := gin.New()
		group := router.Group(made.Route.Prefix)
		for _, method := range made.Route.AllMethods() {
			group.Handle(method, made.Route.Path, protect(made.Guard, made.Needs), handler)
		}
		if made.Metadata != nil {
			router.Any(made.Metadata.Path(), gin.WrapH(made.Guard.Metadata(*made.Metadata)))
		}
		return cases.Listen(t, router)
	})
}
