package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// bench is a configuration folder with a profile for a broker and some saved commands.
func bench(t *testing.T, broker *brokertest.Mosquitto, change func(*profile.Profile)) (folder string) {
	t.Helper()
	folder = t.TempDir()
	p := profile.New()
	p.Name, p.Host, p.Port = "Line 4", broker.Host, broker.Port
	if change != nil {
		change(&p)
	}
	valid, err := validated(p, "it")
	if err != nil {
		t.Fatal(err)
	}
	if err := profile.Open(filepath.Join(folder, "profiles")).Save(valid); err != nil {
		t.Fatal(err)
	}
	library, err := saved.Open(filepath.Join(folder, app.CommandsFile))
	if err != nil {
		t.Fatal(err)
	}
	draft := func(topic, payload string) command.Draft {
		return command.Draft{Topic: topic, Payload: payload, Format: command.FormatText, QoS: 1, Template: strings.Contains(payload, "{{")}
	}
	set := saved.New("Set the oven", draft("oven/set", `{{ask "Set point" 20}} °C`))
	set.Profile = valid.ID()
	stop := saved.New("Stop the press", draft("press/stop", "now"))
	stop.Profile, stop.Confirm = valid.ID(), "Does nobody stand at the press?"
	speed := saved.New("Speed", draft("belt/speed", `{{ask "value"}}`))
	speed.Control = saved.Control{Kind: saved.Slider, Min: 0, Max: 100, Step: 5, Unit: "%"}
	lamp := saved.New("Lamp", draft("lamp/set", `{{ask "value"}}`))
	lamp.Control = saved.Control{Kind: saved.Toggle, On: "1", Off: "0"}
	ask := saved.New("Ask the scale", draft("scale/ask", "weight"))
	ask.Draft.Answer = &command.Answer{Kind: command.AnswerTopic, Topic: "scale/answer", Seconds: 20}
	for _, c := range []saved.Command{set, stop, speed, lamp, ask} {
		if err := library.Put(c); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// agree answers the question before a command, and remembers it.
func agree(with bool, err error, asked *int) func(context.Context, string) (bool, error) {
	return func(context.Context, string) (bool, error) {
		*asked++
		return with, err
	}
}

func TestSendSendsASavedCommand(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	folder := bench(t, broker, nil)
	seen := start(t, WatchOptions{Target: Target{URL: "mqtt://" + broker.Addr() + "/%23"}, Format: FormatLine})
	seen.err.await(t, "connected")
	asked := 0
	for _, c := range []struct {
		name string
		o    SendOptions
		code int
		says []string
		sent string
	}{
		{name: "as it is", o: SendOptions{Command: "set the oven"}, says: []string{"acknowledged"}, sent: "oven/set 20 °C"},
		{name: "with a value", o: SendOptions{Command: "Set the oven", Set: map[string]string{"Set point": "21"}}, says: []string{"acknowledged"}, sent: "oven/set 21 °C"},
		{name: "of another question", o: SendOptions{Command: "Set the oven", Set: map[string]string{"Setpoint": "21"}}, code: ExitUsage, says: []string{"Setpoint"}},
		{name: "unknown", o: SendOptions{Command: "Set the ovn"}, code: ExitUsage, says: []string{`no such command: "Set the ovn"`, "there is “Set the oven”"}},
		{name: "far from all", o: SendOptions{Command: "xyzzy"}, code: ExitUsage, says: []string{"“Stop the press”, “Speed”"}},
		{name: "asks, and nobody is there", o: SendOptions{Command: "Stop the press"}, code: ExitUsage, says: []string{"Does nobody stand at the press?", "--yes"}},
		{name: "agreed beforehand", o: SendOptions{Command: "Stop the press", Yes: true}, says: []string{"acknowledged"}, sent: "press/stop now"},
		{name: "agreed at the terminal", o: SendOptions{Command: "Stop the press", Confirm: agree(true, nil, &asked)}, says: []string{"Does nobody stand at the press?", "press/stop", "Line 4"}, sent: "press/stop now"},
		{name: "not agreed to", o: SendOptions{Command: "Stop the press", Confirm: agree(false, nil, &asked)}, code: ExitRefused, says: []string{"not agreed"}},
		{name: "the terminal is gone", o: SendOptions{Command: "Stop the press", Confirm: agree(true, os.ErrClosed, &asked)}, code: ExitRefused},
		{name: "for any, and none is named", o: SendOptions{Command: "Lamp", Set: map[string]string{"value": "on"}}, code: ExitUsage, says: []string{"--profile"}},
		{name: "a side", o: SendOptions{Target: Target{Profile: "Line 4"}, Command: "Lamp", Set: map[string]string{"value": "ON"}}, sent: "lamp/set 1"},
		{name: "no side", o: SendOptions{Target: Target{Profile: "Line 4"}, Command: "Lamp", Set: map[string]string{"value": "2"}}, code: ExitUsage, says: []string{"neither on nor off"}},
		{name: "a step", o: SendOptions{Target: Target{URL: "mqtt://" + broker.Addr()}, Command: "Speed", Set: map[string]string{"value": "42"}}, sent: "belt/speed 40"},
		{name: "beyond the range", o: SendOptions{Target: Target{Profile: "Line 4"}, Command: "Speed", Set: map[string]string{"value": "101"}}, code: ExitUsage, says: []string{"not between 0 and 100"}},
		{name: "no value", o: SendOptions{Target: Target{Profile: "Line 4"}, Command: "Speed"}, code: ExitUsage, says: []string{`--set "value=VALUE", a number from 0 to 100 %`}},
		{name: "to another connection", o: SendOptions{Target: Target{URL: "mqtt://" + broker.Addr()}, Command: "Set the oven"}, code: ExitUsage, says: []string{`for the connection "Line 4" alone`}},
		{name: "with a message", o: SendOptions{Command: "Set the oven", Message: text("1")}, code: ExitUsage, says: []string{"says itself"}},
		{name: "yes to nothing", o: SendOptions{Target: Target{Profile: "Line 4"}, Topic: "a", Message: text("1"), Yes: true}, code: ExitUsage, says: []string{"--command"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Folder = folder
			code, stderr := sending(t, c.o, "")
			if code != c.code {
				t.Errorf("code %d, want %d: %s", code, c.code, stderr)
			}
			for _, s := range c.says {
				if !strings.Contains(stderr, s) {
					t.Errorf("%q is not in %q", s, stderr)
				}
			}
			// What came before the marker is all that was sent.
			if code, stderr := sending(t, SendOptions{Target: Target{URL: "mqtt://" + broker.Addr()}, Topic: "marker", Message: text(c.name), QoS: 1}, ""); code != ExitOK {
				t.Fatal(stderr)
			}
			seen.out.await(t, "marker "+c.name+"\n")
			if c.sent != "" {
				seen.out.await(t, c.sent+"\n")
			}
		})
	}
	if asked != 3 {
		t.Errorf("asked %d times", asked)
	}
	seen.cancel()
	seen.wait(t, ExitOK)
	out := seen.out.String()
	for what, n := range map[string]int{"press/stop": 2, "oven/set": 2, "lamp/set": 1, "belt/speed": 1} {
		if got := strings.Count(out, what); got != n {
			t.Errorf("%s was sent %d times, want %d", what, got, n)
		}
	}
}

func TestASavedCommandRespectsReadOnly(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	folder := bench(t, broker, func(p *profile.Profile) { p.ReadOnly = true })
	asked := 0
	for _, o := range []SendOptions{
		{Command: "Set the oven"}, {Command: "Stop the press", Yes: true}, {Command: "Stop the press", Confirm: agree(true, nil, &asked)},
	} {
		o.Folder = folder
		if code, stderr := sending(t, o, ""); code != ExitRefused || !strings.Contains(stderr, "read-only") || asked != 0 {
			t.Errorf("code %d, asked %d times: %s", code, asked, stderr)
		}
	}
}

func TestASavedCommandAwaitsItsAnswer(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	folder := bench(t, broker, nil)
	scale := start(t, WatchOptions{Target: Target{URL: "mqtt://" + broker.Addr() + "/scale/ask"}, Count: 1, Format: FormatLine})
	scale.err.await(t, "connected")
	answered := make(chan error, 1)
	go func() {
		defer close(answered)
		if code := <-scale.code; code != ExitOK {
			answered <- errors.New("the scale did not hear it")
			return
		}
		var stderr bytes.Buffer
		o := SendOptions{Target: Target{URL: "mqtt://" + broker.Addr()}, Topic: "scale/answer", Message: text("81 kg"), QoS: 1}
		o.Secrets = secret.Options{NoKeyring: true}
		if Send(t.Context(), o, nil, &stderr, &stderr) != ExitOK {
			answered <- errors.New(stderr.String())
		}
	}()
	var stdout, stderr bytes.Buffer
	o := SendOptions{Target: Target{Profile: "Line 4", Folder: folder, Secrets: secret.Options{NoKeyring: true}}, Command: "Ask the scale"}
	if code := Send(t.Context(), o, nil, &stdout, &stderr); code != ExitOK || stdout.String() != "81 kg\n" {
		t.Errorf("code %d, %q: %s", code, stdout.String(), stderr.String())
	}
	if err := <-answered; err != nil {
		t.Error(err)
	}
	o.Wait = 10 * time.Millisecond
	if code := Send(t.Context(), o, nil, &stdout, &stderr); code != ExitNoAnswer {
		t.Errorf("code %d: %s", code, stderr.String())
	}
}

// Only the whole word agrees.
func TestOnlyYesAgrees(t *testing.T) {
	for typed, want := range map[string]bool{"yes\n": true, " YES\r\n": true, "y\n": false, "\n": false, "": false, "yyyyyes\n": false, "no\n": false, "yes": true} {
		var shown bytes.Buffer
		got, err := agrees(t.Context(), "Type yes to send it", strings.NewReader(typed), &shown)
		if got != want || err != nil || !strings.Contains(shown.String(), "yes") {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
}

// A message of a schema is written as JSON.
func TestSendSendsAMessageOfASchema(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	file := filepath.Join(t.TempDir(), "plant.proto")
	if err := os.WriteFile(file, []byte("syntax = \"proto3\";\npackage plant;\nmessage Setpoint { double value = 1; }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	url := "mqtt://" + broker.Addr()
	seen := start(t, WatchOptions{Target: Target{URL: url + "/%23"}, Count: 1, Format: FormatJSON})
	seen.err.await(t, "connected")
	o := SendOptions{Target: Target{URL: url}, Topic: "oven/set", Message: text(`{"value": 21.5}`), Format: command.FormatProtobuf, QoS: 1}
	if code, stderr := sending(t, o, ""); code != ExitUsage || !strings.Contains(stderr, "--schema") {
		t.Errorf("code %d: %s", code, stderr)
	}
	o.Schema = command.Schema{Files: []string{file}, Message: "plant.Setpoint"}
	if code, stderr := sending(t, o, ""); code != ExitOK {
		t.Errorf("code %d: %s", code, stderr)
	}
	seen.wait(t, ExitOK)
	if out := seen.out.String(); !strings.Contains(out, "CQAAAAAAgDVA") {
		t.Errorf("%s", out)
	}
	o.Message = text(`{"valve": 21.5}`)
	if code, stderr := sending(t, o, ""); code != ExitUsage || !strings.Contains(stderr, `line 1, column 2: not a plant.Setpoint: unknown field "valve"`) {
		t.Errorf("code %d: %s", code, stderr)
	}
}
