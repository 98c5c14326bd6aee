package house

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write assets/translations/en.json anew")

// english is the file that a translator starts from.
const english = "../../assets/translations/en.json"

// Every word of the window stands in the code, as a dotted key with the English beside it; the
// English file repeats them all, and nothing else.
func TestTheEnglishFileHasEveryWord(t *testing.T) {
	want := words(t, "../window", "../../widgets")
	if *update {
		b, err := json.MarshalIndent(want, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(english, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(english)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("run go test ./app/house -update; %s", d)
	}
}

// words collects the keys of ui.Tr, ui.TrN and lang.X in the Go files of folders. A key that stands
// with two different texts is an error. A text is a string, or the forms of a word that depends on a
// number, as they stand in the file.
func words(t *testing.T, folders ...string) map[string]any {
	t.Helper()
	found := map[string]any{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if key, text, ok := word(n); ok {
					if old, twice := found[key]; twice && !cmp.Equal(old, text) {
						t.Errorf("%s: %q stands for %v and for %v", path, key, old, text)
					}
					found[key] = text
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// word reads a call such as ui.Tr("close", "Close") or ui.TrN(n, "hits", "{{.N}} hit", "{{.N}} hits", nil).
func word(n ast.Node) (key string, text any, ok bool) {
	call, isCall := n.(*ast.CallExpr)
	if !isCall || len(call.Args) < 2 {
		return "", nil, false
	}
	if f, isSelector := call.Fun.(*ast.SelectorExpr); isSelector && f.Sel.Name == "TrN" && len(call.Args) == 5 {
		key, isKey := literal(call.Args[1])
		one, isOne := literal(call.Args[2])
		many, isMany := literal(call.Args[3])
		return key, map[string]any{"one": one, "other": many}, isKey && isOne && isMany
	}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		ok = f.Name == "Tr"
	case *ast.SelectorExpr:
		x, isIdent := f.X.(*ast.Ident)
		name := f.Sel.Name
		ok = isIdent && (x.Name == "ui" && name == "Tr" || x.Name == "lang" && name == "X")
	}
	if !ok {
		return "", nil, false
	}
	key, isKey := literal(call.Args[0])
	said, isText := literal(call.Args[1])
	return key, said, isKey && isText
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func TestWordsAreRead(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "", `package p
var a, b, c = ui.Tr("a.b", "One {{.N}}", 1), lang.X("c", "Two"), ui.Tr(key, "Three"), ui.TrN(n, "d", "{{.N}} hit", "{{.N}} hits", nil)`, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	ast.Inspect(file, func(n ast.Node) bool {
		if key, text, ok := word(n); ok {
			got[key] = text
		}
		return true
	})
	want := map[string]any{"a.b": "One {{.N}}", "c": "Two", "d": map[string]any{"one": "{{.N}} hit", "other": "{{.N}} hits"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
