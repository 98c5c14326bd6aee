package house

import (
	"debug/elf"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// screenLibraries are what no shared library of a headless build may begin with.
var screenLibraries = []string{"libGL", "libEGL", "libOpenGL", "libX", "libxcb", "libxkb", "libwayland", "libvulkan", "libgbm", "libdrm"}

func TestHeadlessDependsOnNoScreen(t *testing.T) {
	for _, pkg := range strings.Fields(goTool(t, "list", "-deps", "-tags", "headless", ".")) {
		if hasAny(pkg, screen) {
			t.Errorf("a headless build compiles %s", pkg)
		}
	}
}

func TestHeadlessLinksNoScreen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads an ELF file: Linux only")
	}
	program := filepath.Join(t.TempDir(), "streamscope-headless")
	goTool(t, "build", "-tags", "headless", "-o", program, ".")
	for _, library := range sharedLibraries(t, program) {
		if hasAny(library, screenLibraries) {
			t.Errorf("a headless build is linked with %s", library)
		}
	}
}

// goTool runs the go command at the top of the repository and returns what it prints.
func goTool(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = top
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

func sharedLibraries(t *testing.T, program string) []string {
	t.Helper()
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	libraries, err := file.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	return libraries
}
