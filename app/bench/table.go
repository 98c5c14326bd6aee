package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// row is one line of the table.
type row struct {
	name, baseline string
	// ours and theirs are what each round took, in unit.
	ours, theirs []float64
	unit         string
	// bar is what the ratio should not exceed; 0 means that there is none. plus, in unit, may come
	// on top.
	bar, plus float64
	// note says what else was seen, or why there are no figures.
	note string
}

func (r *row) ratio() float64 {
	if len(r.ours) == 0 || len(r.theirs) == 0 {
		return 0
	}
	return median(r.ours) / median(r.theirs)
}

func table(rows []row) string {
	var b strings.Builder
	b.WriteString("| what | ours | baseline | | ratio (each round) | bar | |\n| --- | ---: | ---: | --- | ---: | ---: | --- |\n")
	for _, r := range rows {
		if len(r.ours) == 0 {
			fmt.Fprintf(&b, "| %s | | | %s | | | %s |\n", r.name, r.baseline, r.note)
			continue
		}
		bar, theirs, ratio := "", "", ""
		if r.bar > 0 {
			bar = fmt.Sprintf("%.2f", r.bar)
		}
		if r.plus > 0 {
			bar += " + " + figure(r.plus) + " " + r.unit
		}
		if len(r.theirs) > 0 {
			theirs = figure(median(r.theirs)) + " " + r.unit
			ratio = fmt.Sprintf("**%s** (%s)", figure(r.ratio()), rounds(r.ours, r.theirs))
		}
		fmt.Fprintf(&b, "| %s | %s %s | %s | %s | %s | %s | %s |\n",
			r.name, figure(median(r.ours)), r.unit, theirs, r.baseline, ratio, bar, r.note)
	}
	return b.String()
}

func rounds(ours, theirs []float64) string {
	var list []string
	for i := range min(len(ours), len(theirs)) {
		list = append(list, figure(ours[i]/theirs[i]))
	}
	return strings.Join(list, " ")
}

func figure(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v < 0.1:
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// prepend puts a section in front of the first one of a file.
func prepend(path, section string) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	at := len(old)
	if i := bytes.Index(old, []byte("\n## ")); i >= 0 {
		at = i + 1
	}
	var made []byte
	made = append(made, old[:at]...)
	made = append(made, section...)
	made = append(made, '\n')
	made = append(made, old[at:]...)
	return os.WriteFile(path, made, 0o644)
}
