package kit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"credenza.dev/credenza/internal/flight"
)

const (
	// featuresFor is how long the features of a plan are used before they are asked for again.
	featuresFor = 5 * time.Minute
	// featuresAgain is how soon they are asked for again after a failure, while older ones are used.
	featuresAgain = 5 * time.Second
	// featuresTimeout bounds one request for them.
	featuresTimeout = 5 * time.Second
	// maxPlans bounds how many plans are kept.
	maxPlans = 1000
	// maxFeatures is how many bytes the features of a plan are at most.
	maxFeatures = 256 * 1024
)

// Features are what each plan has: a feature is true or false, or a number that is its limit. They are kept for five
// minutes for each plan, asked for once for all who wait, and used for longer while they cannot be had anew.
type Features struct {
	// Load is asked for the features of a plan.
	Load func(ctx context.Context, plan string) (map[string]any, error)
	// Plans tells where a caller gets another plan.
	Plans Plans

	flight flight.Group[map[string]any]
	mutex  sync.Mutex
	kept   map[string]*features
	// drops counts how often something was dropped: what was asked for before is outdated by then.
	drops int
}

type features struct {
	of    map[string]any
	until time.Time
}

// NewFeatures makes features from wherever Load has them.
func NewFeatures(load func(ctx context.Context, plan string) (map[string]any, error), plans Plans) *Features {
	return &Features{Load: load, Plans: plans, kept: map[string]*features{}}
}

// FeaturesFrom loads the features of a plan from a URL, which gets the plan as its parameter: GET URL?plan=pro.
func FeaturesFrom(address string, client *http.Client) func(context.Context, string) (map[string]any, error) {
	if client == nil {
		client = http.DefaultClient
	}
	return func(ctx context.Context, plan string) (map[string]any, error) {
		separator := "?"
		if strings.Contains(address, "?") {
			separator = "&"
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+separator+"plan="+url.QueryEscape(plan), nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Accept", "application/json")
		answer, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("status %d from %s", answer.StatusCode, address)
		}
		var found map[string]any
		if err := json.NewDecoder(io.LimitReader(answer.Body, maxFeatures)).Decode(&found); err != nil {
			return nil, fmt.Errorf("the features are not JSON: %w", err)
		}
		return found, nil
	}
}

// Drop forgets the features of a plan at once; of all plans where it is empty.
func (all *Features) Drop(plan string) {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	all.drops++
	if plan == "" {
		clear(all.kept)
		return
	}
	delete(all.kept, plan)
}

// Of are the features of a plan. The error is a *Problem with 503.
func (all *Features) Of(ctx context.Context, plan string) (map[string]any, error) {
	all.mutex.Lock()
	known, drops := all.kept[plan], all.drops
	all.mutex.Unlock()
	if known != nil && time.Now().Before(known.until) {
		return known.of, nil
	}
	// One key for each state of the cache, so that nobody gets what was under way when it was dropped.
	found, err := all.flight.Do(ctx, fmt.Sprint(drops, " ", plan), func(ctx context.Context) (map[string]any, error) {
		ctx, cancel := context.WithTimeout(ctx, featuresTimeout)
		defer cancel()
		found, err := all.Load(ctx, plan)
		all.keep(plan, drops, known, found, err)
		return found, err
	})
	switch {
	case err == nil:
		return found, nil
	case known != nil:
		Logger(ctx).WarnContext(ctx, "older features of a plan are used", "plan", plan, "cause", err)
		return known.of, nil
	}
	Logger(ctx).ErrorContext(ctx, "the features of a plan cannot be had", "plan", plan, "cause", err)
	return nil, &Problem{
		Name: "features_unavailable", Status: http.StatusServiceUnavailable, Fields: map[string]string{"Retry-After": "5"},
	}
}

func (all *Features) keep(plan string, drops int, known *features, found map[string]any, err error) {
	now := time.Now()
	all.mutex.Lock()
	defer all.mutex.Unlock()
	switch {
	case all.drops != drops:
	case err == nil:
		if len(all.kept) >= maxPlans {
			clear(all.kept)
		}
		all.kept[plan] = &features{found, now.Add(featuresFor)}
	case known != nil:
		all.kept[plan] = &features{known.of, now.Add(featuresAgain)}
	}
}

// Require answers callers whose plan has not the feature with 403. It stands behind the guard.
func (all *Features) Require(feature string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return Handler(func(writer http.ResponseWriter, request *http.Request) error {
			plan := planOf(request.Context())
			found, err := all.Of(request.Context(), plan)
			if err != nil {
				return err
			}
			if found[feature] != true {
				return all.Plans.upgrade("feature_missing", map[string]any{"feature": feature, "plan": orNull(plan)})
			}
			next.ServeHTTP(writer, request)
			return nil
		})
	}
}

// Limit tells whether the caller of a context may have one more, with as many as used. The error is a *Problem: with 403
// where the plan does not allow more, or nothing of the kind. A feature that is true has no limit.
func (all *Features) Limit(ctx context.Context, feature string, used int64) error {
	plan := planOf(ctx)
	found, err := all.Of(ctx, plan)
	if err != nil {
		return err
	}
	switch limit := found[feature].(type) {
	case bool:
		if limit {
			return nil
		}
	case float64:
		if float64(used) < limit {
			return nil
		}
		return all.Plans.upgrade("limit_reached", map[string]any{
			"feature": feature, "limit": limit, "used": used, "plan": orNull(plan),
		})
	}
	return all.Plans.upgrade("feature_missing", map[string]any{"feature": feature, "plan": orNull(plan)})
}
