package charts

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"streamscope/app/series"
	"streamscope/widgets/chart"
)

// aTable is two lines, the second of which lost some of its samples, and a gap.
func aTable() table {
	a, b := series.New(series.Options{}), series.New(series.Options{})
	for i := range int64(5000) {
		b.Append(i*2, float64(i))
	}
	b.Shrink(b.Bytes() / 2)
	a.Append(1, 1.5)
	a.Append(1, 2)
	a.Append(9001, math.NaN())
	return table{from: 0, to: 10_000, lines: []tableLine{
		{name: "=cmd()", connection: "Plant", topic: "+/x", unit: "°C", path: []string{"a", "b"}, data: a},
		{name: "b", connection: "Bench", topic: "b", data: b},
	}}
}

func TestATableHasEverySampleInOrder(t *testing.T) {
	var out bytes.Buffer
	steps := []float64{}
	rows, err := aTable().write(t.Context(), &out, func(part float64) { steps = append(steps, part) })
	if err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(got) != rows+1 {
		t.Fatalf("%d lines for %d rows, %v", len(got), rows, err)
	}
	if s := strings.Join(got[0], ","); s != "time,series,connection,topic,path,value,unit,until,samples,min,max" {
		t.Error(s)
	}
	last, samples, gaps := "", 0, 0
	for _, r := range got[1:] {
		if r[0] < last {
			t.Fatalf("%s after %s", r[0], last)
		}
		last = r[0]
		n := 1
		if r[8] != "" {
			if _, err := fmt.Sscan(r[8], &n); err != nil {
				t.Fatal(err)
			}
		}
		if r[5] == "" {
			gaps++
		} else if r[2] == "Bench" {
			samples += n
		}
		if r[2] == "Plant" && (r[1] != "'=cmd()" || r[3] != "'+/x" || r[4] != "a › b") {
			t.Errorf("not harmless: %q", r)
		}
	}
	if samples != 5000 || gaps != 1 {
		t.Errorf("%d samples, %d gaps", samples, gaps)
	}
	if got[1][0] != "1970-01-01T00:00:00.000000000Z" || len(steps) < 2 || steps[len(steps)-1] != 1 {
		t.Errorf("%q, %v", got[1], steps)
	}
}

func TestLinesOfJSON(t *testing.T) {
	tab := aTable()
	tab.json = true
	var out bytes.Buffer
	rows, err := tab.write(t.Context(), &out, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	n, nulls, runs := 0, 0, 0
	for d := json.NewDecoder(&out); ; n++ {
		var r row
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if r.Value == nil {
			nulls++
		}
		if r.Samples > 1 {
			runs++
		}
	}
	if n != rows || nulls != 1 || runs == 0 {
		t.Errorf("%d of %d rows, %d without a value, %d runs", n, rows, nulls, runs)
	}
}

func TestAnExportIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := aTable().write(ctx, io.Discard, func(float64) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := (guarded{ctx, io.Discard}).Write([]byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// writes runs a job into a file, as the file dialog does.
func (h *hall) writes(j job, file string) {
	h.Helper()
	out, err := storage.Writer(storage.NewFileURI(file))
	if err != nil {
		h.Fatal(err)
	}
	said := len(h.said)
	j.run(out)
	h.Await("the end of the export", func() bool { return len(h.said) > said })
}

func TestAChartIsExported(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "a", "1", "2", "3")
	h.hears(c, "b", "7 bar")
	h.board.Add(of(c, "a"))
	h.board.Add(of(c, "b"))
	h.samples(0, 0, 3)
	h.samples(0, 1, 1)
	p := h.board.panels[0]
	folder := t.TempDir()
	for scale := 1; scale <= 3; scale++ {
		file := filepath.Join(folder, fmt.Sprintf("%d.png", scale))
		h.writes(p.pictureJob(chart.Export{Title: "Ovens", Width: 800, Height: 450, Scale: scale, Variant: theme.VariantDark}), file)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.DecodeConfig(bytes.NewReader(b))
		if err != nil || picture.Width != 800*scale || picture.Height != 450*scale {
			t.Errorf("%d×: %+v, %v", scale, picture, err)
		}
	}
	file := filepath.Join(folder, "data.csv")
	h.writes(p.dataJob(true, false), file)
	b, err := os.ReadFile(file)
	if err != nil || strings.Count(string(b), "\r\n") != 5 || !strings.Contains(string(b), ",7,bar,") {
		t.Errorf("%s %v", b, err)
	}
	if h.said[len(h.said)-1] != "4 samples were written." {
		t.Errorf("said was %q", h.said)
	}

	// What fails leaves no file behind.
	h.writes(job{p, func(context.Context, io.Writer, func(float64)) (string, error) { return "", context.Canceled }}, file)
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a file is left: %v", err)
	}
}

// The forms lead to a dialog of files.
func TestWhereToIsAsked(t *testing.T) {
	h := newHall(t)
	p := h.board.open(h.board.newSpec())
	for _, ask := range []func(){p.exportPicture, p.exportData} {
		ask()
		form := h.Win.Canvas().Overlays().Top()
		test.Tap(buttonOf(t, form, "Save as…"))
		if top := h.Win.Canvas().Overlays().Top(); top == nil || top == form {
			t.Fatal("nobody asks where to")
		}
		test.Tap(buttonOf(t, h.Win.Canvas().Overlays().Top(), "Cancel"))
	}
}

func TestFileNamesAreHarmless(t *testing.T) {
	h := newHall(t)
	p := h.board.open(h.board.newSpec())
	for title, want := range map[string]string{"a/b: c?": "a-b- c ", "…": "chart ", "../../x": "x ", strings.Repeat("é", 90): strings.Repeat("é", 60) + " "} {
		p.spec.Title = title
		if got := p.fileName(".png"); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ".png") {
			t.Errorf("%q becomes %q", title, got)
		}
	}
}
