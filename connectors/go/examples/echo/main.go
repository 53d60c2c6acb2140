// Command echo is an example for Echo 5.
//
//	credenza dev                                        # in another terminal; prints its issuer
//	ISSUER=http://localhost:8080 go run ./echo
package main

import (
	"log"
	"net/http"
	"time"

	"github.com/labstack/echo/v5"

	"credenza.dev/credenza"
	"credenza.dev/credenza/echoguard"
	"credenza.dev/credenza/examples/settings"
)

func main() { log.Fatal(run()) }

func run() error {
	own := settings.Read()
	guarded, err := own.Guard()
	if err != nil {
		return err
	}
	server := echo.New()
	server.GET("/", greet, echoguard.Optional(guarded))
	server.GET("/orders", greet, echoguard.Protect(guarded, credenza.Scope("orders:read")))
	admin := server.Group("/admin", echoguard.Protect(guarded, credenza.Role("admin"), credenza.MaxAge(10*time.Minute)))
	admin.POST("/refunds", greet)
	server.GET(own.Metadata().Path(), echo.WrapHandler(guarded.Metadata(own.Metadata())))
	return server.Start(own.Listen)
}

func greet(c *echo.Context) error {
	return c.String(http.StatusOK, settings.Greeting(echoguard.Caller(c)))
}
