package payloadview

import (
	"errors"
	"strings"

	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/window/ui"
)

// FormatName is how a format is called in the window.
func FormatName(f decode.Format) string {
	switch f {
	case decode.Auto:
		return ui.Tr("payload.auto", "Automatic")
	case decode.Text:
		return ui.Tr("payload.text", "Text")
	case decode.Diagnostic:
		return ui.Tr("payload.diagnostic", "CBOR, diagnostic")
	case decode.KeyValue:
		return ui.Tr("payload.keyvalue", "key=value")
	case decode.Fields:
		return ui.Tr("payload.fields", "Fields")
	case decode.Array:
		return ui.Tr("payload.array", "Numbers in a row")
	case decode.Image:
		return ui.Tr("payload.image", "Picture")
	case decode.Hex:
		return ui.Tr("payload.hex", "Hex")
	case decode.Protobuf:
		return "Protobuf"
	case decode.Sparkplug:
		return "Sparkplug B"
	case decode.MessagePack:
		return "MessagePack"
	case decode.Base64, decode.Gzip, decode.Zlib, decode.Zstd:
		return string(f)
	}
	return strings.ToUpper(string(f))
}

// because says what a payload was read as, what decided, and what else there is to say.
func because(r *decode.Result) string {
	words := decided(r)
	if r.Note != "" {
		words += " · " + r.Note
	}
	return words
}

func decided(r *decode.Result) string {
	name := FormatName(r.Format)
	if len(r.Wraps) > 0 {
		name = strings.Join(r.Wraps, " › ") + " › " + name
	}
	data := map[string]any{"What": name, "By": r.Because}
	switch r.Why {
	case decode.Hand:
		return ui.Tr("payload.why.hand", "{{.What}} · chosen by hand", data)
	case decode.Binding:
		return ui.Tr("payload.why.binding", "{{.What}} · as set for {{.By}}", data)
	case decode.ContentType:
		return ui.Tr("payload.why.type", "{{.What}} · by the content type {{.By}}", data)
	case decode.Topic:
		return ui.Tr("payload.why.topic", "{{.What}} · by its topic", data)
	case decode.Bytes:
		return ui.Tr("payload.why.bytes", "{{.What}} · by its first bytes", data)
	}
	return name
}

// trouble says why the bytes stand there instead; empty if nothing is wrong.
func trouble(r *decode.Result) string {
	if r.Err == nil {
		return ""
	}
	var bomb *decode.BombError
	if r.Format == decode.Text || r.Format == decode.Hex || r.Format == decode.Image || errors.As(r.Err, &bomb) {
		return r.Err.Error()
	}
	return ui.Tr("payload.wrong", "Not {{.Format}}: {{.Why}}", map[string]any{"Format": FormatName(r.Format), "Why": r.Err.Error()})
}

// ruleName is how a rule for numbers is called, with what it does.
func ruleName(r payload.Rule) string {
	switch r {
	case payload.Point:
		return ui.Tr("numbers.point", "1,234.5 · the point is the decimal mark")
	case payload.Comma:
		return ui.Tr("numbers.comma", "1.234,5 · the comma is the decimal mark")
	case payload.Digits:
		return ui.Tr("numbers.digits", "21.4 · nothing but digits")
	case payload.Never:
		return ui.Tr("numbers.never", "text is no number")
	}
	return ui.Tr("numbers.usual", "21,4 °C, 21.4, ON, true, 0x1F")
}

// needsOptions tells whether a format says nothing without options.
func needsOptions(f decode.Format) bool { return f == decode.Fields || f == decode.Array }

// language says how the options of a format are written.
func language(f decode.Format) string {
	if f == decode.Array {
		return ui.Tr("decoder.language.array", "The type of the numbers and the order of their bytes: int8 to int64, uint8 to uint64, float16, float32, float64; LE (little end first) or BE.")
	}
	return ui.Tr("decoder.language.fields", "A field a line: name: type LE or BE, at offset 4, × 0.1 + 2, unit. Types: int8 to int64, uint8 to uint64, float16 to float64, bool, text[n], bytes[n]. Also: bit 3, bits 0..2, int16[8]. LE or BE alone on a line holds for those beneath; without an offset a field follows the one before.")
}

// example is what the options of a format look like.
func example(f decode.Format) string {
	if f == decode.Array {
		return "int16 LE"
	}
	return "temperature: int16 LE at offset 4 × 0.1 °C"
}
