package login

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// flowLifetime is how long a person may take to sign in.
	flowLifetime = 10 * time.Minute
	// maxFlows is how many sign-ins one browser may have under way, in as many tabs.
	maxFlows = 5
	// maxSpent bounds how many spent ones this process remembers.
	maxSpent = 10_000
)

// flow is a sign-in under way, in a cookie of its own.
type flow struct {
	State     string `json:"s"`
	Nonce     string `json:"n"`
	Verifier  string `json:"v"`
	ReturnTo  string `json:"r"`
	CreatedAt int64  `json:"c"`
}

// flows are the sign-ins of browsers.
type flows struct {
	jar *jar

	mutex sync.Mutex
	// spent are states whose callback came, so that of two callbacks at once one is refused.
	spent map[string]time.Time
}

// newFlow has 256 bits of randomness in each of its three values.
func newFlow(returnTo string) *flow {
	return &flow{
		State: random(), Nonce: random(), Verifier: random(), ReturnTo: returnTo, CreatedAt: time.Now().Unix(),
	}
}

func random() string {
	var octets [32]byte
	// It never fails: crypto/rand ends the program where the system gives no randomness.
	_, _ = rand.Read(octets[:])
	return base64.RawURLEncoding.EncodeToString(octets[:])
}

// challenge is the code_challenge of S256 (RFC 7636 section 4.2).
func (flow *flow) challenge() string {
	hash := sha256.Sum256([]byte(flow.Verifier))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}

func (flows *flows) prefix() string { return flows.jar.name("-flow-") }

func (flows *flows) name(state string) string {
	hash := sha256.Sum256([]byte(state))
	return flows.prefix() + hex.EncodeToString(hash[:8])
}

// begin gives a flow to the browser; where it has too many, the oldest ones go, and with them whatever cannot be read.
func (flows *flows) begin(writer http.ResponseWriter, request *http.Request, made *flow) error {
	plain, err := json.Marshal(made)
	if err != nil {
		return err
	}
	names, created := []string{}, map[string]int64{}
	for _, cookie := range request.Cookies() {
		if _, isSeen := created[cookie.Name]; isSeen || !strings.HasPrefix(cookie.Name, flows.prefix()) {
			continue
		}
		names = append(names, cookie.Name)
		created[cookie.Name] = 0
		if old := flows.open(cookie); old != nil {
			created[cookie.Name] = old.CreatedAt
		}
	}
	slices.SortStableFunc(names, func(one, other string) int { return cmp.Compare(created[one], created[other]) })
	for at, name := range names {
		if created[name] == 0 || at <= len(names)-maxFlows {
			flows.jar.set(writer, name, "", 0)
		}
	}
	name := flows.name(made.State)
	flows.jar.set(writer, name, flows.jar.sealer.Seal(plain, name), flowLifetime)
	return nil
}

func (flows *flows) open(cookie *http.Cookie) *flow {
	plain, isOpen := flows.jar.sealer.Open(cookie.Value, cookie.Name)
	found := &flow{}
	if !isOpen || json.Unmarshal(plain, found) != nil {
		return nil
	}
	return found
}

// find is the flow of this browser with a state; nil for one that is not of it, that has expired, or that was spent.
func (flows *flows) find(request *http.Request, state string) *flow {
	if state == "" || flows.isSpent(state) {
		return nil
	}
	for _, cookie := range request.CookiesNamed(flows.name(state)) {
		found := flows.open(cookie)
		if found == nil || subtle.ConstantTimeCompare([]byte(found.State), []byte(state)) != 1 {
			continue
		}
		if age := time.Since(time.Unix(found.CreatedAt, 0)); age <= flowLifetime && age > -time.Minute {
			return found
		}
	}
	return nil
}

// end takes a flow from the browser.
func (flows *flows) end(writer http.ResponseWriter, flow *flow) {
	flows.take(flow)
	flows.jar.set(writer, flows.name(flow.State), "", 0)
}

// take marks a flow as spent, and tells whether it was not before.
func (flows *flows) take(flow *flow) bool {
	now := time.Now()
	flows.mutex.Lock()
	defer flows.mutex.Unlock()
	if flows.spent == nil {
		flows.spent = map[string]time.Time{}
	}
	if _, isSpent := flows.spent[flow.State]; isSpent {
		return false
	}
	if len(flows.spent) >= maxSpent {
		for state, until := range flows.spent {
			if now.After(until) || len(flows.spent) >= maxSpent {
				delete(flows.spent, state)
			}
		}
	}
	flows.spent[flow.State] = now.Add(flowLifetime)
	return true
}

// giveBack: nothing came of a callback, as the provider could not be reached, so that it may come again.
func (flows *flows) giveBack(flow *flow) {
	flows.mutex.Lock()
	defer flows.mutex.Unlock()
	delete(flows.spent, flow.State)
}

func (flows *flows) isSpent(state string) bool {
	flows.mutex.Lock()
	defer flows.mutex.Unlock()
	_, isSpent := flows.spent[state]
	return isSpent
}
