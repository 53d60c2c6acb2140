// Command application is a small application with everything: people sign in, a page and an API are protected, a role is
// asked for, people sign out, and a job calls the API for itself.
//
//	credenza dev                       # in another terminal, in this folder
//	application/run                    # registers the application there, and starts it
//
// Then open http://localhost:8090/. Its README says what is where.
package main

import (
	"cmp"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/kit"
	"credenza.dev/credenza/login"
	"credenza.dev/credenza/service"
)

// application is what the handlers have in common.
type application struct {
	origin string
	api    string
	signIn *login.Login
	guard  *guard.Guard
	job    *service.Target
}

func main() { log.Fatal(run()) }

func run() error {
	listen := cmp.Or(os.Getenv("LISTEN"), "localhost:8090")
	slog.SetDefault(kit.NewLogger(os.Stdout))
	made, err := newApplication("http://"+listen, cmp.Or(os.Getenv("ISSUER"), "http://localhost:8080"))
	if err != nil {
		return err
	}
	around := kit.Service{Origin: made.origin, Logger: slog.Default()}
	server := &http.Server{Addr: listen, Handler: around.Wrap(made.routes()), ReadHeaderTimeout: 10 * time.Second}
	slog.Info("listening", "url", made.origin)
	return server.ListenAndServe()
}

func newApplication(origin, issuer string) (*application, error) {
	made, secret := &application{origin: origin, api: origin + "/api"}, os.Getenv("CLIENT_SECRET")
	var err error
	made.signIn, err = login.New(login.Config{
		Issuer: issuer, ClientID: "orders", ClientSecret: secret, Origin: origin, Secrets: []string{os.Getenv("SECRET")},
		// The access token of a person is for the API, and says which roles they have there.
		Scope: "openid profile email offline_access roles orders:read", Resource: made.api,
	})
	if err != nil {
		return nil, err
	}
	validator, err := credenza.New(credenza.Settings{Issuer: issuer, Audience: made.api})
	if err != nil {
		return nil, err
	}
	made.guard = guard.New(validator)
	client, err := service.New(service.Config{Issuer: issuer, ClientID: "orders-job", ClientSecret: secret})
	if err != nil {
		return nil, err
	}
	made.job, err = client.For(made.api, "orders:read")
	return made, err
}

func (application *application) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/auth/", application.signIn)
	mux.HandleFunc("GET /{$}", application.home)
	mux.Handle("GET /account", application.signIn.Require(kit.Handler(application.account)))
	// A form of another site must not order anything.
	sameOrigin := http.NewCrossOriginProtection()
	mux.Handle("POST /account/orders", sameOrigin.Handler(application.signIn.Require(kit.Handler(application.order))))
	mux.Handle("GET /report", application.signIn.Require(kit.Handler(application.report)))

	read, editors := credenza.Scope("orders:read"), kit.Roles{"editor": {"orders:write"}}
	mux.Handle("GET /api/orders", kit.Protect(application.guard, kit.Handler(listOrders), read))
	mux.Handle("POST /api/orders", kit.Protect(application.guard,
		editors.Require("orders:write")(kit.Handler(createOrder)), read))
	return mux
}
