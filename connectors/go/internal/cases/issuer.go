package cases

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// issuers answer the fetches of the validators as a case says.
type issuers struct {
	mutex     sync.Mutex
	responses map[string][]fetched
	fetches   map[string]int
}

type fetched struct {
	Fails        bool   `json:"fails"`
	Status       int    `json:"status"`
	ContentType  string `json:"content_type"`
	CacheControl string `json:"cache_control"`
	Body         string `json:"body"`
	Padding      int    `json:"padding"`
}

func (own *Case) issuers(t *testing.T) *issuers {
	t.Helper()
	made := &issuers{responses: map[string][]fetched{}, fetches: map[string]int{}}
	for url, raw := range own.Responses {
		var several []fetched
		if json.Unmarshal(raw, &several) != nil {
			several = make([]fetched, 1)
			if err := json.Unmarshal(raw, &several[0]); err != nil {
				t.Fatal(err)
			}
		}
		made.responses[url] = several
	}
	return made
}

// RoundTrip answers one fetch.
func (issuers *issuers) RoundTrip(request *http.Request) (*http.Response, error) {
	issuers.mutex.Lock()
	defer issuers.mutex.Unlock()
	url := request.URL.String()
	issuers.fetches[url]++
	answers := issuers.responses[url]
	if len(answers) == 0 || answers[0].Fails {
		issuers.turn(url)
		return nil, errors.New("as the case says")
	}
	answer := answers[0]
	issuers.turn(url)
	header := http.Header{}
	for name, value := range map[string]string{"Content-Type": answer.ContentType, "Cache-Control": answer.CacheControl} {
		if value != "" {
			header.Set(name, value)
		}
	}
	body := answer.Body + strings.Repeat(" ", answer.Padding)
	return &http.Response{
		StatusCode: answer.Status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: request,
	}, nil
}

// turn goes on to the next answer; the last one stays.
func (issuers *issuers) turn(url string) {
	if answers := issuers.responses[url]; len(answers) > 1 {
		issuers.responses[url] = answers[1:]
	}
}
