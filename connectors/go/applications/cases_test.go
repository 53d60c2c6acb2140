// Chart 990: Sign-in for Go: net/http, Gin, Echo, Fiber | every shared case of applications: requests, callbacks, sessions, refresh, logout from both sides, faults; in cookies, memory and Redis
// Chart 991: Kit, service client and events for Go | every shared case of applications: ids, log, headers, limits, problems, permissions, plans, features, pages, health, calls, webhooks, Redis Stream, NATS

package applications_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runner is the program that tests applications of every language. It needs Node, redis-server and nats-server.
const runner = "../../../tests/applications/run"

func TestApplications(t *testing.T) {
	path, err := filepath.Abs(runner)
	if _, missing := os.Stat(path); err != nil || missing != nil {
		skip(t, "the runner of applications is missing")
	}
	for _, program := range []string{"node", "redis-server", "nats-server"} {
		if _, err := exec.LookPath(program); err != nil {
			skip(t, program+" is missing")
		}
	}
	found, err := filepath.Glob("*_*/main.go")
	if err != nil || len(found) == 0 {
		t.Fatal("there are no applications")
	}
	for _, main := range found {
		folder := filepath.Dir(main)
		parts := "login"
		if strings.HasSuffix(folder, "_kit") {
			parts = "kit,service,events,nats"
		}
		t.Run(folder, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), folder)
			if output, err := exec.Command("go", "build", "-o", program, "./"+folder).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, output)
			}
			arguments := []string{"--command", "exec " + program, "--part", parts}
			if !strings.HasPrefix(folder, "nethttp_") { // of the adapters little is their own
				arguments = append(arguments, "--few")
			}
			output, err := exec.Command(path, arguments...).CombinedOutput()
			t.Log(string(output))
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// skip is a failure where everything has to be there.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}
