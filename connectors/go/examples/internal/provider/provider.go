// Package provider starts a real provider for tests: `credenza dev`, or `credenza serve`, in a folder of its own.
package provider

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Provider is one under way.
type Provider struct {
	// Issuer is its name.
	Issuer string
	// Password is that of the person "demo", whom `credenza dev` has.
	Password string

	folder, binary string
	environment    []string
}

// Start starts one that ends with the test. CREDENZA_BIN is the binary; without it, that of this repository is taken, and
// where there is none, the test is skipped unless CI=true.
func Start(t *testing.T) *Provider {
	t.Helper()
	made := prepare(t)
	made.Password = made.run(t, regexp.MustCompile(`Password:\s+(\S+)`), "dev")
	return made
}

// StartWithoutMail starts one that sends no mail, as Start does otherwise.
func StartWithoutMail(t *testing.T) *Provider {
	t.Helper()
	made, key := prepare(t), make([]byte, 32)
	_, _ = rand.Read(key)
	made.environment = append(made.environment,
		"CREDENZA_ISSUER="+made.Issuer, "CREDENZA_DATABASE_URL=sqlite:"+filepath.Join(made.folder, "credenza.db"),
		"CREDENZA_METRICS_LISTEN=off", "CREDENZA_MASTER_KEY="+base64.StdEncoding.EncodeToString(key))
	made.run(t, regexp.MustCompile(`"message":"(serving)"`), "serve", "--insecure-http")
	return made
}

// prepare finds the binary, a port and a folder.
func prepare(t *testing.T) *Provider {
	t.Helper()
	binary := os.Getenv("CREDENZA_BIN")
	if binary == "" {
		binary, _ = filepath.Abs("../../../../target/debug/credenza")
	}
	if _, err := os.Stat(binary); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no provider: CREDENZA_BIN names it")
		}
		t.Skip("there is no provider: CREDENZA_BIN names it")
	}
	port := FreePort(t)
	return &Provider{
		Issuer: "http://localhost:" + port, folder: t.TempDir(), binary: binary,
		environment: append(withoutSettings(), "CREDENZA_LISTEN=127.0.0.1:"+port),
	}
}

// run starts the binary, and waits until it has printed a line that matches, of which the first group is the answer.
func (made *Provider) run(t *testing.T, wanted *regexp.Regexp, words ...string) string {
	t.Helper()
	command := exec.Command(made.binary, words...)
	command.Dir, command.Env = made.folder, made.environment
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	return made.wait(t, bufio.NewScanner(output), wanted)
}

// withoutSettings is the environment without what a provider would take for settings.
func withoutSettings() []string {
	return slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "CREDENZA_") })
}

// wait waits until the provider has printed what is wanted, and listens.
func (made *Provider) wait(t *testing.T, output *bufio.Scanner, wanted *regexp.Regexp) string {
	t.Helper()
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for output.Scan() {
			select {
			case lines <- output.Text():
			default:
			}
		}
	}()
	until, said, answer := time.After(60*time.Second), []string{}, ""
	for answer == "" {
		select {
		case line, isOpen := <-lines:
			if !isOpen {
				t.Fatalf("the provider has ended: %s", strings.Join(said, "\n"))
			}
			said = append(said, line)
			if found := wanted.FindStringSubmatch(line); found != nil {
				answer = found[1]
			}
		case <-until:
			t.Fatal("the provider does not start")
		}
	}
	for range 400 {
		if connection, err := net.Dial("tcp", strings.TrimPrefix(made.Issuer, "http://")); err == nil {
			_ = connection.Close()
			return answer
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the provider does not listen")
	return ""
}

// Apply sets the provider up by a text of `credenza apply`, with secrets in files of these names.
func (made *Provider) Apply(t *testing.T, setup string, secrets map[string]string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"setup.toml": setup} {
		write(t, filepath.Join(folder, name), text)
	}
	for name, text := range secrets {
		write(t, filepath.Join(folder, name), text)
	}
	command := exec.Command(made.binary, "apply", filepath.Join(folder, "setup.toml"))
	command.Dir, command.Env = made.folder, made.environment
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}

// ServiceAccount makes a client that may use the admin API so far, and gives its id and its secret.
func (made *Provider) ServiceAccount(t *testing.T, scopes string) (string, string) {
	t.Helper()
	command := exec.Command(made.binary, "service-account", "create", "--json", "--name", "Job",
		"--scope", scopes, "--resource", made.Issuer+"/admin")
	command.Dir, command.Env = made.folder, made.environment
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	var client struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := json.Unmarshal(output, &client); err != nil {
		t.Fatal(err)
	}
	return client.ID, client.Secret
}

// Letters is how many mails were sent to an address.
func (made *Provider) Letters(t *testing.T, address string) int {
	t.Helper()
	answer, err := http.Get(made.Issuer + "/demo/inbox")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(page), "<bdi>"+address+"</bdi>")
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// FreePort is a port of this machine that nobody uses.
func FreePort(t *testing.T) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close()
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
