package importing

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

var update = flag.Bool("update", false, "write testdata/*.want anew")

// describe tells everything about a result but the secrets, a line each.
func describe(r Result) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("%s", r.Kind)
	for _, u := range r.Unmapped {
		say("! %s", u)
	}
	for _, c := range r.Profiles {
		p := c.Profile
		say("\n“%s” %s usable=%v", p.Name, p.URL(), c.Usable())
		id := p.ClientID
		if ownID.MatchString(id) {
			id = "(own)"
		}
		say("  client %q clean=%v keep-alive=%d version=%q password=%v", id, p.CleanSession, p.KeepAlive, p.Version, p.AsksPassword)
		say("  tls %+v", p.Transport.TLS)
		say("  headers %+v proxy %+v mqtt5 %+v", p.Transport.Headers, p.Transport.Proxy, p.MQTT5)
		if p.Will != nil {
			say("  will %+v", *p.Will)
		}
		for _, s := range p.Subscriptions {
			say("  subscribe %+v", s)
		}
		say("  secrets %v", c.Secrets)
		for _, m := range c.Material {
			say("  holds %+v", m)
		}
		for _, chart := range p.Charts {
			line := chart.Series[0]
			say("  chart %d: %s %q %s colour=%q style=%q axis=%v", chart.Place, line.Topic, line.Path, chart.Window, line.Colour, line.Style, ends(chart.Left))
		}
		for _, u := range c.Unmapped {
			say("  ! %s", u)
		}
		for _, problem := range c.Problems {
			say("  ? %s (%d) warning=%v: %s", problem.Key, problem.Row, problem.Warning, problem.Sentence)
		}
	}
	return b.String()
}

// ends writes those of an axis.
func ends(a profile.ChartAxis) string {
	if a.Low == nil || a.High == nil {
		return "free"
	}
	return fmt.Sprintf("%g to %g", *a.Low, *a.High)
}

