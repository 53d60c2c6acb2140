// Command fiber_login is an application of Fiber with a sign-in, by the contract of tests/applications.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/gofiber/fiber/v3"

	"credenza.dev/credenza/applications/settings"
	"credenza.dev/credenza/fiberguard"
)

func main() {
	signIn, err := settings.SignIn()
	if err != nil {
		log.Fatal(err)
	}
	pages := settings.Pages{SignIn: signIn}
	// Sessions in several cookies are longer than the header that Fiber takes by default.
	app := fiber.New(fiber.Config{ReadBufferSize: 64 * 1024})
	app.All("/auth/*", fiberguard.Handler(signIn))
	app.Get("/", handler(pages.Public))
	app.Get("/protected", fiberguard.Wrap(signIn.Require), handler(pages.Protected))
	app.Get("/protected/*", fiberguard.Wrap(signIn.Require), handler(pages.Protected))
	app.Get("/me", handler(pages.Me))
	app.Get("/token", handler(pages.Token))
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, os.Interrupt)
	go func() {
		<-ended
		_ = app.Shutdown()
	}()
	fmt.Println("listening on http://" + listener.Addr().String())
	if err := app.Listener(listener, fiber.ListenConfig{DisableStartupMessage: true}); err != nil {
		log.Fatal(err)
	}
}

func handler(function http.HandlerFunc) fiber.Handler { return fiberguard.Handler(function) }
