package tune

import (
	"os"
	"os/exec"
	"testing"
)

// The package has done its work before a test begins, so each case is a process of its own:
// this test binary, started again.
func TestFyneCacheIsBounded(t *testing.T) {
	if os.Getenv("TUNE_TEST_CHILD") != "" {
		os.Stdout.WriteString("FYNE_CACHE=" + os.Getenv("FYNE_CACHE") + "\n")
		os.Exit(0)
	}
	tests := []struct{ name, given, want string }{
		{"set when nobody chose", "", "FYNE_CACHE=" + textLifetime + "\n"},
		{"a user's choice stands", "30s", "FYNE_CACHE=30s\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestFyneCacheIsBounded$")
			cmd.Env = append(os.Environ(), "TUNE_TEST_CHILD=1", "FYNE_CACHE="+test.given)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			if string(out) != test.want {
				t.Errorf("got %q, want %q", out, test.want)
			}
		})
	}
}
