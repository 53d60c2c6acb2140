package credenza

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// maxRounds is how many fetches one check waits for: both places of the metadata, the keys, the feed, an answer to
// introspection, and the keys again; and some that others caused.
const maxRounds = 16

// driver makes the fetches that the rules ask for, each once for all goroutines that wait for it. A fetch goes on when
// the goroutine that asked for it gives up, as others may wait for it too.
type driver struct {
	client *http.Client
	host   Host
	clock  func() time.Time
	log    *causes
	// record takes what was fetched, or the failure, and tells what was wrong with it.
	record func(*fetch, *response, *Trouble, int64) *Trouble

	// whole ends with the validator.
	whole context.Context
	end   context.CancelFunc
	going sync.WaitGroup

	mutex sync.Mutex
	// flights are under way, by key.
	flights map[string]chan struct{}
	// landed counts the flights that ended, so that nobody begins one for what has just been answered.
	landed uint64
	closed bool
}

func newDriver(host Host) *driver {
	made := &driver{host: host, client: clientOf(host.HTTPClient), clock: host.Now, flights: map[string]chan struct{}{}}
	if made.clock == nil {
		made.clock = time.Now
	}
	logger := host.Logger
	if logger == nil {
		logger = slog.Default()
	}
	made.log = &causes{logger: logger, last: map[string]time.Time{}}
	made.whole, made.end = context.WithCancel(context.Background())
	return made
}

func (driver *driver) now() int64 { return driver.clock().Unix() }

// run repeats a check until it has a decision.
func (driver *driver) run(ctx context.Context, check func(now int64) step) (*Allowed, error) {
	for range maxRounds {
		landed := driver.landings()
		step := check(driver.now())
		switch {
		case step.denied != nil:
			return nil, step.denied
		case step.allowed != nil:
			if step.fetch != nil {
				_, _ = driver.begin(step.fetch, landed)
			}
			return step.allowed, nil
		}
		flight, err := driver.begin(step.fetch, landed)
		if err != nil {
			return nil, err
		}
		select {
		case <-flight:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, unchallenged(deny(RuleKeysUnavailable))
}

func (driver *driver) landings() uint64 {
	driver.mutex.Lock()
	defer driver.mutex.Unlock()
	return driver.landed
}

// begin makes a fetch unless it is under way; the channel is closed at its end. Where another one has ended since landed
// was read, the channel is closed at once: the check may not need this fetch any more.
func (driver *driver) begin(fetch *fetch, landed uint64) (<-chan struct{}, error) {
	driver.mutex.Lock()
	defer driver.mutex.Unlock()
	if flight, isUnderWay := driver.flights[fetch.key]; isUnderWay {
		return flight, nil
	}
	if driver.closed {
		return nil, ErrClosed
	}
	flight := make(chan struct{})
	if driver.landed != landed {
		close(flight)
		return flight, nil
	}
	driver.flights[fetch.key] = flight
	driver.going.Go(func() { driver.fly(fetch, flight) })
	return flight, nil
}

func (driver *driver) fly(fetch *fetch, flight chan struct{}) {
	answer, err := driver.exchange(fetch)
	// What the end of the validator cut short, or the client by itself, is no failure of the issuer.
	var failure *Trouble
	if err != nil {
		failure = troubleOf(causeOf(err), fetch.url, err.Error())
	}
	isCancelled := driver.whole.Err() != nil || (failure != nil && failure.Cause == CauseCancelled)
	if !isCancelled {
		if err != nil {
			answer = nil
		}
		driver.log.tell(driver.clock(), driver.record(fetch, answer, failure, driver.now()))
	}
	driver.mutex.Lock()
	defer driver.mutex.Unlock()
	driver.landed++
	delete(driver.flights, fetch.key)
	close(flight)
}

// settle waits until no fetch is under way.
func (driver *driver) settle(ctx context.Context) error {
	for {
		var flight <-chan struct{}
		driver.mutex.Lock()
		for _, flight = range driver.flights {
			break
		}
		driver.mutex.Unlock()
		if flight == nil {
			return nil
		}
		select {
		case <-flight:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (driver *driver) close() error {
	driver.mutex.Lock()
	driver.closed = true
	driver.mutex.Unlock()
	driver.end()
	driver.going.Wait()
	return nil
}
