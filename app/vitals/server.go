package vitals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"time"
)

// ErrNotLoopback refuses an address that other computers could reach.
var ErrNotLoopback = errors.New("the debug address must be on this computer, such as 127.0.0.1:6060")

// pages are what the debug address serves.
type pages struct{ mux *http.ServeMux }

func (p *pages) mount(v *Vitals) {
	p.mux = http.NewServeMux()
	p.mux.HandleFunc("GET /debug/vars", func(w http.ResponseWriter, _ *http.Request) { WriteJSON(w, v.vars()) })
	// pprof's own page of the command line would show a password in a URL.
	p.mux.HandleFunc("/debug/pprof/cmdline", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.Join(v.options.CommandLine, "\x00"))
	})
	p.mux.HandleFunc("/debug/pprof/", pprof.Index)
	p.mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	p.mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	p.mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	p.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<p><a href="/debug/vars">figures</a> <a href="/debug/pprof/">profiles</a></p>`)
	})
}

// Handle adds a page, also while the server runs. It panics if the pattern is taken.
func (v *Vitals) Handle(pattern string, page http.Handler) { v.pages.mux.Handle(pattern, page) }

// Handler serves all pages, to requests that name this computer as their host: a page of
// the web that resolves its own name to 127.0.0.1 learns nothing.
func (v *Vitals) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "ask for this computer by its own name", http.StatusForbidden)
			return
		}
		v.pages.mux.ServeHTTP(w, r)
	})
}

// Server answers at the debug address until Close.
type Server struct {
	http *http.Server
	addr net.Addr
	done chan struct{}
}

// Listen serves the pages at addr, "host:port" with a port of 0 for any free one. It
// returns [ErrNotLoopback] unless host is a loopback address or localhost.
func (v *Vitals) Listen(addr string) (*Server, error) {
	if !isLoopback(addr) {
		return nil, fmt.Errorf("%q: %w", addr, ErrNotLoopback)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("debug address: %w", err)
	}
	s := &Server{
		http: &http.Server{Handler: v.Handler(), ReadHeaderTimeout: 5 * time.Second},
		addr: listener.Addr(),
		done: make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener) // ends with Close
	}()
	return s, nil
}

// URL is where the server answers: http://127.0.0.1:6060.
func (s *Server) URL() string { return "http://" + s.addr.String() }

// Close ends the server and all requests, and waits for it.
func (s *Server) Close() {
	s.http.Close()
	<-s.done
}

// WriteJSON answers a request with v, indented.
func WriteJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(v) // the asker has gone
}

// isLoopback reports whether "host:port" or a bare host can only mean this computer.
func isLoopback(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.Trim(hostPort, "[]")
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
