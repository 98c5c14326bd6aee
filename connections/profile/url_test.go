package profile

import (
	"strings"
	"testing"
)

func TestFromURL(t *testing.T) {
	for raw, want := range map[string]struct {
		addr, user, password, filter string
	}{
		"mqtt://broker":                       {"broker:1883", "", "", "#"},
		"mqtt://broker/":                      {"broker:1883", "", "", "#"},
		"mqtt://127.0.0.1:11883/plant/+/temp": {"127.0.0.1:11883", "", "", "plant/+/temp"},
		"mqtt://broker/plant/#":               {"broker:1883", "", "", "plant/#"},
		"tcp://tom:se%20cret@broker:8883/a b": {"broker:8883", "tom", "se cret", "a b"},
		"MQTT://[::1]:1883//a":                {"[::1]:1883", "", "", "/a"},
	} {
		p, password, err := FromURL(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		v, problems := p.Validate()
		if len(Blocking(problems)) > 0 {
			t.Errorf("%s: %v", raw, problems)
			continue
		}
		if v.Addr() != want.addr || p.User != want.user || password != want.password || p.Subscriptions[0].Filter != want.filter {
			t.Errorf("%s: %s, user %q, password %q, %+v", raw, v.Addr(), p.User, password, p.Subscriptions)
		}
	}
	for _, raw := range []string{
		"", "broker", "broker:1883", "mqtt://", "mqtt:///a", "mqtt://a:0", "mqtt://a:99999", "mqtts://a", "ws://a", "http://a",
		"mqtt://tom:hush%zz@a", "mqtt://tom:hush@a:x", "mqtt://a/%zz",
	} {
		if _, _, err := FromURL(raw); err == nil {
			t.Errorf("%q was taken", raw)
		} else if strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: the error tells the password: %v", raw, err)
		}
	}
}
