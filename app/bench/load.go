package main

import (
	"fmt"
	"strconv"
	"strings"
)

// load is what the generator sends: topics of four levels, visited in turn, ten sensors on each
// of ten devices on each of ten lines, a site for every thousand.
type load struct {
	topics   []string
	payloads [][]byte
	messages uint64
	// rate bounds the messages a second; 0 means as fast as they are taken.
	rate float64
	// burst is how many go as fast as they are taken before the rate bounds them; what comes after
	// waits for goOn, if it is not nil, and goes to the first hot topics, if that is not 0.
	burst uint64
	goOn  chan struct{}
	hot   uint64
}

var sensors = [10]string{
	"temperature", "humidity", "pressure", "voltage", "current", "power", "speed", "level", "flow", "state",
}

func topic(i int) string {
	return fmt.Sprintf("site-%04d/line-%d/device-%d/%s", i/1000, i/100%10, i/10%10, sensors[i%10])
}

// newLoad makes the payloads beforehand, so that making them costs nothing later: "number" like
// 21.37, "json" 200 bytes with five numbers.
func newLoad(topics int, kind string, messages uint64) *load {
	l := &load{messages: messages}
	for i := range topics {
		l.topics = append(l.topics, topic(i))
	}
	for i := range 1024 {
		number := strconv.FormatFloat(15+float64(i*37%1500)/100, 'f', 2, 64)
		if kind == "number" {
			l.payloads = append(l.payloads, []byte(number))
			continue
		}
		text := fmt.Sprintf(`{"ts":"2026-01-01T00:00:%02d.%03dZ","temperature":%s,"humidity":%.2f,"pressure":%.2f,"voltage":%.3f,"current":%.3f,"unit":"metric","status":"running","note":"`,
			i%60, i%1000, number, 30+float64(i*53%4000)/100, 990+float64(i*29%4000)/100,
			3+float64(i%600)/1000, 0.1+float64(i%900)/1000)
		l.payloads = append(l.payloads, []byte(text+strings.Repeat(".", 198-len(text))+`"}`))
	}
	return l
}

// message returns the i-th topic and payload.
func (l *load) message(i uint64) (string, []byte) {
	n := uint64(len(l.topics))
	if l.hot > 0 && i >= l.burst {
		n = l.hot
	}
	return l.topics[i%n], l.payloads[i%uint64(len(l.payloads))]
}
