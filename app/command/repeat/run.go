package repeat

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/app/session"
)

// Shortest is the least time between two messages.
const Shortest = time.Millisecond

// Plan is what shall be repeated.
type Plan struct {
	Session *session.Session
	Sender  *command.Sender
	Draft   command.Draft
	// Asked holds the answers to the draft's questions; "value" is the generator's.
	Asked map[string]string
	Every time.Duration
	// Times is how many messages shall go; 0 until it is stopped.
	Times     uint64
	Generator Generator
	// Confirm is asked once, before the first; see [session.RunOptions].
	Confirm string
	// Progress is told how far it is, at most a few times a second; it may be nil. It runs on
	// the goroutine of Run.
	Progress func(Progress)
}

// Progress is how far a repetition is.
type Progress struct {
	session.RunCounts
	// Late is how many instants passed without a message, because the one before took longer.
	Late uint64
	// Last is the value that went last; empty without a generator.
	Last string
}

// telling is how often progress is told.
const telling = 200 * time.Millisecond

// Check tells what keeps a plan from beginning.
func (p Plan) Check() error {
	switch {
	case p.Every < Shortest:
		return fmt.Errorf("the time between two messages has to be %v at least", Shortest)
	case p.Generator.Shape != Constant && !p.takesValue():
		return errors.New(`the draft has no {{ask "value"}}: that is where the values go`)
	}
	return nil
}

func (p Plan) takesValue() bool {
	for _, a := range p.Draft.Asks() {
		if a.Label == saved.ValueLabel {
			return true
		}
	}
	return false
}

// Run sends until all went, ctx ends or the connection does, and waits for the outcomes. An
// error means that nothing left. A message that cannot be made ends it: the report's Err says
// why.
func (p Plan) Run(ctx context.Context) (session.RunReport, Progress, error) {
	if err := p.Check(); err != nil {
		return session.RunReport{}, Progress{}, err
	}
	next, err := p.Generator.Source()
	if err != nil {
		return session.RunReport{}, Progress{}, err
	}
	every := strconv.FormatFloat(float64(p.Every)/float64(time.Millisecond), 'f', -1, 64)
	run, err := p.Session.Run(ctx, session.RunOptions{
		Origin: session.OriginRepeat, Name: "every " + every + " ms", Topic: p.Draft.Topic, Total: p.Times, Confirm: p.Confirm,
	})
	if err != nil {
		return session.RunReport{}, Progress{}, err
	}
	r := &repetition{Plan: p, run: run, next: next, began: time.Now()}
	wrong := r.all(ctx)
	report := run.Finish()
	if wrong != nil {
		report.Err = wrong
	}
	r.progress.RunCounts = report.RunCounts
	return report, r.progress, nil
}

// repetition is a plan on its way.
type repetition struct {
	Plan
	run      *session.Run
	next     Source
	began    time.Time
	told     time.Time
	progress Progress
}

// all sends at every instant that is due. An instant that has passed is not made up for: a
// machine must not get ten commands at once because one was slow.
func (r *repetition) all(ctx context.Context) error {
	for n, at := uint64(1), r.began; r.Times == 0 || n <= r.Times; n++ {
		if err := r.one(); err != nil {
			return err
		}
		r.tell()
		for at = at.Add(r.Every); !at.After(time.Now()); at = at.Add(r.Every) {
			r.progress.Late++
		}
		if r.Times != 0 && n == r.Times {
			return nil
		}
		if !wait(ctx, r.run, time.Until(at)) {
			return nil
		}
	}
	return nil
}

// one makes a message and hands it over; the error says why it cannot be made.
func (r *repetition) one() error {
	asked := r.Asked
	if r.Generator.Shape != Constant {
		r.progress.Last = r.next(time.Since(r.began))
		asked = map[string]string{}
		for k, v := range r.Asked {
			asked[k] = v
		}
		asked[saved.ValueLabel] = r.progress.Last
	}
	p, err := r.Sender.Prepare(r.Session, r.Draft, asked)
	if err != nil {
		return err
	}
	_ = r.run.Publish(p) // why the run ends stands in its report
	return nil
}

func (r *repetition) tell() {
	if r.Progress == nil || time.Since(r.told) < telling {
		return
	}
	r.told = time.Now()
	r.progress.RunCounts = r.run.Counts()
	r.Progress(r.progress)
}

// wait returns false when the repetition shall end instead.
func wait(ctx context.Context, run *session.Run, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return run.Err() == nil
	case <-ctx.Done():
		return false
	}
}
