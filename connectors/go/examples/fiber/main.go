// Command fiber is an example for Fiber 3.
//
//	credenza dev                                        # in another terminal; prints its issuer
//	ISSUER=http://localhost:8080 go run ./fiber
package main

import (
	"log"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"

	"credenza.dev/credenza"
	"credenza.dev/credenza/examples/settings"
	"credenza.dev/credenza/fiberguard"
)

func main() { log.Fatal(run()) }

func run() error {
	own := settings.Read()
	guarded, err := own.Guard()
	if err != nil {
		return err
	}
	// By default the head of a request has no more than 4 KiB, and a token may be longer.
	app := fiber.New(fiber.Config{ReadBufferSize: 32 * 1024})
	app.Get("/", fiberguard.Optional(guarded), greet)
	app.Get("/orders", fiberguard.Protect(guarded, credenza.Scope("orders:read")), greet)
	admin := app.Group("/admin", fiberguard.Protect(guarded, credenza.Role("admin"), credenza.MaxAge(10*time.Minute)))
	admin.Post("/refunds", greet)
	app.Get(own.Metadata().Path(), adaptor.HTTPHandler(guarded.Metadata(own.Metadata())))
	return app.Listen(own.Listen)
}

func greet(c fiber.Ctx) error { return c.SendString(settings.Greeting(fiberguard.Caller(c))) }
