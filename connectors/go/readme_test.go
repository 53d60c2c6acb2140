package credenza_test

import (
	"debug/elf"
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
