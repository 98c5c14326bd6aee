package payload

import (
	"strings"
	"testing"
)

func TestUnitNamed(t *testing.T) {
	for _, c := range []struct {
		topic string
		path  []string
		want  string
	}{
		{"plant/oven/temp_celsius", nil, "°C"},
		{"plant/oven/temp_degC", nil, "°C"},
		{"plant/flow [l/min]", nil, "l/min"},
		{"plant/level (%)", nil, "%"},
		{"plant/level/%", nil, "%"},
		{"plant/power-kW", nil, "kW"},
		{"plant/power.kwh", nil, "kWh"},
		{"plant/power_mW", nil, "mW"},
		{"plant/power_MW", nil, "MW"},
		{"plant/power_mw", nil, ""}, // either of them
		{"plant/pump", []string{"pressure_bar"}, "bar"},
		{"plant/temp_celsius", []string{"value"}, "°C"},
		{"plant/temp_celsius", []string{"humidity"}, ""},
		{"plant/temp", []string{"inlet", "rate_pct"}, "%"},
		{"plant/bar", nil, ""},
		{"plant/volts", nil, ""},
		{"phase_A", nil, ""},
		{"zone_C", nil, ""},
		{"tank (old)", nil, ""},
		{"level (m³)", nil, "m³"},
		{"[bar]", nil, ""},
		{"a(", nil, ""}, {"", nil, ""}, {"/", nil, ""}, {"a_", nil, ""},
		{"x [" + strings.Repeat("y", 300) + "]", nil, ""},
		{"x_" + strings.Repeat("%", 40), nil, ""},
	} {
		if got := UnitNamed(c.topic, c.path); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.topic, c.path, got, c.want)
		}
	}
}
