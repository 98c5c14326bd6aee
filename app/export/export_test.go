package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

type (
	unit   string
	bytes2 []byte
)

func written(t *testing.T, cells ...any) string {
	t.Helper()
	var b bytes.Buffer
	c := NewCSV(&b)
	if err := errors.Join(c.Write(cells...), c.Flush()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCells(t *testing.T) {
	at := time.Date(2026, 3, 29, 2, 30, 0, 7, time.FixedZone("", 3600))
	for _, c := range []struct {
		cell any
		want string
	}{
		{nil, `""`},
		{"", `""`},
		{"plain text", "plain text"},
		{"21.4 °C", `"21.4 °C"`},
		{"a,b", `"a,b"`},
		{`say "so"`, `"say ""so"""`},
		{"two\nlines", "\"two\nlines\""},
		{"two\r\nlines", "\"two\r\nlines\""},
		{" blank", `" blank"`},
		{"=1+1", `"'=1+1"`},
		{"@SUM(A1)", `"'@SUM(A1)"`},
		{"\t=1", "\"'\t=1\""},
		{"\r=1", "\"'\r=1\""},
		{"\n=1", "\"'\n=1\""},
		{"-21.4", "-21.4"},
		{"+49", "+49"},
		{"-1e-3", "-1e-3"},
		{"-.5", "-.5"},
		{"-", `"'-"`},
		{"+", `"'+"`},
		{"-e5", `"'-e5"`},
		{"-5e", `"'-5e"`},
		{"-1+cmd|' /C calc'!A0", `"'-1+cmd|' /C calc'!A0"`},
		{"--1", `"'--1"`},
		{"-1 ", `"'-1 "`},
		{"a=1", "a=1"},
		{"'quoted", "'quoted"},
		{"bad\xffbytes", "\"bad\ufffdbytes\""},
		{[]byte("=x"), `"'=x"`},
		{[]byte("{\"t\":1}"), `"{""t"":1}"`},
		{[]byte{0xff, 0x00}, "0xff00"},
		{[]byte(nil), `""`},
		{bytes2("-3"), "-3"},
		{unit("+x"), `"'+x"`},
		{true, "true"},
		{-5, "-5"},
		{int64(math.MinInt64), "-9223372036854775808"},
		{uint64(math.MaxUint64), "18446744073709551615"},
		{byte(2), "2"},
		{0.1, "0.1"},
		{float32(0.1), "0.1"},
		{1e21, "1e+21"},
		{-0.5, "-0.5"},
		{math.NaN(), "NaN"},
		{math.Inf(1), "Inf"},
		{math.Inf(-1), `"'-Inf"`},
		{Instant(at.UnixNano()), "2026-03-29T01:30:00.000000007Z"},
		{Instant(-1), "1969-12-31T23:59:59.999999999Z"},
		{time.Second, "1000000000"},
	} {
		if got := strings.TrimSuffix(written(t, c.cell), "\r\n"); got != c.want {
			t.Errorf("%#v: %q, want %q", c.cell, got, c.want)
		}
	}
}

func TestATableHasItsColumns(t *testing.T) {
	var b bytes.Buffer
	c := NewCSV(&b, "time", "=name")
	if err := c.Write(1); err == nil {
		t.Error("a short row was taken")
	}
	if err := c.Write(1, struct{}{}); err == nil {
		t.Error("a cell of no known type was taken")
	}
	if err := errors.Join(c.Write(1, "x"), c.Write(nil, ""), c.Flush()); err != nil {
		t.Fatal(err)
	}
	if want := "time,\"'=name\"\r\n1,x\r\n,\r\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// full is a disk with no room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAFullDiskIsSaid(t *testing.T) {
	c := NewCSV(full{}, "a")
	if err := c.Flush(); !errors.Is(err, errFull) {
		t.Error(err)
	}
	if err := c.Write(1); !errors.Is(err, errFull) {
		t.Error(err)
	}
	l := NewLines(full{})
	if err := errors.Join(l.Write(1), l.Flush()); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

func TestLines(t *testing.T) {
	var b bytes.Buffer
	l := NewLines(&b)
	if err := l.Write(math.NaN()); err == nil {
		t.Error("NaN was taken")
	}
	if err := errors.Join(l.Write(map[string]string{"a": "<b>\n"}), l.Write(nil), l.Flush()); err != nil {
		t.Fatal(err)
	}
	if want := "{\"a\":\"<b>\\n\"}\nnull\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// What another reader finds in a table is what was written, and nothing there is run.
func FuzzCSV(f *testing.F) {
	f.Add("a", []byte("b"), 1.5)
	f.Add("=1+1", []byte("\xff"), -1.0)
	f.Add("\r\n\"", []byte(",\x00"), math.Inf(1))
	f.Fuzz(func(t *testing.T, text string, raw []byte, number float64) {
		var b bytes.Buffer
		c := NewCSV(&b, "text", "raw", "number")
		if err := errors.Join(c.Write(text, raw, number), c.Write(text, raw, number), c.Flush()); err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(b.Bytes()) {
			t.Errorf("%q is no UTF-8", b.Bytes())
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("%v, %q", err, rows)
		}
		for _, cell := range rows[2] {
			if IsFormula(cell) {
				t.Errorf("%q would be run", cell)
			}
		}
		// The reader makes LF of the CRLF in a cell.
		want := strings.ReplaceAll(strings.ToValidUTF8(replaced(text), "\ufffd"), "\r\n", "\n")
		if got := rows[2][0]; got != want && got != "'"+want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		if got, want := rows[2][1], strings.ReplaceAll(string(raw), "\r\n", "\n"); utf8.Valid(raw) && got != want && got != "'"+want {
			t.Errorf("%q became %q", raw, got)
		}
	})
}

// replaced has one U+FFFD for each byte that is no UTF-8.
func replaced(s string) string { return string([]rune(s)) }

func FuzzLines(f *testing.F) {
	f.Add("a\nb")
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		l := NewLines(&b)
		if err := errors.Join(l.Write([]string{text}), l.Flush()); err != nil {
			t.Fatal(err)
		}
		var got []string
		if i := bytes.IndexByte(b.Bytes(), '\n'); i != b.Len()-1 {
			t.Errorf("%q is more than a line", b.Bytes())
		}
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || got[0] != replaced(text) {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	payload := []byte(`{"temperature":21.4,"unit":"C"}`)
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		c := NewCSV(bytes.NewBuffer(nil))
		c.out.Reset(discard{})
		for i := range b.N {
			_ = c.Write(Instant(i), "plant/line4/oven/temp", 0, false, payload)
		}
	})
	b.Run("encoding", func(b *testing.B) {
		b.ReportAllocs()
		c := csv.NewWriter(discard{})
		for i := range b.N {
			_ = c.Write([]string{time.Unix(0, int64(i)).UTC().Format(instantLayout), "plant/line4/oven/temp", "0", "false", string(payload)})
		}
	})
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
