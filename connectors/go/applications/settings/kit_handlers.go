package settings

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"credenza.dev/credenza/events"
	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/kit"
)

// Echo answers with the JSON that it gets.
func Echo(writer http.ResponseWriter, request *http.Request) error {
	var value json.RawMessage
	if err := kit.ReadJSON(request, &value); err != nil {
		return err
	}
	return kit.WriteJSON(writer, http.StatusOK, value)
}

// Upload answers how long a body is.
func Upload(writer http.ResponseWriter, request *http.Request) error {
	body, err := kit.ReadBody(request)
	if err != nil {
		return err
	}
	return kit.WriteJSON(writer, http.StatusOK, map[string]int{"bytes": len(body)})
}

// Slow answers after some milliseconds.
func Slow(writer http.ResponseWriter, request *http.Request) error {
	milliseconds, err := strconv.Atoi(request.URL.Query().Get("ms"))
	if err != nil {
		return &kit.Problem{Status: http.StatusBadRequest, Detail: "ms has to be a number."}
	}
	select {
	case <-request.Context().Done():
		return context.Cause(request.Context())
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return kit.WriteJSON(writer, http.StatusOK, map[string]int{"ms": milliseconds})
	}
}

// Failing panics.
func Failing(http.ResponseWriter, *http.Request) { panic("inside-of-the-handler") }

// Answered answers that the handler was reached.
func Answered(writer http.ResponseWriter, request *http.Request) error {
	return kit.WriteJSON(writer, http.StatusOK, map[string]string{"sub": guard.Caller(request.Context()).Subject()})
}

const allItems = 500

type item struct {
	ID   int    `json:"id"`
	Kind string `json:"kind"`
}

// Items lists 500 items in pages.
func (made *Kit) Items(writer http.ResponseWriter, request *http.Request) error {
	page, err := made.Pages.Read(request)
	if err != nil {
		return err
	}
	kind := request.URL.Query().Get("kind")
	// A cursor is sealed, so what is in it is a number of ours.
	after, _ := strconv.Atoi(page.After)
	items, next := []item{}, ""
	for id := after + 1; id <= allItems; id++ {
		own := item{id, []string{"even", "odd"}[id%2]}
		if kind != "" && own.Kind != kind {
			continue
		}
		if len(items) == page.Limit {
			next = strconv.Itoa(items[len(items)-1].ID)
			break
		}
		items = append(items, own)
	}
	return page.Write(writer, items, next)
}

// Projects says whether there may be one more.
func (made *Kit) Projects(writer http.ResponseWriter, request *http.Request) error {
	used, err := strconv.ParseInt(request.URL.Query().Get("used"), 10, 64)
	if err != nil {
		return &kit.Problem{Status: http.StatusBadRequest, Detail: "used has to be a number."}
	}
	if err := made.Features.Limit(request.Context(), "projects", used); err != nil {
		return err
	}
	return kit.WriteJSON(writer, http.StatusOK, map[string]int64{"used": used})
}

// HandleHook handles a webhook.
func (made *Kit) HandleHook(_ context.Context, event *events.Event) error {
	if event.Type == "features.changed" {
		var data struct {
			Plan string `json:"plan"`
		}
		// Without a plan, all are meant.
		_ = json.Unmarshal(event.Data, &data)
		made.Features.Drop(data.Plan)
	}
	made.Hooked.add(event.ID)
	return nil
}

// failures are how often events failed.
type failures struct {
	mutex sync.Mutex
	of    map[string]int
}

// isDue tells whether an event is to fail once more.
func (failures *failures) isDue(id string, times int) bool {
	failures.mutex.Lock()
	defer failures.mutex.Unlock()
	if failures.of == nil {
		failures.of = map[string]int{}
	}
	failures.of[id]++
	return failures.of[id] <= times
}

// handleStreamed handles an event of the stream: those that tests have made for it fail always, or twice.
func (made *Kit) handleStreamed(_ context.Context, event *events.Event) error {
	switch {
	case event.Type == "test.fails", event.Type == "test.fails_twice" && made.failed.isDue(event.ID, 2):
		return errors.New("told to fail")
	}
	made.Streamed.add(event.ID)
	return nil
}

// Seen lists ids.
func Seen(ids *ids) kit.Handler {
	return func(writer http.ResponseWriter, _ *http.Request) error {
		return kit.WriteJSON(writer, http.StatusOK, ids.all())
	}
}

// copyAnswer passes on what a service answers.
func copyAnswer(writer http.ResponseWriter, answer *http.Response) error {
	defer answer.Body.Close()
	writer.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
	writer.WriteHeader(answer.StatusCode)
	_, err := io.Copy(writer, answer.Body)
	return err
}
