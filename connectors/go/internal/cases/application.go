package cases

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

// Application is what a framework serves for one case.
type Application struct {
	Guard *guard.Guard
	Route Route
	// Needs are those of the route.
	Needs credenza.Requirement
	// Metadata is nil where there is none to serve.
	Metadata *guard.Metadata
	// Preflight tells whether CORS preflights are answered, by Guard.Preflight or in front of the guard.
	Preflight bool
}

// running is an application with what is around it.
type running struct {
	Application
	issuers    *issuers
	log        *records
	now        atomic.Int64
	validators []*credenza.Validator
}

func (own *Case) application(t *testing.T) *running {
	t.Helper()
	made := &running{issuers: own.issuers(t), log: &records{}}
	made.now.Store(own.Now)
	host := credenza.Host{
		HTTPClient: &http.Client{Transport: made.issuers}, Logger: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Unix(made.now.Load(), 0) },
	}
	byIssuer := map[string]*credenza.Validator{}
	for _, settings := range own.validators(t) {
		validator, err := credenza.NewFromJSON(settings, host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = validator.Close() })
		made.validators = append(made.validators, validator)
		byIssuer[validator.Describe().Issuers[0]] = validator
	}
	guarded := guard.New(made.validators[0])
	if hosts := own.Guard.Hosts; hosts != nil {
		guarded.Validator = nil
		guarded.Resolve = func(incoming *guard.Incoming) *credenza.Validator { return byIssuer[hosts[incoming.Host]] }
	}
	guarded.Origin, guarded.Debug = own.Guard.Origin, own.Guard.Debug
	guarded.Logger = slog.New(made.log)
	made.Application = Application{Guard: guarded, Route: own.Route, Preflight: own.Guard.Preflight}
	if own.Guard.Preflight {
		guarded.Preflight = http.HandlerFunc(allowOrigin)
	}
	var err error
	if made.Needs, err = credenza.ParseRequirement(own.Route.Needs); err != nil {
		t.Fatal(err)
	}
	if own.Kind == "metadata" {
		made.Metadata = &guard.Metadata{}
		if err := json.Unmarshal(own.Metadata, made.Metadata); err != nil {
			t.Fatal(err)
		}
	}
	return made
}

// validators are the settings of each validator: of one for all issuers, or where the host decides, of one for each.
func (own *Case) validators(t *testing.T) []json.RawMessage {
	t.Helper()
	if own.Guard.Hosts != nil {
		return append([]json.RawMessage{own.Settings}, own.Further...)
	}
	if own.Further == nil {
		return []json.RawMessage{own.Settings}
	}
	var settings map[string]any
	if err := json.Unmarshal(own.Settings, &settings); err != nil {
		t.Fatal(err)
	}
	settings["issuers"] = own.Further
	octets, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	return []json.RawMessage{octets}
}

// Origin is the one that the application's handling of CORS allows.
const Origin = "https://app.example"

func allowOrigin(writer http.ResponseWriter, request *http.Request) {
	if request.Header.Get("Origin") == Origin {
		writer.Header().Set("Access-Control-Allow-Origin", Origin)
	}
	writer.WriteHeader(http.StatusNoContent)
}

// Answer is what the handler of the route answers: the caller as JSON.
func Answer(caller *credenza.Claims) []byte {
	if caller == nil {
		return []byte("null")
	}
	octets, _ := json.Marshal(map[string]any{
		"sub": orNull(caller.Subject()), "client_id": orNull(caller.ClientID()), "scopes": orEmpty(caller.Scopes()),
		"tenant": orNull(caller.Tenant()), "organization": orNull(caller.Organization()),
		"roles": orEmpty(caller.Roles()), "permissions": orEmpty(caller.Permissions()),
		"plan": orNull(caller.Plan()), "acr": orNull(caller.ACR()),
	})
	return octets
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func orEmpty(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

// settle waits for fetches in the background.
func (running *running) settle(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, validator := range running.validators {
		if err := validator.Settle(ctx); err != nil {
			t.Fatal(err)
		}
	}
}
