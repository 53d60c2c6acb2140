package settings

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"credenza.dev/credenza"
	"credenza.dev/credenza/events"
	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/kit"
	"credenza.dev/credenza/redisstore"
	"credenza.dev/credenza/service"
)

// UpgradeURL is where a caller gets another plan.
const UpgradeURL = "https://app.example/upgrade"

// Kit is everything that an application with the kit has.
type Kit struct {
	Service   kit.Service
	Validator *credenza.Validator
	Guard     *guard.Guard
	Redis     *redis.Client
	Roles     kit.Roles
	Plans     kit.Plans
	Features  *kit.Features
	Pages     *kit.Pages
	Limit     *kit.RateLimit
	Client    *service.Client
	Machine   *service.Target
	Users     *service.Users
	Webhooks  *events.Webhooks
	// Hooked and Streamed are the ids of events in the order in which they were handled.
	Hooked, Streamed ids
	failed           failures
}

type ids struct {
	mutex sync.Mutex
	kept  []string
}

func (ids *ids) add(id string) {
	ids.mutex.Lock()
	defer ids.mutex.Unlock()
	ids.kept = append(ids.kept, id)
}

func (ids *ids) all() []string {
	ids.mutex.Lock()
	defer ids.mutex.Unlock()
	return append([]string{}, ids.kept...)
}

// NewKit makes everything by the environment.
func NewKit() (*Kit, error) {
	logger := kit.NewLogger(os.Stdout)
	slog.SetDefault(logger)
	made := &Kit{
		Service: kit.Service{Origin: Origin(), Logger: logger, BodyLimit: 1024, Timeout: 300 * time.Millisecond},
		Roles:   kit.Roles{"editor": {"items:read", "items:write"}, "admin": {"*"}},
		Plans:   kit.Plans{UpgradeURL: UpgradeURL},
	}
	var err error
	made.Validator, err = credenza.New(credenza.Settings{Issuer: os.Getenv("ISSUER"), Audience: os.Getenv("AUDIENCE")})
	if err != nil {
		return nil, err
	}
	// The keys are there when the first request comes, which may take a third of a second only.
	go func() { _ = made.Validator.Ready(context.Background()) }()
	made.Guard = guard.New(made.Validator)
	made.Features = kit.NewFeatures(kit.FeaturesFrom(os.Getenv("FEATURES_URL"), nil), made.Plans)
	if made.Pages, err = kit.NewPages(strings.Split(os.Getenv("SECRET"), ",")...); err != nil {
		return nil, err
	}
	var shared kit.Counter
	if url := os.Getenv("REDIS_URL"); url != "" {
		if made.Redis, err = redisstore.Open(url); err != nil {
			return nil, err
		}
		shared = redisstore.Counter(made.Redis)
		go func() { _ = made.Redis.Ping(context.Background()).Err() }()
	}
	made.Limit = kit.NewRateLimit(shared, kit.PerCaller(5, 2*time.Second), kit.PerTenant(20, 2*time.Second))
	if secrets := os.Getenv("WEBHOOK_SECRETS"); secrets != "" {
		if made.Webhooks, err = events.NewWebhooks(nil, strings.Split(secrets, ",")...); err != nil {
			return nil, err
		}
	}
	return made, made.newClient()
}

func (made *Kit) newClient() error {
	if os.Getenv("CLIENT_SECRET") == "" {
		return nil
	}
	var err error
	made.Client, err = service.New(service.Config{
		Issuer: os.Getenv("ISSUER"), ClientID: os.Getenv("CLIENT_ID"), ClientSecret: os.Getenv("CLIENT_SECRET"),
	})
	if err != nil {
		return err
	}
	if made.Users, err = made.Client.Users(); err != nil {
		return err
	}
	if address := os.Getenv("SERVICE_URL"); address != "" {
		made.Machine, err = made.Client.For(address, "orders:read")
	}
	return err
}

// Checks are those of readiness.
func (made *Kit) Checks() map[string]func(context.Context) error {
	checks := map[string]func(context.Context) error{"issuer": made.Validator.Ready}
	if made.Redis != nil {
		checks["redis"] = func(ctx context.Context) error { return made.Redis.Ping(ctx).Err() }
	}
	return checks
}
