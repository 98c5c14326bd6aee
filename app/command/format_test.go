package command

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"

	"streamscope/app/payload/decode"
)

func TestEncode(t *testing.T) {
	for _, c := range []struct {
		name   string
		format Format
		text   string
		want   string
	}{
		{"text as it stands", FormatText, " 21,4 °C\n", " 21,4 °C\n"},
		{"nothing", FormatText, "", ""},
		{"JSON as it stands", FormatJSON, "{ \"a\": 1.10 }", "{ \"a\": 1.10 }"},
		{"a lone JSON number", FormatJSON, "3", "3"},
		{"hex together", FormatHex, "01ffA0", "\x01\xff\xa0"},
		{"hex apart", FormatHex, " 01 ff\n\ta0 ", "\x01\xff\xa0"},
		{"hex as in C", FormatHex, "0x01, 0xFF,0Xa0,", "\x01\xff\xa0"},
		{"long group with 0x", FormatHex, "0x01ffa0", "\x01\xff\xa0"},
		{"no hex at all", FormatHex, " , ", ""},
	} {
		got, err := Encode(c.format, c.text)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestEncodeNamesThePlace(t *testing.T) {
	for _, c := range []struct {
		name         string
		format       Format
		text         string
		line, column int
		msg          string
	}{
		{"no JSON", FormatJSON, " \n", 1, 1, "nothing is written; JSON needs at least a value such as {} or 0"},
		{"comma missing", FormatJSON, "{\n  \"ä\": 1\n  \"b\": 2\n}", 3, 3, "a comma or the end of the list was expected"},
		{"column in characters", FormatJSON, `{"äöü": x}`, 1, 9, "a value was expected"},
		{"not closed", FormatJSON, "[1,\n2", 2, 2, "unexpected end"},
		{"two values", FormatJSON, "1 2", 1, 3, "something follows the document"},
		{"odd digits", FormatHex, "01 ff\n0a b", 2, 4, `"b" has an odd number of digits; a byte has two`},
		{"odd with 0x", FormatHex, "0x1", 1, 1, `"0x1" has an odd number of digits; a byte has two`},
		{"0x alone", FormatHex, "0x", 1, 1, `"0x" has an odd number of digits; a byte has two`},
		{"no digit", FormatHex, "01 fé", 1, 5, `'é' is not a hexadecimal digit`},
		{"0x in the middle", FormatHex, "010xff", 1, 4, `'x' is not a hexadecimal digit`},
	} {
		_, err := Encode(c.format, c.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := (SyntaxError{c.line, c.column, c.msg}); *syntax != want {
			t.Errorf("%s: %+v, want %+v", c.name, *syntax, want)
		}
	}
	if _, err := Encode("morse", "x"); err == nil {
		t.Error("an unknown format was accepted")
	}
}

func TestReformat(t *testing.T) {
	for _, c := range []struct {
		format     Format
		text, want string
	}{
		{FormatText, " a ", " a "},
		{FormatJSON, `{"b":1.10,"a":[1]}`, "{\n  \"b\": 1.10,\n  \"a\": [\n    1\n  ]\n}"},
		{FormatHex, "0x01,FF 000102030405060708090a0b0c0d0e0f", "01 ff 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d\n0e 0f"},
	} {
		got, err := Reformat(c.format, c.text)
		if err != nil || got != c.want {
			t.Errorf("Reformat(%s, %q) = %q, %v", c.format, c.text, got, err)
		}
	}
	if _, err := Reformat(FormatJSON, "{"); err == nil {
		t.Error("broken JSON was reformatted")
	}
}

func FuzzEncode(f *testing.F) {
	for _, s := range []string{"01 ff", "0x1", `{"a":[1,2]}`, "é", "0x", "01\n,zz", "{\n\"ä\":"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range []Format{FormatText, FormatJSON, FormatHex, FormatBase64, FormatCBOR, FormatMessagePack} {
			b, err := Encode(format, text)
			var syntax *SyntaxError
			if errors.As(err, &syntax) && (syntax.Line < 1 || syntax.Column < 1 || syntax.Msg == "") {
				t.Fatalf("%s %q: %+v", format, text, syntax)
			}
			if err != nil {
				continue
			}
			if format == FormatJSON && !json.Valid(b) && !hasByteOrderMark(b) {
				t.Fatalf("%q was taken for JSON", text)
			}
			tidy, err := Reformat(format, text)
			if err != nil {
				continue
			}
			if again, err := Encode(format, tidy); err != nil || format.Binary() && string(again) != string(b) {
				t.Fatalf("Reformat(%s, %q) = %q: %v", format, text, tidy, err)
			}
		}
	})
}

func hasByteOrderMark(b []byte) bool { return len(b) > 2 && string(b[:3]) == "\xEF\xBB\xBF" }

func TestEncodeBinary(t *testing.T) {
	for _, c := range []struct {
		name   string
		format Format
		text   string
		want   string // hexadecimal
	}{
		{"base64", FormatBase64, "AQID/w==", "010203ff"},
		{"base64 of URLs, without padding, in lines", FormatBase64, "AQI\nD_w", "010203ff"},
		{"no base64 at all", FormatBase64, " \n", ""},
		// RFC 8949, appendix A.
		{"CBOR 0", FormatCBOR, "0", "00"},
		{"CBOR 1000000000000", FormatCBOR, "1000000000000", "1b000000e8d4a51000"},
		{"CBOR 18446744073709551616", FormatCBOR, "18446744073709551616", "c249010000000000000000"},
		{"CBOR -1000", FormatCBOR, "-1000", "3903e7"},
		{"CBOR 1.5", FormatCBOR, "1.5", "f93e00"},
		{"CBOR 1.1", FormatCBOR, "1.1", "fb3ff199999999999a"},
		{"CBOR 100000.0", FormatCBOR, "100000.0", "fa47c35000"},
		{"CBOR words", FormatCBOR, "[false,true,null]", "83f4f5f6"},
		{"CBOR text", FormatCBOR, `"ü"`, "62c3bc"},
		{"CBOR bytes", FormatCBOR, `"h'01020304'"`, "4401020304"},
		{"CBOR nested", FormatCBOR, `[1,[2,3],[4,5]]`, "8301820203820405"},
		{"CBOR members keep their order", FormatCBOR, `{"b":1,"a":[2,3]}`, "a2616201616182" + "0203"},
		{"CBOR of 25 items", FormatCBOR, "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "981901010101010101010101010101010101010101010101010101"},
		{"MessagePack", FormatMessagePack, `{"compact":true,"schema":0}`, "82a7636f6d70616374c3a6736368656d6100"},
		{"MessagePack numbers", FormatMessagePack, "[-1,128,65536,18446744073709551615,1.5]", "95ffcc80ce00010000cfffffffffffffffffca3fc00000"},
		{"MessagePack bytes", FormatMessagePack, `["h'ff'",null]`, "92c401ffc0"},
	} {
		got, err := Encode(c.format, c.text)
		if err != nil || hex.EncodeToString(got) != c.want {
			t.Errorf("%s: %x, %v", c.name, got, err)
		}
	}
	for _, c := range []struct {
		format       Format
		text         string
		line, column int
		msg          string
	}{
		{FormatBase64, "AB\nC!", 2, 2, "'!' is no character of base64"},
		{FormatBase64, "AQ==AQ", 1, 5, "something follows the = at the end"},
		{FormatBase64, "A", 1, 2, "base64 ends in the middle of a byte"},
		{FormatCBOR, "{\n\"a\":}", 2, 5, "a value was expected"},
		{FormatCBOR, "{\"a\":1,\n\"a\":2}", 2, 4, `the key "a" stands twice`},
		{FormatCBOR, "", 1, 1, "nothing is written; JSON needs at least a value such as {} or 0"},
		{FormatMessagePack, "18446744073709551616", 1, 21, "MessagePack has no room for the number 184467440737…"},
	} {
		_, err := Encode(c.format, c.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s %q: %v", c.format, c.text, err)
			continue
		}
		if want := (SyntaxError{c.line, c.column, c.msg}); *syntax != want {
			t.Errorf("%s %q: %+v, want %+v", c.format, c.text, *syntax, want)
		}
	}
}

// What is written as JSON in a binary format reads the same again.
func TestBinaryFormatsComeBack(t *testing.T) {
	const text = `{"s":"h'00ff'","list":[1,-1,1.5,true,false,null,"x"],"o":{"ü":{}},"big":18446744073709551615}`
	for format, name := range map[Format]decode.Format{FormatCBOR: decode.CBOR, FormatMessagePack: decode.MessagePack} {
		b, err := Encode(format, text)
		if err != nil {
			t.Fatal(err)
		}
		set, err := decode.Compile(nil)
		if err != nil {
			t.Fatal(err)
		}
		r := set.As(decode.Choice{Format: name}, decode.Input{Topic: "t", Payload: b})
		if string(compact(r.Document)) != text {
			t.Errorf("%s: %s, %v", format, r.Document, r.Err)
		}
	}
}
