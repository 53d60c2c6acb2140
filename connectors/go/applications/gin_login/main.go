// Command gin_login is an application of Gin with a sign-in, by the contract of tests/applications.
package main

import (
	"log"

	"github.com/gin-gonic/gin"

	"credenza.dev/credenza/applications/settings"
	"credenza.dev/credenza/ginguard"
)

func main() {
	signIn, err := settings.SignIn()
	if err != nil {
		log.Fatal(err)
	}
	pages := settings.Pages{SignIn: signIn}
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Any("/auth/*rest", gin.WrapH(signIn))
	router.GET("/", gin.WrapF(pages.Public))
	router.GET("/protected", ginguard.Wrap(signIn.Require), gin.WrapF(pages.Protected))
	router.GET("/protected/*rest", ginguard.Wrap(signIn.Require), gin.WrapF(pages.Protected))
	router.GET("/me", gin.WrapF(pages.Me))
	router.GET("/token", gin.WrapF(pages.Token))
	if err := settings.Serve(router); err != nil {
		log.Fatal(err)
	}
}
