package credenza

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"credenza.dev/credenza/internal/jose"
)

// FuzzCheck: whatever a request says, the answer is a decision, and only what one of the keys signed passes.
func FuzzCheck(f *testing.F) {
	for at, vector := range readVectors(f) {
		if at%8 != 0 {
			continue
		}
		for _, step := range vector.Steps {
			if len(step.Request.Authorization) == 1 && len(vector.Steps) == 1 {
				f.Add(step.Request.Authorization[0], strings.Join(step.Request.DPoP, " "))
			}
		}
	}
	validator, err := New(Settings{
		Issuer: "https://id.example", Audience: "https://api.example", DPoP: &DPoP{},
		Keys: []byte(`{"keys":[{"alg":"ES256","crv":"P-256","kid":"es256-1","kty":"EC","use":"sig","x":"` +
			`OXiSOZGbhBGOPVt-4o_xMEuqXxrlgecQUMK9-vrNSXg","y":"CY_grVP97gD5TUpiwSsDM-uDrbecQCLq5LsxsFZh-Hw"}]}`),
		Host: Host{
			HTTPClient: &http.Client{Transport: http.NewFileTransport(http.Dir("/nonexistent"))},
			Logger:     slog.New(slog.DiscardHandler),
			Now:        func() time.Time { return time.Unix(1_800_000_000, 0) },
		},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, authorization, proof string) {
		request := Request{Authorization: []string{authorization}, DPoP: []string{proof}, Method: "GET"}
		_, err := validator.Check(context.Background(), request)
		var denied *Denied
		if !errors.As(err, &denied) {
			// The key is one that signed none of the vectors.
			t.Fatalf("no denial: %v", err)
		}
		if denied.Status == 0 || strings.ContainsAny(denied.Challenge, "\r\n") {
			t.Fatalf("no answer: %+v", denied)
		}
	})
}

// FuzzJSON: what is read as JSON here is JSON to the standard library too, with the same values.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":1,"b":[true,null,"x"]}`, `{"a":1,"a":2}`, `"\ud83d\ude00"`, `"\ud83d"`, `1e400`, `-0`, `01`, `[1,]`, ` {} `,
		"\"\x01\"", `{"a":{"b":{"c":1.5e3}}}`, "\xff", `"\u0000"`, `{"\u0061":1,"a":2}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := jose.ParseJSON(text)
		if err != nil {
			return
		}
		if !utf8.ValidString(text) || !json.Valid([]byte(text)) {
			t.Fatalf("accepted: %q", text)
		}
		again, err := jose.ParseJSON(rawText(&value))
		if err != nil || rawText(&again) != rawText(&value) {
			t.Fatalf("written anew it is another: %q, %v", text, err)
		}
		var standard any
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&standard); err != nil {
			t.Fatal(err)
		}
		wanted, err := json.Marshal(standard)
		if err != nil || string(wanted) != rawText(&value) {
			t.Fatalf("%q is %s here, and %s there", text, rawText(&value), wanted)
		}
	})
}

// FuzzKeySet: no key set does harm, and no key in it fits an HMAC.
func FuzzKeySet(f *testing.F) {
	f.Add(`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`)
	f.Add(`{"keys":[{"kty":"oct","k":"AAAA"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		set, err := jose.ParseJWKSet(text)
		if err != nil {
			return
		}
		for _, key := range set.Keys {
			if key.Fits(HS256) || key.Verify(ES256, "message", make([]byte, 64)) == nil {
				t.Fatalf("a key that fits anything: %s", text)
			}
		}
	})
}
