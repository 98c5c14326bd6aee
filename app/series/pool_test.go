package series

import (
	"sync"
	"testing"
)

func TestAPoolThinsWhoHoldsMostAndSparesTheSmall(t *testing.T) {
	b := &purse{limit: 4 << 20}
	p := NewPool(b)
	large, small := New(Options{Budget: p}), New(Options{Budget: p})
	p.Join(large)
	p.Join(small)
	for i := range int64(400_000) { // more than the budget has
		large.Append(i*1000, float64(i))
		if i%100 == 0 {
			p.Relieve(0)
		}
	}
	for i := range int64(50_000) { // grows while all is taken
		small.Append(i*1000, float64(i))
		if i%100 == 0 {
			p.Relieve(0)
		}
	}
	p.Relieve(0)
	if complete, _ := small.Columns(0, 50_000_000, nil, nil, nil, nil); !complete {
		t.Error("the small series lost detail while the large one had some to give")
	}
	if complete, _ := large.Columns(0, 400_000_000, nil, nil, nil, nil); complete {
		t.Error("the large series gave up nothing")
	}
	if st := large.Stats(0, 400_000_000); st.Count != 400_000 || st.Max != 399_999 {
		t.Errorf("the large series forgot what was: %+v", st)
	}
	if held := large.Bytes() + small.Bytes(); held > b.limit || b.used != held {
		t.Errorf("%d bytes are held and %d reserved of %d", held, b.used, b.limit)
	}
}

func TestALoweredLimitReachesSeriesThatRest(t *testing.T) {
	b := &purse{limit: 100 << 20}
	p := NewPool(b)
	s := New(Options{Budget: p})
	p.Join(s)
	for i := range int64(200_000) {
		s.Append(i, 1)
	}
	before := s.Bytes()
	if freed := p.Relieve(before / 2); freed < before/2 || b.used != s.Bytes() {
		t.Errorf("freed %d of %d, %d are reserved for %d", freed, before, b.used, s.Bytes())
	}
	p.Leave(s)
	s.Close()
	if b.used != 0 || p.lent != 0 || p.granted != 0 {
		t.Errorf("after the end %d are reserved, %d lent, %d granted", b.used, p.lent, p.granted)
	}
}

func TestManySeriesShareAPool(t *testing.T) {
	b := &purse{limit: 2 << 20}
	p := NewPool(b)
	var work sync.WaitGroup
	for range 6 {
		work.Go(func() {
			s := New(Options{Budget: p})
			p.Join(s)
			for i := range int64(60_000) {
				s.Append(i, 1)
				if i%500 == 0 {
					p.Relieve(0)
				}
			}
			if st := s.Stats(0, 60_000); st.Count != 60_000 {
				t.Errorf("counts %d", st.Count)
			}
			p.Leave(s)
			s.Close()
		})
	}
	work.Wait()
	if b.used != 0 || p.lent != 0 {
		t.Errorf("%d bytes are reserved and %d lent at the end", b.used, p.lent)
	}
}
