package series

import (
	"math"
	"math/rand/v2"
	"testing"
)

// readAll reads with batches of the given size.
func readAll(s *Series, from, to int64, batch int) (all []Record) {
	r := s.Reader(from, to)
	for dst := make([]Record, batch); ; {
		n := r.Next(dst)
		if n == 0 {
			return all
		}
		all = append(all, dst[:n]...)
	}
}

func TestAReaderTellsEverySampleOnce(t *testing.T) {
	s := New(Options{})
	random := rand.New(rand.NewPCG(1, 2))
	var at int64
	var want []Record
	for range 5000 {
		at += random.Int64N(3) // many share an instant
		v := random.Float64()
		if random.IntN(50) == 0 {
			v = math.NaN()
		}
		s.Append(at, v)
		want = append(want, recordOf(at, v))
	}
	for _, batch := range []int{1, 2, 7, 1000, 9999} {
		got := readAll(s, 0, at+1, batch)
		if len(got) != len(want) {
			t.Fatalf("in batches of %d: %d of %d records", batch, len(got), len(want))
		}
		for i := range got {
			if got[i].To != want[i].To || got[i].Count != want[i].Count || got[i].Count == 1 && got[i].Value != want[i].Value {
				t.Fatalf("record %d is %+v, want %+v", i, got[i], want[i])
			}
		}
	}
	for _, r := range readAll(s, 100, 200, 16) {
		if r.From < 100 || r.To >= 200 {
			t.Fatalf("%+v is outside", r)
		}
	}
	if n := len(readAll(New(Options{}), 0, 100, 8)); n != 0 {
		t.Errorf("an empty series has %d records", n)
	}
}

func TestAReaderSumsUpWhatGaveWay(t *testing.T) {
	s := New(Options{})
	for i := range int64(20_000) {
		s.Append(i, float64(i%10))
	}
	s.Shrink(s.Bytes() / 2)
	var samples, runs int64
	last := int64(-1)
	for _, r := range readAll(s, 0, 20_000, 100) {
		if r.From <= last || r.To < r.From || r.Min < 0 || r.Max > 9 || r.Value < r.Min || r.Value > r.Max {
			t.Fatalf("%+v after %d", r, last)
		}
		last = r.To
		samples += r.Count
		if r.Count > 1 {
			runs++
		}
	}
	if samples != 20_000 || runs == 0 {
		t.Errorf("%d samples, %d runs", samples, runs)
	}
}

func TestAReaderGoesOnWhileTheSeriesGrows(t *testing.T) {
	s := New(Options{})
	for i := range int64(100) {
		s.Append(i, 1)
	}
	r := s.Reader(0, 1000)
	dst := make([]Record, 60)
	n := r.Next(dst)
	for i := range int64(100) {
		s.Append(100+i, 1)
	}
	for got := n; got > 0; n += got {
		got = r.Next(dst)
	}
	if n != 200 {
		t.Errorf("%d records", n)
	}
}
