package fiberguard

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
)

// Wrap puts a middleware of net/http in front of a route: login.Login.Require, and those of package kit that let a request
// through or answer it. What it puts into the context of the request is in c.Context() then.
func Wrap(middleware func(http.Handler) http.Handler) fiber.Handler {
	return func(c fiber.Ctx) error {
		var admitted context.Context
		handler := middleware(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
			admitted = request.Context()
		}))
		if err := Handler(handler)(c); err != nil || admitted == nil {
			return err
		}
		c.SetContext(admitted)
		return c.Next()
	}
}

// Handler is a handler of net/http as one of Fiber, with the context of the request in it: login.Login is one.
func Handler(handler http.Handler) fiber.Handler {
	return func(c fiber.Ctx) error {
		ctx := c.Context()
		return adaptor.HTTPHandler(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			handler.ServeHTTP(writer, request.WithContext(ctx))
		}))(c)
	}
}
