package app

import (
	"context"
	"slices"

	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/connections/websocket"
)

// sampleBytes bounds each frame that is sampled.
const sampleBytes = 64 << 10

// Sample opens a raw WebSocket of its own, just for a moment, and returns up to n of the frames
// that come before ctx ends. It stores nothing. An error is why no frame came.
func (a *App) Sample(ctx context.Context, p profile.Valid, secrets Secrets, n int) ([][]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	frames := make(chan []byte, n)
	client := websocket.New(streamConfig(p.Profile(), secrets), func(m *connections.Message) {
		b := slices.Clone(m.Payload[:min(len(m.Payload), sampleBytes)])
		select {
		case frames <- b:
		default:
			cancel()
		}
	})
	defer client.Close()
	if err := client.Open(ctx, func(connections.State) {}); err != nil {
		return nil, err
	}
	var got [][]byte
	for len(got) < n {
		select {
		case b := <-frames:
			got = append(got, b)
		case <-client.Lost():
			if len(got) == 0 {
				return nil, client.Err()
			}
			return got, nil
		case <-ctx.Done():
			if len(got) == 0 {
				return nil, context.Cause(ctx)
			}
			return got, nil
		}
	}
	return got, nil
}
