// Package programs builds programs as they are printed, starts them and calls them, in tests.
package programs

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"credenza.dev/credenza/credenzatest"
)

// Printed writes the first program of a README into a file of its own.
func Printed(t *testing.T, readme string) string {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```go\npackage main\n")
	program, _, ended := strings.Cut(rest, "```\n")
	if !found || !ended {
		t.Fatalf("%s has no quick start", readme)
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte("package main\n"+program), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Build builds a file, or a package, of the module that the test is in, without cgo.
func Build(t *testing.T, source string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	command := exec.Command("go", "build", "-o", program, source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return program
}

// Start starts a program for tokens of an issuer, and returns its address.
func Start(t *testing.T, program, issuer string) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program)
	command.Env = append(os.Environ(), "ISSUER="+issuer, "LISTEN="+address, "AUDIENCE=https://api.example", "GIN_MODE=release")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = command.Wait() })
	for range 400 {
		if connection, err := net.Dial("tcp", address); err == nil {
			_ = connection.Close()
			return address
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the program does not listen")
	return ""
}

// Greets holds that /orders of a program greets whoever has the scope orders:read, and refuses all others.
func Greets(t *testing.T, address string, issuer *credenzatest.Issuer) {
	t.Helper()
	url := "http://" + address + "/orders"
	good := issuer.Bearer("https://api.example", credenzatest.Scope("orders:read"))
	if status, body := call(t, url, good); status != 200 || strings.TrimSpace(body) != "Hello user" {
		t.Errorf("with a token: %d %s", status, body)
	}
	if status, _ := call(t, url, ""); status != 401 {
		t.Errorf("without a token: %d", status)
	}
	if status, _ := call(t, url, issuer.Bearer("https://api.example")); status != 403 {
		t.Errorf("without the scope: %d", status)
	}
}

func call(t *testing.T, url, authorization string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}
