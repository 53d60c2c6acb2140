// Chart 928: Shared cases of the connectors, Fiber | every case over HTTP: status, fields, caller, log, fetches

package fiberguard_test

import (
	"net"
	"testing"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"
	"github.com/gofiber/fiber/v3/middleware/cors"

	"credenza.dev/credenza/fiberguard"
	"credenza.dev/credenza/internal/cases"
)

func TestCases(t *testing.T) {
	cases.Run(t, nil, func(t *testing.T, made *cases.Application) string {
		handler := func(c fiber.Ctx) error {
			answer := cases.Answer(fiberguard.Caller(c))
			if made.Route.WebSocket {
				return upgrade(c, answer)
			}
			c.Set("Content-Type", "application/json")
			return c.Send(answer)
		}
		protect := fiberguard.Protect
		if made.Route.Optional {
			protect = fiberguard.Optional
		}
		own := fiber.New()
		for _, method := range made.Route.AllMethods() {
			own.Add([]string{method}, made.Route.Path, protect(made.Guard, made.Needs), handler)
		}
		// By default, the head of a request has no more than 4 KiB.
		whole := fiber.New(fiber.Config{ReadBufferSize: 64 * 1024})
		if made.Preflight {
			whole.Use(cors.New(cors.Config{AllowOrigins: []string{cases.Origin}}))
		}
		if made.Metadata != nil {
			whole.All(made.Metadata.Path(), adaptor.HTTPHandler(made.Guard.Metadata(*made.Metadata)))
		}
		whole.Use(made.Route.Prefix, own)
		return listen(t, whole)
	})
}

func listen(t *testing.T, app *fiber.App) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(listener, fiber.ListenConfig{DisableStartupMessage: true}) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	return listener.Addr().String()
}

// upgrade answers a handshake, sends a message, and ends.
func upgrade(c fiber.Ctx, text []byte) error {
	c.Set("Connection", "Upgrade")
	c.Set("Upgrade", "websocket")
	c.Set("Sec-WebSocket-Accept", cases.Accept(c.Get("Sec-WebSocket-Key")))
	c.RequestCtx().Hijack(func(connection net.Conn) { _, _ = connection.Write(cases.Frame(text)) })
	return c.Status(fiber.StatusSwitchingProtocols).Send(nil)
}
