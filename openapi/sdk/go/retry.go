package admin

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// transport adds the access token and, to creations, an Idempotency-Key, and tries again what may be tried again.
type transport struct {
	base     http.RoundTripper
	tokens   TokenSource
	attempts int
	// The longest Retry-After that is waited for.
	longest time.Duration
}

// RoundTrip carries out one call, however many requests that takes.
func (t *transport) RoundTrip(call *http.Request) (*http.Response, error) {
	creation := isCreation(call)
	key := call.Header.Get("Idempotency-Key")
	if creation && key == "" {
		key = rand.Text()
	}
	renewed := false
	for attempt := 1; ; attempt++ {
		token, err := t.tokens.Token(call.Context())
		if err != nil {
			return nil, err
		}
		request, err := copyOf(call, token, key)
		if err != nil {
			return nil, err
		}
		response, err := t.base.RoundTrip(request)
		if err == nil && response.StatusCode == http.StatusUnauthorized && !renewed {
			// It may have been revoked, or the provider's keys are new: once more with another token.
			renewed = true
			t.tokens.Refused(token)
			if next, err := t.tokens.Token(call.Context()); err == nil && next != token {
				discard(response)
				attempt--
				continue
			}
		}
		wait := t.wait(attempt, response)
		if attempt >= t.attempts || !again(call, creation, response, err) || wait > t.longest {
			return response, err
		}
		if response != nil {
			discard(response)
		}
		if err := sleep(call.Context(), wait); err != nil {
			return nil, err
		}
	}
}

func isCreation(call *http.Request) bool {
	for _, creation := range creations {
		if creation.MatchString(call.Method + " " + call.URL.Path) {
			return true
		}
	}
	return false
}

func copyOf(call *http.Request, token, key string) (*http.Request, error) {
	request := call.Clone(call.Context())
	if call.GetBody != nil {
		body, err := call.GetBody()
		if err != nil {
			return nil, err
		}
		request.Body = body
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	return request, nil
}

// again says whether to try once more. What was refused for now (429, 503) was not carried out. Where it is not known
// whether it was, only what may be carried out twice is repeated: by its method, or by its Idempotency-Key.
func again(call *http.Request, creation bool, response *http.Response, err error) bool {
	if call.Body != nil && call.Body != http.NoBody && call.GetBody == nil {
		return false
	}
	repeatable := creation || call.Method == http.MethodGet || call.Method == http.MethodPut || call.Method == http.MethodDelete
	if err != nil {
		return repeatable && call.Context().Err() == nil
	}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return true
	case http.StatusConflict:
		return creation && isUnderWay(response)
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return repeatable
	}
	return false
}

// isUnderWay says whether an earlier attempt with the same Idempotency-Key is still being carried out.
func isUnderWay(response *http.Response) bool {
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && bytes.Contains(body, []byte("/problems/idempotency-key-in-use"))
}

// wait is how long to wait before the next attempt: what Retry-After says (RFC 9110 10.2.3), or else twice as long each
// time, and by chance somewhat less, so that callers do not come back together.
func (t *transport) wait(attempt int, response *http.Response) time.Duration {
	if response != nil {
		said := response.Header.Get("Retry-After")
		if seconds, err := strconv.Atoi(said); err == nil && seconds >= 0 {
			return time.Duration(seconds) * time.Second
		}
		if date, err := http.ParseTime(said); err == nil {
			return max(0, time.Until(date))
		}
	}
	longest := min(8*time.Second, 250*time.Millisecond<<min(attempt, 6))
	return longest/2 + mathrand.N(longest/2)
}

func discard(response *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	_ = response.Body.Close()
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
