// Command load measures the routes of one framework in turn, and prints their rates and ratios as one line; see
// ../README.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ticks is how many ticks of /proc/PID/stat a second has on Linux, whatever the kernel's own clock is.
const ticks = 100

// route is one way of serving the same answer.
type route struct {
	name, url, pid string
}

type load struct {
	client      *http.Client
	token       string
	connections int
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run() error {
	seconds := flag.Float64("seconds", 2, "length of each measured window")
	rounds := flag.Int("rounds", 5, "how often each route is measured")
	connections := flag.Int("connections", 16, "how many requests are under way at a time")
	warm := flag.Float64("warm", 1, "seconds of load on each route before the first round")
	flag.Parse()
	if flag.NArg() < 4 {
		return errors.New("usage: load [options] FRAMEWORK USUAL bare=URL@PID guarded=URL@PID [usual=URL@PID]")
	}
	routes, err := routesOf(flag.Args()[2:])
	if err != nil {
		return err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: *connections, DisableCompression: true}
	load := &load{client: &http.Client{Transport: transport}, token: os.Getenv("TOKEN"), connections: *connections}
	rates := map[string][]float64{}
	for round := -1; round < *rounds; round++ {
		for _, route := range routes {
			length := *seconds
			if round < 0 {
				length = *warm
			}
			rate, err := load.rate(route, time.Duration(length*float64(time.Second)))
			if err != nil {
				return fmt.Errorf("%s: %w", route.name, err)
			}
			if round >= 0 {
				rates[route.name] = append(rates[route.name], rate)
			}
		}
	}
	fmt.Println(strings.Join([]string{
		flag.Arg(0), whole(rates["bare"]), whole(rates["guarded"]), whole(rates["usual"]),
		ratio(rates["guarded"], rates["bare"]), ratio(rates["guarded"], rates["usual"]), flag.Arg(1),
	}, "\t"))
	return nil
}

func routesOf(texts []string) ([]route, error) {
	var routes []route
	for _, text := range texts {
		name, rest, _ := strings.Cut(text, "=")
		at := strings.LastIndexByte(rest, '@')
		if at < 0 || !slices.Contains([]string{"bare", "guarded", "usual"}, name) {
			return nil, fmt.Errorf("no route: %q", text)
		}
		routes = append(routes, route{name, rest[:at], rest[at+1:]})
	}
	return routes, nil
}

// rate is requests per second of the server's CPU time.
func (load *load) rate(route route, length time.Duration) (float64, error) {
	before, err := cpu(route.pid)
	if err != nil {
		return 0, err
	}
	var done atomic.Int64
	failures := make(chan error, load.connections)
	var going sync.WaitGroup
	until := time.Now().Add(length)
	for range load.connections {
		going.Go(func() {
			for time.Now().Before(until) {
				if err := load.send(route.url); err != nil {
					failures <- err
					return
				}
				done.Add(1)
			}
		})
	}
	going.Wait()
	close(failures)
	if err := <-failures; err != nil {
		return 0, err
	}
	after, err := cpu(route.pid)
	if err != nil || after <= before {
		return 0, errors.Join(err, errors.New("the window is too short to be measured"))
	}
	return float64(done.Load()) / (after - before), nil
}

func (load *load) send(url string) error {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+load.token)
	answer, err := load.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d, %s", answer.StatusCode, answer.Header.Get("WWW-Authenticate"))
	}
	return nil
}

// cpu is the CPU time that a process has used so far, in seconds, all threads together.
func cpu(pid string) (float64, error) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, err
	}
	// The name, in brackets, may hold spaces. utime and stime are fields 14 and 15 of the line, the state being 3.
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("no CPU times in /proc")
	}
	user, errUser := strconv.ParseFloat(fields[11], 64)
	system, errSystem := strconv.ParseFloat(fields[12], 64)
	return (user + system) / ticks, errors.Join(errUser, errSystem)
}

func whole(rates []float64) string {
	if len(rates) == 0 {
		return "-"
	}
	return strconv.FormatFloat(math.Round(median(rates)), 'f', 0, 64)
}

// ratio is the median of the ratios of rounds, so that what changes from round to round has no part in it.
func ratio(own, other []float64) string {
	if len(own) == 0 || len(other) == 0 {
		return "-"
	}
	ratios := make([]float64, len(own))
	for at := range own {
		ratios[at] = own[at] / other[at]
	}
	return strconv.FormatFloat(median(ratios), 'f', 2, 64)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
