// Chart 890: The validator for Go | native, the standard library alone; every vector

package credenza

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

type vector struct {
	Name      string                     `json:"name"`
	Needs     string                     `json:"needs"`
	Settings  json.RawMessage            `json:"settings"`
	Responses map[string]json.RawMessage `json:"responses"`
	Steps     []vectorStep               `json:"steps"`
	Expected  json.RawMessage            `json:"expected"`

	Jose       string          `json:"jose"`
	Token      string          `json:"token"`
	JWKS       json.RawMessage `json:"jwks"`
	Secret     string          `json:"secret"`
	Algorithms []Algorithm     `json:"algorithms"`
	Key        *DecryptionKey  `json:"key"`
}

type vectorStep struct {
	Now     int64  `json:"now"`
	Check   string `json:"check"`
	Token   string `json:"token"`
	Request struct {
		Authorization         []string `json:"authorization"`
		DPoP                  []string `json:"dpop"`
		Method                string   `json:"method"`
		URL                   string   `json:"url"`
		CertificateThumbprint *string  `json:"certificate_thumbprint"`
	} `json:"request"`
	Requirement  json.RawMessage `json:"requirement"`
	Expectations json.RawMessage `json:"expectations"`
	Expected     any             `json:"expected"`
	Fetches      []string        `json:"fetches"`
	Posts        []vectorPost    `json:"posts"`
	Detail       map[string]any  `json:"detail"`
}

type vectorPost struct {
	Authorization string `json:"authorization"`
	Body          string `json:"body"`
}

