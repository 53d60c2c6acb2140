package cases

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Run runs every case. Serve starts an application in a framework and returns its address, host and port; those that it
// cannot serve are named, with the reason.
func Run(t *testing.T, cannot map[string]string, serve func(*testing.T, *Application) string) {
	all := read(t)
	for name, reason := range cannot {
		if !slices.ContainsFunc(all, func(own Case) bool { return own.Name == name }) {
			t.Errorf("%s is excepted, and no case any more", name)
		}
		t.Logf("not run: %s: %s", name, reason)
	}
	for _, own := range all {
		if _, isExcepted := cannot[own.Name]; isExcepted {
			continue
		}
		t.Run(own.Name, func(t *testing.T) {
			made := own.application(t)
			address := serve(t, &made.Application)
			for at := range own.Steps {
				own.Steps[at].run(t, made, address)
			}
			for url, wanted := range own.Fetches {
				if found := made.issuers.fetches[url]; found != wanted {
					t.Errorf("%s was fetched %d times, wanted %d", url, found, wanted)
				}
			}
		})
	}
}

// Listen serves a handler of net/http until the test ends.
func Listen(t *testing.T, handler http.Handler) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func (step *step) run(t *testing.T, made *running, address string) {
	t.Helper()
	if step.Now != 0 {
		made.now.Store(step.Now)
	}
	found := exchange(t, address, step)
	made.settle(t)
	step.Response.compare(t, found)
	records := made.log.take()
	step.compareLog(t, records)
	step.wantNoSecret(t, found, records)
	if t.Failed() {
		t.Logf("%s %s: %d %v %s", step.Request.Method, step.Request.Path, found.status, found.header, found.body)
		t.FailNow()
	}
}

func (wanted *response) compare(t *testing.T, found answered) {
	t.Helper()
	if !slices.Contains(wanted.Status, found.status) {
		t.Errorf("the status is %d, wanted %v", found.status, wanted.Status)
	}
	for name, value := range wanted.Headers {
		compareField(t, name, value, found.header.Values(name))
	}
	if wanted.Caller != nil && !sameJSON(wanted.Caller, found.body) {
		t.Errorf("the caller is %s, wanted %s", found.body, wanted.Caller)
	}
	wanted.compareBody(t, found.body)
}

func compareField(t *testing.T, name string, wanted *string, found []string) {
	t.Helper()
	isRight := wanted != nil && len(found) == 1 && found[0] == *wanted
	switch {
	case wanted == nil:
		isRight = found == nil
	case name == "Vary":
		members := strings.Split(strings.ToLower(strings.ReplaceAll(strings.Join(found, ","), " ", "")), ",")
		isRight = slices.Contains(members, strings.ToLower(*wanted))
	case name == "Content-Type":
		kind, _, err := mime.ParseMediaType(strings.Join(found, ","))
		isRight = err == nil && kind == *wanted
	}
	if !isRight {
		t.Errorf("%s is %q, wanted %v", name, found, text(wanted))
	}
}

func text(wanted *string) string {
	if wanted == nil {
		return "none"
	}
	return *wanted
}

func sameJSON(wanted json.RawMessage, found string) bool {
	var one, other any
	return json.Unmarshal(wanted, &one) == nil && json.Unmarshal([]byte(found), &other) == nil &&
		reflect.DeepEqual(one, other)
}

// compareBody compares with a text, or with members of an object.
func (wanted *response) compareBody(t *testing.T, found string) {
	t.Helper()
	if wanted.Body == nil {
		return
	}
	var whole string
	if json.Unmarshal(wanted.Body, &whole) == nil {
		if whole != found {
			t.Errorf("the body is %q, wanted %q", found, whole)
		}
		return
	}
	var members, own map[string]any
	if json.Unmarshal(wanted.Body, &members) != nil || json.Unmarshal([]byte(found), &own) != nil {
		t.Errorf("the body is %q, wanted %s", found, wanted.Body)
		return
	}
	for name, value := range members {
		if own, isThere := own[name]; !reflect.DeepEqual(own, value) || (value == nil && isThere) {
			t.Errorf("%s is %v, wanted %v", name, own, value)
		}
	}
	if detail, _ := own["detail"].(string); own["rule"] != nil && detail == "" {
		t.Error("to be debugged, a refusal has a detail")
	}
}

func (step *step) compareLog(t *testing.T, records []map[string]any) {
	t.Helper()
	if step.Log == nil {
		return
	}
	var wanted map[string]any
	if err := json.Unmarshal(step.Log, &wanted); err != nil {
		t.Fatal(err)
	}
	if wanted == nil {
		if len(records) > 0 {
			t.Errorf("logged, and nothing was to be: %v", records)
		}
		return
	}
	if len(records) != 1 || records[0]["level"] != "INFO" {
		t.Errorf("wanted one record, and found %v", records)
		return
	}
	found, err := json.Marshal(records[0])
	if err != nil {
		t.Fatal(err)
	}
	var own map[string]any
	if err := json.Unmarshal(found, &own); err != nil {
		t.Fatal(err)
	}
	for name, value := range wanted {
		if !reflect.DeepEqual(own[name], value) {
			t.Errorf("%s in the log is %v, wanted %v", name, own[name], value)
		}
	}
}

// wantNoSecret: no answer and no record has a token in it, nor the query.
func (step *step) wantNoSecret(t *testing.T, found answered, records []map[string]any) {
	t.Helper()
	logged, err := json.Marshal(records)
	if err != nil {
		t.Fatal(err)
	}
	var secrets []string
	for _, field := range step.Request.Headers {
		if name := strings.ToLower(field[0]); name == "authorization" || name == "dpop" {
			secrets = append(secrets, field[1][strings.LastIndexByte(field[1], ' ')+1:])
		}
	}
	if _, query, hasQuery := strings.Cut(step.Request.Path, "?"); hasQuery {
		secrets = append(secrets, query)
	}
	for _, secret := range secrets {
		// What is shorter may stand there by chance, such as a scheme without a token.
		if len(secret) > 16 && (strings.Contains(found.body, secret) || strings.Contains(string(logged), secret)) {
			t.Errorf("a secret is told: %s", secret)
		}
	}
}
