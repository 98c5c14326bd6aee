package simulation

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const tick = 50 * time.Millisecond

var morning = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// run lets time pass in ticks and hands over everything that is said.
func run(w *World, d time.Duration, hear func(Message)) (changes []Change) {
	for ; d > 0; d -= tick {
		messages, changed := w.Step(tick)
		for _, m := range messages {
			hear(m)
		}
		changes = append(changes, changed...)
	}
	return changes
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	story := func(seed uint64) string {
		w := New(seed, morning)
		var b bytes.Buffer
		hear := func(m Message) { b.WriteString(m.Topic); b.Write(m.Payload) }
		for _, m := range w.Opening() {
			hear(m)
		}
		run(w, 20*time.Second, hear)
		b.Write(w.BoatFrame())
		return b.String()
	}
	first := story(1)
	if story(1) != first {
		t.Error("the same seed told two stories")
	}
	if story(2) == first {
		t.Error("two seeds told one story")
	}
}

func TestThePlantFeelsReal(t *testing.T) {
	w := New(7, morning)
	topics, kinds := map[string]int{}, map[string]int{}
	hear := func(m Message) {
		topics[m.Topic]++
		kinds[kindOf(t, m)]++
		if m.Topic == "" || strings.ContainsAny(m.Topic, "+# ") || !utf8.ValidString(m.Topic) {
			t.Errorf("a bad topic: %q", m.Topic)
		}
	}
	for _, m := range w.Opening() {
		if !m.Retain {
			t.Errorf("%s opens with a message that is not retained", m.Topic)
		}
		hear(m)
	}
	opening := len(topics)
	messages := 0
	run(w, time.Minute, func(m Message) { hear(m); messages++ })

	t.Logf("%d devices, %d topics (%d retained), %.0f messages/s, %v",
		w.Devices(), len(topics), opening, float64(messages)/60, kinds)
	if n := w.Devices(); n < 45 || n > 60 {
		t.Errorf("%d devices", n)
	}
	if n := len(topics); n < 250 || n > 600 {
		t.Errorf("%d topics", n)
	}
	if rate := messages / 60; rate < 150 || rate > 300 {
		t.Errorf("%d messages a second", rate)
	}
	for _, kind := range []string{"number", "object", "text", "binary"} {
		if kinds[kind] < 40 {
			t.Errorf("only %d payloads are a %s", kinds[kind], kind)
		}
	}
	if fast := topics["plant/line2/press/force"]; fast < 1190 || fast > 1210 {
		t.Errorf("the press says its force %d times a minute, not 20 times a second", fast)
	}
	if slow := topics["plant/utilities/ups/battery"]; slow != 6 {
		t.Errorf("the battery is said %d times a minute", slow)
	}
}

// kindOf sorts a payload, and fails if it is nothing that a device would send.
func kindOf(t *testing.T, m Message) string {
	t.Helper()
	switch _, err := strconv.ParseFloat(string(m.Payload), 64); {
	case err == nil:
		return "number"
	case m.Payload[0] == '{' && json.Valid(m.Payload):
		return "object"
	case strings.HasSuffix(m.Topic, "/spectrum"), strings.HasSuffix(m.Topic, "/belt-profile"),
		strings.HasSuffix(m.Topic, "/histogram"), strings.HasSuffix(m.Topic, "/image-line"):
		return "binary"
	case !utf8.Valid(m.Payload) || bytes.ContainsAny(m.Payload, "{}\x00"):
		t.Errorf("%s says %q", m.Topic, m.Payload)
	}
	return "text"
}

func TestSpikesAreRareAndSeen(t *testing.T) {
	w := New(3, morning)
	still := func(float64) float64 { return 0 }
	s := spiky(w.random("spikes"), still, 30, 10)
	spikes, up, above := 0, false, 0
	for range int(time.Hour / tick) {
		high := s(tick.Seconds()) > 5
		if high {
			above++
		}
		if high && !up {
			spikes++
		}
		up = high
	}
	if spikes < 15 || spikes > 45 || above > 45*20 {
		t.Errorf("%d spikes in an hour, %d of 72000 values stand out", spikes, above)
	}
}

// tell gives a command and returns the only answer.
func tell(t *testing.T, w *World, topic, payload string) Message {
	t.Helper()
	answers := w.Obey(topic, []byte(payload))
	if len(answers) != 1 {
		t.Fatalf("%s %q gave %d answers", topic, payload, len(answers))
	}
	return answers[0]
}

// last returns the last payload on topic of the next d.
func last(w *World, d time.Duration, topic string) (payload string) {
	run(w, d, func(m Message) {
		if m.Topic == topic {
			payload = string(m.Payload)
		}
	})
	return payload
}

