// Chart 991

package kit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/kit"
)

const audience = "https://api.example"

// answered is status, fields and body of an answer.
type answered struct {
	status int
	header http.Header
	body   string
}

func send(t *testing.T, server *httptest.Server, method, path string, body io.Reader, fields ...string) answered {
	t.Helper()
	request, err := http.NewRequest(method, server.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(fields); at += 2 {
		request.Header.Set(fields[at], fields[at+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{response.StatusCode, response.Header, string(text)}
}

// slow answers after a time, or not at all where its context ends before.
func slow(wait time.Duration) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		select {
		case <-request.Context().Done():
		case <-time.After(wait):
			_, _ = io.WriteString(writer, "done")
		}
	})
}

func TestTimeouts(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("GET /slow", slow(2*time.Second))
	mux.Handle("GET /inner", kit.Timeout(5*time.Second)(slow(400*time.Millisecond)))
	mux.Handle("GET /stream", http.HandlerFunc(func(writer http.ResponseWriter, _ *http.Request) {
		for range 4 {
			_, _ = io.WriteString(writer, "part ")
			_ = http.NewResponseController(writer).Flush()
			time.Sleep(100 * time.Millisecond)
		}
	}))
	server := httptest.NewServer(kit.Service{Timeout: 200 * time.Millisecond}.Wrap(mux))
	defer server.Close()
	for path, wanted := range map[string]answered{
		"/slow": {503, nil, "urn:problem:timeout"}, "/inner": {200, nil, "done"}, "/stream": {200, nil, "part part part part "},
	} {
		found := send(t, server, "GET", path, nil)
		if found.status != wanted.status || !strings.Contains(found.body, wanted.body) {
			t.Errorf("%s: %d %s", path, found.status, found.body)
		}
	}
}

func TestAConnectionIsTakenOver(t *testing.T) {
	server := httptest.NewServer(kit.Service{Timeout: 50 * time.Millisecond}.Wrap(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		connection, _, err := writer.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		time.Sleep(150 * time.Millisecond)
		if request.Context().Err() != nil {
			t.Error("its context has ended")
		}
		_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n")
	})))
	defer server.Close()
	if found := send(t, server, "GET", "/", nil, "Connection", "Upgrade", "Upgrade", "test"); found.status != 101 {
		t.Errorf("%d %s", found.status, found.body)
	}
}

