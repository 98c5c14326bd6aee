package diagnose

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"streamscope/connections"
	"streamscope/connections/dial"
)

const (
	// maxAddresses bounds how many addresses of a name are tried.
	maxAddresses = 8
	// grace is what slower addresses get once one has answered.
	grace = 1500 * time.Millisecond
)

// addresses is where a name leads.
type addresses struct {
	port  string
	all   []netip.Addr
	works netip.Addr // the one that is talked to
}

// near is the host and port that the TCP connection goes to: the proxy's, if there is one.
func (e *examination) near() (host, port string) {
	near := e.addr
	if e.via.Kind != "" {
		near = e.via.Address
	}
	host, port, err := net.SplitHostPort(near)
	if err != nil {
		return near, ""
	}
	return host, port
}

// lookUp is the step from a name to addresses.
func (e *examination) lookUp(ctx context.Context) finding {
	host, port := e.near()
	e.found.port = port
	if addr, err := netip.ParseAddr(host); err == nil {
		e.found.all = []netip.Addr{addr}
		return ok(host + " is an address already")
	}
	all, err := e.d.Lookup(ctx, host)
	if err == nil && len(all) == 0 {
		err = &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	}
	if err != nil {
		return e.notFound(host, err)
	}
	for _, a := range all {
		if a = a.Unmap(); !slices.Contains(e.found.all, a) {
			e.found.all = append(e.found.all, a)
		}
	}
	e.found.all = e.found.all[:min(len(e.found.all), maxAddresses)]
	var texts []string
	for _, a := range e.found.all {
		texts = append(texts, a.String())
	}
	return ok(host + " is " + strings.Join(texts, ", "))
}

func (e *examination) notFound(host string, err error) finding {
	f := finding{state: Failed, found: []string{e.mask.err(err)}}
	var dns *net.DNSError
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &dns) && dns.IsTimeout {
		f.cause = "No name server answered in time, so it is not known where " + host + " is."
		f.cure = "Check this computer's network and its name server, or enter the IP address instead of the name."
		return f
	}
	f.cause = "There is no host named " + host + " in this network."
	switch {
	case strings.HasSuffix(host, ".local"):
		f.cure = "Names that end in .local are found by multicast DNS (Avahi, Bonjour), within one network segment only: check that it runs, or enter the IP address."
	case !strings.Contains(host, "."):
		f.cure = "Check the spelling, try the full name with its domain, or enter the IP address."
	default:
		f.cure = "Check the spelling, whether a VPN is needed to see that name, or enter the IP address."
	}
	return f
}

// attempt is what became of one address.
type attempt struct {
	addr netip.Addr
	conn net.Conn
	err  error
	took time.Duration
}

// dial is the step that opens TCP connections to all addresses at once, and keeps one.
func (e *examination) dial(ctx context.Context) finding {
	attempts := e.dialAll(ctx)
	var good, bad []attempt
	for _, a := range attempts {
		if a.err != nil {
			bad = append(bad, a)
			continue
		}
		if good = append(good, a); len(good) > 1 {
			_ = a.conn.Close()
		}
	}
	var lines []string
	for _, a := range attempts {
		lines = append(lines, e.attemptLine(a))
	}
	if len(good) == 0 {
		host, _ := e.near()
		f := e.explained(dial.Classify(bad[0].err, join(host, e.found.port)), lines...)
		if e.via.Kind != "" {
			f.cure = "This is the proxy's address: check it in " + e.proxySource() + ", or connect without a proxy."
		}
		return f
	}
	e.conn, e.found.works = good[0].conn, good[0].addr
	f := ok(lines...)
	if len(bad) > 0 && !e.harmless(bad) {
		f.state = Warning
		f.cause, f.cure = e.partly(attempts, bad, good[0])
	}
	return f
}

// dialAll tries all addresses. Once one has answered the others get a moment more.
func (e *examination) dialAll(ctx context.Context) []attempt {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	attempts := make([]attempt, len(e.found.all))
	var wg sync.WaitGroup
	var once sync.Once
	for i, addr := range e.found.all {
		wg.Go(func() {
			start := time.Now()
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", join(addr.String(), e.found.port))
			attempts[i] = attempt{addr: addr, conn: conn, err: err, took: time.Since(start)}
			if err == nil {
				once.Do(func() {
					timer := time.AfterFunc(grace, cancel)
					context.AfterFunc(ctx, func() { timer.Stop() })
				})
			}
		})
	}
	wg.Wait()
	return attempts
}

func (e *examination) attemptLine(a attempt) string {
	where := join(a.addr.String(), e.found.port)
	if a.err == nil {
		return fmt.Sprintf("%s takes connections", where)
	}
	return where + ": " + e.why(a.err)
}

// why is an error of dialling in a few words.
func (e *examination) why(err error) string {
	switch dial.Classify(err, "").Kind {
	case connections.FailureRefused:
		return "refused"
	case connections.FailureUnreachable:
		return "no way there"
	case connections.FailureTimeout:
		return "no answer"
	}
	if errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "operation was canceled") {
		return "no answer"
	}
	return e.mask.err(err)
}

// harmless reports whether the addresses that failed are those of this computer's own name,
// which often has two and a listener on one.
func (e *examination) harmless(bad []attempt) bool {
	host, _ := e.near()
	return host == "localhost" && !slices.ContainsFunc(bad, func(a attempt) bool { return !a.addr.IsLoopback() })
}

// partly explains a name of whose addresses some work.
func (e *examination) partly(all, bad []attempt, good attempt) (cause, cure string) {
	host, _ := e.near()
	six := !slices.ContainsFunc(bad, func(a attempt) bool { return !a.addr.Is6() })
	if all[0].err != nil && six && good.addr.Is4() {
		return "The name " + host + " leads to an IPv6 address first, and the broker cannot be reached there; only IPv4 works.",
			"Connecting may take longer than needed. Enter " + good.addr.String() + " instead of the name, or have the IPv6 address taken out of the name, or the IPv6 network repaired."
	}
	return fmt.Sprintf("The name %s has %d addresses, and %d of them cannot be reached: some attempts to connect may fail or take long.", host, len(all), len(bad)),
		"Have the name lead to addresses only where the broker listens, or enter " + good.addr.String() + " instead of the name."
}

// openSocket is the step that opens a Unix socket.
func (e *examination) openSocket(ctx context.Context) finding {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", e.p.Transport.Path)
	if err != nil {
		f := finding{state: Failed, found: []string{e.mask.err(err)}}
		f.cause = "The socket " + e.p.Transport.Path + " cannot be opened."
		f.cure = "Check the path, that the broker is running, and that this user may write to the socket."
		return f
	}
	e.conn = conn
	return ok(e.p.Transport.Path + " takes connections")
}

// again opens one more stream to the same peer, past the proxy, on which nothing has been said.
func (e *examination) again(ctx context.Context) (net.Conn, error) {
	direct := dial.Dialer{Kind: e.way.Kind, Path: e.way.Path, Proxy: e.via}
	to := e.addr
	if e.via.Kind == "" && e.found.works.IsValid() {
		to = join(e.found.works.String(), e.found.port)
	}
	return direct.Connect(ctx, "tcp", to)
}
