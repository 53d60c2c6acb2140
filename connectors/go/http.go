package credenza

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

const userAgent = "credenza-go"

// errTooLong is returned for an answer that is longer than wanted.
var errTooLong = errors.New("the answer is too long")

// clientOf is a client as the fetches need it: without redirects and without cookies.
func clientOf(given *http.Client) *http.Client {
	if given == nil {
		given = &http.Client{}
	}
	own := *given
	own.Jar = nil
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// exchange makes a fetch within its limits.
func (driver *driver) exchange(fetch *fetch) (*response, error) {
	ctx, cancel := context.WithTimeout(driver.whole, fetchTimeout)
	defer cancel()
	if fetch.kind != fetchByHTTP {
		return driver.host.ask(ctx, fetch)
	}
	method, body := http.MethodGet, io.Reader(nil)
	if fetch.form != "" {
		method, body = http.MethodPost, strings.NewReader(fetch.form)
	}
	request, err := http.NewRequestWithContext(ctx, method, fetch.url, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", fetch.accept)
	request.Header.Set("User-Agent", userAgent)
	if fetch.form != "" {
		request.Header.Set("Authorization", fetch.authorization)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := driver.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return readResponse(fetch, answer)
}

func readResponse(fetch *fetch, answer *http.Response) (*response, error) {
	octets, err := io.ReadAll(io.LimitReader(answer.Body, fetch.maxBytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(octets)) > fetch.maxBytes {
		return nil, errTooLong
	}
	return &response{
		status:       answer.StatusCode,
		contentType:  answer.Header.Get("Content-Type"),
		cacheControl: strings.Join(answer.Header.Values("Cache-Control"), ", "),
		body:         string(octets),
	}, nil
}

// causes tells the log why fetches fail, once a minute for the same cause.
type causes struct {
	logger *slog.Logger
	mutex  sync.Mutex
	last   map[string]time.Time
}

const (
	sameCauseAfter = time.Minute
	// maxCauses bounds how many are told apart.
	maxCauses = 64
)

func (causes *causes) tell(now time.Time, trouble *Trouble) {
	if trouble != nil && causes.isNew(now, string(trouble.Cause)+" "+trouble.URL) {
		causes.logger.Warn("credenza: trouble with the issuer", "trouble", trouble.String())
	}
}

func (causes *causes) isNew(now time.Time, cause string) bool {
	causes.mutex.Lock()
	defer causes.mutex.Unlock()
	last, found := causes.last[cause]
	if found && now.Sub(last) < sameCauseAfter && !now.Before(last) {
		return false
	}
	if len(causes.last) >= maxCauses {
		clear(causes.last)
	}
	causes.last[cause] = now
	return true
}
