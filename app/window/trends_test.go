package window

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/connections"
)

// heard is an index in which values came on one topic, and that topic's row.
func heard(t *testing.T, values ...string) (*topics.Index, func(value string) *topics.Row) {
	t.Helper()
	x := topics.New(topics.Options{Budget: topics.NewBudget(1 << 20)})
	t.Cleanup(x.Close)
	at := int64(0)
	hear := func(value string) *topics.Row {
		at++
		s := x.Put(&connections.Message{Topic: "a", Payload: []byte(value), Size: int64(len(value))}, at)
		return &x.Rows([]topics.NodeID{s.Topic}, nil)[0]
	}
	for _, v := range values {
		hear(v)
	}
	return x, hear
}

func TestATrendBeginsWithTheHistoryAndGoesOn(t *testing.T) {
	set, _ := decode.Compile(nil)
	x, hear := heard(t, "1", "no number", "2")
	trends := newTrends()
	r := hear("3")
	if got := trends.Of(7, x, r, nil, set); !cmp.Equal(got, []float32{1, 2, 3}) {
		t.Errorf("%v", got)
	}
	if got := trends.Of(7, x, r, nil, set); len(got) != 3 {
		t.Errorf("one message counts twice: %v", got)
	}
	trends.Of(7, x, hear("4"), nil, set)
	if got := trends.Of(7, x, hear("none"), nil, set); !cmp.Equal(got, []float32{1, 2, 3, 4}) {
		t.Errorf("%v", got)
	}
	for i := range 2 * trendLength {
		trends.Of(7, x, hear(fmt.Sprint(i)), nil, set)
	}
	got := trends.Of(7, x, hear("64"), nil, set)
	if len(got) != trendLength || got[trendLength-1] != 64 || got[0] != 33 {
		t.Errorf("%d values from %v to %v", len(got), got[0], got[len(got)-1])
	}
}

func TestATrendShowsWhatFiguresHide(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   []float32
	}{
		{[]float64{1, 2, 3}, []float32{1, 2, 3}},
		{[]float64{0, 0, 0}, []float32{0, 0, 0}},
		{[]float64{1e308, 1e308}, []float32{math.MaxFloat32, math.MaxFloat32}},
		{[]float64{-1e308, 1e308, 0}, []float32{0, 1, 0.5}},
		{[]float64{1 << 53, 1<<53 + 4, 1<<53 + 2}, []float32{0, 1, 0.5}},
		{[]float64{1e-300, 3e-300}, []float32{0, 1}},
	} {
		if got := shape(nil, c.values); !cmp.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
}

func TestOneValueIsNoTrend(t *testing.T) {
	set, _ := decode.Compile(nil)
	x, hear := heard(t)
	if got := newTrends().Of(7, x, hear("1"), nil, set); got != nil {
		t.Errorf("%v", got)
	}
	if got := newTrends().Of(7, x, &topics.Row{}, nil, set); got != nil {
		t.Errorf("a branch has %v", got)
	}
}

func TestTheTrendsOfTwoKeysAreApart(t *testing.T) {
	set, _ := decode.Compile(nil)
	x, hear := heard(t, `{"t":1,"h":10}`)
	r := hear(`{"t":2,"h":20}`)
	trends := newTrends()
	low, high := trends.Of(7, x, r, []string{"t"}, set), trends.Of(7, x, r, []string{"h"}, set)
	if !cmp.Equal(low, []float32{1, 2}) || !cmp.Equal(high, []float32{10, 20}) {
		t.Errorf("%v, %v", low, high)
	}
}

func TestTrendsOutOfViewAreForgotten(t *testing.T) {
	set, _ := decode.Compile(nil)
	x, hear := heard(t, "1")
	r := hear("2")
	trends := newTrends()
	trends.Of(1, x, r, nil, set)
	trends.Of(2, x, r, nil, set)
	for range 300 {
		trends.Of(2, x, r, nil, set)
		trends.Turn()
	}
	if len(trends.byKey) != 1 {
		t.Errorf("%d trends are held", len(trends.byKey))
	}
}
