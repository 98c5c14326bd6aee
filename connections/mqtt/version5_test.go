package mqtt_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

func config5(host string, port int) mqtt.Config {
	cfg := config(host, port)
	cfg.Version = mqtt.Version5
	return cfg
}

func TestPropertiesOfMessages(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	box := newInbox()
	c := open(t, config5(broker.Host, broker.Port), box.receive)
	subscribe(t, c, "a")
	props := &connections.Properties{
		ContentType: "application/json", Text: true, Expiry: 3600, ResponseTopic: "answers/7", CorrelationData: []byte{0, 1, 255},
		User: []connections.UserProperty{{Name: "line", Value: "4"}, {Name: "line", Value: "5"}, {Name: "", Value: "ü"}},
	}
	for qos := range byte(3) {
		if r := c.Publish(t.Context(), connections.Publication{Topic: "a", Payload: []byte("{}"), QoS: qos, Props: props}); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	for i, m := range box.wait(t, 3) {
		if !reflect.DeepEqual(m.Props, props) {
			t.Errorf("QoS %d: %+v", i, m.Props)
		}
	}
}

func TestSubscriptionOptions(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	other := brokertest.Dial(t, broker.Addr(), "other", "", "")
	other.Send("old/1", "x", true)
	other.Sync()
	box := newInbox()
	c := open(t, config5(broker.Host, broker.Port), box.receive)
	results, err := c.Subscribe(t.Context(), []connections.Subscription{
		{Filter: "mine/#", NoLocal: true}, {Filter: "kept/#", RetainAsPublished: true}, {Filter: "old/#", RetainHandling: 2},
		{Filter: "$share/group/jobs"}, {Filter: "end", QoS: 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Refused {
			t.Errorf("%+v", r)
		}
	}
	for _, topic := range []string{"mine/1", "jobs", "end"} {
		_ = c.Publish(t.Context(), connections.Publication{Topic: topic, QoS: 1})
	}
	other.Send("kept/1", "x", true)
	other.Sync()
	var got []string
	for _, m := range box.wait(t, 3) {
		got = append(got, fmt.Sprint(m.Topic, m.Retained))
	}
	if fmt.Sprint(got) != "[jobsfalse endfalse kept/1true]" {
		t.Errorf("%v came", got)
	}
}

func TestNobodyHasSubscribed(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	scripted := brokertest.Serve(t, func(p *brokertest.Peer) { // mosquitto says so for QoS 1 only
		p.Accept5()
		_, body, _ := p.Packet()
		id := body[len(body)-3 : len(body)-1]
		p.Send(0x50, 11, id[0], id[1], 0x10, 7, 0x1f, 0, 4, 'h', 'u', 's', 'h')
		_, _, _ = p.Packet()
		p.Send(0x70, 2, id[0], id[1])
		p.Drain()
	})
	for qos, cfg := range map[byte]mqtt.Config{1: config5(broker.Host, broker.Port), 2: config5(scripted.Host, scripted.Port)} {
		r := open(t, cfg, nil).Publish(t.Context(), connections.Publication{Topic: "nobody", QoS: qos})
		if r.Outcome != connections.OutcomeAcknowledged || r.Code != 0x10 || !strings.Contains(r.Reason, "nobody") ||
			strings.Contains(r.Reason, "hush") != (qos == 2) {
			t.Errorf("QoS %d: %+v", qos, r)
		}
	}
}

func TestRefusalsHaveReasons(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{
		Users: map[string]string{"tech": "s3cret"}, ACL: "user tech\ntopic read plant/#\n",
	})
	cfg := config5(broker.Host, broker.Port)
	cfg.User, cfg.Password = "tech", "wrong"
	c := mqtt.New(cfg, nil)
	if err := c.Open(t.Context(), func(connections.State) {}); connections.KindOf(err) != connections.FailureNotAuthorised {
		t.Errorf("a wrong password: %v", err)
	}
	c.Close()
	cfg.Password = "s3cret"
	right := open(t, cfg, nil)
	r := right.Publish(t.Context(), connections.Publication{Topic: "plant/a", QoS: 1})
	if r.Outcome != connections.OutcomeRefused || r.Code != 0x87 || connections.KindOf(r.Err) != connections.FailureRejected {
		t.Errorf("a topic that may not be written: %+v", r)
	}
	if e := connections.Explain(r.Err); !strings.Contains(e.What, "not authorised") {
		t.Errorf("explained as %+v", e)
	}
}

func TestLastWill(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		t.Run(version, func(t *testing.T) {
			box := newInbox()
			watch := config5(broker.Host, broker.Port)
			watch.ClientID = "watch"
			subscribe(t, open(t, watch, box.receive), "will/#")
			cfg := config(broker.Host, broker.Port)
			cfg.Version = version
			cfg.Will = &mqtt.Will{Topic: "will/" + version, Payload: []byte{0, 255}, QoS: 1}
			if version == mqtt.Version5 {
				cfg.Will.Props = &connections.Properties{ContentType: "x", Text: true, Expiry: 60, ResponseTopic: "r",
					CorrelationData: bytes.Repeat([]byte{7}, 200), User: []connections.UserProperty{{Name: "a", Value: "b"}}}
			}
			open(t, cfg, nil)
			brokertest.Dial(t, broker.Addr(), cfg.ClientID, "", "") // it throws the other one out
			m := box.wait(t, 1)[0]
			if m.Topic != cfg.Will.Topic || !bytes.Equal(m.Payload, cfg.Will.Payload) || !reflect.DeepEqual(m.Props, cfg.Will.Props) {
				t.Errorf("%+v %+v", m, m.Props)
			}
		})
	}
}

func TestWhatOnlyMQTT5Carries(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	cfg := config(broker.Host, broker.Port)
	for name, change := range map[string]func(*mqtt.Config){
		"user properties": func(c *mqtt.Config) { c.UserProperties = []connections.UserProperty{{Name: "a"}} },
		"a will's delay":  func(c *mqtt.Config) { c.Will = &mqtt.Will{Topic: "a", Delay: 1} },
	} {
		cfg := cfg
		change(&cfg)
		c := mqtt.New(cfg, nil)
		if err := c.Open(t.Context(), func(connections.State) {}); connections.KindOf(err) != connections.FailureNeedsMQTT5 {
			t.Errorf("%s: %v", name, err)
		}
		c.Close()
		cfg.Version = mqtt.Version5
		open(t, cfg, nil).Close()
	}
	c := open(t, cfg, nil)
	r := c.Publish(t.Context(), connections.Publication{Topic: "a", Props: &connections.Properties{ContentType: "x"}})
	if r.Outcome != connections.OutcomeRefused || connections.KindOf(r.Err) != connections.FailureNeedsMQTT5 {
		t.Errorf("publish: %+v", r)
	}
	results, err := c.Subscribe(t.Context(), []connections.Subscription{{Filter: "a", NoLocal: true}, {Filter: "b"}})
	if err != nil || !results[0].Refused || !strings.Contains(results[0].Reason, "no local") || results[1].Refused {
		t.Errorf("subscribe: %v, %+v", err, results)
	}
}

// A session that is kept holds messages for its client, and the client's for the broker.
func TestASessionIsKept(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		t.Run(version, func(t *testing.T) {
			cfg := config(broker.Host, broker.Port)
			cfg.Version, cfg.CleanSession, cfg.ClientID, cfg.SessionExpiry = version, false, "kept-"+version, 60
			box := newInbox()
			factory := mqtt.NewFactory(cfg, box.receive)
			first := factory.New()
			if err := first.Open(t.Context(), func(connections.State) {}); err != nil {
				t.Fatal(err)
			}
			subscribe(t, first, "a/"+version)
			first.Close()
			<-first.Lost()
			other := config5(broker.Host, broker.Port)
			other.ClientID = "other"
			o := open(t, other, nil)
			_ = o.Publish(t.Context(), connections.Publication{Topic: "a/" + version, Payload: []byte("while away"), QoS: 1})
			second := factory.New()
			defer second.Close()
			if err := second.Open(t.Context(), func(connections.State) {}); err != nil {
				t.Fatal(err)
			}
			if m := box.wait(t, 1)[0]; string(m.Payload) != "while away" {
				t.Errorf("%+v", m)
			}
			o.Close()
		})
	}
}

