package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

type loginForm struct {
	User     string
	Password string
	Nested   []map[string]string
}

type shyPassword string

func (shyPassword) LogValue() slog.Value {
	return slog.GroupValue(slog.String("password", "hunter2"), slog.String("kind", "typed"))
}

func TestSecretsAreMasked(t *testing.T) {
	address, err := url.Parse("mqtts://joe:hunter2@plant.example:8883/line/#")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		log  func(*slog.Logger)
		keep string // what must still be readable
	}{
		{"by key", func(l *slog.Logger) { l.Info("x", "password", "hunter2", "user", "joe") }, "user=joe"},
		{"whatever its case", func(l *slog.Logger) { l.Info("x", "AccessToken", "hunter2") }, "AccessToken="},
		{"with a hyphen", func(l *slog.Logger) { l.Info("x", "Api-Key", "hunter2") }, "Api-Key="},
		{"of any kind", func(l *slog.Logger) { l.Info("x", "secret", []byte("hunter2")) }, "secret="},
		{"in a group", func(l *slog.Logger) { l.Info("x", slog.Group("broker", "passphrase", "hunter2", "port", 1883)) }, "broker.port=1883"},
		{"under a secret group", func(l *slog.Logger) { l.WithGroup("credentials").Info("x", "value", "hunter2") }, "value="},
		{"given with With", func(l *slog.Logger) { l.With("token", "hunter2").Info("x", "n", 1) }, "n=1"},
		{"of a LogValuer", func(l *slog.Logger) { l.Info("x", "login", shyPassword("hunter2")) }, "login.kind=typed"},
		{"URL as text", func(l *slog.Logger) { l.Info("x", "url", "mqtt://joe:hunter2@host:1883/a") }, "@host:1883/a"},
		{"URL in the message", func(l *slog.Logger) { l.Info("dialling mqtt+ws://joe:hunter2@host") }, "@host"},
		{"URL with @ and / in the password", func(l *slog.Logger) { l.Info("x", "url", "mqtt://joe:hun@ter2/hunter2@host/a") }, "@host/a"},
		{"URL without a user", func(l *slog.Logger) { l.Info("x", "url", "ws://:hunter2@host") }, "@host"},
		{"URL as a value", func(l *slog.Logger) { l.Info("x", "url", address) }, "plant.example:8883"},
		{"URL in an error", func(l *slog.Logger) {
			l.Info("x", "error", fmt.Errorf("dial: %w", &url.Error{Op: "Get", URL: "http://joe:hunter2@host", Err: errors.New("refused")}))
		}, "refused"},
		{"token in a query", func(l *slog.Logger) { l.Info("x", "url", "wss://host/feed?access_token=hunter2&unit=C") }, "unit=C"},
		{"header line", func(l *slog.Logger) { l.Info("sent Authorization: Bearer hunter2 to host") }, "to host"},
		{"headers", func(l *slog.Logger) {
			l.Info("x", "headers", http.Header{"Authorization": {"Basic hunter2"}, "Accept": {"text/plain"}})
		}, "text/plain"},
		{"JSON as text", func(l *slog.Logger) { l.Info("x", "body", `{"password": "hunter2", "user": "joe"}`) }, "joe"},
		{"struct", func(l *slog.Logger) {
			l.Info("x", "form", loginForm{User: "joe", Password: "my hunter2", Nested: []map[string]string{{"token": "hunter2"}}})
		}, "joe"},
		{"struct printed into an error", func(l *slog.Logger) {
			l.Info("x", "error", fmt.Errorf("bad form %+v", loginForm{User: "joe", Password: "hunter2"}))
		}, "joe"},
		{"a value that JSON cannot hold", func(l *slog.Logger) { l.Info("x", "f", map[string]any{"hunter2": func() {}}) }, "map[string]interface"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			test.log(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: mask})))
			line := out.String()
			if strings.Contains(line, "hunter2") {
				t.Errorf("the secret is readable: %s", line)
			}
			if !strings.Contains(line, test.keep) {
				t.Errorf("%q is gone: %s", test.keep, line)
			}
		})
	}
}

func TestHarmlessTextStays(t *testing.T) {
	for _, text := range []string{
		"plant/line1/oven@north is 21.4 °C",
		"mqtt://host:1883/plant/#",
		"invalid token: unexpected end of JSON",
		"mail to joe@example.org",
	} {
		if got := maskText(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestACommandLineIsMasked(t *testing.T) {
	args := []string{"streamscope", "watch", "mqtt://joe:hunter2@host/plant/#", "--token=hunter2", "--count", "3"}
	got := strings.Join(Masked(args), " ")
	if want := "streamscope watch mqtt://[masked]@host/plant/# --token=[masked] --count 3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if args[2] != "mqtt://joe:hunter2@host/plant/#" {
		t.Error("the arguments themselves were changed")
	}
}
