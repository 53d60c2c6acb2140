package login

import (
	"sync"
	"time"
)

const (
	// recentFor is how long the outcome of a refresh is remembered for requests that were on their way with an older cookie.
	recentFor = time.Minute
	// maxRecent bounds how many are remembered.
	maxRecent = 10_000
)

// recent remembers refreshed sessions in this process, by their ids. Its zero value is ready for use.
type recent struct {
	mutex sync.Mutex
	kept  map[string]renewed
}

type renewed struct {
	session *Session
	until   time.Time
}

func (recent *recent) put(session *Session) {
	now := time.Now()
	recent.mutex.Lock()
	defer recent.mutex.Unlock()
	if recent.kept == nil {
		recent.kept = map[string]renewed{}
	}
	if len(recent.kept) >= maxRecent {
		for id, old := range recent.kept {
			if now.After(old.until) || len(recent.kept) >= maxRecent {
				delete(recent.kept, id)
			}
		}
	}
	recent.kept[session.record.ID] = renewed{session, now.Add(recentFor)}
}

// newer is a newer generation of a session; nil where none is remembered.
func (recent *recent) newer(session *Session) *Session {
	recent.mutex.Lock()
	defer recent.mutex.Unlock()
	known, found := recent.kept[session.record.ID]
	if !found || time.Now().After(known.until) || known.session.record.Generation <= session.record.Generation {
		return nil
	}
	return known.session
}

func (recent *recent) remove(session *Session) {
	recent.mutex.Lock()
	defer recent.mutex.Unlock()
	delete(recent.kept, session.record.ID)
}
