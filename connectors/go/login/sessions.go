package login

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ErrUnavailable is returned when the provider, or the store of sessions, cannot be reached. Nobody is signed out by it.
var ErrUnavailable = errors.New("the provider or the store of sessions cannot be reached")

const (
	// maxTouch is how old the time of the last request in a session gets at most before it is written again.
	maxTouch = time.Minute
	// touchTimeout is how long a request waits to write it.
	touchTimeout = time.Second
)

// sessions is where sessions are: in cookies, or in a store with their ids in cookies.
type sessions struct {
	jar            *jar
	store, ended   Store
	lifetime, idle time.Duration
	// owner is hashed into every key: issuer and client, as applications may share a store.
	owner  string
	recent recent
}

func (sessions *sessions) cookie() string { return sessions.jar.name("") }

// key is a hash of what is kept, so that the store tells nobody.
func (sessions *sessions) key(kind, value string) string {
	hash := sha256.Sum256([]byte(sessions.owner + "\x00" + kind + "\x00" + value))
	return kind + ":" + hex.EncodeToString(hash[:])
}

func (sessions *sessions) keyOf(session *Session) string {
	return sessions.key("id", session.record.ID)
}

// load is the session of a request; nil without one. An error wraps ErrUnavailable.
func (sessions *sessions) load(request *http.Request) (*Session, error) {
	var session *Session
	var err error
	if sessions.store == nil {
		plain, _ := sessions.jar.readAll(request, sessions.cookie())
		session = decodeSession(plain)
	} else {
		session, err = sessions.find(request)
	}
	if session == nil || err != nil || sessions.left(session, time.Now()) <= 0 {
		return nil, err
	}
	if sessions.store == nil {
		isEnded, err := sessions.isEnded(request.Context(), session)
		if isEnded || err != nil {
			return nil, err
		}
	}
	return session, nil
}

// find is the session that a cookie names. Of several cookies of the name, the first that names one counts.
func (sessions *sessions) find(request *http.Request) (*Session, error) {
	for _, cookie := range request.CookiesNamed(sessions.cookie()) {
		if session, err := sessions.read(request.Context(), sessions.key("id", cookie.Value)); session != nil || err != nil {
			return session, err
		}
	}
	return nil, nil
}

