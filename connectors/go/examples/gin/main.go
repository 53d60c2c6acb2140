// Command gin is an example for Gin.
//
//	credenza dev                                        # in another terminal; prints its issuer
//	ISSUER=http://localhost:8080 go run ./gin
package main

import (
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"credenza.dev/credenza"
	"credenza.dev/credenza/examples/settings"
	"credenza.dev/credenza/ginguard"
)

func main() { log.Fatal(run()) }

func run() error {
	own := settings.Read()
	guarded, err := own.Guard()
	if err != nil {
		return err
	}
	router := gin.Default()
	router.GET("/", ginguard.Optional(guarded), greet)
	router.GET("/orders", ginguard.Protect(guarded, credenza.Scope("orders:read")), greet)
	admin := router.Group("/admin", ginguard.Protect(guarded, credenza.Role("admin"), credenza.MaxAge(10*time.Minute)))
	admin.POST("/refunds", greet)
	router.GET(own.Metadata().Path(), gin.WrapH(guarded.Metadata(own.Metadata())))
	return router.Run(own.Listen)
}

func greet(c *gin.Context) { c.String(http.StatusOK, settings.Greeting(ginguard.Caller(c))) }
