package decode

import (
	"strings"
	"testing"
)

func TestFieldLanguage(t *testing.T) {
	b := []byte{0x01, 0xD6, 0x00, 0xFF, 0x85, 0x00, 0x00, 0x80, 0x3F, 'a', 'b', 0, 0, 0xFE, 0xFF, 0xFF}
	for options, want := range map[string]string{
		"temperature: int16 LE at offset 1 × 0.1 °C":           `{"temperature":"21.4 °C"}`,
		"t = i16 le @ 1 * 0.1 °C":                              `{"t":"21.4 °C"}`,
		"int16 LE at 1":                                        `{"byte 1":214}`,
		"a: uint8; b: int16 LE; c: int8":                       `{"a":1,"b":214,"c":-1}`,
		"LE\na: uint8 # first\n\nb: uint16\n":                  `{"a":1,"b":214}`,
		"BE; x: uint16 at 0x01":                                `{"x":54784}`,
		"x: float32 LE at 5":                                   `{"x":1}`,
		"on: uint8 at 4 bit 7; off: uint8 at 4 bit 6":          `{"on":true,"off":false}`,
		"mode: uint8 at 4 bits 0..2":                           `{"mode":5}`,
		"mode: int8 at 4 bits 0-2":                             `{"mode":-3}`,
		"name: text[4] at 9":                                   `{"name":"ab"}`,
		"raw: bytes[2] at 3":                                   `{"raw":"h'ff85'"}`,
		"v: uint8[3] at 0":                                     `{"v":[1,214,0]}`,
		"v: uint8[2] at 0 × 2 V":                               `{"v":["2 V","428 V"]}`,
		"f: uint8 at 1 × 1.8 + 32 °F":                          `{"f":"417.2 °F"}`,
		"f: uint8 at 1 / 10 - 40 m/s":                          `{"f":"-18.6 m/s"}`,
		"f: uint8 at 1 × 1e-3 bar":                             `{"f":"0.214 bar"}`,
		"n: int24 LE at 13":                                    `{"n":-2}`,
		"bool":                                                 `{"byte 0 bit 0":true}`,
		"ok: bool at 0":                                        `{"ok":true}`,
		"Boiler temperature: uint8 at 1 %":                     `{"Boiler temperature":"214 %"}`,
		"line 4 - flow: uint8 at 1":                            `{"line 4 - flow":214}`,
		"x: uint64 BE at 0":                                    `{"x":132294336502038656}`,
		"x: uint8 at 1 × -0,5":                                 `{"x":-107}`,
		"flags: uint16 LE at 3 bits 8..15 ; z: float16 LE @ 7": `{"flags":133,"z":1.875}`,
	} {
		s := compile(t)
		r := s.As(Choice{Format: Fields, Options: options}, Input{Payload: b})
		if r.Err != nil || string(r.Document) != want {
			t.Errorf("%q is %s, want %s (%v)", options, r.Document, want, r.Err)
		}
	}
}

func TestFieldLanguageSaysWhatIsWrong(t *testing.T) {
	for options, want := range map[string]string{
		"":                              "line 1, column 1: write a field, such as",
		"x: int16 at 4":                 "line 1, column 10: say in which order the bytes come",
		"a: uint8\nb: int17 LE":         "line 2, column 4: “int17” is no type",
		"a: uint8 at":                   "line 1, column 12: an offset from 0 to 268435456 is missing here",
		"a: uint8 at -1":                "line 1, column 13: an offset from 0",
		"a: uint8 × °C":                 "line 1, column 12: a number is missing here",
		"a: uint8 / 0":                  "line 1, column 10: nothing can be divided by 0",
		"a: uint8 bit 8":                "line 1, column 14: a bit from 0 to 7 is missing here",
		"a: uint8 bits 7..4":            "line 1, column 15: write the first and the last bit",
		"a: float32 LE bit 1":           "line 1, column 15: only an integer has bits",
		"a: text at 4":                  "line 1, column 9: say how many bytes: text[8]",
		"a: text[0]":                    "line 1, column 9: a number of elements from 1",
		"a: uint8[2":                    "line 1, column 11: a ] is missing",
		"a: uint8 °C now":               "line 1, column 13: “now” is too much",
		"a: uint8\na: uint8":            "line 2, column 1: “a” has a field already, on line 1",
		": uint8":                       "line 1, column 1: a name is missing before the colon",
		"a: bool × 2":                   "line 1, column 9: this field is no number that could be scaled",
		"Wärme: uint8 at ü":             "line 1, column 17: an offset",
		"a: uint8 unitthatisfartoolong": "line 1, column 10: a unit has at most 16 characters",
	} {
		_, err := Standard().New(Choice{Format: Fields, Options: options})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", options, err, want)
		}
	}
	r := compile(t).As(Choice{Format: Fields, Options: "a: uint8\nb: uint32 LE at 6"}, Input{Payload: make([]byte, 8)})
	if r.Err == nil || r.Err.Error() != "b (line 2) takes bytes 6 to 9, and there are only 8 at byte 8" || r.At != 8 {
		t.Error(r.Err, r.At)
	}
}
