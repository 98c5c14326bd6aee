package document

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type garden struct {
	Name  string   `json:"name"`
	Beds  []string `json:"beds"`
	Depth int      `json:"depth"`
}

// renameTitle is the migration of the tests: version 1 called the name a title.
func renameTitle(fields map[string]json.RawMessage) error {
	title, ok := fields["title"]
	if !ok {
		return errors.New("no title")
	}
	fields["name"] = title
	delete(fields, "title")
	return nil
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "garden.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadGivesBackWhatSaveWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deeper", "garden.json")
	want := garden{Name: "<back> & front ☂", Beds: []string{"a", "b"}, Depth: 3}
	if err := Save(path, 1, want); err != nil {
		t.Fatal(err)
	}

	var got garden
	if err := Load(path, 1, &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != want.Name || len(got.Beds) != 2 || got.Depth != 3 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	text, _ := os.ReadFile(path)
	if !strings.HasPrefix(string(text), "{\n  \"version\": 1,\n") || !strings.Contains(string(text), "<back> & front ☂") {
		t.Errorf("not made for human eyes:\n%s", text)
	}
}

func TestLoadKeepsDefaultsForFieldsThatAreMissing(t *testing.T) {
	path := writeFile(t, `{"version":1,"name":"x"}`)
	got := garden{Depth: 7}
	if err := Load(path, 1, &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "x" || got.Depth != 7 {
		t.Errorf("got %+v", got)
	}
}

func TestLoadOfMissingFile(t *testing.T) {
	err := Load(filepath.Join(t.TempDir(), "none.json"), 1, new(garden))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}

func TestLoadNamesTheMistakeAndSetsTheFileAside(t *testing.T) {
	const v = "{\n  \"version\": 1,\n"
	for name, c := range map[string]struct {
		content      string
		line, column int
		says         string
	}{
		"empty":                {"", 1, 1, "empty"},
		"blanks":               {" \n\n", 1, 1, "empty"},
		"missing comma":        {v + "  \"name\": \"a\"\n  \"depth\": 1\n}", 4, 3, "invalid character"},
		"letters after ä":      {v + "  \"name\": \"ä\" x\n}", 3, 15, "invalid character 'x'"},
		"cut short":            {v + "  \"name\": \"a\"", 3, 13, "unexpected end"},
		"wrong type":           {v + "  \"depth\": \"deep\"\n}", 3, 17, "cannot unmarshal string"},
		"two documents":        {v + "  \"depth\": 1\n}\n{}", 5, 1, "after top-level value"},
		"an array":             {"[1]", 1, 1, "JSON array"},
		"null":                 {"null", 1, 1, "no version"},
		"no version":           {`{"name":"a"}`, 1, 1, "no version"},
		"version 0":            {`{"version":0}`, 1, 1, "no version 0"},
		"version in words":     {`{"version":"one"}`, 1, 16, "cannot unmarshal"},
		"version out of range": {`{"version":1e99}`, 1, 15, "cannot unmarshal"},
		"not UTF-8":            {v + "  \"name\": \"\xff\"\n}", 3, 12, "UTF-8"},
		"mark, then nothing":   {"\xef\xbb\xbf", 1, 1, "empty"},
		"mark, then wrong":     {"\xef\xbb\xbf{x}", 1, 2, "invalid character 'x'"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, c.content)
			err := Load(path, 1, new(garden))
			var b *BrokenError
			if !errors.As(err, &b) {
				t.Fatalf("got %v, want a BrokenError", err)
			}
			if b.File != path || b.Line != c.line || b.Column != c.column {
				t.Errorf("at %s:%d:%d, want line %d, column %d", b.File, b.Line, b.Column, c.line, c.column)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %q, want %q in it", err, c.says)
			}
			aside, err := os.ReadFile(path + ".broken-1")
			if err != nil || string(aside) != c.content || b.Aside != path+".broken-1" {
				t.Errorf("not set aside: %q, %v, Aside %q", aside, err, b.Aside)
			}
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("still in its place: %v", err)
			}
		})
	}
}

