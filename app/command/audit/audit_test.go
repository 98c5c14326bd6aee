package audit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"streamscope/app/session"
	"streamscope/connections"
)

func intended(id, topic string, payload []byte) session.Intent {
	return session.Intent{
		ID: id, Session: "p-1", Connection: "Plant A", At: time.Now().UnixNano(),
		Request: session.Request{
			Origin: session.OriginCommand, Name: "Start press", Confirm: "sure?",
			Publication: connections.Publication{Topic: topic, Payload: payload, QoS: 1, Retain: true},
		},
	}
}

func intend(t *testing.T, l *Log, i session.Intent) {
	t.Helper()
	if err := l.Intend(context.Background(), i); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, l *Log) ([]Entry, []Problem) {
	t.Helper()
	entries, problems, err := l.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return entries, problems
}

// onHash is the SHA-256 of "on".
const onHash = "b8d31e852725afb1e26d53bab6095b2bff1749c9275be13ed1c05a56ed31ec09"

func TestIntentAndResultAreOneEntry(t *testing.T) {
	folder := t.TempDir()
	l := Open(folder)
	first, second := intended("a-1", "press/set", []byte("on")), intended("a-2", "press/set", []byte("off"))
	intend(t, l, first)
	intend(t, l, second)
	l.Conclude(first, connections.Result{Outcome: connections.OutcomeAcknowledged, Took: time.Millisecond, Code: 0x10, Reason: "nobody"})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	entries, problems := read(t, Open(folder))
	if len(entries) != 2 || len(problems) != 0 {
		t.Fatalf("%+v, %v", entries, problems)
	}
	if open := entries[0]; open.ID != "a-2" || open.Outcome != "" {
		t.Errorf("the newest has no result: %+v", open)
	}
	e := entries[1]
	if e.Topic != "press/set" || e.Size != 2 || e.QoS != 1 || !e.Retain || !e.Confirmed || e.Connection != "Plant A" || e.Name != "Start press" ||
		e.Outcome != "acknowledged" || e.Code != 0x10 || e.Took != time.Millisecond || e.Reason != "nobody" || e.Payload != nil || e.SHA256 != onHash {
		t.Errorf("%+v", e)
	}
}

