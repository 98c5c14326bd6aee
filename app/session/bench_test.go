package session

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"streamscope/app/topics"
	"streamscope/connections"
)

// BenchmarkReceive is what a message costs on the network goroutine, from the stamp on; index
// alone, with a tap for every message, and with a chart of another topic.
func BenchmarkReceive(b *testing.B) {
	for _, kind := range []string{"index", "tap", "chart"} {
		for _, n := range []int{1_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				s := newSession(b, Options{Budget: topics.NewBudget(256 << 20)})
				names := make([]string, n)
				for i := range names {
					names[i] = fmt.Sprintf("site-%04d/line-%d/device-%d/temperature", i/100, i/10%10, i%10)
				}
				m := connections.Message{Payload: []byte("21.37"), Size: 5}
				var reading sync.WaitGroup
				switch kind {
				case "tap":
					tap, err := s.Tap(TapOptions{All: true, Linger: chartTapLinger})
					if err != nil {
						b.Fatal(err)
					}
					reading.Go(func() {
						for {
							if _, err := tap.Next(context.Background()); err != nil {
								return
							}
						}
					})
				case "chart":
					_, release := s.Series("elsewhere", nil)
					defer release()
				}
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					m.Topic = names[i]
					s.receive(&m)
					if i++; i == n {
						i = 0
					}
				}
				s.Close()
				reading.Wait()
			})
		}
	}
}
