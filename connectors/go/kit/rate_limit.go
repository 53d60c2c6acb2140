package kit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"credenza.dev/credenza/guard"
)

// Counter counts requests in windows of time that begin with the first one. NewCounts counts in memory; the module
// redisstore has a counter that instances share.
type Counter interface {
	// Take counts one more, and returns how many there are in this window and how long it lasts yet.
	Take(ctx context.Context, key string, window time.Duration) (count int64, left time.Duration, err error)
}

// Rate is how many requests there may be in a window of whole seconds.
type Rate struct {
	// Name is its name in the fields of answers.
	Name string
	// Requests is how many there may be, and Window in how long.
	Requests int64
	Window   time.Duration
	// Of is whose requests are counted together; empty for requests that are not counted.
	Of func(*http.Request) string
}

// PerCaller limits the requests of each caller: the user, or the client where there is none.
func PerCaller(requests int64, window time.Duration) Rate {
	return Rate{Name: "caller", Requests: requests, Window: window, Of: func(request *http.Request) string {
		caller := guard.Caller(request.Context())
		if caller == nil {
			return ""
		}
		if subject := caller.Subject(); subject != "" {
			return "sub\x00" + caller.Issuer() + "\x00" + subject
		}
		return "client\x00" + caller.Issuer() + "\x00" + caller.ClientID()
	}}
}

// PerTenant limits the requests of all callers of a tenant together.
func PerTenant(requests int64, window time.Duration) Rate {
	return Rate{Name: "tenant", Requests: requests, Window: window, Of: func(request *http.Request) string {
		caller := guard.Caller(request.Context())
		if caller == nil || caller.Tenant() == "" {
			return ""
		}
		return caller.Issuer() + "\x00" + caller.Tenant()
	}}
}

// RateLimit limits how often a route is asked for, behind the guard.
type RateLimit struct {
	// Rates are counted one after the other; a request that one of them refuses does not count in those behind it.
	Rates []Rate
	// Shared counts for all instances; nil to count in memory alone. Where it fails, memory does until it is back.
	Shared Counter

	own   *Counts
	mutex sync.Mutex
	// isLost tells whether the shared counter failed, and askAt when it is asked again.
	isLost bool
	askAt  time.Time
}

// NewRateLimit makes a limit; shared may be nil.
func NewRateLimit(shared Counter, rates ...Rate) *RateLimit {
	return &RateLimit{Rates: rates, Shared: shared, own: NewCounts()}
}

const (
	// sharedTimeout is how long a request waits for the counter of all instances.
	sharedTimeout = 250 * time.Millisecond
	// askAgain is how often a counter that failed is asked again, by one request at a time.
	askAgain = 100 * time.Millisecond
)

// Middleware answers requests beyond the limit with 429, and tells all others how much is left
// (draft-ietf-httpapi-ratelimit-headers).
func (limit *RateLimit) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		var policies, states []string
		for _, rate := range limit.Rates {
			of := rate.Of(request)
			if of == "" {
				continue
			}
			hash := sha256.Sum256([]byte(rate.Name + "\x00" + of))
			count, left := limit.take(request.Context(), "rate:"+hex.EncodeToString(hash[:]), rate.Window)
			wait := max(1, int64(math.Ceil(left.Seconds())))
			policies = append(policies, fmt.Sprintf("%q;q=%d;w=%d", rate.Name, rate.Requests, int64(rate.Window/time.Second)))
			states = append(states, fmt.Sprintf("%q;r=%d;t=%d", rate.Name, max(0, rate.Requests-count), wait))
			writer.Header().Set("RateLimit-Policy", strings.Join(policies, ", "))
			writer.Header().Set("RateLimit", strings.Join(states, ", "))
			if count > rate.Requests {
				(&Problem{
					Name: "rate_limited", Status: http.StatusTooManyRequests, Extras: map[string]any{"limit": rate.Name},
					Fields: map[string]string{"Retry-After": strconv.FormatInt(wait, 10)},
				}).Write(writer, request)
				return
			}
		}
		next.ServeHTTP(writer, request)
	})
}

func (limit *RateLimit) take(ctx context.Context, key string, window time.Duration) (int64, time.Duration) {
	if limit.Shared != nil && limit.mayAsk(time.Now()) {
		bounded, cancel := context.WithTimeout(ctx, sharedTimeout)
		count, left, err := limit.Shared.Take(bounded, key, window)
		cancel()
		limit.note(ctx, err)
		if err == nil {
			return count, left
		}
	}
	// Memory does not fail.
	count, left, _ := limit.own.Take(ctx, key, window)
	return count, left
}

// mayAsk tells whether this request asks the shared counter: while that is lost, one in a while does.
func (limit *RateLimit) mayAsk(now time.Time) bool {
	limit.mutex.Lock()
	defer limit.mutex.Unlock()
	if limit.isLost && now.Before(limit.askAt) {
		return false
	}
	limit.askAt = now.Add(askAgain + sharedTimeout)
	return true
}

func (limit *RateLimit) note(ctx context.Context, err error) {
	limit.mutex.Lock()
	wasLost := limit.isLost
	limit.isLost, limit.askAt = err != nil, time.Now().Add(askAgain)
	limit.mutex.Unlock()
	switch {
	case err != nil && !wasLost:
		Logger(ctx).LogAttrs(ctx, slog.LevelWarn, "rates are limited in memory alone", slog.String("cause", err.Error()))
	case err == nil && wasLost:
		Logger(ctx).LogAttrs(ctx, slog.LevelInfo, "rates are limited for all instances again")
	}
}

// Counts is a Counter in memory, bounded at 100,000 keys.
type Counts struct {
	mutex sync.Mutex
	kept  map[string]*count
}

type count struct {
	taken int64
	until time.Time
}

// maxCounts bounds how many keys are counted; beyond it, finished windows go, and then any.
const maxCounts = 100_000

// NewCounts makes an empty one.
func NewCounts() *Counts { return &Counts{kept: map[string]*count{}} }

// Take counts one more. It never fails.
func (counts *Counts) Take(_ context.Context, key string, window time.Duration) (int64, time.Duration, error) {
	now := time.Now()
	counts.mutex.Lock()
	defer counts.mutex.Unlock()
	found := counts.kept[key]
	if found == nil || !now.Before(found.until) {
		counts.bound(now)
		found = &count{until: now.Add(window)}
		counts.kept[key] = found
	}
	found.taken++
	return found.taken, found.until.Sub(now), nil
}

func (counts *Counts) bound(now time.Time) {
	if len(counts.kept) < maxCounts {
		return
	}
	for key, found := range counts.kept {
		if !now.Before(found.until) {
			delete(counts.kept, key)
		}
	}
	for key := range counts.kept {
		if len(counts.kept) < maxCounts {
			return
		}
		delete(counts.kept, key)
	}
}