func (sessions *sessions) read(ctx context.Context, key string) (*Session, error) {
	value, err := sessions.store.Get(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	plain, isOpen := sessions.jar.sealer.Open(string(value), key)
	if !isOpen {
		return nil, nil
	}
	return decodeSession(plain), nil
}

// left is how long a session lasts from now on, by its beginning and by the last request.
func (sessions *sessions) left(session *Session, now time.Time) time.Duration {
	left := time.UnixMilli(session.record.CreatedAt).Add(sessions.lifetime).Sub(now)
	if sessions.idle > 0 {
		left = min(left, time.Unix(session.record.SeenAt, 0).Add(sessions.idle).Sub(now))
	}
	return left
}

// begin keeps a new session, and gives the browser what it needs to come back to it.
func (sessions *sessions) begin(writer http.ResponseWriter, request *http.Request, session *Session) error {
	plain, err := session.encode()
	if err != nil {
		return err
	}
	lifetime := sessions.left(session, time.Now())
	if sessions.store == nil {
		return sessions.jar.writeAll(writer, request, sessions.cookie(), plain, lifetime)
	}
	indexes := []string{sessions.key("sub", session.Subject())}
	if sid := session.SessionID(); sid != "" {
		indexes = append(indexes, sessions.key("sid", sid))
	}
	key := sessions.keyOf(session)
	sealed := []byte(sessions.jar.sealer.Seal(plain, key))
	if err := sessions.store.Put(request.Context(), key, sealed, indexes, lifetime); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	// Parts of a session in cookies, from before there was a store.
	sessions.jar.removeAll(writer, request, sessions.cookie())
	sessions.jar.set(writer, sessions.cookie(), session.record.ID, sessions.lifetime)
	return nil
}

// update keeps what has changed in the store, and tells whether the session was still there.
func (sessions *sessions) update(ctx context.Context, session *Session) (bool, error) {
	plain, err := session.encode()
	if err != nil {
		return false, err
	}
	key := sessions.keyOf(session)
	sealed := []byte(sessions.jar.sealer.Seal(plain, key))
	isThere, err := sessions.store.Update(ctx, key, sealed, sessions.left(session, time.Now()))
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return isThere, nil
}

// touch notes that there was a request, where sessions end without.
func (sessions *sessions) touch(writer http.ResponseWriter, request *http.Request, session *Session) error {
	now := time.Now()
	since := now.Sub(time.Unix(session.record.SeenAt, 0))
	if sessions.idle == 0 || since < min(sessions.idle/10, maxTouch) {
		return nil
	}
	if sessions.store != nil {
		return sessions.touchStored(request.Context(), session, now)
	}
	// The cookie of a request that was on its way during a refresh must not come back.
	if newer := sessions.recent.newer(session); newer != nil {
		*session = *newer
	}
	session.record.SeenAt = now.Unix()
	return sessions.begin(writer, request, session)
}

// touchStored writes what is stored now, and not what was read before: another may have refreshed it. Where somebody is at it
// for longer, the next request will do.
func (sessions *sessions) touchStored(ctx context.Context, session *Session, now time.Time) error {
	bounded, cancel := context.WithTimeout(ctx, touchTimeout)
	defer cancel()
	key := sessions.keyOf(session)
	unlock, err := sessions.store.Lock(bounded, "lock:"+key, lockLifetime)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer unlock()
	current, err := sessions.read(ctx, key)
	if err != nil || current == nil {
		return err
	}
	current.record.SeenAt = now.Unix()
	*session = *current
	_, err = sessions.update(ctx, current)
	return err
}

// end ends a session, wherever copies of its cookies are.
func (sessions *sessions) end(ctx context.Context, session *Session) error {
	var err error
	if sessions.store != nil {
		err = sessions.store.Delete(ctx, sessions.keyOf(session))
	} else {
		err = sessions.ended.Put(ctx, sessions.keyOf(session), []byte("{}"), nil, sessions.lifetime)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// endAll ends every session of a sid, or without one every session of a sub that began before.
func (sessions *sessions) endAll(ctx context.Context, sid, sub string, issuedAt time.Time) error {
	key := sessions.key("sub", sub)
	if sid != "" {
		key = sessions.key("sid", sid)
	}
	var err error
	if sessions.store != nil {
		err = sessions.store.DeleteBy(ctx, key)
	} else {
		var mark []byte
		if mark, err = json.Marshal(ending{issuedAt.Unix(), time.Now().UnixMilli()}); err == nil {
			err = sessions.ended.Put(ctx, key, mark, nil, sessions.lifetime)
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// ending is when sessions of a person ended: by the clock of the provider in seconds, and by that of an instance in
// milliseconds since 1970.
type ending struct {
	IssuedAt int64 `json:"iat"`
	At       int64 `json:"at"`
}

// isOf tells whether a session began before. The provider's clock says so, as instances may differ; within one of its
// seconds theirs has to do.
func (ending ending) isOf(session *Session) bool {
	if session.record.IssuedAt != ending.IssuedAt {
		return session.record.IssuedAt < ending.IssuedAt
	}
	return session.record.CreatedAt <= ending.At
}

// isEnded tells whether a session in cookies was ended by somebody else than its browser.
func (sessions *sessions) isEnded(ctx context.Context, session *Session) (bool, error) {
	keys := []string{sessions.keyOf(session), sessions.key("sub", session.Subject())}
	if sid := session.SessionID(); sid != "" {
		keys = append(keys, sessions.key("sid", sid))
	}
	for _, key := range keys {
		mark, err := sessions.ended.Get(ctx, key)
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if mark == nil {
			continue
		}
		var ended ending
		isOfPerson := strings.HasPrefix(key, "sub:")
		if !isOfPerson || json.Unmarshal(mark, &ended) != nil || ended.isOf(session) {
			return true, nil
		}
	}
	return false, nil
}