func TestLoadOfFileWithByteOrderMark(t *testing.T) {
	path := writeFile(t, "\xef\xbb\xbf{\"version\":1,\"name\":\"from Notepad\"}")
	var got garden
	if err := Load(path, 1, &got); err != nil || got.Name != "from Notepad" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestBrokenFilesNeverOverwriteEachOther(t *testing.T) {
	path := writeFile(t, "first")
	_ = Load(path, 1, new(garden))
	if err := os.WriteFile(path, []byte("second"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = Load(path, 1, new(garden))

	for n, want := range map[string]string{".broken-1": "first", ".broken-2": "second"} {
		if got, err := os.ReadFile(path + n); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v; want %q", n, got, err, want)
		}
	}
}

func TestMigrationKeepsTheOriginal(t *testing.T) {
	const old = `{"version":1,"title":"old","depth":2,"beds":["a"]}`
	path := writeFile(t, old)

	var got garden
	if err := Load(path, 2, &got, renameTitle); err != nil {
		t.Fatal(err)
	}
	if got.Name != "old" || got.Depth != 2 {
		t.Fatalf("migrated to %+v", got)
	}
	if now, _ := os.ReadFile(path); string(now) != old {
		t.Errorf("Load wrote to the file: %s", now)
	}

	if err := Save(path, 2, got); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(path + ".v1.bak"); err != nil || string(kept) != old {
		t.Errorf("backup holds %q, %v", kept, err)
	}
	var again garden
	if err := Load(path, 2, &again, renameTitle); err != nil || again.Name != "old" {
		t.Errorf("after saving: %+v, %v", again, err)
	}
}

func TestBackupsNeverOverwriteEachOther(t *testing.T) {
	path := writeFile(t, `{"version":1,"title":"first"}`)
	if err := Save(path, 2, garden{}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(`{"version":1,"title":"second"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Save(path, 2, garden{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{".v1.bak": "first", ".v1-2.bak": "second"} {
		if got, err := os.ReadFile(path + name); err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s holds %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestFailedMigrationIsBroken(t *testing.T) {
	path := writeFile(t, `{"version":1,"depth":2}`)
	err := Load(path, 2, new(garden), renameTitle)
	var b *BrokenError
	if !errors.As(err, &b) || b.Line != 0 || !strings.Contains(err.Error(), "migrate from version 1: no title") {
		t.Errorf("got %v", err)
	}
}

func TestMigratedDocumentNamesNoWrongPlace(t *testing.T) {
	path := writeFile(t, "{\n\"version\":1,\n\"title\":5}")
	err := Load(path, 2, new(garden), renameTitle)
	var b *BrokenError
	if !errors.As(err, &b) || b.Line != 0 {
		t.Errorf("got %#v, want a BrokenError without a line", err)
	}
}

func TestNewerFileIsReadOnly(t *testing.T) {
	const newer = `{"version":3,"name":"from tomorrow","depth":{"cm":3},"smell":"roses"}`
	path := writeFile(t, newer)

	var got garden
	err := Load(path, 2, &got, renameTitle)
	var n *NewerError
	if !errors.As(err, &n) || n.Version != 3 || n.Known != 2 {
		t.Fatalf("got %v, want a NewerError", err)
	}
	if got.Name != "from tomorrow" {
		t.Errorf("what is understood is lost: %+v", got)
	}
	if err := Save(path, 2, got); !errors.As(err, &n) {
		t.Errorf("Save gave %v, want a NewerError", err)
	}
	if now, _ := os.ReadFile(path); string(now) != newer {
		t.Errorf("the file changed: %s", now)
	}
}

func TestLoadRefusesMigrationsThatLeadElsewhere(t *testing.T) {
	path := writeFile(t, `{"version":1}`)
	if err := Load(path, 3, new(garden), renameTitle); err == nil {
		t.Error("one migration to version 3 was accepted")
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file suffered for it: %v", err)
	}
}

func TestLoadOfAFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder.json")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Load(path, 1, new(garden)); err == nil {
		t.Error("a folder was read as a document")
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the folder was moved: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"version":1,"name":"a","beds":["x"],"depth":1}`, `{"version":1,"title":"t"}`,
		`{"version":2,"name":5}`, `{"version":9}`, "\xef\xbb\xbf{\"version\":1}", "[[[[", `{"version":1}{}`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "garden.json")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		err := Load(path, 2, new(garden), renameTitle)

		kept, aside := path, ""
		var b *BrokenError
		var n *NewerError
		switch {
		case errors.As(err, &b):
			kept, aside = b.Aside, b.Aside
			lines := strings.Count(string(content), "\n") + 1
			if b.Line < 0 || b.Line > lines || b.Line > 0 && b.Column < 1 {
				t.Errorf("position %d:%d in %d lines", b.Line, b.Column, lines)
			}
		case err != nil && !errors.As(err, &n):
			t.Fatalf("an error of no known kind: %v", err)
		}
		if now, err := os.ReadFile(kept); err != nil || string(now) != string(content) {
			t.Errorf("the user's bytes are gone (aside %q): %v", aside, err)
		}
	})
}
