package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const hush = "hush-4711"

func TestSecretPrintsAsStars(t *testing.T) {
	s := New(hush)
	type inside struct{ hidden Secret }
	type outside struct {
		Shown Secret
		Deep  *inside
		In    inside
		Map   map[string]Secret
	}
	things := []any{
		s, &s, []Secret{s}, map[string]Secret{"a": s}, inside{s}, &inside{s}, struct{ S *Secret }{&s},
		outside{s, &inside{s}, inside{s}, map[string]Secret{"a": s}}, fmt.Errorf("with %v", s),
	}
	var out bytes.Buffer
	loggers := []*slog.Logger{slog.New(slog.NewJSONHandler(&out, nil)), slog.New(slog.NewTextHandler(&out, nil))}
	for _, thing := range things {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p"} {
			fmt.Fprintf(&out, verb+"\n", thing)
		}
		for _, l := range loggers {
			l.Info("x", "thing", thing)
		}
		fmt.Fprint(&out, thing)
		if b, err := json.Marshal(thing); err == nil {
			out.Write(b)
		}
		if b, err := yaml.Marshal(thing); err == nil {
			out.Write(b)
		}
	}
	func() {
		defer func() { fmt.Fprint(&out, recover()) }()
		panic(fmt.Sprint(outside{Shown: s, In: inside{s}}))
	}()
	text := out.String()
	for _, leak := range []string{hush, fmt.Sprintf("%x", hush), fmt.Sprintf("%X", hush), "104 117 115 104"} {
		if i := strings.Index(text, leak); i >= 0 {
			t.Errorf("it came out: …%s…", text[max(0, i-60):i+20])
		}
	}
	if !strings.Contains(text, stars) {
		t.Error("nothing says that there is a secret")
	}
	if s.Reveal() != hush || !s.Equal(New(hush)) || s.Equal(New("x")) || !New("").Empty() || New("") != (Secret{}) {
		t.Error("the secret is not what it was made of")
	}
	if got := fmt.Sprintf("%v|%s", Secret{}, Secret{}); got != "|" {
		t.Errorf("no secret prints as %q", got)
	}
}