func TestUnconfirmedPublicationsOutliveTheClientOfMQTT5(t *testing.T) {
	got := make(chan string, 8)
	var connects atomic.Int32
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		_, _, _ = p.Packet()
		p.Send(0x20, 3, byte(min(1, connects.Add(1)-1)), 0, 0)
		flags, body, err := p.Packet()
		if err != nil {
			return
		}
		got <- fmt.Sprintf("%#x %s", flags, body[2:3])
		if connects.Load() == 1 {
			return
		}
		p.Send(0x40, 2, body[3], body[4])
		_, body, _ = p.Packet()
		p.Send(0x40, 2, body[3], body[4])
		p.Drain()
	})
	cfg := config5(broker.Host, broker.Port)
	cfg.CleanSession = false
	factory := mqtt.NewFactory(cfg, nil)
	one := factory.New()
	if err := one.Open(t.Context(), func(connections.State) {}); err != nil {
		t.Fatal(err)
	}
	if r := one.Publish(t.Context(), connections.Publication{Topic: "a", QoS: 1}); r.Outcome != connections.OutcomeUnknown {
		t.Errorf("%+v", r)
	}
	one.Close()
	<-one.Lost()
	if sent := <-got; sent != "0x32 a" {
		t.Errorf("first: %s", sent)
	}
	two := factory.New()
	defer two.Close()
	if err := two.Open(t.Context(), func(connections.State) {}); err != nil {
		t.Fatal(err)
	}
	if sent := <-got; sent != "0x3a a" {
		t.Errorf("again: %s, want it with DUP", sent)
	}
	if r := two.Publish(t.Context(), connections.Publication{Topic: "b", QoS: 1}); r.Outcome != connections.OutcomeAcknowledged {
		t.Errorf("the next one: %+v", r)
	}
}
