package mqtt

import (
	"context"
	"math"
	"net"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
	"github.com/eclipse/paho.golang/paho/log"

	"streamscope/connections"
)

// client5 is one attempt at one MQTT 5 connection.
//
// Of paho it uses the handshake, the reading side and the session. It writes requests itself:
// paho's own methods end the connection from the outside when a write fails, and with it what
// the reading side still holds. Here only the end of the stream ends paho, so that all that the
// guard has counted is handed over.
type client5 struct {
	*line
	desk *counter
	// out is the guarded stream as paho writes to it, limits what the broker takes, and welcome
	// all that it said; they are set before open.
	out     net.Conn
	limits  limits
	welcome *connections.Welcome
	// delivered counts the messages handed over; only paho's router touches it.
	delivered uint64
}

// limits are what a broker says in CONNACK (MQTT 5 §3.2.2.3).
type limits struct {
	qos                      byte
	retain, wildcard, shared bool
}

func (f *Factory) new5() *client5 {
	return &client5{line: newLine(f.cfg, 5, f.receive), desk: f.desk.open(f.cfg.keepsSession())}
}

// Open implements [connections.Client].
func (c *client5) Open(ctx context.Context, progress func(connections.State)) error {
	if err := c.begin(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.ConnectTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, c.abort)
	err := c.shake(ctx, progress)
	if stop() && err == nil {
		c.open.Store(true)
		return nil
	}
	why := c.notOpened(err) // before the abort, which would pass for the reason
	c.abort()               // and paho ends, if it has begun
	if ctx.Err() != nil {
		return c.gaveUp(ctx.Err(), c.spoken())
	}
	return why
}

// shake dials and shakes hands. Lost closes if that fails.
func (c *client5) shake(ctx context.Context, progress func(connections.State)) error {
	guard, err := c.dial()
	if err != nil {
		c.end()
		return err
	}
	progress(connections.StateHandshake)
	c.out = guard.Whole()
	engine := paho.NewClient(paho.ClientConfig{
		ClientID:          c.cfg.ClientID,
		Conn:              c.out,
		Session:           c.desk,
		PingHandler:       silent{},
		PacketTimeout:     24 * time.Hour, // ctx bounds the handshake, and requests don't pass it
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){c.deliver},
	})
	connack, err := engine.Connect(ctx, c.connect())
	if err != nil {
		c.end()
		return err
	}
	go func() {
		<-engine.Done()
		c.end()
	}()
	c.welcome = c.cfg.welcome(connack)
	c.limits = limits{qos: 2, retain: true, wildcard: true, shared: true}
	if p := connack.Properties; p != nil {
		c.limits.retain, c.limits.wildcard, c.limits.shared = p.RetainAvailable, p.WildcardSubAvailable, p.SharedSubAvailable
		if p.MaximumQoS != nil {
			c.limits.qos = *p.MaximumQoS
		}
	}
	return nil
}

// connect is the CONNECT packet (MQTT 5 §3.1). It allows no topic aliases and any size of
// packet: the guard cuts what is too large, where a broker would drop it without a word.
func (c *client5) connect() *paho.Connect {
	p := &paho.Connect{
		ClientID: c.cfg.ClientID, CleanStart: c.cfg.CleanSession, // KeepAlive is the guard's
		Properties: &paho.ConnectProperties{
			ReceiveMaximum: &c.cfg.ReceiveMaximum, RequestProblemInfo: true, User: userProperties(c.cfg.UserProperties),
		},
	}
	if expiry := c.cfg.expiry(); expiry > 0 {
		p.Properties.SessionExpiryInterval = &expiry
	}
	if c.cfg.User != "" {
		p.Username, p.UsernameFlag = c.cfg.User, true
		p.Password, p.PasswordFlag = []byte(c.cfg.Password), c.cfg.Password != ""
	}
	if w := c.cfg.Will; w != nil {
		p.WillMessage = &paho.WillMessage{Topic: w.Topic, Payload: w.Payload, QoS: w.QoS, Retain: w.Retain}
		p.WillProperties = new(paho.WillProperties) // the rest of them: see Will.amend
		if w.Props != nil {
			p.WillProperties.User = userProperties(w.Props.User)
		}
		if w.Delay > 0 {
			p.WillProperties.WillDelayInterval = &w.Delay
		}
	}
	return p
}

