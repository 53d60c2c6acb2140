package credenza_test

import (
	"debug/elf"
	"net/http"
	"runtime"
	"testing"

	"credenza.dev/credenza/internal/programs"
)

// TestTheQuickStartRunsAsPrinted builds it without cgo, and calls it over the network.
func TestTheQuickStartRunsAsPrinted(t *testing.T) {
	issuer := programs.Issuer(t)
	program := programs.Build(t, programs.Printed(t, "README.md"))
	if runtime.GOOS == "linux" {
		wantStatic(t, program)
	}
	programs.Greets(t, programs.Start(t, program, issuer.Name()), issuer)
}

// TestTheKitRunsAsPrinted calls the quick start of the kit.
func TestTheKitRunsAsPrinted(t *testing.T) {
	issuer := programs.Issuer(t)
	programs.Greets(t, programs.Start(t, programs.Build(t, programs.Printed(t, "kit/README.md")), issuer.Name()), issuer)
}

// TestTheSignInRunsAsPrinted leads somebody to sign in.
func TestTheSignInRunsAsPrinted(t *testing.T) {
	t.Setenv("CLIENT_SECRET", "secret")
	t.Setenv("SECRET", "a-secret-for-tests-of-32-bytes-or-more")
	issuer := programs.Issuer(t)
	address := programs.Start(t, programs.Build(t, programs.Printed(t, "login/README.md")), issuer.Name())
	request, err := http.NewRequest(http.MethodGet, "http://"+address+"/account?tab=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != 302 || answer.Header.Get("Location") != "/auth/login?return_to=%2Faccount%3Ftab%3D1" {
		t.Errorf("%d %s", answer.StatusCode, answer.Header.Get("Location"))
	}
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
