package payload

import "strings"

// UnitNamed returns the unit that the name of a value tells: its last key, or the last level of
// its topic where it has no path or the key only says "value". It is empty where the name tells
// none, or may mean something else: "phase_A" and "zone_c" are no amperes and no degrees.
//
//   - What stands in brackets at the end: "flow [l/min]", "level (%)".
//   - A last word of a known unit, after a "_", "-", "." or space: "temp_celsius", "power-kW".
//   - A name that is nothing but a sign such as % or °C.
func UnitNamed(topic string, path []string) string {
	name := topic
	if n := len(path); n > 0 && !generic(path[n-1]) {
		name = path[n-1]
	}
	if unit, ok := bracketed(name); ok { // the unit may have a slash
		return unit
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	word := name
	if i := strings.LastIndexAny(name, "_-. "); i >= 0 {
		word = name[i+1:]
	} else if strings.IndexFunc(name, unitSign) < 0 {
		return "" // "bar" and "volts" are what it is, "%" can only be its unit
	}
	return unitWord(word)
}

// Unit returns a text that is nothing but a unit; empty if it is none.
func Unit(b []byte) string {
	if unit, ok := unitText(b); ok {
		return unit
	}
	return ""
}

// generic tells a key that says nothing of what its value is.
func generic(key string) bool {
	return len(key) <= 5 && (asciiFold([]byte(key), "value") || asciiFold([]byte(key), "val") || asciiFold([]byte(key), "v"))
}

// bracketed returns the unit in brackets that a name ends with.
func bracketed(name string) (unit string, ok bool) {
	n := len(name)
	if n < 3 {
		return "", false
	}
	open := -1
	switch name[n-1] {
	case ']':
		open = strings.LastIndexByte(name, '[')
	case ')':
		open = strings.LastIndexByte(name, '(')
	}
	if open < 1 {
		return "", false
	}
	unit, ok = unitText([]byte(name[open+1 : n-1]))
	if name[n-1] == ')' && unitWord(unit) == "" && !strings.ContainsAny(unit, "/°%") {
		return "", false // a remark, such as "tank (old)"
	}
	return unit, ok && unit != ""
}

// unitWord returns the unit that a word means. Units that the case of a letter alone tells apart,
// such as mW and MW, have to be written exactly.
func unitWord(word string) string {
	switch word {
	case "mW", "MW", "mWh", "MWh", "kVA", "mV", "kV", "mA", "Pa", "MPa", "kg", "mg", "mm", "cm", "km", "ms", "µs", "dB", "kB", "MB", "GB",
		"%", "‰", "°C", "°F", "µg/m³", "m³", "m³/h":
		return word
	}
	for _, u := range [...]struct{ word, unit string }{
		{"celsius", "°C"}, {"degC", "°C"}, {"℃", "°C"}, {"fahrenheit", "°F"}, {"degF", "°F"}, {"℉", "°F"}, {"kelvin", "K"},
		{"percent", "%"}, {"pct", "%"}, {"volt", "V"}, {"volts", "V"}, {"ampere", "A"}, {"amperes", "A"}, {"amps", "A"},
		{"watt", "W"}, {"watts", "W"}, {"kW", "kW"}, {"Wh", "Wh"}, {"kWh", "kWh"}, {"Hz", "Hz"}, {"kHz", "kHz"}, {"MHz", "MHz"},
		{"hPa", "hPa"}, {"kPa", "kPa"}, {"mbar", "mbar"}, {"bar", "bar"}, {"psi", "psi"}, {"lux", "lx"}, {"rpm", "rpm"},
		{"ppm", "ppm"}, {"ppb", "ppb"}, {"dBm", "dBm"}, {"bytes", "B"}, {"seconds", "s"},
	} {
		if strings.EqualFold(word, u.word) {
			return u.unit
		}
	}
	return ""
}
