package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

func TestLinesAreMessages(t *testing.T) {
	base := connections.Publication{Topic: "flag", QoS: 1}
	for _, c := range []struct {
		form   LineForm
		format command.Format
		line   string
		want   string
	}{
		{LinesPayload, command.FormatText, "a\tb", "flag 1 false a\tb"},
		{LinesPayload, command.FormatHex, "01 02", "flag 1 false \x01\x02"},
		{LinesPayload, command.FormatJSON, "{", "line 1, column 2: unexpected end"},
		{LinesWithTopic, command.FormatText, "x/y\t1\t2", "x/y 1 false 1\t2"},
		{LinesWithTopic, command.FormatText, "x/y\t", "x/y 1 false "},
		{LinesWithTopic, command.FormatText, "x/y 1", "no tab stands between a topic and a payload"},
		{LinesJSON, command.FormatText, `{"topic":"x","payload":"é\n","qos":2,"retained":true}`, "x 2 true é\n"},
		{LinesJSON, command.FormatText, `{"payload":{"a": 1.10}}`, `flag 1 false {"a": 1.10}`},
		{LinesJSON, command.FormatText, `{"payload":null,"retain":true}`, "flag 1 true "},
		{LinesJSON, command.FormatText, `{"payload_base64":"/w==","retained":true,"retain":false}`, "flag 1 false \xff"},
		{LinesJSON, command.FormatText, `{"topic":"x"}`, "x 1 false "},
		{LinesJSON, command.FormatText, `{"topic":"x","cut":true,"payload":"1"}`, "its payload was cut when it was received"},
		{LinesJSON, command.FormatText, `[1]`, "json: cannot unmarshal"},
	} {
		s := &send{o: SendOptions{Lines: c.form, Format: c.format}}
		p := base
		err := s.message(&p, []byte(c.line))
		got := fmt.Sprintf("%s %d %v %s", p.Topic, p.QoS, p.Retain, p.Payload)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, c.want) || err == nil && got != c.want {
			t.Errorf("%s %q: %q, want %q", c.form, c.line, got, c.want)
		}
	}
}

// What watch prints of one broker can be sent to another.
func TestWhatWasWatchedCanBeSent(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	p := brokertest.Dial(t, broker.Addr(), "pub", "", "")
	p.Send("a/1", "\xff\x00", true)
	p.Send("a/2", "two\nlines", true)
	p.Sync()
	target := Target{URL: "mqtt://" + broker.Addr()}
	r := start(t, WatchOptions{Target: target, Topics: []string{"a/#"}, Count: 2, Format: FormatJSON})
	r.wait(t, ExitOK)
	moved := strings.ReplaceAll(r.out.String(), `"topic":"a/`, `"topic":"b/`)
	if code, stderr := sending(t, SendOptions{Target: target, Lines: LinesJSON, QoS: 1}, moved); code != ExitOK {
		t.Fatalf("code %d: %s", code, stderr)
	}
	again := start(t, WatchOptions{Target: target, Topics: []string{"b/#"}, Count: 2, Format: FormatLine})
	again.wait(t, ExitOK)
	if got := again.out.String(); !strings.Contains(got, " b/1 0xff00\n") || !strings.Contains(got, ` b/2 two\nlines`+"\n") {
		t.Errorf("%q", got)
	}
}

func TestManyLinesKeepTheirOrder(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{Config: "max_queued_messages 0\nmax_inflight_messages 0"})
	const n = 5000
	var stdin strings.Builder
	for i := range n {
		fmt.Fprintln(&stdin, i)
	}
	for _, version := range []string{profile.Version311, profile.Version5} {
		for qos := range 3 {
			t.Run(fmt.Sprintf("MQTT %s QoS %d", version, qos), func(t *testing.T) {
				target := Target{URL: "mqtt://" + broker.Addr(), Changes: Changes{Version: version}}
				r := start(t, WatchOptions{Target: target, Topics: []string{"a"}, Count: n, Format: FormatLine})
				r.err.await(t, "connected")
				code, stderr := sending(t, SendOptions{Target: target, Topic: "a", Lines: LinesPayload, QoS: qos}, stdin.String())
				if code != ExitOK || !strings.Contains(stderr, fmt.Sprintf("lines: %d;", n)) {
					t.Fatalf("code %d: %s", code, stderr)
				}
				r.wait(t, ExitOK)
				lines := strings.Split(strings.TrimSpace(r.out.String()), "\n")
				for i, line := range lines {
					if !strings.HasSuffix(line, fmt.Sprintf(" a %d", i)) {
						t.Fatalf("line %d of %d is %q", i, len(lines), line)
					}
				}
			})
		}
	}
}

