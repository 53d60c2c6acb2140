// Command chi is an example for chi, whose middleware the guard is as it is.
//
//	credenza dev                                        # in another terminal; prints its issuer
//	ISSUER=http://localhost:8080 go run ./chi
package main

import (
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"credenza.dev/credenza"
	"credenza.dev/credenza/examples/settings"
	"credenza.dev/credenza/guard"
)

func main() { log.Fatal(run()) }

func run() error {
	own := settings.Read()
	guarded, err := own.Guard()
	if err != nil {
		return err
	}
	router := chi.NewRouter()
	router.With(guarded.OptionalMiddleware()).Get("/", greet)
	router.With(guarded.Middleware(credenza.Scope("orders:read"))).Get("/orders", greet)
	router.Route("/admin", func(admin chi.Router) {
		admin.Use(guarded.Middleware(credenza.Role("admin"), credenza.MaxAge(10*time.Minute)))
		admin.Post("/refunds", greet)
	})
	router.Handle(own.Metadata().Path(), guarded.Metadata(own.Metadata()))
	server := &http.Server{Addr: own.Listen, Handler: router, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

func greet(writer http.ResponseWriter, request *http.Request) {
	fmt.Fprintln(writer, settings.Greeting(guard.Caller(request.Context())))
}
