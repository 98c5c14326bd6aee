package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"streamscope/connections/profile"
)

func TestChartsAreKeptWithASavedProfileOnly(t *testing.T) {
	folder := t.TempDir()
	a := startIn(t, folder)
	p := profile.New()
	p.Name, p.Host = "Plant", "localhost"
	v, _ := p.Validate()
	charts := []profile.Chart{{ID: "c-1", Series: []profile.ChartSeries{{Topic: "t"}}, Window: time.Minute}}
	if kept, err := a.KeepCharts(p.ID, charts); kept || err != nil {
		t.Fatalf("kept %v, %v", kept, err)
	}
	if err := a.Profiles.Save(v); err != nil {
		t.Fatal(err)
	}
	if kept, err := a.KeepCharts(p.ID, charts); !kept || err != nil {
		t.Fatalf("kept %v, %v", kept, err)
	}
	got, err := a.Profiles.Get(p.ID)
	if err != nil || len(got.Charts) != 1 || got.Charts[0].Series[0].Topic != "t" {
		t.Fatalf("%+v, %v", got.Charts, err)
	}

	file := filepath.Join(folder, "profiles", p.ID+".json")
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(file, past, past); err != nil {
		t.Fatal(err)
	}
	if kept, err := a.KeepCharts(p.ID, charts); !kept || err != nil {
		t.Fatalf("kept %v, %v", kept, err)
	}
	if info, err := os.Stat(file); err != nil || info.ModTime().After(past.Add(time.Minute)) {
		t.Errorf("what had not changed was written again: %v, %v", info, err)
	}
}