func TestARunIsRecorded(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	folder := t.TempDir()
	target := Target{URL: "mqtt://" + broker.Addr(), Folder: folder}
	if code, stderr := sending(t, SendOptions{Target: target, Topic: "a", Lines: LinesPayload}, "1\n2\n"); code != ExitOK {
		t.Fatalf("code %d: %s", code, stderr)
	}
	files, err := filepath.Glob(filepath.Join(folder, "audit", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	record, err := os.ReadFile(files[0])
	if err != nil || !bytes.Contains(record, []byte("lines of standard input")) {
		t.Errorf("%v: %s", err, record)
	}
}

func TestAReadOnlyProfileSendsNothing(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	folder := t.TempDir()
	p := profile.New()
	p.Name, p.Host, p.Port, p.ReadOnly = "Plant A", broker.Host, broker.Port, true
	keep(t, folder, p)
	target := Target{Profile: "Plant A", Folder: folder}
	for _, o := range []SendOptions{
		{Target: target, Topic: "a", Message: text("1")}, {Target: target, Topic: "a", Lines: LinesPayload},
		{Target: target, Topic: "a", Message: text("1"), Wait: 1e9, AnswerTopic: "b"},
	} {
		if code, stderr := sending(t, o, "1\n"); code != ExitRefused || !strings.Contains(stderr, "read-only") {
			t.Errorf("code %d: %s", code, stderr)
		}
	}
}

func TestTheFirstRefusedLineIsNamed(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{
		Users: map[string]string{"anna": "s3cret"}, ACL: "user anna\ntopic readwrite plant/#\n",
	})
	target := Target{URL: "mqtt://anna:s3cret@" + broker.Addr()}
	stdin := "plant/a\t1\nplant/b\t2\noffice/a\t3\nplant/c\t4\n"
	code, stderr := sending(t, SendOptions{Target: target, Lines: LinesWithTopic, QoS: 1}, stdin)
	if code != ExitRefused || !strings.Contains(stderr, "line 3: refused") || !strings.Contains(stderr, "1 refused in all") {
		t.Errorf("code %d: %s", code, stderr)
	}
	code, stderr = sending(t, SendOptions{Target: target, Lines: LinesWithTopic, QoS: 1}, "plant/a\t1\nplant/#\t2\n")
	if code != ExitRefused || !strings.Contains(stderr, "line 2: refused") {
		t.Errorf("code %d: %s", code, stderr)
	}
}

// collected are all lines of a reader.
func collected(r io.Reader) (lines []string, err error) {
	l := &liner{in: r}
	var all [][]byte
	for err == nil {
		var some [][]byte
		some, err = l.next()
		all = append(all, some...)
	}
	for _, line := range all { // after all was read: nothing may be written over
		lines = append(lines, string(line))
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return lines, err
}

func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", 3*inputBytes)
	lines, err := collected(iotest.DataErrReader(strings.NewReader("a\n" + long + "\r\nb")))
	if err != nil || len(lines) != 3 || lines[1] != long || lines[2] != "b" {
		t.Errorf("%d lines, %v", len(lines), err)
	}
	if _, err := collected(strings.NewReader(strings.Repeat("x", maxLine+1))); err == nil {
		t.Error("a line without an end was taken")
	}
	broken := errors.New("broken")
	if lines, err := collected(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("a\nb")))); !errors.Is(err, iotest.ErrTimeout) || len(lines) != 0 {
		t.Errorf("%q, %v", lines, err)
	}
	if _, err := collected(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func FuzzLiner(f *testing.F) {
	f.Add("a\nb\r\n\nc", 3)
	f.Add("\n", 1)
	f.Fuzz(func(t *testing.T, text string, step int) {
		lines, err := collected(&stepper{text: text, step: max(1, step)})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for line := range strings.Lines(text) {
			want = append(want, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
		}
		if strings.Join(lines, "\n") != strings.Join(want, "\n") || len(lines) != len(want) {
			t.Errorf("%q, want %q", lines, want)
		}
	})
}

// stepper gives some bytes at a time.
type stepper struct {
	text string
	step int
}

func (s *stepper) Read(p []byte) (int, error) {
	if s.text == "" {
		return 0, io.EOF
	}
	n := copy(p, s.text[:min(len(s.text), s.step)])
	s.text = s.text[n:]
	return n, nil
}

// A line is a message that the door takes, or an error; and what watch would print of it is the
// same message again.
func FuzzReadMessage(f *testing.F) {
	f.Add([]byte(`{"topic":"a","payload":"b","qos":1,"properties":{"user":[{"name":"a","value":"b"}]}}`))
	f.Add([]byte(`{"topic":"a","payload":{"b":1}}`))
	f.Add([]byte(`{"payload_base64":"AA=="}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		var p, again connections.Publication
		if readMessage(&p, line) != nil {
			return
		}
		printed := appendJSON(nil, "c", &session.Record{
			Topic: p.Topic, Payload: p.Payload, Size: int64(len(p.Payload)), QoS: p.QoS, Retained: p.Retain, Props: p.Props,
		})
		if err := readMessage(&again, printed); err != nil {
			t.Fatalf("%s: %v", printed, err)
		}
		if again.Topic != p.Topic || !bytes.Equal(again.Payload, p.Payload) || again.QoS != p.QoS || again.Retain != p.Retain {
			t.Errorf("%+v became %+v", p, again)
		}
	})
}
