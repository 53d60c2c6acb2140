// Command go serves the three routes of a framework that tests/bench/connectors measures: bare, guarded and usual, on one
// port, for one framework and one middleware that is usual there. It prints the port and a token.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/guard"
)

const (
	audience = "https://api.example"
	scope    = "orders:read"
	answer   = `{"orders":[]}`
)

// serve serves a framework on a listener.
type serve func(listener net.Listener, guarded *guard.Guard, usual verify) error

var frameworks = map[string]serve{
	"net/http": serveHTTP, "Gin": serveGin, "Echo": serveEcho, "Fiber": serveFiber,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 3 {
		return fmt.Errorf("usage: bench FRAMEWORK USUAL fresh|cached")
	}
	serve, isKnown := frameworks[arguments[0]]
	make, isUsual := usuals[arguments[1]]
	if !isKnown || !isUsual {
		return fmt.Errorf("no such framework, or no such middleware: %q", arguments)
	}
	issuer := serveIssuer()
	usual, err := make(issuer)
	if err != nil {
		return err
	}
	settings := credenza.Settings{Issuer: issuer.Name(), Audience: audience}
	if arguments[2] == "cached" {
		settings.CacheSize = 1000
	}
	validator, err := credenza.New(settings)
	if err != nil {
		return err
	}
	if err := validator.Ready(context.Background()); err != nil {
		return err
	}
	guarded := guard.New(validator)
	guarded.Logger = slog.New(slog.DiscardHandler)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr(), issuer.Token(audience, credenzatest.Scope(scope, "orders:write")))
	return serve(listener, guarded, usual)
}

// serveIssuer serves an issuer on a port of its own: its keys are fetched once.
func serveIssuer() *credenzatest.Issuer {
	server := httptest.NewUnstartedServer(nil)
	issuer := credenzatest.NewIssuer("http://" + server.Listener.Addr().String())
	server.Config.Handler = issuer
	server.Start()
	return issuer
}

func serveHTTP(listener net.Listener, guarded *guard.Guard, usual verify) error {
	handler := http.HandlerFunc(func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(writer, answer)
	})
	mux := http.NewServeMux()
	mux.Handle("GET /bare", handler)
	mux.Handle("GET /guarded", guarded.Protect(handler, credenza.Scope(scope)))
	mux.Handle("GET /usual", usual.middleware(handler))
	return http.Serve(listener, mux) // #nosec G114 nobody but the load reaches it.
}
