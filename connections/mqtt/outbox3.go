package mqtt

import (
	"slices"
	"strings"
	"sync"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"
)

// outbox keeps what an MQTT session must remember from one connection to the next (MQTT 3.1.1
// §4.1), in memory: publications without a confirmation, and releases of QoS 2.
//
// Each client gets a lease. Only the newest one counts: paho goes on storing, and closes its
// store, some time after its connection has ended.
type outbox struct {
	mu     sync.Mutex // guards what follows
	kept   map[string]kept
	order  uint64
	newest *lease
	// aside holds what will not be sent again; put counts it.
	aside []Unconfirmed
	put   uint64
}

type kept struct {
	order  uint64
	packet packets.ControlPacket
}

// lease is a client's access to the outbox.
type lease struct{ box *outbox }

var _ paho.Store = (*lease)(nil)

func newOutbox() *outbox { return &outbox{kept: make(map[string]kept)} }

func (b *outbox) lease() *lease {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.newest = &lease{b}
	return b.newest
}

// Open implements [paho.Store].
func (l *lease) Open() {}

// Close implements [paho.Store].
func (l *lease) Close() {}

// Put implements [paho.Store]. Messages on their way in are not kept: paho never reads them
// again, and a hostile broker could fill the memory with them.
func (l *lease) Put(key string, packet packets.ControlPacket) {
	if _, publish := packet.(*packets.PublishPacket); publish && strings.HasPrefix(key, "i.") {
		return
	}
	l.change(func(b *outbox) {
		b.order++
		b.kept[key] = kept{b.order, packet}
	})
}

// Del implements [paho.Store].
func (l *lease) Del(key string) { l.change(func(b *outbox) { delete(b.kept, key) }) }

// Reset implements [paho.Store].
func (l *lease) Reset() { l.change(func(b *outbox) { clear(b.kept) }) }

// Get implements [paho.Store].
func (l *lease) Get(key string) packets.ControlPacket {
	l.box.mu.Lock()
	defer l.box.mu.Unlock()
	return l.box.kept[key].packet
}

// All implements [paho.Store]. Keys come in the order in which they were put.
func (l *lease) All() []string {
	l.box.mu.Lock()
	defer l.box.mu.Unlock()
	return l.keys()
}

// keys is All for those who hold the box's mu.
func (l *lease) keys() []string {
	keys := make([]string, 0, len(l.box.kept))
	for key := range l.box.kept {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return int(int64(l.box.kept[a].order) - int64(l.box.kept[b].order))
	})
	return keys
}

func (l *lease) change(do func(*outbox)) {
	l.box.mu.Lock()
	defer l.box.mu.Unlock()
	if l.box.newest == l {
		do(l.box)
	}
}
