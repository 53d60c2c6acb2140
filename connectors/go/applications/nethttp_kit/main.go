// Command nethttp_kit is an application of net/http with the kit, by the contract of tests/applications.
package main

import (
	"context"
	"log"
	"net/http"
	"time"

	"credenza.dev/credenza/applications/settings"
	"credenza.dev/credenza/kit"
)

func main() {
	made, err := settings.NewKit()
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go made.Consume(ctx)
	err = settings.Serve(made.Service.Wrap(routes(made)))
	cancel()
	if err != nil {
		log.Fatal(err)
	}
}

func routes(made *settings.Kit) http.Handler {
	mux := http.NewServeMux()
	guarded := func(pattern string, handler kit.Handler, inside ...func(http.Handler) http.Handler) {
		next := http.Handler(handler)
		for at := len(inside) - 1; at >= 0; at-- {
			next = inside[at](next)
		}
		// The keys, the features or Redis may take longer than a third of a second on a busy machine.
		mux.Handle(pattern, kit.Timeout(10*time.Second)(kit.Protect(made.Guard, next)))
	}
	mux.HandleFunc("GET /livez", kit.Live)
	mux.Handle("GET /readyz", kit.Ready(made.Checks()))
	mux.Handle("POST /echo", kit.Handler(settings.Echo))
	mux.Handle("POST /upload", kit.BodyLimit(65536)(kit.Handler(settings.Upload)))
	mux.Handle("GET /slow", kit.Handler(settings.Slow))
	mux.Handle("GET /slower", kit.Timeout(time.Second)(kit.Handler(settings.Slow)))
	mux.HandleFunc("GET /fail", settings.Failing)
	guarded("GET /items", made.Items)
	guarded("GET /limited", settings.Answered, made.Limit.Middleware)
	guarded("GET /edit", settings.Answered, made.Roles.Require("items:write"))
	guarded("GET /reports", settings.Answered, made.Plans.Require("pro", "enterprise"))
	guarded("GET /exports", settings.Answered, made.Features.Require("exports"))
	guarded("GET /projects", made.Projects)
	callRoutes(mux, made, guarded)
	if made.Webhooks != nil {
		mux.Handle("POST /hooks/credenza", made.Webhooks.Receive(made.HandleHook))
	}
	mux.Handle("GET /hooks/seen", settings.Seen(&made.Hooked))
	mux.Handle("GET /events/seen", settings.Seen(&made.Streamed))
	return mux
}

// callRoutes call others, who may take longer than this application usually does.
func callRoutes(mux *http.ServeMux, made *settings.Kit, guarded func(string, kit.Handler, ...func(http.Handler) http.Handler)) {
	long := kit.Timeout(15 * time.Second)
	for pattern, handler := range map[string]kit.Handler{
		"GET /call/machine": made.CallMachine, "POST /call/users": made.CreateUser, "GET /call/users": made.FindUser,
		"GET /call/users/{id}": made.GetUser, "POST /call/users/{id}/disable": made.DisableUser,
		"POST /call/users/{id}/enable": made.EnableUser, "DELETE /call/users/{id}": made.DeleteUser,
	} {
		mux.Handle(pattern, long(handler))
	}
	guarded("GET /call/behalf", made.CallBehalf, long)
}
