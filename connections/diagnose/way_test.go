package diagnose

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// TestOldTLS has servers that agree on no version with the profile.
func TestOldTLS(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	leaf := ca.Issue(t, brokertest.LeafOptions{NotAfter: time.Now().Add(season), Key: "rsa"})
	for _, c := range []struct {
		name            string
		highest         uint16
		wants, says, do string
	}{
		{"1.1", tls.VersionTLS11, "", "only TLS 1.1", "updated"},
		{"1.2", tls.VersionTLS12, "1.3", "speaks TLS 1.2", "1.2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := tlsWith(leaf)
			cfg.MinVersion, cfg.MaxVersion = tls.VersionTLS10, c.highest
			listener, err := tls.Listen("tcp", "127.0.0.1:0", cfg)
			if err != nil {
				t.Fatal(err)
			}
			server := &http.Server{Handler: http.NotFoundHandler(), ErrorLog: quiet()}
			done := make(chan struct{})
			go func() { defer close(done); _ = server.Serve(listener) }()
			defer func() { _ = server.Close(); <-done }()
			p := at(profile.MQTT, profile.WSS, listener.Addr().String()).trusting(ca)
			p.Transport.TLS.MinVersion = c.wants
			r := p.examine(t)
			if s := step(t, r, StepTLS); s.State != Failed || !strings.Contains(s.Cause, c.says) || !strings.Contains(s.Cure, c.do) {
				t.Error(r.Text())
			}
		})
	}
}

func TestTheProxyOfTheEnvironment(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	open := brokertest.SOCKS5Proxy(t, brokertest.ProxyOptions{Route: broker.Addr()})
	environment := func() *patient {
		return at(profile.MQTT, profile.TCP, "broker.test:1883").with(func(p *patient) { p.Transport.Proxy.Kind = "environment" })
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"} {
		t.Setenv(name, "")
	}
	t.Run("works", func(t *testing.T) {
		t.Setenv("ALL_PROXY", "socks5://"+open.Addr)
		r := environment().examine(t)
		if r.Worst() != OK || !strings.Contains(step(t, r, StepProxy).Found, "leads to broker.test:1883") {
			t.Error(r.Text())
		}
	})
	t.Run("is gone", func(t *testing.T) {
		t.Setenv("ALL_PROXY", "socks5://"+port("127.0.0.1", brokertest.UnusedPort(t)))
		r := environment().examine(t)
		if s := step(t, r, StepTCP); s.State != Failed || !strings.Contains(s.Cure, "the environment") {
			t.Error(r.Text())
		}
	})
	t.Run("is none", func(t *testing.T) {
		t.Setenv("ALL_PROXY", "gopher://user:s3cret@127.0.0.1:70")
		r := environment().examine(t)
		if s := step(t, r, StepProxy); s.State != Failed || !strings.Contains(s.Cure, "the environment") || strings.Contains(r.Text(), "s3cret") {
			t.Error(r.Text())
		}
	})
	t.Run("is not asked for", func(t *testing.T) {
		t.Setenv("ALL_PROXY", "socks5://"+open.Addr)
		p := environment().with(func(p *patient) { p.Transport.Proxy.Kind = "" }).resolving("127.0.0.1")
		p.Port = broker.Port
		if r := p.examine(t); r.Worst() != OK || len(r.Steps) != 4 {
			t.Error(r.Text())
		}
	})
}

func TestPlanIsWhatIsDone(t *testing.T) {
	for name, p := range mutes(t) {
		p.doctor.Patience = 50 * time.Millisecond
		target := p.target(t)
		var done []string
		p.doctor.Run(t.Context(), target, func(s Step) { done = append(done, s.Name) })
		if plan := Plan(target); strings.Join(plan, ", ") != strings.Join(done, ", ") {
			t.Errorf("%s: planned %q, done %q", name, plan, done)
		}
	}
}

// TestTheFirstAddressThatAnswersIsUsed has a name whose first address refuses.
func TestTheFirstAddressThatAnswersIsUsed(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	p := at(profile.MQTT, profile.TCP, broker.Addr()).with(named("split.test")).resolving("127.0.0.3", "127.0.0.1", "127.0.0.1")
	r := p.examine(t)
	if !strings.Contains(step(t, r, StepName).Found, "127.0.0.3, 127.0.0.1") || r.Worst() == Failed {
		t.Error(r.Text())
	}
	if strings.Count(step(t, r, StepName).Found, "127.0.0.1") != 1 {
		t.Error("an address stands twice")
	}
}