func TestBytesAreKeptOnlyOnRequest(t *testing.T) {
	folder := t.TempDir()
	l := Open(folder)
	intend(t, l, intended("a-1", "x", []byte("secret")))
	if err := l.KeepBytes(true); err != nil {
		t.Fatal(err)
	}
	l = Open(folder) // the choice outlives the program
	intend(t, l, intended("a-2", "x", []byte("text °C")))
	intend(t, l, intended("a-3", "x", []byte{0xff, 0}))
	long := strings.Repeat("ä", maxPayload)
	intend(t, l, intended("a-4", "x", []byte("x"+long)))
	entries, _ := read(t, l)
	for i, want := range []string{("x" + long)[:maxPayload-1], "\xff\x00", "text °C", ""} {
		if got := string(entries[i].Payload); got != want || entries[i].Cut != (i == 0) {
			t.Errorf("%s: %d bytes %.20q, want %d", entries[i].ID, len(got), got, len(want))
		}
	}
	if entries[0].Size != int64(len(long)+1) {
		t.Errorf("size %d", entries[0].Size)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRunIsOneEntry(t *testing.T) {
	l := Open(t.TempDir())
	r := session.RunIntent{ID: "a-1", Connection: "Plant A", At: 1, RunOptions: session.RunOptions{Origin: session.OriginCLI, Name: "lines", Topic: "x", Total: 10}}
	if err := l.Begin(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	l.Progress(r, session.RunCounts{Asked: 4, Sent: 3, Bytes: 40})
	if e, _ := read(t, l); !e[0].Run || e[0].Counts.Sent != 3 || e[0].Outcome != "" || e[0].Total != 10 {
		t.Errorf("%+v", e[0])
	}
	l.End(r, session.RunReport{RunCounts: session.RunCounts{Asked: 10, Sent: 9, Unknown: 1, Bytes: 100}, Hash: "abc", Err: errors.New("it fell")})
	e, _ := read(t, l)
	if len(e) != 1 || e[0].Counts.Sent != 9 || e[0].Outcome != OutcomeBroken || e[0].Reason != "it fell" || e[0].SHA256 != "abc" || e[0].Size != 100 {
		t.Errorf("%+v", e)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTornLineIsNamedAndNothingElseIsLost(t *testing.T) {
	folder := t.TempDir()
	l := Open(folder)
	intend(t, l, intended("a-1", "x", nil))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, newest)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(whole)-1; cut += 7 {
		if err := os.WriteFile(path, append(bytes.Clone(whole), whole[:cut]...), 0o600); err != nil {
			t.Fatal(err)
		}
		entries, problems := read(t, l)
		if len(entries) != 1 || len(problems) != 1 || !problems[0].Torn || problems[0].Line != 2 {
			t.Fatalf("cut at %d: %+v, %v", cut, entries, problems)
		}
		// The next start goes on after it.
		intend(t, l, intended("a-2", "y", nil))
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		entries, problems = read(t, l)
		if len(entries) != 2 || entries[0].ID != "a-2" || len(problems) != 1 || !problems[0].Torn {
			t.Fatalf("cut at %d, after another start: %+v, %v", cut, entries, problems)
		}
	}
}

func TestRotationBoundsTheFolder(t *testing.T) {
	folder := t.TempDir()
	l := Open(folder)
	l.limit = 2000
	const n = 500
	for i := range n {
		intend(t, l, intended(fmt.Sprintf("a-%d", i), "x", nil))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if info, err := e.Info(); err != nil || info.Size() > l.limit {
			t.Errorf("%s: %d bytes, %v", e.Name(), info.Size(), err)
		}
	}
	if len(all) != files+1 {
		t.Errorf("%d files", len(all))
	}
	entries, problems := read(t, l)
	if len(problems) != 0 || len(entries) < 20 {
		t.Fatalf("%d entries, %v", len(entries), problems)
	}
	for i, e := range entries {
		if want := fmt.Sprintf("a-%d", n-1-i); e.ID != want {
			t.Fatalf("entry %d is %s, want %s", i, e.ID, want)
		}
	}
}

func TestTwoProgramsWriteToOneFolder(t *testing.T) {
	folder := t.TempDir()
	logs := []*Log{Open(folder), Open(folder)}
	var writing sync.WaitGroup
	for n, l := range logs {
		l.limit = 20_000
		writing.Go(func() {
			for i := range 300 {
				_ = l.Intend(context.Background(), intended(fmt.Sprintf("%d-%d", n, i), "x", nil))
			}
			_ = l.Close()
		})
	}
	writing.Wait()
	entries, problems := read(t, logs[0])
	if len(problems) != 0 || len(entries) < 500/2 {
		t.Errorf("%d entries, %v", len(entries), problems)
	}
}

func TestWhatCannotBeRecordedIsRefused(t *testing.T) {
	folder := t.TempDir()
	inTheWay := filepath.Join(folder, "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l := Open(filepath.Join(inTheWay, "audit"))
	if err := l.Intend(t.Context(), intended("a-1", "x", nil)); err == nil || l.Err() == nil {
		t.Error("it was taken for recorded")
	}
}

// TestKilledProgramLeavesAReadableLog starts this test as a program of its own that writes until
// it is killed.
func TestKilledProgramLeavesAReadableLog(t *testing.T) {
	if folder := os.Getenv("AUDIT_TEST_FOLDER"); folder != "" {
		l := Open(folder)
		fmt.Println("writing")
		for i := 0; ; i++ {
			in := intended(fmt.Sprintf("k-%d", i), "x", bytes.Repeat([]byte("y"), 1000))
			_ = l.Intend(context.Background(), in)
			l.Conclude(in, connections.Result{Outcome: connections.OutcomeSent})
		}
	}
	for range 3 {
		folder := t.TempDir()
		cmd := exec.Command(os.Args[0], "-test.run=TestKilledProgramLeavesAReadableLog")
		cmd.Env = append(os.Environ(), "AUDIT_TEST_FOLDER="+folder)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		l := Open(folder)
		for deadline := time.Now().Add(20 * time.Second); ; {
			if entries, _ := read(t, l); len(entries) > 100 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("it does not write")
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
		entries, problems := read(t, l)
		for _, p := range problems {
			if !p.Torn {
				t.Errorf("%v", p)
			}
		}
		for i, e := range entries {
			if i > 0 && e.Outcome != "sent" {
				t.Errorf("entry %d has lost its result: %+v", i, e)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"a","kind":"intent","size":3}` + "\n" + `{"id":"a","kind":"result"`))
	f.Add([]byte("{}\n\n\x00"))
	f.Add([]byte(`{"id":"a","kind":"counts"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		b := &book{at: map[string]int{}}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if line = bytes.TrimSpace(line); len(line) > 0 {
				b.line(line, Problem{Line: i})
			}
		}
		for _, e := range b.entries {
			if e.ID == "" {
				t.Fatal("an entry without an ID")
			}
		}
	})
}

// Whoever ends a run is told that in words, not by the name of what ended it.
func TestARunThatWasStoppedSaysSo(t *testing.T) {
	for err, want := range map[error]string{context.Canceled: "stopped", session.ErrStopped: "stopped", nil: "", errors.New("no rows"): "no rows"} {
		if l := end(session.RunIntent{}, session.RunReport{Err: err}); l.Reason != want {
			t.Errorf("%v is told as %q", err, l.Reason)
		}
	}
}
