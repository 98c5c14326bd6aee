package workspace

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamscope/connections/document"
	"streamscope/connections/profile"
)

func full() Workspace {
	low, high := -1.5, 20.0
	return Workspace{
		Window:    Window{Width: 1024, Height: 700, FullScreen: true},
		Theme:     ThemeDark,
		Splits:    map[string]float64{"tree": 0.4, "charts": 0},
		Views:     map[string]View{"demo": {Open: true, Expanded: []string{"plant", "plant/line1"}}},
		Selection: &Value{Profile: "demo", Topic: "plant/line1/oven/status", Path: []string{"a.b", "c"}},
		Filter:    "Öfen",
		Filtering: Filtering{Payloads: true, Numbers: true, Retained: true, ChangedWithin: time.Second, SilentFor: time.Minute},
		Order:     "rate", Figure: "messages",
		Charts: []profile.Chart{{
			ID: "c-1", Series: []profile.ChartSeries{{Profile: "demo", Topic: "t", Colour: "#102030", Hidden: true}},
			Window: time.Minute, Left: profile.ChartAxis{Low: &low, High: &high},
		}},
		ChartsOpen: true, PublishOpen: true,
	}
}

func TestTheSamePlaceTheNextMorning(t *testing.T) {
	folder := t.TempDir()
	if err := Save(folder, full()); err != nil {
		t.Fatal(err)
	}
	got, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full(), got); diff != "" {
		t.Error(diff)
	}
}

func TestFirstStart(t *testing.T) {
	got, err := Load(t.TempDir())
	if diff := cmp.Diff(Default(), got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestABrokenFileStartsAfresh(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, `{"version":1,"theme":"dark","window":"large"}`)
	got, err := Load(folder)
	var broken *document.BrokenError
	if !errors.As(err, &broken) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(Default(), got); diff != "" {
		t.Error(diff)
	}
}

func TestANewerFileIsUsedAndKept(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, `{"version":2,"theme":"dark"}`)
	got, err := Load(folder)
	var newer *document.NewerError
	if !errors.As(err, &newer) || got.Theme != ThemeDark || got.Window != Default().Window {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := Save(folder, got); !errors.As(err, &newer) {
		t.Errorf("saved: %v", err)
	}
}

func TestNonsenseIsBroughtInBounds(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	w := full()
	w.Window.Width = float32(nan)
	w.Theme = "pink"
	w.Splits = map[string]float64{"a": nan, "b": -1, "c": 2, "d": 0.5}
	w.Charts[0].Left = profile.ChartAxis{Low: &nan, High: &inf}
	w.Charts[0].Window = -1
	w.Views["demo"] = View{Expanded: make([]string, maxExpanded+1)}

	folder := t.TempDir()
	if err := Save(folder, w); err != nil {
		t.Fatal(err)
	}
	got, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	if got.Window.Width != Default().Window.Width || got.Theme != ThemeSystem || len(got.Charts) != 1 ||
		len(got.Views["demo"].Expanded) != maxExpanded || got.Charts[0].Left.Low != nil || got.Charts[0].Window != 5*time.Minute {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff(map[string]float64{"d": 0.5}, got.Splits); diff != "" {
		t.Error(diff)
	}
}

func FuzzWorkspaceFile(f *testing.F) {
	for _, seed := range []string{``, `{"version":1,"charts":[{"series":null,"window":1e9,"low":1e308,"high":-1e308}],"views":{"x":null}}`, `{"version":3}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		folder := t.TempDir()
		write(t, folder, content)
		w, err := Load(folder)
		var newer *document.NewerError
		if errors.As(err, &newer) {
			return
		}
		if err := Save(folder, w); err != nil {
			t.Fatalf("what was loaded cannot be saved: %v", err)
		}
	})
}

func write(t *testing.T, folder, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, fileName), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