// expiry is the Session Expiry Interval. A session that is kept is kept for ever unless it is
// said for how long: that is what MQTT 3.1.1 means by it.
func (c Config) expiry() uint32 {
	if c.SessionExpiry == 0 && !c.CleanSession {
		return math.MaxUint32
	}
	return c.SessionExpiry
}

// Link implements [connections.Client].
func (c *client5) Link() connections.Link {
	l := c.line.Link()
	if c.open.Load() {
		l.Welcome = c.welcome
		l.Limits = connections.Limits{Known: true, QoS: c.limits.qos, Retain: c.limits.retain, Packet: c.guard.Load().Longest()}
	}
	return l
}

func (c Config) keepsSession() bool { return !c.CleanSession }

// deliver hands over one message. It runs on paho's router, in the order of the wire.
func (c *client5) deliver(r paho.PublishReceived) (bool, error) {
	c.delivered++
	p := r.Packet
	msg := &connections.Message{
		Topic:    p.Topic,
		Payload:  p.Payload,
		Size:     int64(len(p.Payload)),
		QoS:      p.QoS,
		Retained: p.Retain,
		Dup:      p.Duplicate(),
		Props:    properties(p.Properties),
	}
	if size, cut := c.guard.Load().WireSize(c.delivered); cut {
		msg.Size = size
	}
	c.receive(msg)
	return true, nil
}

// properties returns what a message says beside its payload; nil, and nothing allocated, if it
// says nothing.
func properties(p *paho.PublishProperties) *connections.Properties {
	if p.PayloadFormat == nil && p.MessageExpiry == nil && p.ContentType == "" && p.ResponseTopic == "" &&
		len(p.CorrelationData) == 0 && len(p.User) == 0 {
		return nil
	}
	props := &connections.Properties{
		ContentType: p.ContentType, Text: p.PayloadFormat != nil && *p.PayloadFormat == 1,
		ResponseTopic: p.ResponseTopic, CorrelationData: p.CorrelationData,
	}
	if p.MessageExpiry != nil {
		props.Expiry = *p.MessageExpiry
	}
	for _, u := range p.User {
		props.User = append(props.User, connections.UserProperty{Name: u.Key, Value: u.Value})
	}
	return props
}

func publishProperties(p *connections.Properties) *paho.PublishProperties {
	props := new(paho.PublishProperties)
	if p == nil {
		return props
	}
	props.ContentType, props.ResponseTopic, props.CorrelationData = p.ContentType, p.ResponseTopic, p.CorrelationData
	props.User = userProperties(p.User)
	if p.Text {
		props.PayloadFormat = paho.Byte(1)
	}
	if p.Expiry > 0 {
		props.MessageExpiry = &p.Expiry
	}
	return props
}

func userProperties(all []connections.UserProperty) paho.UserProperties {
	var user paho.UserProperties
	for _, u := range all {
		user.Add(u.Name, u.Value)
	}
	return user
}

// Close implements [connections.Client].
func (c *client5) Close() {
	c.close(func() {
		_, _ = (&packets.Disconnect{Properties: &packets.Properties{}}).WriteTo(c.out)
		_ = c.guard.Load().Close() // the end of the stream ends paho
		<-c.lost
	})
}

// silent is a pinger that leaves the keep-alive to the guard.
type silent struct{}

func (silent) Run(context.Context, net.Conn, uint16) error { return nil }
func (silent) PacketSent()                                 {}
func (silent) PacketReceived()                             {}
func (silent) PingResp()                                   {}
func (silent) SetDebug(log.Logger)                         {}
