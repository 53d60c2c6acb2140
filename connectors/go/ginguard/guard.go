// Package ginguard puts a guard in front of routes of Gin.
//
//	guarded := guard.New(validator)
//	router.GET("/orders", ginguard.Protect(guarded, credenza.Scope("orders:read")), listOrders)
package ginguard

import (
	"github.com/gin-gonic/gin"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

// CallerKey is where the caller stands in the keys of a gin.Context, for what does not use Caller: a *credenza.Claims.
const CallerKey = "credenza.caller"

// Protect lets requests through that fulfil the needs, and answers all others.
func Protect(guard *guard.Guard, needs ...credenza.Need) gin.HandlerFunc {
	return handler(guard.Route(needs...))
}

// Optional is Protect that lets requests without credentials through too; their Caller is nil. Bad credentials are
// refused.
func Optional(guard *guard.Guard, needs ...credenza.Need) gin.HandlerFunc {
	return handler(guard.OptionalRoute(needs...))
}

// Caller is whom the request is from: the claims of the token that the guard accepted. nil where the route is optional
// and the request had no credentials, or where no guard stands in front.
func Caller(c *gin.Context) *credenza.Claims { return guard.Caller(c.Request.Context()) }

func handler(route *guard.Route) gin.HandlerFunc {
	return func(c *gin.Context) {
		admitted := route.Admit(c.Writer, c.Request)
		if admitted == nil {
			c.Abort()
			return
		}
		c.Request = admitted
		if caller := Caller(c); caller != nil {
			c.Set(CallerKey, caller)
		}
		c.Next()
	}
}