var ownID = regexp.MustCompile(`^streamscope-[0-9a-z]{10}$`)

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t *testing.T, name string) Result {
	t.Helper()
	r, err := Read(name, file(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReadRealisticFiles(t *testing.T) {
	for _, name := range []string{"settings.json", "mqttx.json", "mqttx.yaml", "mosquitto_sub", "commands.txt", "urls.txt"} {
		t.Run(name, func(t *testing.T) {
			got := describe(read(t, name))
			want := filepath.Join("testdata", name+".want")
			if *update {
				if err := os.WriteFile(want, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(file(t, name+".want")), got); diff != "" {
				t.Error(diff)
			}
			for _, hush := range []string{"s3cr", "$3cret", "0badc0de", "BEGIN", "MHcC"} {
				if strings.Contains(got, hush) {
					t.Errorf("%q came out", hush)
				}
			}
		})
	}
}

func TestSecretsArriveWhole(t *testing.T) {
	for _, c := range []struct {
		file, profile, field, want string
	}{
		{"settings.json", "Line 4", profile.SecretPassword, "s3cret-line4"},
		{"mqttx.json", "Hall / WSS", profile.SecretPassword, "s3cret-hall"},
		{"mqttx.json", "Hall / WSS", profile.SecretHeader("X-Tenant-Key"), "s3cret-header"},
		{"mqttx.yaml", "Hall / WSS", profile.SecretPassword, "s3cret-hall"},
		{"mosquitto_sub", "broker.plant.example:8883", profile.SecretPassword, "$3cret with blanks"},
		{"mosquitto_sub", "broker.plant.example:8883", profile.SecretProxy, "s3cret-proxy"},
		{"commands.txt", "cloud.example:8888", profile.SecretPassword, "s3cr%et"},
		{"urls.txt", "broker.example:1883", profile.SecretPassword, "s3cret"},
	} {
		r := read(t, c.file)
		i := slices.IndexFunc(r.Profiles, func(p Candidate) bool { return p.Profile.Name == c.profile })
		if i < 0 {
			t.Errorf("%s: there is no %q", c.file, c.profile)
			continue
		}
		if got := r.Profiles[i].Secrets[c.field].Reveal(); got != c.want {
			t.Errorf("%s, %s: %q, want %q", c.file, c.field, got, c.want)
		}
	}
}

func TestJSONAndYAMLSayTheSame(t *testing.T) {
	fromJSON, fromYAML := read(t, "mqttx.json").Profiles[1], read(t, "mqttx.yaml").Profiles[0]
	fromJSON.Profile.ID, fromYAML.Profile.ID = "", ""
	if diff := cmp.Diff(fromJSON, fromYAML); diff != "" {
		t.Error(diff)
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Kind
		err        error
	}{
		{"x", `{"ConnectionManager_connections":{}}`, MQTTExplorer, nil},
		{"x", "\xef\xbb\xbf [ {\"clientId\":\"a\",\"host\":\"h\",\"port\":1} ]", MQTTX, nil},
		{"x", `{"clientId":"a","host":"h","port":1}`, MQTTX, nil},
		{"x.yaml", "- clientId: a\n  host: h\n", MQTTX, nil},
		{"", "mosquitto_sub -h a", CommandLine, nil},
		{"", `C:\mosquitto\mosquitto_pub.exe -h a`, CommandLine, nil},
		{"x.conf", "# c\n-h a\n", Mosquitto, nil},
		{"mosquitto_sub.conf", "-h a", Mosquitto, nil},
		{"", "mqtts://h/a\n", URLs, nil},
		{"x", `{"streamscopeConnections":1}`, Own, nil},
		{"x", `{"a":1}`, "", ErrUnknown},
		{"x", `[1]`, "", ErrUnknown},
		{"x", "hello", "", ErrUnknown},
		{"x", "<root><oneConnection>", "", RefusedXML},
		{"x.csv", "client_id,connection_name,topic\n", "", RefusedTable},
		{"x.xlsx", "PK\x03\x04", "", RefusedTable},
		{"MQTTX.db", "SQLite format 3\x00", "", RefusedDatabase},
		{"x", "a\x00b", "", RefusedBinary},
		{"x", "a\xffb", "", RefusedBinary},
	} {
		got, err := Detect(c.name, []byte(c.text))
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s %q: %q, %v", c.name, c.text, got, err)
		}
	}
	for _, text := range []string{"", " \n", "# only\n# comments\n", `{"ConnectionManager_connections":`, `{"a":s3cret}`} {
		if kind, err := Detect("", []byte(text)); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %q, %v", text, kind, err)
		}
	}
	if _, err := Detect("", make([]byte, MaxSize+1)); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestReadRefusesWhatIsBroken(t *testing.T) {
	bomb := "- clientId: a\n  host: &a [x,x,x,x,x,x,x,x,x,x]\n  port: 1\n"
	for i := range 8 {
		bomb += fmt.Sprintf("  k%d: &%c [", i, 'b'+i) + strings.Repeat(fmt.Sprintf("*%c,", 'a'+i), 9) + fmt.Sprintf("*%c]\n", 'a'+i)
	}
	for _, text := range []string{
		`{"ConnectionManager_connections":[]}`,
		`{"ConnectionManager_connections":{}}`,
		`{"ConnectionManager_connections":{"a":7}}`,
		"- clientId: s3cret: s3cret\n  host: [\n",
		bomb,
		`{"streamscopeConnections":2,"profiles":[]}`,
		`{"streamscopeConnections":1,"profiles":[7]}`,
		"mosquitto_sub -P 's3cret",
		"-h " + strings.Repeat("a", maxLine),
		"mqtt://anna:s3cret@h:x/a",
		"[" + strings.Repeat("[", 100_000),
		`{"clientId":"a","host":"h","port":1,"x":` + strings.Repeat("[", 20_000) + "}",
	} {
		if r, err := Read("", []byte(text)); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%.60q: %d profiles, %v", text, len(r.Profiles), err)
		}
	}
}

func TestDotPath(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "a": {"a"}, "a.b": {"a", "b"}, `a\.b.c`: {"a.b", "c"}, "a.0": {"a", "0"}, `a\\.b`: {`a\`, "b"}, `a\`: {`a\`}, ".": {"", ""},
	} {
		if got := dotPath(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPathsOfOtherComputersAreNotTouched(t *testing.T) {
	r, err := Read("", []byte(`mosquitto_sub -h h -t a --cafile '\\evil.example\share\ca.pem'`))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Profiles[0].Problems, func(p profile.Problem) bool { return p.Key == "caFile.remote" && p.Warning }) {
		t.Errorf("%v", r.Profiles[0].Problems)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"settings.json", "mqttx.json", "mqttx.yaml", "mosquitto_sub", "commands.txt", "urls.txt"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, b)
	}
	f.Add("", []byte(`{"streamscopeConnections":1,"profiles":[{"name":"a","host":"h","transport":{"headers":[{"name":"X","value":"y","secret":true}]}}],"secrets":"x"}`))
	f.Add("", []byte(`[{"clientId":"a","host":"h","port":1,"will":{"lastWillTopic":"x"},"subscriptions":[{"topic":"a","qos":1}]}]`))
	f.Add("", []byte("mosquitto_sub -D will user-property a b --will-topic=x -L mqtt://a:b@c/d"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		r, err := Read(name, b)
		if err != nil {
			if len(r.Profiles) > 0 {
				t.Error("an error, and profiles")
			}
			return
		}
		if len(r.Profiles) == 0 {
			t.Error("neither profiles nor an error")
		}
		for _, c := range r.Profiles {
			if profile.CheckName(c.Profile.Name) != nil || c.Profile.ConnectAtStart {
				t.Errorf("name %q", c.Profile.Name)
			}
			if _, problems := c.Profile.Validate(); (len(profile.Blocking(problems)) == 0) != c.Usable() {
				t.Errorf("usable %v: %v", c.Usable(), problems)
			}
			for _, h := range c.Profile.Transport.Headers {
				if h.Secret && h.Value != "" {
					t.Error("a secret stands in the profile")
				}
			}
			for _, s := range c.Secrets {
				if s.Empty() {
					t.Error("an empty secret")
				}
			}
		}
		if r.Sealed() {
			if err := r.Unseal(secret.Secret{}); !errors.Is(err, ErrPassphrase) {
				t.Error(err)
			}
		}
	})
}
