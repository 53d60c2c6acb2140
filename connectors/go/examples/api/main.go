// Command api is an example: an API whose routes ask for more or less of the caller.
//
//	credenza dev                                        # in another terminal; prints its issuer
//	ISSUER=http://localhost:8080 go run ./examples/api
//
// Then http://localhost:8090/ greets whoever calls, and /orders takes an access token for the audience
// http://localhost:8090 with the scope orders:read. AUDIENCE and LISTEN change both addresses.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

func main() {
	if err := run(); err != nil {
		slog.Error("the API has ended", "cause", err)
		os.Exit(1)
	}
}

func run() error {
	listen := cmp.Or(os.Getenv("LISTEN"), "localhost:8090")
	audience := cmp.Or(os.Getenv("AUDIENCE"), "http://"+listen)
	issuer := cmp.Or(os.Getenv("ISSUER"), "http://localhost:8080")
	validator, err := credenza.New(credenza.Settings{
		Issuer: issuer, Audience: audience,
		ResourceMetadata: audience + "/.well-known/oauth-protected-resource",
	})
	if err != nil {
		return err
	}
	defer validator.Close()
	// Trouble with the issuer shows now; once it is over, the validator works by itself.
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := validator.Ready(ctx); err != nil {
		slog.Warn("the issuer does not answer yet", "cause", err)
	}
	guarded := guard.New(validator)
	guarded.Debug = os.Getenv("DEBUG") != ""
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", guarded.Optional(http.HandlerFunc(greet)))
	mux.Handle("GET /orders", guarded.Protect(http.HandlerFunc(greet), credenza.Scope("orders:read")))
	mux.Handle("POST /refunds", guarded.Protect(http.HandlerFunc(greet),
		credenza.Scope("orders:write"), credenza.MaxAge(10*time.Minute)))
	mux.Handle("/.well-known/oauth-protected-resource", guard.Metadata{
		Resource: audience, AuthorizationServers: []string{issuer}, Scopes: []string{"orders:read", "orders:write"},
	})
	slog.Info("listening", "url", audience)
	server := &http.Server{Addr: listen, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

func greet(writer http.ResponseWriter, request *http.Request) {
	name := "whoever you are"
	if caller := guard.Caller(request.Context()); caller != nil {
		name = caller.Subject()
	}
	fmt.Fprintln(writer, "Hello", name)
}
