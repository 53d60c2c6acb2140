// Package fiberguard puts a guard in front of routes of Fiber 3.
//
//	guarded := guard.New(validator)
//	app.Get("/orders", fiberguard.Protect(guarded, credenza.Scope("orders:read")), listOrders)
package fiberguard

import (
	"github.com/gofiber/fiber/v3"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

// Protect lets requests through that fulfil the needs, and answers all others.
func Protect(guard *guard.Guard, needs ...credenza.Need) fiber.Handler {
	return handler(guard.Route(needs...))
}

// Optional is Protect that lets requests without credentials through too; their Caller is nil. Bad credentials are
// refused.
func Optional(guard *guard.Guard, needs ...credenza.Need) fiber.Handler {
	return handler(guard.OptionalRoute(needs...))
}

type callerKey struct{}

// Caller is whom the request is from: the claims of the token that the guard accepted. nil where the route is optional
// and the request had no credentials, or where no guard stands in front. guard.Caller(c.Context()) is the same.
func Caller(c fiber.Ctx) *credenza.Claims { return fiber.Locals[*credenza.Claims](c, callerKey{}) }

func handler(route *guard.Route) fiber.Handler {
	return func(c fiber.Ctx) error {
		verdict := route.Decide(c.Context(), incoming(c))
		if !guard.IsVaried(fields(c.Response().Header.PeekAll(fiber.HeaderVary))) {
			c.Append(fiber.HeaderVary, guard.Vary)
		}
		for name, value := range verdict.Fields {
			c.Set(name, value)
		}
		if !verdict.IsAllowed {
			return c.Status(verdict.Status).Send(verdict.Body)
		}
		if verdict.Caller != nil {
			fiber.Locals(c, callerKey{}, verdict.Caller)
			c.SetContext(guard.WithCaller(c.Context(), verdict.Caller))
		}
		return c.Next()
	}
}

// incoming is what a guard reads of a request: as it came, and not what Fiber makes of forwarded fields. Everything is
// copied, as fasthttp uses the memory of a request again, while a fetch may outlive the request.
func incoming(c fiber.Ctx) *guard.Incoming {
	header := &c.Request().Header
	made := &guard.Incoming{
		Method: string(header.Method()), Host: string(header.Host()), Target: guard.Target(string(header.RequestURI())),
		Fields: func(name string) []string { return fields(header.PeekAll(name)) },
	}
	made.UseTLS(c.RequestCtx().TLSConnectionState())
	return made
}

func fields(values [][]byte) []string {
	var texts []string
	for _, value := range values {
		texts = append(texts, string(value))
	}
	return texts
}
