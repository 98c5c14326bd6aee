package demo

import (
	"sync"
	"sync/atomic"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// open lets everybody do everything, for only this computer can reach the broker.
type open struct{ mochi.HookBase }

func (*open) ID() string { return "open" }

func (*open) Provides(b byte) bool { return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck }

func (*open) OnConnectAuthenticate(*mochi.Client, packets.Packet) bool { return true }

func (*open) OnACLCheck(*mochi.Client, string, bool) bool { return true }

// gate keeps a retained message from being stored while a new subscriber collects them: mochi
// 2.7.9 does both at once without a lock, and reads half-written strings. It opens and closes
// around the two from the hooks that mochi calls just before and after.
type gate struct {
	mochi.HookBase
	mu sync.RWMutex
	// storing is the client that holds mu for writing.
	storing atomic.Pointer[mochi.Client]
	// collecting holds the clients that hold mu for reading.
	collecting sync.Map
}

func (*gate) ID() string { return "gate" }

func (*gate) Provides(b byte) bool {
	switch b {
	case mochi.OnPublish, mochi.OnWill, mochi.OnRetainMessage, mochi.OnPacketSent, mochi.OnPacketProcessed:
		return true
	}
	return false
}

// OnPublish comes right before a message is stored.
func (g *gate) OnPublish(cl *mochi.Client, pk packets.Packet) (packets.Packet, error) {
	if pk.FixedHeader.Retain {
		g.store(cl)
	}
	return pk, nil
}

// OnWill comes right before a will is stored, unless it waits for its delay.
func (g *gate) OnWill(cl *mochi.Client, will mochi.Will) (mochi.Will, error) {
	if will.Retain && will.WillDelayInterval == 0 {
		g.store(cl)
	}
	return will, nil
}

func (g *gate) store(cl *mochi.Client) {
	g.mu.Lock()
	g.storing.Store(cl)
}

// OnRetainMessage comes right after a message was stored.
func (g *gate) OnRetainMessage(cl *mochi.Client, _ packets.Packet, _ int64) {
	if g.storing.CompareAndSwap(cl, nil) {
		g.mu.Unlock()
	}
}

// OnPacketSent of a SUBACK comes right before the collecting, and after what may block.
func (g *gate) OnPacketSent(cl *mochi.Client, pk packets.Packet, _ []byte) {
	if pk.FixedHeader.Type == packets.Suback {
		g.mu.RLock()
		g.collecting.Store(cl, nil)
	}
}

// OnPacketProcessed of a SUBSCRIBE comes after the collecting, also if the SUBACK failed.
func (g *gate) OnPacketProcessed(cl *mochi.Client, pk packets.Packet, _ error) {
	if pk.FixedHeader.Type != packets.Subscribe {
		return
	}
	if _, ok := g.collecting.LoadAndDelete(cl); ok {
		g.mu.RUnlock()
	}
}
