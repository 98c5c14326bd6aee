package dial

import (
	"bufio"
	"io"
	"testing"
)

// endless repeats a stream of whole packets after CONNACK.
type endless struct {
	greeting, packets []byte
	at                int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.greeting) > 0 {
		n := copy(p, e.greeting)
		e.greeting = e.greeting[n:]
		return n, nil
	}
	n := copy(p, e.packets[e.at:])
	e.at = (e.at + n) % len(e.packets)
	return n, nil
}

// BenchmarkReadPacket reads packets the way paho does (a byte, a byte, the rest), over the
// guard and over a plain buffer of the same size. The guard must not allocate.
func BenchmarkReadPacket(b *testing.B) {
	packet := publish("plant/line4/press/temp", []byte(`{"t":21.43,"unit":"C","ts":1700000000000,"q":1}`))
	var stream []byte
	for range 1000 {
		stream = append(stream, packet...)
	}
	read := func(b *testing.B, r io.Reader) {
		buf := make([]byte, len(packet))
		if _, err := io.ReadFull(r, buf[:len(connack)]); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(packet)))
		b.ReportAllocs()
		b.ResetTimer()
		for b.Loop() {
			_, _ = io.ReadFull(r, buf[:1])
			_, _ = io.ReadFull(r, buf[1:2])
			if _, err := io.ReadFull(r, buf[2:]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("bufio", func(b *testing.B) {
		read(b, bufio.NewReaderSize(&endless{greeting: connack, packets: stream}, bufferSize))
	})
	b.Run("guard", func(b *testing.B) {
		c := Guard(tape{Reader: &endless{greeting: connack, packets: stream}}, Options{})
		defer c.Close()
		read(b, c)
	})
}