func TestPanicsAndLog(t *testing.T) {
	log := &bytes.Buffer{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /fail", func(http.ResponseWriter, *http.Request) { panic("broken inside") })
	mux.HandleFunc("GET /begun", func(writer http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(writer, "half")
		_ = http.NewResponseController(writer).Flush()
		panic("broken inside")
	})
	server := httptest.NewServer(kit.Service{Logger: kit.NewLogger(log)}.Wrap(mux))
	found := send(t, server, "GET", "/fail?code=secret", nil, "X-Request-Id", "id-1")
	if found.status != 500 || strings.Contains(found.body, "inside") || found.header.Get("X-Request-Id") != "id-1" {
		t.Errorf("a panic: %d %s %v", found.status, found.body, found.header)
	}
	if _, err := http.Get(server.URL + "/begun"); err == nil {
		response, _ := http.Get(server.URL + "/begun")
		if _, err := io.ReadAll(response.Body); err == nil {
			t.Error("an answer that was broken off looks like a whole one")
		}
		_ = response.Body.Close()
	}
	server.Close()
	if text := log.String(); !strings.Contains(text, "broken inside") || !strings.Contains(text, `"request_id":"id-1"`) || strings.Contains(text, "secret") {
		t.Errorf("the log tells too little or too much: %s", text)
	}
	for line := range strings.Lines(log.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil || record["message"] == nil {
			t.Errorf("not a record: %s", line)
		}
	}
}

func TestBodies(t *testing.T) {
	echo := kit.Handler(func(writer http.ResponseWriter, request *http.Request) error {
		var value any
		if err := kit.ReadJSON(request, &value); err != nil {
			return err
		}
		return kit.WriteJSON(writer, 200, value)
	})
	mux := http.NewServeMux()
	mux.Handle("POST /echo", echo)
	mux.Handle("POST /large", kit.BodyLimit(4096)(echo))
	server := httptest.NewServer(kit.Service{BodyLimit: 64}.Wrap(mux))
	defer server.Close()
	long := `"` + strings.Repeat("x", 1000) + `"`
	for _, tried := range []struct {
		path, kind string
		body       io.Reader
		status     int
	}{
		{"/echo", "application/json", strings.NewReader(`{"a":1}`), 200},
		{"/echo", "application/json", strings.NewReader(long), 413},
		{"/echo", "application/json", io.MultiReader(strings.NewReader(long)), 413},
		{"/large", "application/json", strings.NewReader(long), 200},
		{"/large", "application/json", io.MultiReader(strings.NewReader(strings.Repeat(long, 9))), 413},
		{"/echo", "application/json", strings.NewReader(`{"a":1}{`), 400},
		{"/echo", "text/plain", strings.NewReader(`{"a":1}`), 415},
	} {
		if found := send(t, server, "POST", tried.path, tried.body, "Content-Type", tried.kind); found.status != tried.status {
			t.Errorf("%s %s: %d %s", tried.path, tried.kind, found.status, found.body)
		}
	}
}

// lost is a counter that can be lost.
type lost struct {
	isLost atomic.Bool
	counts *kit.Counts
}

func (lost *lost) Take(ctx context.Context, key string, window time.Duration) (int64, time.Duration, error) {
	if lost.isLost.Load() {
		return 0, 0, errors.New("lost")
	}
	return lost.counts.Take(ctx, key, window)
}

func TestRates(t *testing.T) {
	issuer := credenzatest.NewIssuer("https://id.example")
	validator, err := credenza.New(credenza.Settings{Issuer: issuer.Name(), Audience: audience, Host: issuer.Host()})
	if err != nil {
		t.Fatal(err)
	}
	shared := &lost{counts: kit.NewCounts()}
	limit := kit.NewRateLimit(shared, kit.PerCaller(5, time.Minute), kit.PerTenant(8, time.Minute))
	server := httptest.NewServer(kit.Protect(guard.New(validator), limit.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))))
	defer server.Close()
	accepted := func(subject, tenant string, times int) int64 {
		var count atomic.Int64
		var group sync.WaitGroup
		for range times {
			group.Go(func() {
				token := issuer.Bearer(audience, credenzatest.Subject(subject), credenzatest.Claim("tenant", tenant))
				if send(t, server, "GET", "/", nil, "Authorization", token).status == 200 {
					count.Add(1)
				}
			})
		}
		group.Wait()
		return count.Load()
	}
	if found := accepted("ada", "acme", 20); found != 5 {
		t.Errorf("%d of ada's are accepted", found)
	}
	// What was refused to ada was not counted for her tenant.
	if found := accepted("bob", "acme", 20); found != 3 {
		t.Errorf("%d of bob's are accepted", found)
	}
	shared.isLost.Store(true)
	if found := accepted("eve", "other", 20); found != 5 {
		t.Errorf("%d of eve's are accepted while the counter is lost", found)
	}
}

func TestFeaturesAreAskedForOnce(t *testing.T) {
	var asked atomic.Int64
	var isDown atomic.Bool
	features := kit.NewFeatures(func(context.Context, string) (map[string]any, error) {
		asked.Add(1)
		time.Sleep(50 * time.Millisecond)
		if isDown.Load() {
			return nil, errors.New("down")
		}
		return map[string]any{"exports": true}, nil
	}, kit.Plans{})
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if found, err := features.Of(t.Context(), "pro"); err != nil || found["exports"] != true {
				t.Errorf("%v %v", found, err)
			}
		})
	}
	group.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	features.Drop("pro")
	isDown.Store(true)
	var problem *kit.Problem
	if _, err := features.Of(t.Context(), "pro"); !errors.As(err, &problem) || problem.Status != 503 {
		t.Errorf("dropped and down: %v", err)
	}
}

func TestCursorsAreBound(t *testing.T) {
	pages, err := kit.NewPages("a-secret-for-tests-of-32-bytes-or-more")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(kit.Handler(func(writer http.ResponseWriter, request *http.Request) error {
		page, err := pages.Read(request)
		if err != nil {
			return err
		}
		after, _ := strconv.Atoi(page.After)
		return page.Write(writer, []int{after + 1}, strconv.Itoa(after+1))
	}))
	defer server.Close()
	var first struct {
		Cursor string `json:"next_cursor"`
	}
	if err := json.Unmarshal([]byte(send(t, server, "GET", "/a?kind=x", nil).body), &first); err != nil {
		t.Fatal(err)
	}
	for path, status := range map[string]int{
		"/a?kind=x&cursor=": 200, "/a?kind=y&cursor=": 400, "/a?cursor=": 400, "/b?kind=x&cursor=": 400, "/a?limit=9&kind=x&cursor=": 200,
		"/a?kind=x&cursor=A": 400, "/a?limit=0&x=": 400, "/a?limit=201&x=": 400, "/a?limit=1&limit=2&x=": 400,
	} {
		if found := send(t, server, "GET", path+first.Cursor, nil); found.status != status {
			t.Errorf("%s: %d %s", path, found.status, found.body)
		}
	}
}
