package ui

import (
	"streamscope/app"
	"streamscope/app/topics"
)

// Selection names what the user points at: a connection (Topic empty and Node 0), a branch or
// a topic.
type Selection struct {
	Conn  *app.Connection
	Node  topics.NodeID
	Topic string
	Path  []string
}

// IsTopic tells whether a branch or a topic is meant that the connection has heard of.
func (s Selection) IsTopic() bool { return s.Conn != nil && s.Node != 0 }
