// Chart 991

package events_test

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"credenza.dev/credenza/events"
)

var key = []byte("0123456789abcdef0123456789abcdef")

const body = `{"type":"user.created","subject":"ada","tenantid":"acme","data":{"user_id":"ada"}}`

func encode(octets []byte) string { return base64.StdEncoding.EncodeToString(octets) }

func v1(id, timestamp string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "." + body))
	return "v1," + encode(mac.Sum(nil))
}

func post(t *testing.T, handler http.Handler, prefix, id, timestamp, signature string) int {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	request.Header.Set(prefix+"-Id", id)
	request.Header.Set(prefix+"-Timestamp", timestamp)
	request.Header.Set(prefix+"-Signature", signature)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Code
}

func TestSignatures(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	webhooks, err := events.NewWebhooks(nil, "whsec_"+encode(make([]byte, 24)), "whsec_"+encode(key), "whpk_"+encode(public))
	if err != nil {
		t.Fatal(err)
	}
	var handled atomic.Int64
	handler := webhooks.Receive(func(_ context.Context, event *events.Event) error {
		handled.Add(1)
		if event.Type != "user.created" || event.Tenant != "acme" || event.Subject != "ada" {
			t.Errorf("%+v", event)
		}
		return nil
	})
	at := func(ago time.Duration) string { return strconv.FormatInt(time.Now().Add(-ago).Unix(), 10) }
	now, old, early := at(0), at(6*time.Minute), at(-6*time.Minute)
	v1a := "v1a," + encode(ed25519.Sign(private, []byte("d."+now+"."+body)))
	for _, tried := range []struct {
		prefix, id, timestamp, signature string
		status                           int
	}{
		{"Webhook", "a", now, v1("a", now), 204},
		{"Webhook", "a", now, v1("a", now), 200},
		{"Svix", "b", now, v1("b", now), 204},
		{"Webhook", "c", now, "v1,AAAA v2,x " + v1("c", now), 204},
		{"Webhook", "d", now, v1a, 204},
		{"Webhook", "e", now, v1a, 400},
		{"Webhook", "f", now, v1("other", now), 400},
		{"Webhook", "g", old, v1("g", old), 400},
		{"Webhook", "h", early, v1("h", early), 400},
		{"Webhook", "i", "soon", v1("i", "soon"), 400},
		{"Webhook", "j", now, "", 400},
	} {
		if status := post(t, handler, tried.prefix, tried.id, tried.timestamp, tried.signature); status != tried.status {
			t.Errorf("%s %s: %d", tried.prefix, tried.id, status)
		}
	}
	if handled.Load() != 4 {
		t.Errorf("%d are handled", handled.Load())
	}
}

func TestOneOfManyAtOnceIsHandled(t *testing.T) {
	webhooks, err := events.NewWebhooks(nil, "whsec_"+encode(key))
	if err != nil {
		t.Fatal(err)
	}
	var handled atomic.Int64
	handler := webhooks.Receive(func(context.Context, *events.Event) error {
		time.Sleep(50 * time.Millisecond)
		if handled.Add(1) == 1 {
			return errors.New("not yet")
		}
		return nil
	})
	now := strconv.FormatInt(time.Now().Unix(), 10)
	var conflicts atomic.Int64
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			if post(t, handler, "Webhook", "a", now, v1("a", now)) == http.StatusConflict {
				conflicts.Add(1)
			}
		})
	}
	group.Wait()
	if handled.Load() != 1 || conflicts.Load() != 9 {
		t.Errorf("%d are handled, and %d told to come again", handled.Load(), conflicts.Load())
	}
	for _, wanted := range []int{204, 200} {
		if status := post(t, handler, "Webhook", "a", now, v1("a", now)); status != wanted {
			t.Errorf("after the failure: %d", status)
		}
	}
}
