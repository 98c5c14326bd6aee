package connections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// puppet is a client that does what a test says. It stands in for the network, whose failures
// cannot be had at will; package mqtt tests the supervisor with real clients.
type puppet struct {
	script

	mu    sync.Mutex // guards what follows
	asked []string
	lost  chan struct{}
	ended bool
	err   error
}

// script is what a puppet does.
type script struct {
	openErr  error
	hang     bool            // Open waits for its context
	lives    time.Duration   // how long the connection lasts; 0 means until Close
	endsWith error           // why it ends then
	refuses  map[string]bool // filters
}

func (p *puppet) Open(ctx context.Context, progress func(State)) error {
	if p.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	progress(StateHandshake)
	if p.openErr == nil && p.lives > 0 {
		time.AfterFunc(p.lives, func() { p.end(p.endsWith) })
	}
	return p.openErr
}

func (p *puppet) Subscribe(_ context.Context, subs []Subscription) (results []SubscribeResult, _ error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range subs {
		p.asked = append(p.asked, "+"+s.Filter)
		results = append(results, SubscribeResult{Filter: s.Filter, Granted: s.QoS, Refused: p.refuses[s.Filter]})
	}
	return results, nil
}

func (p *puppet) Unsubscribe(_ context.Context, filters []string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.Sort(filters)
	for _, f := range filters {
		p.asked = append(p.asked, "-"+f)
	}
	return nil
}

func (p *puppet) Publish(context.Context, Publication) Result { return Result{Outcome: OutcomeSent} }
func (p *puppet) Lost() <-chan struct{}                       { return p.lost }
func (p *puppet) Link() Link                                  { return Link{Publishes: 10} }
func (p *puppet) Close()                                      { p.end(nil) }

func (p *puppet) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

func (p *puppet) end(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.ended, p.err = true, err
		close(p.lost)
	}
}

func (p *puppet) requests() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprint(p.asked)
}

// stage is a supervisor with its puppets, one after another; the last one plays again and
// again.
type stage struct {
	*Supervisor
	mu       sync.Mutex // guards what follows
	statuses []Status
	made     []*puppet
}

func newStage(t *testing.T, subs []Subscription, scripts ...script) *stage {
	s := &stage{}
	s.Supervisor = NewSupervisor(Options{
		Subscriptions: subs,
		Rand:          func() float64 { return 1 },
		New: func() Client {
			s.mu.Lock()
			defer s.mu.Unlock()
			p := &puppet{script: scripts[min(len(s.made), len(scripts)-1)], lost: make(chan struct{})}
			s.made = append(s.made, p)
			return p
		},
		OnStatus: func(status Status) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.statuses = append(s.statuses, status)
		},
	})
	t.Cleanup(s.Close)
	return s
}

// states names the states that were reported so far.
func (s *stage) states() string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, status := range s.statuses {
		names = append(names, status.State.String())
	}
	return fmt.Sprint(names)
}

// waits returns the times between attempts so far.
func (s *stage) waits() (all []time.Duration) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, status := range s.statuses {
		if status.State == StateWaiting {
			all = append(all, status.RetryAt.Sub(status.Since))
		}
	}
	return all
}

func (s *stage) player() *puppet {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made[len(s.made)-1]
}

var errRefused = &Failure{Kind: FailureRefused}

func TestSupervisorOpensAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, filterList("a/#", "a/b"), script{})
		if got := s.Status().State; got != StateIdle {
			t.Errorf("before Connect: %v", got)
		}
		if r := s.Publish(t.Context(), Publication{Topic: "x"}); KindOf(r.Err) != FailureNotConnected {
			t.Errorf("before Connect: %+v", r)
		}
		s.Connect()
		s.Connect()
		if got := s.states(); got != "[dialling handshake subscribing open]" {
			t.Errorf("connecting: %s", got)
		}
		want := []SubscribeResult{{Filter: "a/#"}, {Filter: "a/b", Covered: "a/#"}}
		if got := s.Status(); got.Err != nil || !slices.Equal(got.Filters, want) {
			t.Errorf("open: %+v", got)
		}
		if r := s.Publish(t.Context(), Publication{Topic: "x"}); r.Outcome != OutcomeSent {
			t.Errorf("open: %+v", r)
		}
		if r := s.Publish(t.Context(), Publication{Topic: "#"}); KindOf(r.Err) != FailureInvalid {
			t.Errorf("an invalid topic: %+v", r)
		}
		s.Disconnect()
		if got := s.Status(); got.State != StateClosed || got.Err != nil {
			t.Errorf("after Disconnect: %+v", got)
		}
		s.Connect()
		synctest.Wait()
		if got := s.Link().Publishes; got != 20 {
			t.Errorf("two streams of 10 messages count %d", got)
		}
	})
}

func TestSupervisorWaitsEverLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, nil, script{openErr: errRefused})
		s.Connect()
		time.Sleep(5 * time.Minute)
		got := s.waits()
		want := []int{2, 4, 8, 16, 30, 30, 30}
		for i, w := range want {
			if got[i] != time.Duration(w)*time.Second {
				t.Errorf("wait %d is %v, want %d s", i, got[i], w)
			}
		}
		if status := s.Status(); status.Attempt < 7 || !errors.Is(status.Err, errRefused) {
			t.Errorf("%+v", status)
		}
		attempts := len(s.made)
		s.RetryNow()
		if got := len(s.waits()); len(s.made) != attempts+1 || got != attempts+1 {
			t.Errorf("RetryNow made %d attempts of %d", len(s.made), attempts)
		}
	})
}

func TestSupervisorAnswersDisconnectAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, nil, script{hang: true})
		s.Connect()
		synctest.Wait()
		s.Disconnect()
		if got := s.Status().State; got != StateClosed {
			t.Errorf("while dialling: %v", got)
		}
		if got := s.states(); got != "[dialling closed]" {
			t.Errorf("%s", got)
		}
	})
}

func TestSupervisorRestoresSubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, filterList("a", "b"), script{lives: time.Minute, endsWith: &Failure{Kind: FailureReset}}, script{})
		s.Connect()
		if got := s.player().requests(); got != "[+a +b]" {
			t.Errorf("at first: %s", got)
		}
		s.SetSubscriptions(filterList("b", "c", "c/#"))
		if got := s.player().requests(); got != "[+a +b +c/# -a]" {
			t.Errorf("the difference: %s", got) // c is covered by c/#
		}
		time.Sleep(2 * time.Minute)
		if got := s.player().requests(); got != "[+b +c/#]" {
			t.Errorf("on the next opening: %s", got)
		}
		if got := s.Status(); got.State != StateOpen || got.Err != nil || len(got.Filters) != 3 {
			t.Errorf("%+v", got)
		}
	})
}

func TestSupervisorAsksForWhatARefusedFilterCovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, filterList("#", "plant/#", "plant/a"), script{refuses: map[string]bool{"#": true}})
		s.Connect()
		if got := s.player().requests(); got != "[+# +plant/#]" {
			t.Errorf("asked for %s", got)
		}
		want := []SubscribeResult{{Filter: "#", Refused: true}, {Filter: "plant/#"}, {Filter: "plant/a", Covered: "plant/#"}}
		if got := s.Status(); got.Err != nil || !slices.Equal(got.Filters, want) {
			t.Errorf("%+v", got)
		}
		s.SetSubscriptions(filterList("#", "not/#/valid"))
		synctest.Wait()
		if got := s.Status(); got.State != StateOpen || KindOf(got.Err) != FailureFilter {
			t.Errorf("all refused: %+v", got)
		}
		if got := s.player().requests(); got != "[+# +plant/# -plant/#]" {
			t.Errorf("asked for %s", got)
		}
	})
}

func TestSupervisorAndCredentials(t *testing.T) {
	wrong := script{openErr: &Failure{Kind: FailureCredentials}}
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, nil, wrong)
		s.Connect()
		time.Sleep(time.Hour)
		if got := s.Status(); got.State != StateClosed || KindOf(got.Err) != FailureCredentials || len(s.made) != 1 {
			t.Errorf("never worked: %+v after %d attempts", got, len(s.made))
		}
		s.RetryNow()
		if s.player(); len(s.made) != 2 {
			t.Errorf("RetryNow made %d attempts", len(s.made)-1)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, nil, script{lives: time.Minute, endsWith: &Failure{Kind: FailureClosed}}, wrong, wrong, script{})
		s.Connect()
		time.Sleep(time.Hour)
		if got, want := s.waits(), []time.Duration{2 * time.Second, time.Minute, time.Minute}; !slices.Equal(got, want) {
			t.Errorf("worked before: waits %v", got)
		}
		if got := s.Status(); got.State != StateOpen || got.Err != nil {
			t.Errorf("worked before: %+v", got)
		}
	})
}

func TestSupervisorFindsOutThatItIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, filterList("a"), script{lives: time.Second, endsWith: &Failure{Kind: FailureClosed}})
		s.Connect()
		time.Sleep(2 * time.Minute)
		var kinds []FailureKind
		waits := s.waits()
		for _, status := range s.statuses {
			if status.State == StateWaiting {
				kinds = append(kinds, KindOf(status.Err))
			}
		}
		if !slices.Equal(kinds[:4], []FailureKind{FailureClosed, FailureClosed, FailureTakenOver, FailureTakenOver}) {
			t.Errorf("reasons: %v", kinds)
		}
		if !slices.IsSorted(waits) || waits[4] != longestWait {
			t.Errorf("waits: %v", waits)
		}
	})
}

func TestSupervisorGivesUpWaitingForAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mute := &muteClient{puppet{lost: make(chan struct{})}}
		s := NewSupervisor(Options{New: func() Client { return mute }, Subscriptions: filterList("a")})
		defer s.Close()
		s.Connect()
		time.Sleep(answerTimeout - time.Second)
		if got := s.Status().State; got != StateSubscribing {
			t.Errorf("before the time is up: %v", got)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if got := s.Status(); got.State != StateWaiting || KindOf(got.Err) != FailureTimeout {
			t.Errorf("afterwards: %+v", got)
		}
	})
}

// muteClient never answers a SUBSCRIBE.
type muteClient struct{ puppet }

func (m *muteClient) Subscribe(ctx context.Context, _ []Subscription) ([]SubscribeResult, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
