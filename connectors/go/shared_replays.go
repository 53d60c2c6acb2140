package credenza

import (
	"sync"

	"credenza.dev/credenza/internal/jose"
)

// sharedReplays are DPoP proofs that were used at any node (RFC 9449 section 11.1): what the host's store said of those
// whose check has not gone on yet.
type sharedReplays struct {
	mutex   sync.Mutex
	answers *lru[remembered]
}

// remembered is what the store said of a proof.
type remembered struct {
	isFirst bool
	// failed is why the store could not be asked.
	failed *Trouble
}

const fetchReplay = "replay:"

func newSharedReplays(capacity int64) *sharedReplays {
	return &sharedReplays{answers: newLRU[remembered](int(capacity))}
}

// use uses a proof. What the store said serves one check alone, so of two with the same proof one passes.
func (shared *sharedReplays) use(proof *proof) *halt {
	shared.mutex.Lock()
	defer shared.mutex.Unlock()
	answer, found := shared.answers.get(proof.name)
	shared.answers.remove(proof.name)
	switch {
	case !found:
		key := fetchReplay + jose.EncodeBase64URL(proof.name[:])
		return need(&fetch{kind: fetchRemember, key: key, name: proof.name, until: proof.until})
	case answer.failed != nil:
		return after(RuleReplaysUnavailable, answer.failed)
	case !answer.isFirst:
		return deny(RuleDPoPReplay)
	default:
		return nil
	}
}

// fetched records what the store said; it returns what was wrong with it.
func (shared *sharedReplays) fetched(fetch *fetch, answer *response, failure *Trouble) *Trouble {
	shared.mutex.Lock()
	defer shared.mutex.Unlock()
	said := remembered{failed: failure}
	if answer != nil {
		said = remembered{isFirst: answer.isNew}
	}
	// The first use is not taken back by a second question about it.
	if before, found := shared.answers.get(fetch.name); !found || !before.isFirst {
		shared.answers.put(fetch.name, said)
	}
	return failure
}
