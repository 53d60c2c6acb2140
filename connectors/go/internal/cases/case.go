// Package cases runs the shared cases of tests/vectors/connectors against an application in some framework, over HTTP. The
// README there says what they mean.
package cases

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// Case is one application and what is asked of it.
type Case struct {
	Name      string                     `json:"name"`
	Settings  json.RawMessage            `json:"settings"`
	Further   []json.RawMessage          `json:"further"`
	Responses map[string]json.RawMessage `json:"responses"`
	Fetches   map[string]int             `json:"fetches"`
	Now       int64                      `json:"now"`
	Guard     settings                   `json:"guard"`
	Route     Route                      `json:"route"`
	Kind      string                     `json:"kind"`
	Metadata  json.RawMessage            `json:"metadata"`
	Steps     []step                     `json:"steps"`
}

type settings struct {
	Origin    string            `json:"origin"`
	Debug     bool              `json:"debug"`
	Preflight bool              `json:"preflight"`
	Hosts     map[string]string `json:"hosts"`
}

// Route is the guarded route.
type Route struct {
	// Path is where it is, below the Prefix at which its sub-application is mounted.
	Path   string `json:"path"`
	Prefix string `json:"prefix"`
	// Methods are those that it takes.
	Methods   []string        `json:"methods"`
	Needs     json.RawMessage `json:"needs"`
	Optional  bool            `json:"optional"`
	WebSocket bool            `json:"websocket"`
}

// AllMethods are the Methods, and HEAD beside GET (RFC 9110 section 9.3.2), for frameworks that route it by itself.
func (route *Route) AllMethods() []string {
	methods := slices.Clone(route.Methods)
	if slices.Contains(methods, "GET") && !slices.Contains(methods, "HEAD") {
		methods = append(methods, "HEAD")
	}
	return methods
}

type step struct {
	Now       int64    `json:"now"`
	Request   request  `json:"request"`
	Response  response `json:"response"`
	WebSocket bool     `json:"websocket"`
	// Log is absent where it is not compared, and null where nothing is logged.
	Log json.RawMessage `json:"log"`
}

type request struct {
	Method  string      `json:"method"`
	Path    string      `json:"path"`
	Headers [][2]string `json:"headers"`
	Body    string      `json:"body"`
	// WebSocket may stand here or beside the request.
	WebSocket bool `json:"websocket"`
}

type response struct {
	Status  statuses           `json:"status"`
	Headers map[string]*string `json:"headers"`
	Caller  json.RawMessage    `json:"caller"`
	Body    json.RawMessage    `json:"body"`
}

// statuses are those of which an answer has one: a number, or a list of them.
type statuses []int

func (own *statuses) UnmarshalJSON(text []byte) error {
	var one int
	if json.Unmarshal(text, &one) == nil {
		*own = statuses{one}
		return nil
	}
	return json.Unmarshal(text, (*[]int)(own))
}

// read reads every case. They are beside the sources of this package, or where CONNECTOR_CASES says.
func read(t *testing.T) []Case {
	t.Helper()
	folder := os.Getenv("CONNECTOR_CASES")
	if folder == "" {
		_, own, _, _ := runtime.Caller(0)
		folder = filepath.Join(filepath.Dir(own), "../../../../tests/vectors/connectors")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	var all []Case
	for _, file := range files {
		octets, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var read struct{ Cases []Case }
		if err := json.Unmarshal(octets, &read); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, read.Cases...)
	}
	if len(all) < 150 {
		t.Fatalf("%d cases are fewer than there were", len(all))
	}
	seen := map[string]bool{}
	for _, own := range all {
		if seen[own.Name] {
			t.Fatalf("%s is there twice", own.Name)
		}
		seen[own.Name] = true
	}
	return slices.Clip(all)
}
