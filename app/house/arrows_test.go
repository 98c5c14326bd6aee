package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestArrowsPointDown(t *testing.T) {
	sources := readSources(t, os.DirFS(top))
	if len(sources) == 0 {
		t.Fatal("no Go file found: is the test run inside the repository?")
	}
	for _, sentence := range violations(sources) {
		t.Error(sentence)
	}
}

func TestViolationsAreSeen(t *testing.T) {
	tests := []struct {
		name, file, imported, want string
	}{
		{"the window may use Fyne", "app/window/rows.go", "fyne.io/fyne/v2", ""},
		{"a widget may use Fyne", "widgets/chart/chart.go", "fyne.io/fyne/v2/canvas", ""},
		{"the face with a screen may use Fyne", "main_window.go", "fyne.io/fyne/v2/app", ""},
		{"main may not use Fyne", "main.go", "fyne.io/fyne/v2", "only app/window"},
		{"a session may not use Fyne", "app/session/tap.go", "fyne.io/fyne/v2", "only app/window"},
		{"nor through a module on top of it", "app/cli/watch.go", "github.com/dweymouth/fyne-tooltip", "only app/window"},
		{"a folder that only begins alike is not the window", "app/windowless/a.go", "fyne.io/fyne/v2", "no floor"},
		{"a widget may use its neighbour", "widgets/topictree/tree.go", "streamscope/widgets/virtual", ""},
		{"a widget may not know an index", "widgets/topictree/tree.go", "streamscope/app/topics", "imports nothing of ours"},
		{"nor the vocabulary", "widgets/chart/chart.go", "streamscope/connections", "imports nothing of ours"},
		{"the vocabulary knows no protocol", "connections/supervisor.go", "streamscope/connections/mqtt", "imports nothing of ours"},
		{"a protocol uses the vocabulary", "connections/mqtt/client.go", "streamscope/connections", ""},
		{"and the guard", "connections/mqtt/client.go", "streamscope/connections/dial", ""},
		{"the guard knows no protocol", "connections/dial/guard.go", "streamscope/connections/mqtt", "nothing reaches up"},
		{"a connection knows no session", "connections/mqtt/client.go", "streamscope/app/session", "nothing reaches up"},
		{"a session uses the index", "app/session/session.go", "streamscope/app/topics", ""},
		{"the index knows no session", "app/topics/index.go", "streamscope/app/session", "nothing reaches up"},
		{"a room within a room has its floor", "app/payload/mapping/map.go", "streamscope/app/session", "nothing reaches up"},
		{"the composition may use all below", "app/app.go", "streamscope/app/demo", ""},
		{"but no face", "app/app.go", "streamscope/app/window", "nothing reaches up"},
		{"a room must have a floor", "app/attic/box.go", "fmt", "no floor"},
		{"a test may have a broker", "app/window/past/past_test.go", "streamscope/connections/brokertest", ""},
		{"so may the bench of tests", "app/window/uitest/bench.go", "streamscope/connections/brokertest", ""},
		{"the program may not", "app/demo/plant.go", "streamscope/connections/brokertest", "only tests"},
		{"nor sit at that bench", "app/window/past/history.go", "streamscope/app/window/uitest", "only tests"},
		{"everybody may use the standard library", "app/topics/index.go", "sync", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(violations([]source{{test.file, []string{test.imported}}}), "\n")
			if test.want == "" && got != "" {
				t.Errorf("allowed, but: %s", got)
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %q, want a sentence with %q", got, test.want)
			}
		})
	}
}

// top is the top of the repository, seen from this package.
const top = "../.."

// readSources lists all Go files, whatever system or tag they are for, and their imports.
func readSources(t *testing.T, repository fs.FS) []source {
	t.Helper()
	var sources []source
	err := fs.WalkDir(repository, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if base := entry.Name(); base != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "bin") {
				return fs.SkipDir
			}
			return nil
		case filepath.Ext(name) != ".go":
			return nil
		}
		imports, err := importsOf(repository, name)
		sources = append(sources, source{file: name, imports: imports})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

func importsOf(repository fs.FS, name string) ([]string, error) {
	text, err := fs.ReadFile(repository, name)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		imports = append(imports, imported)
	}
	return imports, nil
}
