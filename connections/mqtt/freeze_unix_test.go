//go:build unix

package mqtt_test

import (
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
)

// A broker that stands still keeps its sockets open; only the keep-alive notices.
func TestAFrozenBrokerIsSilent(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	cfg := config(broker.Host, broker.Port)
	cfg.KeepAlive = time.Second
	c := open(t, cfg, nil)
	broker.Freeze()
	defer broker.Thaw()
	if got := lost(t, c); got != connections.FailureSilent {
		t.Errorf("lost because of %v", c.Err())
	}
}

// An idle connection lives on by the guard's pings.
func TestAnIdleConnectionStays(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	cfg := config(broker.Host, broker.Port)
	cfg.KeepAlive = time.Second
	c := open(t, cfg, nil)
	select {
	case <-c.Lost():
		t.Errorf("lost because of %v", c.Err())
	case <-time.After(4 * time.Second): // mosquitto throws out who is silent for 1.5 s
	}
}
