package credenza_test

import (
	"context"
	"debug/elf"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"credenza.dev/credenza/credenzatest"
)

// programs are the quick start of the README, as printed, and the example.
func programs(t *testing.T) map[string]string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```go\n")
	program, _, ended := strings.Cut(rest, "```\n")
	if !found || !ended {
		t.Fatal("the README has no quick start")
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"quick start": file, "example": "./examples/api"}
}

// TestProgramsRunAsPrinted builds them without cgo, and calls them over the network.
func TestProgramsRunAsPrinted(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	issuer := credenzatest.NewIssuer("http://" + server.Listener.Addr().String())
	server.Config.Handler = issuer
	server.Start()
	defer server.Close()
	for name, source := range programs(t) {
		t.Run(name, func(t *testing.T) {
			url := start(t, build(t, source), issuer.Name())
			token := issuer.Bearer("https://api.example", credenzatest.Scope("orders:read"))
			if status, body := call(t, url, token); status != 200 || body != "Hello user\n" {
				t.Errorf("with a token: %d %s", status, body)
			}
			if status, _ := call(t, url, ""); status != 401 {
				t.Errorf("without a token: %d", status)
			}
			if status, _ := call(t, url, issuer.Bearer("https://api.example")); status != 403 {
				t.Errorf("without the scope: %d", status)
			}
		})
	}
}

func build(t *testing.T, source string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	command := exec.Command("go", "build", "-o", program, source)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if runtime.GOOS == "linux" {
		wantStatic(t, program)
	}
	return program
}

// wantStatic: a static program runs in an image that has nothing else.
func wantStatic(t *testing.T, program string) {
	t.Helper()
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP {
			t.Error("the program needs a dynamic linker")
		}
	}
}

func start(t *testing.T, program, issuer string) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program)
	command.Env = append(os.Environ(), "ISSUER="+issuer, "LISTEN="+address, "AUDIENCE=https://api.example")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = command.Wait() })
	for range 200 {
		if connection, err := net.Dial("tcp", address); err == nil {
			_ = connection.Close()
			return "http://" + address + "/orders"
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the program does not listen")
	return ""
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
