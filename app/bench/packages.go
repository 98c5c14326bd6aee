package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// pairing sets a benchmark of a package beside the baseline that stands in the same package.
type pairing struct {
	name           string
	pack           string
	ours, baseline string // names of benchmarks, without "Benchmark"
	theirs         string // what the baseline is, in words
	bar            float64
	metric         string // cpu-ns/op if empty
}

var pairings = func() (list []pairing) {
	const topics = "./app/topics"
	add := func(p pairing) { list = append(list, p) }
	for _, n := range []string{"1000", "100000"} {
		for _, kind := range []string{"number", "json"} {
			add(pairing{
				"index: put, " + n + " topics, " + kind, topics, "Put/" + n + "/" + kind + "/index", "Put/" + n + "/" + kind + "/map",
				"a bare map", 0, "",
			})
		}
	}
	for _, shape := range []string{"levels", "flat"} {
		add(pairing{
			"tree: expand all 1,000,000 topics, " + shape, topics, "ExpandAll/" + shape + "/flatten", "ExpandAll/" + shape + "/sort",
			"slices.SortFunc", 1.5, "",
		})
	}
	for _, needle := range []string{"site-0500/line-7", "voltage", "e", "nowhere"} {
		for _, what := range []struct {
			name, says string
			bar        float64
		}{{"screen", "first screen", 0.3}, {"count", "full count", 2}, {"rows", "all rows", 0}} {
			add(pairing{
				fmt.Sprintf("filter %q over 1,000,000 topics: %s", needle, what.says), topics,
				"Filter/" + needle + "/" + what.name, "Filter/" + needle + "/contains", "strings.Contains", what.bar, "",
			})
		}
	}
	add(pairing{"heap of 1,000,000 topics, a topic (bar 300)", topics, "Heap", "", "", 0, "B/topic"})
	add(pairing{"table of those that flood, of 1,000,000 topics", topics, "Top/rate", "", "", 0, ""})
	add(pairing{"telling the branches, a topic that changed", topics, "Tally", "", "", 0, "cpu-ns/topic"})
	for _, way := range []string{"slide", "zoom"} {
		for _, part := range []string{"1", "16", "256", "4096"} {
			add(pairing{
				"chart: frame of 10 × 1,000,000 samples, 1/" + part + " in view, " + way, "./app/window/charts",
				"Frame/" + way + "=" + part + "/samples=1000000", "Frame/" + way + "=1/samples=10000", "10 × 10,000 samples in view", 2, "",
			})
		}
	}
	for _, library := range []string{"gonum", "charts"} {
		add(pairing{"chart: picture of 4 × 10,000 samples, " + library, "./widgets/chart", "Libraries/ours", "Libraries/" + library, library, 0.125, ""})
	}
	return list
}

// packages runs the benchmarks of the packages, a whole package at a time, so that ours and the
// baseline follow each other.
func packages(o *options) ([]row, error) {
	var rows []row
	wanted := map[string]map[string]bool{}
	for _, p := range pairings() {
		if o.skips(p.name) {
			continue
		}
		if wanted[p.pack] == nil {
			wanted[p.pack] = map[string]bool{}
		}
		wanted[p.pack][strings.Split(p.ours, "/")[0]] = true
	}
	figures := map[string][]float64{}
	for pack, names := range wanted {
		if err := o.measure(pack, names, figures); err != nil {
			return nil, err
		}
	}
	for _, p := range pairings() {
		if o.skips(p.name) {
			continue
		}
		unit, scale := p.metric, 1.0
		if unit == "" || unit == "cpu-ns/op" {
			unit = "cpu-ns/op"
		}
		ours, theirs := figures[p.ours+" "+unit], figures[p.baseline+" "+unit]
		r := row{name: p.name, baseline: p.theirs, unit: strings.TrimPrefix(unit, "cpu-"), bar: p.bar}
		if len(ours) == 0 {
			r.note = "not measured"
		} else if slices.Max(slices.Concat(ours, theirs)) > 1e5 && unit == "cpu-ns/op" {
			r.unit, scale = "ms", 1e-6
		}
		r.unit = strings.TrimSuffix(r.unit, "/op")
		r.ours, r.theirs = scaled(ours, scale), scaled(theirs, scale)
		rows = append(rows, r)
	}
	return rows, nil
}

func scaled(list []float64, by float64) (made []float64) {
	for _, v := range list {
		made = append(made, v*by)
	}
	return made
}

// measure runs benchmarks and notes their metrics by "name metric".
func (o *options) measure(pack string, names map[string]bool, figures map[string][]float64) error {
	var list []string
	for name := range names {
		list = append(list, name)
	}
	for range o.rounds {
		cmd := exec.Command("go", "test", "-run", "^$", "-benchtime", "0.3s", "-bench", "^Benchmark("+strings.Join(list, "|")+")$", pack)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("go test %s: %w\n%s", pack, err, out)
		}
		lines := bufio.NewScanner(bytes.NewReader(out))
		for lines.Scan() {
			fmt.Fprintln(os.Stderr, lines.Text())
			note(strings.Fields(lines.Text()), figures)
		}
	}
	return nil
}

// note reads a line: name, rounds, then figures with their units.
func note(fields []string, figures map[string][]float64) {
	if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
		return
	}
	name := strings.TrimPrefix(fields[0], "Benchmark")
	if i := strings.LastIndexByte(name, '-'); i > 0 {
		name = name[:i]
	}
	for i := 2; i+1 < len(fields); i += 2 {
		if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
			figures[name+" "+fields[i+1]] = append(figures[name+" "+fields[i+1]], v)
		}
	}
}
