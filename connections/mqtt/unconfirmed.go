package mqtt

import (
	"slices"
	"strings"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho/store/memory"
	packets3 "github.com/eclipse/paho.mqtt.golang/packets"

	"streamscope/connections"
)

// Unconfirmed is a publication that the broker of a kept session has not confirmed.
type Unconfirmed struct {
	// ID names it among those of its factory.
	ID uint64
	connections.Publication
	// Again tells that it goes out again with the next connection, as MQTT asks of a kept session
	// ([MQTT-4.4.0-1]). Without it has been set aside, because nothing may be sent: then it never
	// does.
	Again bool
}

// aside begins the IDs of what has been set aside.
const aside = 1 << 20

// Unconfirmed returns what the broker has not confirmed, in the order of sending. While a
// connection is open that includes what is on its way. A session that is not kept has none.
func (f *Factory) Unconfirmed() []Unconfirmed {
	if f.cfg.CleanSession {
		return nil
	}
	return append(f.outbox.unconfirmed(), f.desk.unconfirmed()...)
}

// Forget drops a publication, so that it does not go out again. What is on its way goes on.
func (f *Factory) Forget(id uint64) {
	f.outbox.forget(id)
	f.desk.forget(id)
}

// mute is called before each attempt: what may not be sent is set aside, where no library finds
// it.
func (f *Factory) mute() {
	if f.cfg.muted() == nil {
		return
	}
	f.outbox.setAside()
	f.desk.setAside()
}

func (b *outbox) unconfirmed() []Unconfirmed {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Clone(b.aside)
	l := lease{b}
	for _, key := range l.keys() {
		if p, ok := b.publish(key); ok {
			list = append(list, Unconfirmed{ID: uint64(p.MessageID), Again: true, Publication: publication3(p)})
		}
	}
	return list
}

// publish finds a message on its way out. The caller holds mu.
func (b *outbox) publish(key string) (*packets3.PublishPacket, bool) {
	p, ok := b.kept[key].packet.(*packets3.PublishPacket)
	return p, ok && strings.HasPrefix(key, "o.")
}

func publication3(p *packets3.PublishPacket) connections.Publication {
	return connections.Publication{Topic: p.TopicName, Payload: p.Payload, QoS: p.Qos, Retain: p.Retain}
}

func (b *outbox) forget(id uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.aside = slices.DeleteFunc(b.aside, func(u Unconfirmed) bool { return u.ID == id })
	for key := range b.kept {
		if p, ok := b.publish(key); ok && uint64(p.MessageID) == id {
			delete(b.kept, key)
		}
	}
}

func (b *outbox) setAside() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, key := range (&lease{b}).keys() {
		if p, ok := b.publish(key); ok {
			delete(b.kept, key)
			b.put++
			b.aside = append(b.aside, Unconfirmed{ID: aside + b.put, Publication: publication3(p)})
		}
	}
}

// aside5 begins the IDs of what a session of MQTT 5 has not had confirmed, apart from those of
// MQTT 3.1.1: a factory may have both.
const aside5 = 1 << 40

func (d *desk) unconfirmed() []Unconfirmed {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := slices.Clone(d.aside)
	for id, p := range d.publishes {
		list = append(list, Unconfirmed{ID: aside5 + uint64(id), Again: true, Publication: publication5(p)})
	}
	return list
}

// publishes goes over the messages in the store. The caller holds mu.
func (d *desk) publishes(yield func(uint16, *packets.Publish) bool) {
	if d.store == nil {
		return
	}
	ids, err := d.store.List()
	if err != nil {
		return
	}
	for _, id := range ids {
		if p := read(d.store, id); p != nil && !yield(id, p) {
			return
		}
	}
}

func read(store *memory.Store, id uint16) *packets.Publish {
	r, err := store.Get(id)
	if err != nil {
		return nil
	}
	defer r.Close()
	packet, err := packets.ReadPacket(r)
	if err != nil {
		return nil
	}
	p, _ := packet.Content.(*packets.Publish)
	return p
}

func publication5(p *packets.Publish) connections.Publication {
	out := connections.Publication{Topic: p.Topic, Payload: p.Payload, QoS: p.QoS, Retain: p.Retain}
	if q := p.Properties; q != nil {
		out.Props = &connections.Properties{
			ContentType: q.ContentType, Text: q.PayloadFormat != nil && *q.PayloadFormat == 1,
			ResponseTopic: q.ResponseTopic, CorrelationData: q.CorrelationData,
		}
		if q.MessageExpiry != nil {
			out.Props.Expiry = *q.MessageExpiry
		}
		for _, u := range q.User {
			out.Props.User = append(out.Props.User, connections.UserProperty{Name: u.Key, Value: u.Value})
		}
		if out.Props.Empty() {
			out.Props = nil
		}
	}
	return out
}

func (d *desk) forget(id uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.aside = slices.DeleteFunc(d.aside, func(u Unconfirmed) bool { return u.ID == id })
	if id >= aside5 && id < 2*aside5 && d.store != nil {
		_ = d.store.Delete(uint16(id - aside5))
	}
}

func (d *desk) setAside() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, p := range d.publishes {
		_ = d.store.Delete(id)
		d.put++
		d.aside = append(d.aside, Unconfirmed{ID: 2*aside5 + d.put, Publication: publication5(p)})
	}
}
