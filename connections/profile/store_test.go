package profile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"streamscope/connections"
	"streamscope/connections/document"
)

func valid(t *testing.T, name string) Valid {
	t.Helper()
	p := New()
	p.Name, p.Host = name, "localhost"
	p.Subscriptions = []connections.Subscription{{Filter: "plant/#", QoS: 1}}
	v, problems := p.Validate()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return v
}

// filled returns a store with profiles of these names, and their IDs.
func filled(t *testing.T, names ...string) (*Store, map[string]string) {
	t.Helper()
	s := Open(filepath.Join(t.TempDir(), "profiles"))
	ids := map[string]string{}
	for _, name := range names {
		v := valid(t, name)
		if err := s.Save(v); err != nil {
			t.Fatal(err)
		}
		ids[name] = v.ID()
	}
	return s, ids
}

// names lists what the store shows, and fails if a file has a problem.
func names(t *testing.T, s *Store) string {
	t.Helper()
	profiles, problems := s.List()
	for _, p := range problems {
		t.Error(p)
	}
	return joined(profiles)
}

func joined(profiles []Profile) string {
	var list []string
	for _, p := range profiles {
		list = append(list, p.Name)
	}
	return strings.Join(list, ", ")
}

func TestStoreGivesBackWhatItGot(t *testing.T) {
	s := Open(filepath.Join(t.TempDir(), "profiles"))
	if profiles, problems := s.List(); profiles != nil || problems != nil {
		t.Fatalf("an empty store lists %v, %v", profiles, problems)
	}
	p := New()
	p.Name, p.Host, p.User, p.AsksPassword, p.CleanSession, p.KeepAlive = "Öl & Gas", "10.0.0.1", "tom", true, false, 0
	p.Subscriptions = []connections.Subscription{{Filter: "#", QoS: 2, Off: true}}
	p.Pins = []Pin{{Topic: "a/b", Path: []string{"x.y", "z"}}, {Topic: "c"}}
	v, _ := p.Validate()
	if err := s.Save(v); err != nil {
		t.Fatal(err)
	}

	got, err := Open(s.folder).Get(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Error(diff)
	}
}

func TestOrderIsTheUsers(t *testing.T) {
	s, ids := filled(t, "c", "a", "b")
	if got := names(t, s); got != "c, a, b" {
		t.Errorf("as saved: %s", got)
	}
	for _, step := range []struct {
		name string
		to   int
		want string
	}{
		{"b", 0, "b, c, a"}, {"b", 1, "c, b, a"}, {"c", 99, "b, a, c"}, {"c", -5, "c, b, a"}, {"b", 1, "c, b, a"},
	} {
		if err := s.Move(ids[step.name], step.to); err != nil {
			t.Fatal(err)
		}
		if got := names(t, s); got != step.want {
			t.Errorf("%s to %d: %s, want %s", step.name, step.to, got, step.want)
		}
	}
	if err := s.Move("nobody", 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("moving nobody: %v", err)
	}
}

func TestDuplicate(t *testing.T) {
	s, ids := filled(t, "a", "b")
	first, err := s.Duplicate(ids["a"])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Duplicate(ids["a"]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Duplicate(first.ID); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s); got != "a, a (copy 2), a (copy), a (copy 3), b" {
		t.Errorf("got %s", got)
	}
	original, _ := s.Get(ids["a"])
	if first.ID == original.ID || first.ClientID == original.ClientID {
		t.Errorf("the copy shares ID %s or client ID %s", first.ID, first.ClientID)
	}
	if diff := cmp.Diff(original.Subscriptions, first.Subscriptions); diff != "" {
		t.Error(diff)
	}
}

func TestDuplicateOfTheLongestName(t *testing.T) {
	long := strings.Repeat("ä", maxName)
	s, ids := filled(t, long)
	p, err := s.Duplicate(ids[long])
	if err != nil || !strings.HasSuffix(p.Name, " (copy)") {
		t.Errorf("%q, %v", p.Name, err)
	}
}

