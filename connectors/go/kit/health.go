package kit

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// checkTimeout bounds each check of readiness.
const checkTimeout = 2 * time.Second

// Live answers that the process runs: for GET /livez.
func Live(writer http.ResponseWriter, _ *http.Request) {
	// A text is always JSON.
	_ = WriteJSON(writer, http.StatusOK, map[string]string{"status": "ok"})
}

// Check tells whether something that a service depends on is there.
type Check = func(context.Context) error

// Ready answers whether requests can be served: for GET /readyz. Checks go by name, all at once; what fails is told to the
// log in full, and to the client by its name alone. Validator.Ready is one for the issuer.
func Ready(checks map[string]Check) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		ctx, cancel := context.WithTimeout(request.Context(), checkTimeout)
		defer cancel()
		found, status, text := map[string]string{}, http.StatusOK, "ok"
		var mutex sync.Mutex
		var group sync.WaitGroup
		for name, check := range checks {
			group.Go(func() {
				err := check(ctx)
				mutex.Lock()
				defer mutex.Unlock()
				found[name] = "ok"
				if err != nil {
					found[name], status, text = "unavailable", http.StatusServiceUnavailable, "unavailable"
					Logger(ctx).WarnContext(ctx, "not ready", "check", name, "cause", err.Error())
				}
			})
		}
		group.Wait()
		_ = WriteJSON(writer, status, map[string]any{"status": text, "checks": found})
	})
}
