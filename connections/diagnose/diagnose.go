package diagnose

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"streamscope/connections"
	"streamscope/connections/dial"
	"streamscope/connections/profile"
)

const (
	// patience bounds a step.
	patience = 10 * time.Second
	// probing bounds the questions that are asked after a step has failed.
	probing = 3 * time.Second
)

// Doctor is an examination's surroundings. The zero value is this computer.
type Doctor struct {
	// Patience bounds each step; 0 means 10 s. A step that fails may take 6 s more, to find out
	// why.
	Patience time.Duration
	// Lookup resolves a name; nil asks the system.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Now is this computer's clock; nil means the real one.
	Now func() time.Time
}

// Run examines t with the zero [Doctor].
func Run(ctx context.Context, t Target, report func(Step)) Report {
	return Doctor{}.Run(ctx, t, report)
}

// Run examines t. It calls report, which may be nil, with each step as soon as it is done, on
// the calling goroutine. It blocks until the last step, or for a moment when ctx is cancelled,
// and leaves no goroutine behind.
func (d Doctor) Run(ctx context.Context, t Target, report func(Step)) Report {
	if d.Patience <= 0 {
		d.Patience = patience
	}
	if d.Lookup == nil {
		d.Lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	e := newExamination(ctx, d, t)
	defer e.hangUp()
	return e.run(report)
}

// Plan lists the steps that t needs, in their order.
func Plan(t Target) []string {
	e := newExamination(context.Background(), Doctor{}, t)
	var names []string
	for _, s := range e.plan() {
		names = append(names, s.name)
	}
	return names
}

// examination is one run. One goroutine walks it.
type examination struct {
	d    Doctor
	t    Target
	p    profile.Profile
	mask masker
	ctx  context.Context
	addr string // the peer's host:port
	id   string // our client ID

	way    *dial.Dialer
	via    dial.Proxy // what stands between; without a kind nothing does
	viaErr error      // why that is not known
	found  addresses
	tls    secured
	conn   net.Conn // what the next step talks over
	mqtt   *dialogue
	feed   *feed
}

func newExamination(ctx context.Context, d Doctor, t Target) *examination {
	p := t.Profile.Profile()
	e := &examination{d: d, t: t, p: p, mask: t.masker(), ctx: ctx, addr: addr(p), id: clientID(p), way: t.dialler()}
	if p.Transport.Kind != profile.Unix {
		e.via, e.viaErr = e.way.Proxy.Resolve(e.way.Kind, e.addr)
	}
	return e
}

// stage is a step to be done.
type stage struct {
	name string
	do   func(context.Context) finding
}

// finding is a step without its name and time.
type finding struct {
	state       State
	found       []string
	cause, cure string
}

func ok(found ...string) finding { return finding{state: OK, found: found} }

// plan lists what is to be done.
func (e *examination) plan() []stage {
	var plan []stage
	if e.p.Transport.Kind == profile.Unix {
		plan = append(plan, stage{StepSocket, e.openSocket})
	} else {
		if e.viaErr != nil {
			plan = append(plan, stage{StepProxy, e.noProxy})
		}
		plan = append(plan, stage{StepName, e.lookUp}, stage{StepTCP, e.dial})
		if e.via.Kind != "" {
			plan = append(plan, stage{StepProxy, e.passProxy})
		}
	}
	if encrypted(e.p) {
		plan = append(plan, stage{StepTLS, e.secure})
	}
	if raw(e.p) {
		return append(plan, stage{StepWebSocket, e.openFeed}, stage{StepFrame, e.awaitFrame})
	}
	if overHTTP(e.p) {
		plan = append(plan, stage{StepWebSocket, e.upgrade})
	}
	plan = append(plan, stage{StepMQTT, e.connect})
	if len(asked(e.p)) > 0 {
		plan = append(plan, stage{StepSubscribe, e.subscribe})
	}
	return plan
}

func (e *examination) run(report func(Step)) Report {
	r := Report{Target: e.mask.secrets.Replace(e.t.URL()), Began: e.d.Now()}
	start := time.Now()
	for _, s := range e.plan() {
		step := Step{Name: s.name}
		_, failed := r.Failure()
		switch {
		case failed:
		case e.ctx.Err() != nil:
			r.Cancelled = true
		default:
			step = e.do(s)
			if e.ctx.Err() != nil && step.State == Failed {
				step, r.Cancelled = Step{Name: s.name, Found: "cancelled"}, true
			}
		}
		r.Steps = append(r.Steps, step)
		if report != nil {
			report(step)
		}
	}
	r.Took = time.Since(start)
	return r
}

func (e *examination) do(s stage) Step {
	ctx, cancel := context.WithTimeout(e.ctx, e.d.Patience)
	defer cancel()
	start := time.Now()
	f := s.do(ctx)
	return Step{
		Name: s.name, State: f.state, Took: time.Since(start),
		Found: strings.Join(f.found, "\n"), Cause: f.cause, Cure: f.cure,
	}
}

// hangUp ends what is still open.
func (e *examination) hangUp() {
	if e.feed != nil {
		e.feed.hangUp()
	}
	if e.mqtt != nil {
		e.mqtt.goodbye()
	}
	if e.conn != nil {
		_ = e.conn.Close()
	}
}

// explained makes a finding of a failure that the vocabulary has words for. What others said
// in it is masked before.
func (e *examination) explained(err error, found ...string) finding {
	safe := *dial.Classify(err, e.addr)
	safe.Detail = e.mask.foreign(safe.Detail)
	if safe.Err != nil && !errors.Is(safe.Err, io.EOF) && !errors.Is(safe.Err, io.ErrUnexpectedEOF) {
		safe.Err = errors.New(e.mask.err(safe.Err))
	}
	x := connections.Explain(&safe)
	return finding{state: Failed, found: found, cause: x.What, cure: x.Try}
}

// bound makes every read and write on conn end with ctx. Call release when the step is done.
func bound(ctx context.Context, conn net.Conn) (release func()) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	cut := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(cut)
		_ = conn.SetDeadline(time.Unix(1, 0))
	})
	return func() {
		if !stop() {
			<-cut // else it would cut what comes after this step
		}
		_ = conn.SetDeadline(time.Time{})
	}
}

// later returns a context for the questions after a failure: the step's own may have ended.
func (e *examination) later() (context.Context, context.CancelFunc) {
	return context.WithTimeout(e.ctx, min(probing, e.d.Patience))
}
