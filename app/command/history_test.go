package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamscope/connections/document"
)

func opened(t *testing.T, path string) *History {
	t.Helper()
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func sent(topic string) Entry {
	return Entry{
		Time: time.Date(2026, 11, 23, 4, 43, 0, 5, time.UTC), Connection: "Plant A", Outcome: "acknowledged", Took: 3 * time.Millisecond,
		Draft: Draft{Topic: topic, Payload: "22", Format: FormatText, QoS: 1, Retain: true},
	}
}

func TestHistoryIsThereTheNextMorning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config", "sent.json")
	h := opened(t, path)
	refused := sent("b")
	refused.Outcome, refused.Reason = "refused", "the broker closed the connection"
	for _, e := range []Entry{sent("a"), refused} {
		if err := h.Add(e); err != nil {
			t.Fatal(err)
		}
	}

	again := opened(t, path).Entries()

	if d := cmp.Diff(h.Entries(), again); d != "" {
		t.Error(d)
	}
	if len(again) != 2 || again[0].Draft.Topic != "b" || again[0].ID != 2 || again[1].ID != 1 {
		t.Errorf("%+v", again)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	h := opened(t, filepath.Join(t.TempDir(), "sent.json"))
	for i := range MaxEntries + 5 {
		if err := h.Add(sent(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	got := h.Entries()
	if len(got) != MaxEntries || got[0].Draft.Topic != "104" || got[MaxEntries-1].Draft.Topic != "5" {
		t.Errorf("%d entries, %q to %q", len(got), got[0].Draft.Topic, got[len(got)-1].Draft.Topic)
	}

	big := sent("big")
	big.Draft.Payload = strings.Repeat("x", maxBytes-100)
	if err := h.Add(big); err != nil {
		t.Fatal(err)
	}
	if got := h.Entries(); len(got) >= MaxEntries || got[0].Draft.Topic != "big" {
		t.Errorf("%d entries beside a big one", len(got))
	}
	big.Draft.Payload += strings.Repeat("x", 200)
	if err := h.Add(big); err == nil {
		t.Error("a message beyond the bound was kept")
	}
}

func TestHistoryRemoveAndClear(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sent.json")
	h := opened(t, path)
	for _, topic := range []string{"a", "b", "c"} {
		if err := h.Add(sent(topic)); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Remove(2); err != nil {
		t.Fatal(err)
	}
	if got := opened(t, path).Entries(); len(got) != 2 || got[0].Draft.Topic != "c" || got[1].Draft.Topic != "a" {
		t.Errorf("%+v", got)
	}
	if err := h.Clear(); err != nil {
		t.Fatal(err)
	}
	if got := opened(t, path).Entries(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestBrokenHistoryStartsEmpty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sent.json")
	if err := os.WriteFile(path, []byte("{\n\"version\": 1, oops"), 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(path)
	var broken *document.BrokenError
	if !errors.As(err, &broken) || h == nil || len(h.Entries()) != 0 {
		t.Fatalf("%v", err)
	}
	if err := h.Add(sent("a")); err != nil || len(opened(t, path).Entries()) != 1 {
		t.Errorf("after a broken file: %v", err)
	}
}

func TestNewerHistoryIsNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sent.json")
	file := []byte(`{"version": 99, "entries": [{"id": 7, "draft": {"topic": "old"}}]}`)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(path)
	var newer *document.NewerError
	if !errors.As(err, &newer) || len(h.Entries()) != 1 {
		t.Fatalf("%v, %+v", err, h.Entries())
	}
	if err := h.Add(sent("a")); !errors.As(err, &newer) {
		t.Errorf("Add: %v", err)
	}
	if got := h.Entries(); len(got) != 2 || got[0].ID != 8 {
		t.Errorf("%+v", got)
	}
	if now, _ := os.ReadFile(path); string(now) != string(file) {
		t.Errorf("the file of a newer version is now %s", now)
	}
}

func TestHistoryFromManyGoroutines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sent.json")
	h := opened(t, path)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 5 {
				if err := h.Add(sent(fmt.Sprintf("%d/%d", i, j))); err != nil {
					t.Error(err)
				}
				h.Entries()
			}
		})
	}
	wg.Wait()
	if d := cmp.Diff(h.Entries(), opened(t, path).Entries()); d != "" {
		t.Error(d)
	}
	if got := h.Entries(); len(got) != 20 || got[0].ID != 20 {
		t.Errorf("%d entries, newest %d", len(got), got[0].ID)
	}
}
