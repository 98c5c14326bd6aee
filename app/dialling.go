package app

import (
	"context"
	"net"
	"time"

	"streamscope/connections"
	"streamscope/connections/mqtt"
	"streamscope/connections/profile"
	"streamscope/connections/way"
	"streamscope/connections/websocket"
)

// mqttConfig is how an MQTT profile is connected.
func mqttConfig(p profile.Profile, secrets Secrets) mqtt.Config {
	host := p.Host
	if p.Transport.Kind == profile.Unix {
		host = "localhost"
	}
	return mqtt.Config{
		Host: host, Port: p.Port, ClientID: p.ClientID, User: p.User, Password: secrets.Reveal(profile.SecretPassword),
		KeepAlive: keepAlive(p.KeepAlive), CleanSession: p.CleanSession,
		Version: p.Version, SessionExpiry: p.MQTT5.SessionExpiry, ReceiveMaximum: p.MQTT5.ReceiveMaximum,
		UserProperties: userProperties(p.MQTT5.UserProperties), Will: will(p.Will),
		Dial: way.Dialler(p, secrets).DialContext,
	}
}

func will(w *profile.Will) *mqtt.Will {
	if w == nil {
		return nil
	}
	return &mqtt.Will{
		Topic: w.Topic, Payload: []byte(w.Payload), QoS: w.QoS, Retain: w.Retain, Delay: w.Delay,
		Props: &connections.Properties{
			ContentType: w.ContentType, Text: w.Text, Expiry: w.Expiry, ResponseTopic: w.ResponseTopic,
			CorrelationData: []byte(w.CorrelationData), User: userProperties(w.UserProperties),
		},
	}
}

func userProperties(list []profile.UserProperty) []connections.UserProperty {
	var all []connections.UserProperty
	for _, u := range list {
		all = append(all, connections.UserProperty{Name: u.Name, Value: u.Value})
	}
	return all
}

// keepAlive turns a profile's seconds, where 0 is off, into a client's, where that is negative.
func keepAlive(seconds int) time.Duration {
	if seconds == 0 {
		return -1
	}
	return time.Duration(seconds) * time.Second
}

// streamConfig is how a raw WebSocket is connected.
func streamConfig(p profile.Profile, secrets Secrets) websocket.Config {
	d := way.Dialler(p, secrets)
	c := websocket.Config{
		Host: p.Host, Port: p.Port, TLS: d.Kind.Secure(), Path: d.Path, Header: d.Header,
		User: p.User, Password: secrets.Reveal(profile.SecretPassword),
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := d.Connect(ctx, network, addr)
			if err != nil || !d.Kind.Secure() {
				return conn, err
			}
			return d.Secure(ctx, conn, addr)
		},
	}
	if s := p.Stream; s != nil {
		c.Subprotocols, c.Compression, c.Origin = s.Subprotocols, s.Compression, s.Origin
		c.PingInterval, c.MessageLimit = time.Duration(s.PingInterval)*time.Second, s.MessageLimit
		for _, o := range s.Opening {
			c.Opening = append(c.Opening, websocket.Opening{Text: o.Text, Binary: o.Binary})
		}
	}
	return c
}
