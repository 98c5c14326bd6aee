package house

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
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
	var got map[string]string
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("run go test ./app/house -update; %s", d)
	}
}

// words collects the keys of ui.Tr and lang.X in the Go files of folders. A key that stands with
// two different texts is an error.
func words(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
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
					if old, twice := found[key]; twice && old != text {
						t.Errorf("%s: %q stands for %q and for %q", path, key, old, text)
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

// word reads a call such as ui.Tr("close", "Close").
func word(n ast.Node) (key, text string, ok bool) {
	call, isCall := n.(*ast.CallExpr)
	if !isCall || len(call.Args) < 2 {
		return "", "", false
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
		return "", "", false
	}
	key, isKey := literal(call.Args[0])
	text, isText := literal(call.Args[1])
	return key, text, isKey && isText
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
var a, b, c = ui.Tr("a.b", "One {{.N}}", 1), lang.X("c", "Two"), ui.Tr(key, "Three")`, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if key, text, ok := word(n); ok {
			got[key] = text
		}
		return true
	})
	if want := map[string]string{"a.b": "One {{.N}}", "c": "Two"}; !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
