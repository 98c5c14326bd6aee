package vitals

import (
	"runtime"
	"strings"
	"time"
)

// Leftovers returns the stacks of the goroutines, the caller's left out, that still run this
// program's code or that of its connections, after giving them up to patience to end. A
// program that has closed everything has none.
func Leftovers(patience time.Duration) []string {
	deadline := time.Now().Add(patience)
	for wait := time.Millisecond; ; wait *= 2 {
		left := leftovers()
		remaining := time.Until(deadline)
		if len(left) == 0 || remaining <= 0 {
			return left
		}
		<-time.After(min(wait, remaining))
	}
}

func leftovers() []string {
	stacks := strings.Split(allStacks(), "\n\n")
	var left []string
	for _, stack := range stacks[1:] { // the first is the caller's
		for _, owner := range []string{"streamscope/", "paho", "mochi-mqtt", "gorilla/websocket"} {
			if strings.Contains(stack, owner) {
				left = append(left, stack)
				break
			}
		}
	}
	return left
}

func allStacks() string {
	for size := 64 << 10; ; size *= 2 {
		buffer := make([]byte, size)
		if n := runtime.Stack(buffer, true); n < size {
			return string(buffer[:n])
		}
	}
}