func TestTheOvenFollowsItsSetpoint(t *testing.T) {
	w := New(1, morning)
	answer := tell(t, w, "plant/line1/oven/setpoint/set", "115")
	if answer.Topic != "plant/line1/oven/setpoint" || !answer.Retain || string(answer.Payload) != `{"value":115,"unit":"°C"}` {
		t.Errorf("answered %+v %s", answer, answer.Payload)
	}
	celsius := func(after time.Duration) float64 {
		v, err := strconv.ParseFloat(last(w, after, "plant/line1/oven/temperature"), 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	// From 215 to 115 with a time constant of 9 s; a value is up to 1 s old.
	if v := celsius(9 * time.Second); v < 147 || v > 158 {
		t.Errorf("after one time constant it has %.1f °C", v)
	}
	if v := celsius(60 * time.Second); math.Abs(v-115) > 4 {
		t.Errorf("in the end it has %.1f °C", v)
	}
	for _, m := range w.Opening() {
		if m.Topic == "plant/line1/oven/setpoint" && string(m.Payload) != `{"value":115,"unit":"°C"}` {
			t.Errorf("it forgot: %s", m.Payload)
		}
	}
}

func TestASwitchStopsTheMotor(t *testing.T) {
	w := New(1, morning)
	if answer := tell(t, w, "plant/line1/conveyor/power/set", "off"); string(answer.Payload) != "off" || !answer.Retain {
		t.Errorf("answered %+v", answer)
	}
	if got := last(w, 30*time.Second, "plant/line1/conveyor/speed"); got != `{"value":0.0,"unit":"m/min"}` {
		t.Errorf("stopped, it runs at %s", got)
	}
	if got := last(w, 2*time.Second, "plant/line1/conveyor/motor"); !strings.Contains(got, `"running":false`) {
		t.Errorf("stopped, its motor says %s", got)
	}
	tell(t, w, "plant/line1/conveyor/power/set", `"ON"`)
	var speed struct{ Value float64 }
	if err := json.Unmarshal([]byte(last(w, 20*time.Second, "plant/line1/conveyor/speed")), &speed); err != nil || speed.Value < 20 {
		t.Errorf("started, it runs at %v, %v", speed.Value, err)
	}
}

func TestCommands(t *testing.T) {
	for _, c := range []struct{ topic, payload, answer, says string }{
		{"plant/line1/oven/setpoint/set", " 200 ", "plant/line1/oven/setpoint", `"value":200`},
		{"plant/line1/oven/setpoint/set", `{"value":180.5}`, "plant/line1/oven/setpoint", `"value":180.5`},
		{"plant/line1/mixer/recipe/set", "Rye", "plant/line1/mixer/recipe", "rye"},
		{"plant/tankfarm/tank1/valve/set", "false", "plant/tankfarm/tank1/valve", "off"},
		{"barn/feeder/auger/set", "1", "barn/feeder/auger", "on"},

		{"plant/line1/oven/setpoint/set", "hot", "plant/line1/oven/error", "not a number"},
		{"plant/line1/oven/setpoint/set", "900", "plant/line1/oven/error", "not between 20 and 300 °C"},
		{"plant/line1/oven/setpoint/set", "NaN", "plant/line1/oven/error", "finite"},
		{"plant/line1/oven/setpoint/set", "\xff\xfe", "plant/line1/oven/error", "2 bytes that are not text"},
		{"plant/line1/oven/setpoint/set", strings.Repeat("9", 100000), "plant/line1/oven/error", "not a number"},
		{"plant/line1/oven/colour/set", "1", "plant/line1/oven/error", "no such setting"},
		{"plant/line1/conveyor/power/set", "maybe", "plant/line1/conveyor/error", "not on or off"},
		{"plant/line1/mixer/recipe/set", "cake", "plant/line1/mixer/error", "not one of rye"},
	} {
		answer := tell(t, New(1, morning), c.topic, c.payload)
		if answer.Topic != c.answer || !strings.Contains(string(answer.Payload), c.says) {
			t.Errorf("%s %.20q: answered on %s: %s", c.topic, c.payload, answer.Topic, answer.Payload)
		}
		if refused := strings.HasSuffix(answer.Topic, "/error"); refused && (answer.Retain || !json.Valid(answer.Payload) || len(answer.Payload) > 1000) {
			t.Errorf("%s: a refusal that is retained, long or no JSON: %.200s", c.topic, answer.Payload)
		}
	}
	for topic, payload := range map[string]string{
		"plant/line1/oven/setpoint/set": "", // clears a retained command
		"plant/line9/oven/setpoint/set": "1", "plant/line1/oven/setpoint": "1", "/set": "1", "set": "1", "": "1",
	} {
		if answers := New(1, morning).Obey(topic, []byte(payload)); answers != nil {
			t.Errorf("%q %q was answered: %s", topic, payload, answers[0].Payload)
		}
	}
}

func TestStationsDieAndComeBack(t *testing.T) {
	w := New(5, morning)
	stations := w.Stations()
	if len(stations) < 3 {
		t.Fatalf("stations: %v", stations)
	}
	alive, deaths, returns := map[string]bool{}, 0, 0
	for _, s := range stations {
		alive[s] = true
	}
	first := time.Duration(0)
	for passed := time.Duration(0); passed < 15*time.Minute; passed += tick {
		messages, changes := w.Step(tick)
		for _, c := range changes {
			if alive[c.Station] == c.Alive {
				t.Errorf("%s changed from %v to the same", c.Station, c.Alive)
			}
			alive[c.Station] = c.Alive
			if c.Alive {
				returns++
				continue
			}
			if deaths++; deaths == 1 {
				first = passed
			}
			if answers := w.Obey(c.Station+"/setpoint/set", []byte("1")); answers != nil {
				t.Errorf("%s answers from beyond", c.Station)
			}
		}
		for _, m := range messages {
			if m.Station != "" && !alive[m.Station] {
				t.Fatalf("%s speaks from beyond", m.Station)
			}
			if (m.Station != "") != isOf(stations, m.Topic) {
				t.Fatalf("%s is signed %q", m.Topic, m.Station)
			}
		}
	}
	if first < 20*time.Second || first > time.Minute || deaths < 10 || returns < deaths-len(stations) {
		t.Errorf("first death after %v; %d deaths, %d returns", first, deaths, returns)
	}
}

func isOf(stations []string, topic string) bool {
	for _, s := range stations {
		if strings.HasPrefix(topic, s+"/") {
			return true
		}
	}
	return false
}

func TestTheBoatSteersItsCourse(t *testing.T) {
	w := New(1, morning)
	if got := string(w.BoatObey([]byte(`{"set":{"course":235}}`))); got != `{"set":{"course":235.0,"throttle":55}}` {
		t.Errorf("answered %s", got)
	}
	run(w, time.Minute, func(Message) {})
	var frame struct {
		Device     string
		Time       time.Time
		Navigation struct{ Heading, Speed struct{ Value float64 } }
	}
	if err := json.Unmarshal(w.BoatFrame(), &frame); err != nil {
		t.Fatal(err)
	}
	if h := frame.Navigation.Heading.Value; frame.Device != "boat" || math.Abs(h-235) > 6 || !frame.Time.Equal(morning.Add(time.Minute)) {
		t.Errorf("heading %v at %v", h, frame.Time)
	}
	for _, command := range []string{
		"", "x", "{}", "[]", "null", `{"set":{}}`, `{"set":{"course":361}}`, `{"set":{"course":"N"}}`,
		`{"set":{"course":10,"anchor":1}}`, `{"set":5}`,
	} {
		if got := w.BoatObey([]byte(command)); !json.Valid(got) || !strings.HasPrefix(string(got), `{"error":`) {
			t.Errorf("%s: %s", command, got)
		}
	}
	if w.boat.course != 235 {
		t.Errorf("a refused command changed the course to %v", w.boat.course)
	}
}

func FuzzObey(f *testing.F) {
	for topic, payload := range map[string]string{
		"plant/line1/oven/setpoint/set": "200", "plant/line1/conveyor/power/set": `{"value":1e999}`, "/set": "\xff", "barn/fan/x/set": "{",
	} {
		f.Add(topic, []byte(payload))
	}
	w := New(1, morning)
	f.Fuzz(func(t *testing.T, topic string, payload []byte) {
		for _, m := range w.Obey(topic, payload) {
			if len(m.Payload) > 2000+len(topic) || strings.HasSuffix(m.Topic, "/error") && !json.Valid(m.Payload) {
				t.Errorf("%q", m.Payload)
			}
		}
		if answer := w.BoatObey(payload); !json.Valid(answer) {
			t.Errorf("%q", answer)
		}
	})
}

func BenchmarkStep(b *testing.B) {
	w := New(1, morning)
	for b.Loop() {
		w.Step(tick)
	}
}

// A clock that steps back by a moment must not make nonsense of every value for good.
func TestTimeThatRunsBackwardsStandsStill(t *testing.T) {
	w := New(1, time.Unix(0, 0))
	for _, dt := range []time.Duration{time.Second, -time.Second, 0, -1, time.Second, 10 * time.Second} {
		messages, _ := w.Step(dt)
		for _, m := range messages {
			if strings.Contains(string(m.Payload), "NaN") || strings.Contains(string(m.Payload), "Inf") {
				t.Fatalf("after %v: %s says %s", dt, m.Topic, m.Payload)
			}
		}
		if frame := w.BoatFrame(); !json.Valid(frame) || strings.Contains(string(frame), "NaN") {
			t.Fatalf("after %v: the boat says %s", dt, frame)
		}
	}
}
