// Package echoguard puts a guard in front of routes of Echo 5.
//
//	guarded := guard.New(validator)
//	server.GET("/orders", listOrders, echoguard.Protect(guarded, credenza.Scope("orders:read")))
package echoguard

import (
	"github.com/labstack/echo/v5"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

// CallerKey is where the caller stands in an echo.Context, for what does not use Caller: a *credenza.Claims.
const CallerKey = "credenza.caller"

// Protect lets requests through that fulfil the needs, and answers all others.
func Protect(guard *guard.Guard, needs ...credenza.Need) echo.MiddlewareFunc {
	return middleware(guard.Route(needs...))
}

// Optional is Protect that lets requests without credentials through too; their Caller is nil. Bad credentials are
// refused.
func Optional(guard *guard.Guard, needs ...credenza.Need) echo.MiddlewareFunc {
	return middleware(guard.OptionalRoute(needs...))
}

// Caller is whom the request is from: the claims of the token that the guard accepted. nil where the route is optional
// and the request had no credentials, or where no guard stands in front.
func Caller(c *echo.Context) *credenza.Claims { return guard.Caller(c.Request().Context()) }

func middleware(route *guard.Route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			admitted := route.Admit(c.Response(), c.Request())
			if admitted == nil {
				return nil
			}
			c.SetRequest(admitted)
			if caller := Caller(c); caller != nil {
				c.Set(CallerKey, caller)
			}
			return next(c)
		}
	}
}
