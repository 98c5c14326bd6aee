package cli

import (
	"bytes"
	"net"
	"strconv"
	"strings"
	"testing"

	"streamscope/connections/brokertest"
)

func join(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }

func TestDiagnosePrintsTheSteps(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{Users: map[string]string{"anna": "s3cret"}})
	for _, c := range []struct {
		name   string
		target Target
		code   int
		says   []string
	}{
		{"works", Target{URL: "mqtt://anna:s3cret@" + broker.Addr() + "/plant/%23"}, ExitOK,
			[]string{"✓ Name", "✓ TCP", "✓ MQTT", "✓ Subscribe", "plant/#: granted", "The connection works."}},
		{"wrong password", Target{URL: "mqtt://anna:wr0ng@" + broker.Addr()}, ExitFailure,
			[]string{"✗ MQTT", "Cause: ", "Try: ", "It fails at the step MQTT."}},
		{"wrong transport", Target{URL: "mqtts://" + broker.Addr()}, ExitFailure, []string{"✗ TLS", "- MQTT", "mqtt://"}},
		{"no password", savedProfile(t, broker), ExitFailure, []string{"✗ MQTT", "none was given"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			c.target.Secrets.NoKeyring = true
			if code := Diagnose(t.Context(), c.target, &stdout, &stderr); code != c.code {
				t.Errorf("exit code %d, want %d; %s", code, c.code, &stderr)
			}
			for _, says := range c.says {
				if !strings.Contains(stdout.String(), says) {
					t.Errorf("nothing says %q in\n%s", says, &stdout)
				}
			}
			if all := stdout.String() + stderr.String(); strings.Contains(all, "s3cret") || strings.Contains(all, "wr0ng") {
				t.Errorf("it gives the password away:\n%s", all)
			}
		})
	}
}

func TestDiagnoseRefusesNonsense(t *testing.T) {
	for _, target := range []Target{{}, {URL: "http://h"}, {URL: "mqtt://h", Profile: "p"}, {Profile: "nobody", Folder: t.TempDir()}} {
		var stdout, stderr bytes.Buffer
		if code := Diagnose(t.Context(), target, &stdout, &stderr); code != ExitUsage || stderr.Len() == 0 || stdout.Len() > 0 {
			t.Errorf("%+v: code %d, stdout %q, stderr %q", target, code, &stdout, &stderr)
		}
	}
}