func TestDeleteCanBeUndone(t *testing.T) {
	s, ids := filled(t, "a", "b", "c")
	d, err := s.Delete(ids["b"])
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, s); got != "a, c" {
		t.Errorf("after deleting: %s", got)
	}
	if _, err := s.Delete(ids["b"]); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleting twice: %v", err)
	}
	if err := s.Restore(d); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s); got != "a, b, c" {
		t.Errorf("after restoring: %s", got)
	}
	if err := s.Restore(d); err == nil {
		t.Error("restored twice")
	}
}

func TestRestoreOverwritesNothing(t *testing.T) {
	s, ids := filled(t, "a")
	p, _ := s.Get(ids["a"])
	d, err := s.Delete(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.Name = "newer"
	v, _ := p.Validate()
	if err := s.Save(v); err != nil {
		t.Fatal(err)
	}
	if err := s.Restore(d); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if got := names(t, s); got != "newer" {
		t.Errorf("got %s", got)
	}
}

func TestFindByNameThenByID(t *testing.T) {
	s, ids := filled(t, "a", "b", "b")
	if p, err := s.Find("a"); err != nil || p.ID != ids["a"] {
		t.Errorf("a: %+v, %v", p, err)
	}
	if p, err := s.Find(ids["b"]); err != nil || p.Name != "b" {
		t.Errorf("by ID: %+v, %v", p, err)
	}
	if _, err := s.Find("b"); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("b: %v", err)
	}
	if _, err := s.Find("nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestABrokenProfileHidesNoOther(t *testing.T) {
	s, ids := filled(t, "a", "b", "c")
	if err := os.WriteFile(s.path(ids["b"]), []byte("{\n\"version\":1,\n\"port\":\"x\"}"), 0o600); err != nil {
		t.Fatal(err)
	}

	profiles, problems := s.List()
	if got := joined(profiles); got != "a, c" {
		t.Errorf("shown: %s", got)
	}
	var broken *document.BrokenError
	if len(problems) != 1 || problems[0].ID != ids["b"] || !errors.As(problems[0], &broken) || broken.Line != 3 {
		t.Fatalf("problems: %v", problems)
	}
	if _, err := os.Stat(broken.Aside); err != nil {
		t.Errorf("not set aside: %v", err)
	}
	if got := names(t, s); got != "a, c" {
		t.Errorf("the next time: %s", got)
	}
}

func TestABrokenIndexCostsOnlyTheOrder(t *testing.T) {
	s, _ := filled(t, "c", "a", "b")
	if err := os.WriteFile(s.indexPath(), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	profiles, problems := s.List()
	if got := joined(profiles); got != "a, b, c" {
		t.Errorf("got %s", got)
	}
	if len(problems) != 1 || problems[0].ID != "" {
		t.Errorf("problems: %v", problems)
	}
	if err := s.Save(valid(t, "d")); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s); got != "a, b, c, d" {
		t.Errorf("got %s", got)
	}
}

func TestANewerProfileIsShownAndNotSaved(t *testing.T) {
	s, ids := filled(t, "a")
	content := []byte(`{"version":99,"name":"from tomorrow","host":"h"}`)
	if err := os.WriteFile(s.path(ids["a"]), content, 0o600); err != nil {
		t.Fatal(err)
	}
	profiles, problems := s.List()
	var newer *document.NewerError
	if joined(profiles) != "from tomorrow" || len(problems) != 1 || !errors.As(problems[0], &newer) {
		t.Fatalf("got %v, %v", profiles, problems)
	}
	v, _ := profiles[0].Validate()
	if err := s.Save(v); !errors.As(err, &newer) {
		t.Errorf("saved: %v", err)
	}
	if now, _ := os.ReadFile(s.path(ids["a"])); !bytes.Equal(now, content) {
		t.Errorf("overwritten: %s", now)
	}
}

func TestAFileCopiedByHandIsAProfileOfItsOwn(t *testing.T) {
	s, ids := filled(t, "a")
	content, err := os.ReadFile(s.path(ids["a"]))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path("my-copy"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := s.Get("my-copy")
	if err != nil || p.ID != "my-copy" {
		t.Errorf("got %q, %v", p.ID, err)
	}
}

func TestAnIDIsNoWayOutOfTheFolder(t *testing.T) {
	s, _ := filled(t, "a")
	for _, id := range []string{"../a", "", "index", "A", "a/b", `a\b`, ".", "a.json"} {
		if _, err := s.Get(id); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("Get(%q): %v", id, err)
		}
		if _, err := s.Delete(id); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("Delete(%q): %v", id, err)
		}
	}
	if err := s.Save(Valid{}); err == nil {
		t.Error("the zero Valid was saved")
	}
}

func TestTwoHandlesLoseNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "profiles")
	var work sync.WaitGroup
	for handle := range 2 {
		var mine []Valid
		for i := range 15 {
			mine = append(mine, valid(t, fmt.Sprintf("%d-%d", handle, i)))
		}
		work.Go(func() {
			s := Open(folder)
			for i, v := range mine {
				if err := s.Save(v); err != nil {
					t.Error(err)
				}
				if err := s.Move(v.ID(), i%3); err != nil {
					t.Error(err)
				}
				if i%5 == 4 {
					if _, err := s.Delete(v.ID()); err != nil {
						t.Error(err)
					}
				}
				if _, problems := s.List(); len(problems) > 0 {
					t.Error(problems)
				}
			}
		})
	}
	work.Wait()

	s := Open(folder)
	profiles, problems := s.List()
	order, err := s.order()
	if len(profiles) != 24 || len(order) != 24 || len(problems) > 0 || err != nil {
		t.Errorf("%d profiles, %d in order, problems %v, %v", len(profiles), len(order), problems, err)
	}
}

func TestNoSecretInAnyFile(t *testing.T) {
	const secret = "correct-horse-battery"
	s, ids := filled(t, "a")
	p, _ := s.Get(ids["a"])
	p.User, p.AsksPassword = "tom", true

	// Given someone who pastes a password where none belongs.
	p.Host = "tom:" + secret + "@localhost"
	if v, problems := p.Validate(); len(Blocking(problems)) == 0 || s.Save(v) == nil {
		t.Error("a host with a password was accepted")
	}
	// And a file that someone wrote a password into.
	content, _ := os.ReadFile(s.path(ids["a"]))
	content = bytes.Replace(content, []byte("{"), []byte(`{"password":"`+secret+`",`), 1)
	if err := os.WriteFile(s.path(ids["a"]), content, 0o600); err != nil {
		t.Fatal(err)
	}

	// When it is read, saved, duplicated and deleted.
	p, err := s.Get(ids["a"])
	if err != nil {
		t.Fatal(err)
	}
	v, _ := p.Validate()
	if err := s.Save(v); err != nil {
		t.Fatal(err)
	}
	copied, err := s.Duplicate(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Delete(copied.ID); err != nil {
		t.Fatal(err)
	}

	// Then no file holds it, nor a field that could.
	err = filepath.WalkDir(s.folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(secret)) || bytes.Contains(bytes.ToLower(text), []byte(`"password"`)) {
			t.Errorf("%s holds a secret:\n%s", path, text)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func FuzzProfileFile(f *testing.F) {
	for _, seed := range []string{
		"", `{"version":1}`, `{"version":1,"id":"x","name":"n","host":"h","port":1,"colour":"#123456"}`,
		`{"version":1,"name":"n","host":"h","subscriptions":[{"filter":"a/#","qos":2}],"pins":[{"topic":"t","path":["a"]}]}`,
		`{"version":1,"subscriptions":null,"pins":[null]}`, `{"version":7}`, `{"version":1,"port":1e400}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		s := Open(t.TempDir())
		if err := os.WriteFile(s.path("x"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := s.Get("x")
		if err != nil {
			return
		}
		v, problems := p.Validate()
		if len(Blocking(problems)) > 0 {
			return
		}
		if err := s.Save(v); err != nil {
			t.Fatalf("what was read and is valid cannot be saved: %v", err)
		}
		again, err := s.Get("x")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v.Profile(), again, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}
