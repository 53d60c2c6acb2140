package main

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/events"
	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/kit"
	"credenza.dev/credenza/service"
)

// settings are those of the service.
type settings struct {
	Issuer, Audience, Secret           string
	ClientID, ClientSecret, BillingURL string
	FeaturesURL                        string
	WebhookSecrets                     []string
	// Host is for tests: an issuer in memory.
	Host credenza.Host
}

// projects is the service.
type projects struct {
	validator  *credenza.Validator
	guard      *guard.Guard
	roles      kit.Roles
	plans      kit.Plans
	features   *kit.Features
	limit      *kit.RateLimit
	pages      *kit.Pages
	webhooks   *events.Webhooks
	client     *service.Client
	billing    *service.Target
	billingURL string

	mutex sync.Mutex
	kept  []project
}

type project struct {
	ID     int    `json:"id"`
	Name   string `json:"name"`
	tenant string
}

func newProjects(settings settings) (*projects, error) {
	made := &projects{
		roles: kit.Roles{"viewer": {"projects:read"}, "editor": {"projects:read", "projects:write"}, "admin": {"*"}},
		plans: kit.Plans{UpgradeURL: "https://projects.example/upgrade"},
		// Twenty a second for everybody, and two hundred for all of a tenant.
		limit:      kit.NewRateLimit(nil, kit.PerCaller(20, time.Second), kit.PerTenant(200, time.Second)),
		billingURL: settings.BillingURL,
	}
	made.features = kit.NewFeatures(kit.FeaturesFrom(settings.FeaturesURL, nil), made.plans)
	var err error
	made.validator, err = credenza.New(credenza.Settings{
		Issuer: settings.Issuer, Audience: settings.Audience, Host: settings.Host,
	})
	if err != nil {
		return nil, err
	}
	made.guard = guard.New(made.validator)
	if made.pages, err = kit.NewPages(settings.Secret); err != nil {
		return nil, err
	}
	if made.webhooks, err = events.NewWebhooks(nil, settings.WebhookSecrets...); err != nil {
		return nil, err
	}
	made.client, err = service.New(service.Config{
		Issuer: settings.Issuer, ClientID: settings.ClientID, ClientSecret: settings.ClientSecret,
	})
	if err != nil {
		return nil, err
	}
	made.billing, err = made.client.For(settings.BillingURL, "invoices:read")
	return made, err
}

func (projects *projects) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", kit.Live)
	mux.Handle("GET /readyz", kit.Ready(map[string]kit.Check{"issuer": projects.validator.Ready}))
	mux.Handle("POST /hooks/credenza", projects.webhooks.Receive(projects.changed))

	// Whoever asks for one of these has a token, and not too many requests.
	guarded := func(pattern string, handler http.Handler) {
		mux.Handle(pattern, kit.Protect(projects.guard, projects.limit.Middleware(handler)))
	}
	guarded("GET /projects", projects.roles.Require("projects:read")(kit.Handler(projects.list)))
	guarded("POST /projects", projects.roles.Require("projects:write")(kit.Handler(projects.create)))
	guarded("GET /reports", projects.plans.Require("pro", "enterprise")(kit.Handler(projects.report)))
	guarded("GET /exports", projects.features.Require("exports")(kit.Handler(projects.list)))
	guarded("GET /invoices", projects.roles.Require("invoices:read")(kit.Handler(projects.invoices)))
	guarded("GET /my/invoices", kit.Handler(projects.ownInvoices))
	return mux
}

// of are the projects of a tenant.
func (projects *projects) of(tenant string) []project {
	projects.mutex.Lock()
	defer projects.mutex.Unlock()
	found := []project{}
	for _, own := range projects.kept {
		if own.tenant == tenant {
			found = append(found, own)
		}
	}
	return found
}

// list gives out the projects of the caller's tenant in pages.
func (projects *projects) list(writer http.ResponseWriter, request *http.Request) error {
	page, err := projects.pages.Read(request)
	if err != nil {
		return err
	}
	// A cursor is sealed, so what is in it is a number of ours.
	after, _ := strconv.Atoi(page.After)
	found, next := []project{}, ""
	for _, own := range projects.of(guard.Caller(request.Context()).Tenant()) {
		if own.ID <= after {
			continue
		}
		if len(found) == page.Limit {
			next = strconv.Itoa(found[len(found)-1].ID)
			break
		}
		found = append(found, own)
	}
	return page.Write(writer, found, next)
}

// create makes a project, as long as the plan has room for one more.
func (projects *projects) create(writer http.ResponseWriter, request *http.Request) error {
	var made project
	if err := kit.ReadJSON(request, &made); err != nil {
		return err
	}
	if made.Name == "" {
		return &kit.Problem{Name: "name_missing", Status: http.StatusUnprocessableEntity}
	}
	made.tenant = guard.Caller(request.Context()).Tenant()
	if err := projects.features.Limit(request.Context(), "projects", int64(len(projects.of(made.tenant)))); err != nil {
		return err
	}
	projects.mutex.Lock()
	defer projects.mutex.Unlock()
	made.ID = len(projects.kept) + 1
	projects.kept = append(projects.kept, made)
	return kit.WriteJSON(writer, http.StatusCreated, made)
}

func (projects *projects) report(writer http.ResponseWriter, request *http.Request) error {
	count := len(projects.of(guard.Caller(request.Context()).Tenant()))
	return kit.WriteJSON(writer, http.StatusOK, map[string]int{"projects": count})
}
