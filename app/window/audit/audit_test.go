package audit

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"streamscope/app/command/audit"
	"streamscope/app/session"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// record is a log with two messages, one without a result, and a run.
func record(t *testing.T) *audit.Log {
	t.Helper()
	l := audit.Open(t.TempDir())
	t.Cleanup(func() { _ = l.Close() })
	if err := l.KeepBytes(true); err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	for i, topic := range []string{"press/set", "oven/set"} {
		in := session.Intent{ID: topic, Session: "p", Connection: []string{"Plant A", "Plant B"}[i], At: at.Add(time.Duration(i) * time.Second).UnixNano(),
			Request: session.Request{Origin: session.OriginComposer, Publication: connections.Publication{Topic: topic, Payload: []byte("=1+1"), QoS: 1}}}
		if err := l.Intend(context.Background(), in); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			l.Conclude(in, connections.Result{Outcome: connections.OutcomeAcknowledged, Code: 0x10, Took: time.Millisecond})
		}
	}
	r := session.RunIntent{ID: "r", Connection: "Plant A", At: at.Add(time.Minute).UnixNano(), RunOptions: session.RunOptions{Origin: session.OriginCLI, Name: "lines", Topic: "bulk", Total: 10}}
	if err := l.Begin(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	l.End(r, session.RunReport{RunCounts: session.RunCounts{Asked: 10, Sent: 10, Bytes: 100}, Hash: "ab"})
	return l
}

func entries(t *testing.T) *rows {
	list, _, err := record(t).Read(t.Context())
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	return &rows{all: list}
}

func TestNarrowing(t *testing.T) {
	r := entries(t)
	for _, c := range []struct {
		n    narrowing
		want string
	}{
		{narrowing{}, "r oven/set press/set"},
		{narrowing{words: "PRESS set"}, "press/set"},
		{narrowing{words: "=1+1"}, "oven/set press/set"},
		{narrowing{connection: "Plant A"}, "r press/set"},
		{narrowing{origin: "cli"}, "r"},
		{narrowing{outcome: "no subscriber"}, "press/set"},
		{narrowing{outcome: "no result"}, "oven/set"},
		{narrowing{words: "nowhere"}, ""},
	} {
		r.narrow(c.n)
		var got []string
		for _, e := range r.shown {
			got = append(got, e.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v", c.n, got)
		}
	}
}

func TestExports(t *testing.T) {
	r := entries(t)
	var b bytes.Buffer
	if err := writeCSV(&b, r.all); err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(table) != 4 || len(table[0]) != len(columns()) {
		t.Fatal(table, err)
	}
	if payload := table[3][12]; payload != "'=1+1" {
		t.Errorf("a spreadsheet would compute %q", payload)
	}
	b.Reset()
	if err := writeLines(&b, r.all); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(b.Bytes()), []byte("\n"))
	var e audit.Entry
	if len(lines) != 3 || json.Unmarshal(lines[2], &e) != nil || e.Topic != "press/set" || string(e.Payload) != "=1+1" {
		t.Errorf("%s", b.Bytes())
	}
}

func TestTheWindowReadsAndNarrows(t *testing.T) {
	a := test.NewTempApp(t)
	queue := make(chan func(), 10)
	b := ui.NewBackground(func(f func()) { queue <- f })
	w := New(Options{Log: record(t), Background: b, NewWindow: a.NewWindow})
	t.Cleanup(func() { w.Close(); b.Wait() })
	w.Open()
	(<-queue)()
	if len(w.rows.shown) != 3 || !strings.Contains(w.summary.Full, "3 of 3") {
		t.Fatalf("%q", w.summary.Full)
	}
	w.conn.SetSelected("Plant B")
	if len(w.rows.shown) != 1 {
		t.Errorf("%d rows", len(w.rows.shown))
	}
	w.table.Select(0, 0)
	if !strings.Contains(w.details.Text, "oven/set") || !strings.Contains(w.details.Text, "no result") {
		t.Errorf("%q", w.details.Text)
	}
	w.Close()
	w.Open()
	(<-queue)()
	if w.conn.Selected != "Plant B" || len(w.rows.shown) != 1 {
		t.Error("what was chosen is forgotten")
	}
}
