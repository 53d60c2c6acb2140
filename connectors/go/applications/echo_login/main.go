// Command echo_login is an application of Echo with a sign-in, by the contract of tests/applications.
package main

import (
	"log"
	"net/http"

	"github.com/labstack/echo/v5"

	"credenza.dev/credenza/applications/settings"
)

func main() {
	signIn, err := settings.SignIn()
	if err != nil {
		log.Fatal(err)
	}
	pages := settings.Pages{SignIn: signIn}
	router := echo.New()
	router.Any("/auth/*", echo.WrapHandler(signIn))
	router.GET("/", echo.WrapHandler(http.HandlerFunc(pages.Public)))
	protected := router.Group("/protected", echo.WrapMiddleware(signIn.Require))
	protected.GET("", echo.WrapHandler(http.HandlerFunc(pages.Protected)))
	protected.GET("/*", echo.WrapHandler(http.HandlerFunc(pages.Protected)))
	router.GET("/me", echo.WrapHandler(http.HandlerFunc(pages.Me)))
	router.GET("/token", echo.WrapHandler(http.HandlerFunc(pages.Token)))
	if err := settings.Serve(router); err != nil {
		log.Fatal(err)
	}
}