type vectorResponse struct {
	Fails        bool   `json:"fails"`
	Cause        Cause  `json:"cause"`
	Status       int    `json:"status"`
	ContentType  string `json:"content_type"`
	CacheControl string `json:"cache_control"`
	Body         string `json:"body"`
	Padding      int    `json:"padding"`
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("../../tests/vectors/validator/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	var cases []vector
	for _, file := range files {
		octets, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var read struct{ Cases []vector }
		if err := json.Unmarshal(octets, &read); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		cases = append(cases, read.Cases...)
	}
	return cases
}

// TestVectors runs every case of tests/vectors/validator, which every language runs; their README says what they mean.
func TestVectors(t *testing.T) {
	cases := readVectors(t)
	seen := map[string]bool{}
	for _, vector := range cases {
		if seen[vector.Name] {
			t.Errorf("%s stands there twice", vector.Name)
		}
		seen[vector.Name] = true
		t.Run(vector.Name, func(t *testing.T) {
			t.Parallel()
			switch {
			case vector.Jose != "":
				vector.runJose(t)
			case vector.Steps != nil:
				vector.runSteps(t)
			default:
				vector.runSettings(t)
			}
		})
	}
	if t.Logf("%d cases", len(cases)); len(cases) < 2000 {
		t.Errorf("%d cases are fewer than there were", len(cases))
	}
}

// issuerOf answers fetches as a case says.
type issuerOf struct {
	mutex     sync.Mutex
	responses map[string][]vectorResponse
	fetches   []string
	posts     []vectorPost
}

func (vector *vector) issuer(t testing.TB) *issuerOf {
	made := &issuerOf{responses: map[string][]vectorResponse{}}
	for url, raw := range vector.Responses {
		var several []vectorResponse
		if json.Unmarshal(raw, &several) != nil {
			several = make([]vectorResponse, 1)
			if err := json.Unmarshal(raw, &several[0]); err != nil {
				t.Fatal(err)
			}
		}
		made.responses[url] = several
	}
	return made
}

// next is the next answer to a fetch, or a question to the host.
func (issuer *issuerOf) next(url string) (vectorResponse, error) {
	issuer.fetches = append(issuer.fetches, url)
	answers := issuer.responses[url]
	if len(answers) == 0 {
		return vectorResponse{}, errors.New("as the case says")
	}
	answer := answers[0]
	if len(answers) > 1 {
		issuer.responses[url] = answers[1:]
	}
	if answer.Fails {
		return answer, failure(answer.Cause)
	}
	return answer, nil
}

// resolve is Host.Resolve.
func (issuer *issuerOf) resolve(_ context.Context, name string) (*Issuer, error) {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	answer, err := issuer.next("resolve:" + name)
	if err != nil || answer.Status == http.StatusNotFound {
		return nil, err
	}
	return IssuerFromJSON([]byte(answer.Body)), nil
}

// Remember makes it a ReplayStore.
func (issuer *issuerOf) Remember(context.Context, string, time.Time) (bool, error) {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	answer, err := issuer.next("remember")
	return answer.Status == http.StatusOK, err
}

func (issuer *issuerOf) RoundTrip(request *http.Request) (*http.Response, error) {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	url := request.URL.String()
	if request.Body != nil {
		body, _ := io.ReadAll(request.Body)
		issuer.posts = append(issuer.posts, vectorPost{request.Header.Get("Authorization"), string(body)})
	}
	answer, err := issuer.next(url)
	if err != nil {
		return nil, err
	}
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

// failure is an error of the HTTP client with the cause that a case gives.
type failure Cause

func (failure failure) Error() string { return "as the case says" }

func (failure failure) Cause() Cause {
	if failure == "" {
		return CauseOther
	}
	return Cause(failure)
}

// isWithin tells whether each member of a detail that a case names is as it says.
func isWithin(wanted, found any) bool {
	object, isObject := wanted.(map[string]any)
	if !isObject {
		return reflect.DeepEqual(wanted, found)
	}
	in, _ := found.(map[string]any)
	for name, value := range object {
		if !isWithin(value, in[name]) {
			return false
		}
	}
	return in != nil
}

func (vector *vector) runSteps(t *testing.T) {
	issuer, now := vector.issuer(t), int64(0)
	host := Host{
		HTTPClient: &http.Client{Transport: issuer},
		Logger:     slog.New(slog.DiscardHandler),
		Now:        func() time.Time { return time.Unix(now, 0) },
	}
	switch vector.Needs {
	case "resolve":
		host.Resolve = issuer.resolve
	case "remember":
		host.Replays = issuer
	}
	validator, err := NewFromJSON(vector.Settings, host)
	if err != nil {
		t.Fatal(err)
	}
	for at, step := range vector.Steps {
		now = step.Now
		found, detail := step.outcome(t, validator)
		if step.Detail != nil && !isWithin(step.Detail, detail) {
			t.Errorf("step %d: the detail is %v, wanted %v", at, detail, step.Detail)
		}
		validator.driver.going.Wait()
		if !reflect.DeepEqual(found, step.Expected) {
			t.Errorf("step %d: found %v, wanted %v", at, found, step.Expected)
		}
		if !slices.Equal(issuer.fetches, step.Fetches) {
			t.Errorf("step %d: fetched %v, wanted %v", at, issuer.fetches, step.Fetches)
		}
		if step.Posts != nil && !slices.Equal(issuer.posts, step.Posts) {
			t.Errorf("step %d: posted %v, wanted %v", at, issuer.posts, step.Posts)
		}
		issuer.fetches, issuer.posts = nil, nil
	}
}

// outcome is the decision in the words of the vectors.
func (step *vectorStep) outcome(t *testing.T, validator *Validator) (told, detail any) {
	t.Helper()
	allowed, err := step.ask(t, validator)
	if err == nil {
		var claims any
		if err := allowed.Claims.Decode(&claims); err != nil {
			t.Fatal(err)
		}
		told := map[string]any{"allow": claims}
		addText(told, "dpop_nonce", allowed.DPoPNonce)
		return told, nil
	}
	var denied *Denied
	if !errors.As(err, &denied) {
		t.Fatal(err)
	}
	answer := map[string]any{"status": float64(denied.Status), "rule": string(denied.Rule)}
	addText(answer, "www_authenticate", denied.Challenge)
	addText(answer, "dpop_nonce", denied.DPoPNonce)
	addText(answer, "error", denied.Code)
	octets, err := json.Marshal(denied.Detail)
	if err != nil || json.Unmarshal(octets, &detail) != nil {
		t.Fatal(err)
	}
	return map[string]any{"deny": answer}, detail
}

func addText(told map[string]any, name, text string) {
	if text != "" {
		told[name] = text
	}
}

func (step *vectorStep) ask(t *testing.T, validator *Validator) (*Allowed, error) {
	switch step.Check {
	case "access_token":
		var requirement Requirement
		if step.Requirement != nil {
			var err error
			if requirement, err = ParseRequirement(step.Requirement); err != nil {
				t.Fatal(err)
			}
		}
		return validator.Check(context.Background(), Request(step.Request), requirement)
	case "id_token":
		var expected IDTokenExpectations
		err := readDocument("expectations", []byte(orEmpty(step.Expectations)), members(map[string]reader{
			"nonce": optionalText(&expected.Nonce), "max_age": span(&expected.MaxAge),
			"acr_values":   texts(&expected.ACRValues),
			"access_token": optionalText(&expected.AccessToken), "code": optionalText(&expected.Code),
		}))
		if err != nil {
			t.Fatal(err)
		}
		claims, err := validator.CheckIDToken(context.Background(), step.Token, expected)
		return &Allowed{Claims: claims}, err
	case "logout_token":
		claims, err := validator.CheckLogoutToken(context.Background(), step.Token)
		return &Allowed{Claims: claims}, err
	default:
		t.Fatalf("a check of an unknown kind: %s", step.Check)
		return nil, nil
	}
}

func orEmpty(document json.RawMessage) string {
	if document == nil {
		return "{}"
	}
	return string(document)
}

func (vector *vector) runSettings(t *testing.T) {
	var expected struct {
		SettingsError string `json:"settings_error"`
	}
	if err := json.Unmarshal(vector.Expected, &expected); err != nil || expected.SettingsError == "" {
		t.Fatalf("a case of an unknown kind: %s", vector.Expected)
	}
	_, err := NewFromJSON(vector.Settings, Host{})
	var refused *SettingsError
	if !errors.As(err, &refused) || refused.Setting != expected.SettingsError {
		t.Errorf("found %v, wanted an error of %s", err, expected.SettingsError)
	}
}
