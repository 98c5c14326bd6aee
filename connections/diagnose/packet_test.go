package diagnose

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"
)

func TestReadPacketSkipsMessages(t *testing.T) {
	wire := append([]byte{0x30, 3, 0, 1, 'a'}, 0x90, 3, 0, 1, 0)
	first, body, err := readPacket(bufio.NewReader(bytes.NewReader(wire)))
	if err != nil || first != 0x90 || !bytes.Equal(body, []byte{0, 1, 0}) {
		t.Errorf("%#x %v %v", first, body, err)
	}
}

func TestReadPacketRefuses(t *testing.T) {
	for wire, want := range map[string]error{
		"":                             io.EOF,
		"\x20":                         io.ErrUnexpectedEOF,
		"\x20\x05a":                    io.ErrUnexpectedEOF,
		"\x20\xff\xff\xff\xff\x01":     errNoMQTT,
		"\x20\xff\xff\xff\x7f":         errNoMQTT,
		"\x30\xff\xff\xff\x7fno bytes": io.EOF,
	} {
		if _, _, err := readPacket(bufio.NewReader(bytes.NewReader([]byte(wire)))); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", wire, err, want)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add(byte(5), []byte{0, 0, 10, 0x24, 1, 0x25, 0, 0x28, 0, 0x2A, 0, 0x13, 0, 10})
	f.Add(byte(5), []byte{0, 0x9D, 13, 0x1C, 0, 10, 'o', 't', 'h', 'e', 'r', ':', '1', '8', '8', '3'})
	f.Add(byte(5), []byte{0, 1, 7, 0x26, 0, 1, 'a', 0, 1, 'b', 0})
	f.Add(byte(4), []byte{0, 1, 0x80})
	f.Fuzz(func(t *testing.T, version byte, body []byte) {
		for _, parse := range []func() (answer, error){
			func() (answer, error) { return parseConnack(version, body) },
			func() (answer, error) { return parseSuback(version, 1, body) },
		} {
			a, err := parse()
			if err == nil && len(a.props.reason)+len(a.props.assignedID)+len(a.props.serverReference) > len(body) {
				t.Errorf("%v of %q", a, body)
			}
		}
		r := bufio.NewReader(bytes.NewReader(body))
		if _, got, err := readPacket(r); err == nil && len(got) > len(body) {
			t.Errorf("%q became %q", body, got)
		}
	})
}
