package demo

import (
	"context"
	"net/url"
	"strconv"
	"testing"
	"time"

	"streamscope/app/payload/mapping"
	"streamscope/app/session"
	"streamscope/app/topics"
	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/connections/websocket"
)

// The frames of the boat become topics in a session that maps them.
func TestTheBoatInASession(t *testing.T) {
	plant := openPlant(t)
	u, err := url.Parse(plant.StreamURL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := mapping.Compile(profile.Mapping{Kind: profile.MapLeaves, Topic: "boat"})
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(session.Options{
		Budget: topics.NewBudget(1 << 20), Mapper: mapper,
		Client: func(receive func(*connections.Message)) connections.Client {
			return websocket.New(websocket.Config{Host: u.Hostname(), Port: port, Path: u.RequestURI()}, receive)
		},
	})
	defer s.Close()
	tap, err := s.Tap(session.TapOptions{Name: "test", Filter: "boat/#"})
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	s.Connect()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	for s.Counts().Frames < 5 {
		if _, err := tap.Next(ctx); err != nil {
			t.Fatalf("after %d frames: %v", s.Counts().Frames, err)
		}
	}
	n := s.Counts()
	if n.Misfits != 0 || n.Topics < 2 || n.Received != n.Kept+n.Evicted+n.Cleared+n.Excluded {
		t.Errorf("%+v", n)
	}
	if _, ok := s.Index().Find("boat"); !ok {
		t.Error("there is no boat in the tree")
	}
}
