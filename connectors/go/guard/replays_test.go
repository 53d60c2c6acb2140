// Chart 949

package guard_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
)

// store is a ReplayStore in memory.
type store struct {
	mutex sync.Mutex
	names map[string]time.Time
	err   error
}

func (store *store) Remember(_ context.Context, name string, until time.Time) (bool, error) {
	store.mutex.Lock()
	defer store.mutex.Unlock()
	if _, isKnown := store.names[name]; isKnown || store.err != nil {
		return false, store.err
	}
	store.names[name] = until
	return true, nil
}

// TestOfSeveralNodesOneTakesAProof is RFC 9449 section 11.1.
func TestOfSeveralNodesOneTakesAProof(t *testing.T) {
	issuer := credenzatest.NewIssuer("https://id.example")
	prover := issuer.NewProver()
	token := issuer.Token(audience, prover.Bound())
	check := func(replays credenza.ReplayStore) map[credenza.Rule]int {
		const url = "https://api.example/orders"
		request := credenza.Request{
			Authorization: []string{"DPoP " + token}, DPoP: []string{prover.Proof("GET", url, token)},
			Method: "GET", URL: url,
		}
		found, mutex, group := map[credenza.Rule]int{}, sync.Mutex{}, sync.WaitGroup{}
		for range 4 {
			host := issuer.Host()
			host.Replays = replays
			validator, err := credenza.New(credenza.Settings{
				Issuer: issuer.Name(), Audience: audience, DPoP: &credenza.DPoP{}, Host: host,
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = validator.Close() })
			// Twice at each node at once.
			for range 2 {
				group.Go(func() {
					var denied *credenza.Denied
					_, err := validator.Check(context.Background(), request)
					mutex.Lock()
					defer mutex.Unlock()
					if errors.As(err, &denied) {
						found[denied.Rule]++
					} else {
						found["allowed"]++
					}
				})
			}
		}
		group.Wait()
		return found
	}
	shared := &store{names: map[string]time.Time{}}
	if found := check(shared); found["allowed"] != 1 || found[credenza.RuleDPoPReplay] != 7 {
		t.Errorf("with a store in common: %v", found)
	}
	for name, until := range shared.names {
		if left := time.Until(until); left < 80*time.Second || left > 91*time.Second {
			t.Errorf("%s is kept for %s", name, left)
		}
	}
	if found := check(nil); found["allowed"] != 4 {
		t.Errorf("each by itself: %v", found)
	}
	if found := check(&store{err: errors.New("away")}); found[credenza.RuleReplaysUnavailable] != 8 {
		t.Errorf("without an answer: %v", found)
	}
}
