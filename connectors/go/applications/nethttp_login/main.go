// Command nethttp_login is an application of net/http with a sign-in, by the contract of tests/applications.
package main

import (
	"log"
	"net/http"

	"credenza.dev/credenza/applications/settings"
)

func main() {
	signIn, err := settings.SignIn()
	if err != nil {
		log.Fatal(err)
	}
	pages := settings.Pages{SignIn: signIn}
	mux := http.NewServeMux()
	mux.Handle("/auth/", signIn)
	mux.HandleFunc("GET /{$}", pages.Public)
	for _, path := range []string{"GET /protected", "GET /protected/"} {
		mux.Handle(path, signIn.Require(http.HandlerFunc(pages.Protected)))
	}
	mux.HandleFunc("GET /me", pages.Me)
	mux.HandleFunc("GET /token", pages.Token)
	if err := settings.Serve(mux); err != nil {
		log.Fatal(err)
	}
}
