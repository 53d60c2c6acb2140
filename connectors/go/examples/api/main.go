// Command api is an example for net/http: an API whose routes ask for more or less of the caller.
//
//	credenza dev                                        # in another terminal; prints its issuer
//	ISSUER=http://localhost:8080 go run ./api
//
// Then http://localhost:8090/ greets whoever calls, and /orders takes an access token for the audience
// http://localhost:8090 with the scope orders:read. AUDIENCE and LISTEN change both addresses.
package main

import (
	"fmt"
	"log"
	"net/http"
	"time"

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
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", guarded.Optional(http.HandlerFunc(greet)))
	mux.Handle("GET /orders", guarded.Protect(http.HandlerFunc(greet), credenza.Scope("orders:read")))
	mux.Handle("POST /refunds", guarded.Protect(http.HandlerFunc(greet),
		credenza.Scope("orders:write"), credenza.MaxAge(10*time.Minute)))
	mux.Handle(own.Metadata().Path(), guarded.Metadata(own.Metadata()))
	server := &http.Server{Addr: own.Listen, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

func greet(writer http.ResponseWriter, request *http.Request) {
	fmt.Fprintln(writer, settings.Greeting(guard.Caller(request.Context())))
}
