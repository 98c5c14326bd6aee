package simulation

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// setting is what a device can be told by a message to DEVICE/NAME/set. It reports what it is
// set to, retained, on DEVICE/NAME.
type setting struct {
	name   string
	set    func(payload []byte) error
	report func() []byte
}

// setpoint adds a number that can be set between low and high.
func (d *device) setpoint(name string, start, low, high float64, unit string) func() float64 {
	now := start
	d.settings = append(d.settings, &setting{
		name: name,
		set: func(payload []byte) error {
			v, err := number(payload)
			if err != nil {
				return err
			}
			if v < low || v > high {
				return fmt.Errorf("%v is not between %v and %v %s", v, low, high, unit)
			}
			now = v
			return nil
		},
		report: func() []byte { return object{"value", now, "unit", unit}.encode() },
	})
	return func() float64 { return now }
}

// power adds a switch.
func (d *device) power(name string, start bool) func() bool {
	now := start
	d.settings = append(d.settings, &setting{
		name: name,
		set: func(payload []byte) error {
			on, err := onOff(payload)
			if err == nil {
				now = on
			}
			return err
		},
		report: func() []byte {
			if now {
				return []byte("on")
			}
			return []byte("off")
		},
	})
	return func() bool { return now }
}

// choice adds a setting with a few possible words.
func (d *device) choice(name string, words ...string) {
	now := words[0]
	d.settings = append(d.settings, &setting{
		name: name,
		set: func(payload []byte) error {
			word := strings.Trim(strings.TrimSpace(string(payload)), `"`)
			for _, w := range words {
				if strings.EqualFold(w, word) {
					now = w
					return nil
				}
			}
			return fmt.Errorf("not one of %s", strings.Join(words, ", "))
		},
		report: func() []byte { return []byte(now) },
	})
}

// obey carries out one command and answers it.
func (d *device) obey(name, topic string, payload []byte) Message {
	err := errors.New("no such setting")
	for _, s := range d.settings {
		if s.name != name {
			continue
		}
		if err = s.set(payload); err == nil {
			answer := []Message{{Topic: d.topic + "/" + name, Payload: s.report(), Retain: true}}
			return d.signed(answer)[0]
		}
	}
	answer := []Message{{Topic: d.topic + "/error", Payload: object{
		"ts", d.now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"command", topic, "payload", printable(payload), "error", err.Error(),
	}.encode()}}
	return d.signed(answer)[0]
}

// number reads a plain number or {"value": number}.
func number(payload []byte) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(string(payload)), 64)
	if err != nil {
		var doc struct{ Value *float64 }
		if json.Unmarshal(payload, &doc) != nil || doc.Value == nil {
			return 0, errors.New(`not a number, nor {"value": number}`)
		}
		v = *doc.Value
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, errors.New("not a finite number")
	}
	return v, nil
}

func onOff(payload []byte) (bool, error) {
	switch strings.ToLower(strings.Trim(strings.TrimSpace(string(payload)), `"`)) {
	case "on", "1", "true":
		return true, nil
	case "off", "0", "false":
		return false, nil
	}
	return false, errors.New("not on or off")
}

// printable shortens a payload for the answer to it.
func printable(payload []byte) string {
	s := string(payload[:min(len(payload), 120)])
	if !utf8.ValidString(s) {
		return fmt.Sprintf("%d bytes that are not text", len(payload))
	}
	return s
}
