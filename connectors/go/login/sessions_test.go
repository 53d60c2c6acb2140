package login

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// idleSessions end after a minute without a request.
func idleSessions(t *testing.T, store Store) *sessions {
	t.Helper()
	return &sessions{
		jar: newJar(t, "a-secret-for-tests-of-32-bytes-or-more"), store: store, ended: NewMemory(),
		lifetime: time.Hour, idle: time.Minute, owner: "test",
	}
}

// seen is a session whose last request was so long ago.
func seen(ago time.Duration) *Session {
	now := time.Now()
	session := &Session{record: record{
		ID: random(), CreatedAt: now.Add(-10 * time.Minute).UnixMilli(), SeenAt: now.Add(-ago).Unix(), RefreshToken: "old",
	}}
	// A token whose claims stand beside it.
	_ = session.setIDToken("encrypted", `{"sub":"ada"}`)
	return session
}

func TestASessionEndsWithoutRequests(t *testing.T) {
	for name, store := range map[string]Store{"cookies": nil, "memory": NewMemory()} {
		t.Run(name, func(t *testing.T) {
			sessions := idleSessions(t, store)
			for ago, isThere := range map[time.Duration]bool{50 * time.Second: true, 61 * time.Second: false} {
				answer, session := httptest.NewRecorder(), seen(50*time.Second)
				if err := sessions.begin(answer, httptest.NewRequest(http.MethodGet, "/", nil), session); err != nil {
					t.Fatal(err)
				}
				session.record.SeenAt = time.Now().Add(-ago).Unix()
				request := keep(t, sessions, session, stored(answer))
				found, err := sessions.load(request)
				if err != nil || (found != nil) != isThere {
					t.Errorf("after %s: %v %v", ago, found, err)
				}
				if found == nil {
					continue
				}
				touched := httptest.NewRecorder()
				if err := sessions.touch(touched, request, found); err != nil || time.Now().Unix()-found.record.SeenAt > 5 {
					t.Errorf("the request is not noted: %v", err)
				}
			}
		})
	}
}

// keep writes a session as it is, and returns a request of its browser.
func keep(t *testing.T, sessions *sessions, session *Session, request *http.Request) *http.Request {
	t.Helper()
	plain, err := session.encode()
	if err != nil {
		t.Fatal(err)
	}
	if sessions.store == nil {
		answer := httptest.NewRecorder()
		if err := sessions.jar.writeAll(answer, request, sessions.cookie(), plain, time.Hour); err != nil {
			t.Fatal(err)
		}
		return stored(answer)
	}
	key := sessions.keyOf(session)
	if _, err := sessions.store.Update(t.Context(), key, []byte(sessions.jar.sealer.Seal(plain, key)), time.Hour); err != nil {
		t.Fatal(err)
	}
	return request
}

func TestANotedRequestBringsNoOldTokensBack(t *testing.T) {
	for name, store := range map[string]Store{"cookies": nil, "memory": NewMemory()} {
		t.Run(name, func(t *testing.T) {
			sessions, answer, session := idleSessions(t, store), httptest.NewRecorder(), seen(50*time.Second)
			if err := sessions.begin(answer, httptest.NewRequest(http.MethodGet, "/", nil), session); err != nil {
				t.Fatal(err)
			}
			request := stored(answer)
			loaded, err := sessions.load(request)
			if err != nil || loaded == nil {
				t.Fatal(loaded, err)
			}
			// Meanwhile another request has refreshed it.
			renewed := *session
			renewed.record.Generation, renewed.record.RefreshToken = 1, "new"
			sessions.recent.put(&renewed)
			if store != nil {
				if _, err := sessions.update(t.Context(), &renewed); err != nil {
					t.Fatal(err)
				}
			}
			touched := httptest.NewRecorder()
			if err := sessions.touch(touched, request, loaded); err != nil {
				t.Fatal(err)
			}
			if store == nil {
				request = stored(touched)
			}
			again, err := sessions.load(request)
			if err != nil || again == nil || again.record.RefreshToken != "new" || loaded.record.RefreshToken != "new" {
				t.Errorf("found %+v %v", again, err)
			}
		})
	}
}
