package sparkplug

import "strings"

// Namespace is the first level of every topic of Sparkplug B (3.0.0 §4.1.1).
const Namespace = "spBv1.0"

// Filter subscribes to all of it.
const Filter = Namespace + "/#"

// The kinds of message (3.0.0 §4.1.3).
const (
	NodeBirth   = "NBIRTH"
	NodeDeath   = "NDEATH"
	NodeData    = "NDATA"
	NodeCommand = "NCMD"
	Birth       = "DBIRTH"
	Death       = "DDEATH"
	Data        = "DDATA"
	Command     = "DCMD"
)

// Topic is what a topic of the namespace says.
type Topic struct {
	Group, Kind, Node string
	// Device is empty for the kinds that speak of the edge node itself.
	Device string
}

// ParseTopic reads a topic; ok is false where it is none of Sparkplug's, or the state of a host
// application, whose payload is JSON.
func ParseTopic(topic string) (t Topic, ok bool) {
	rest, ok := strings.CutPrefix(topic, Namespace+"/")
	if !ok {
		return Topic{}, false
	}
	levels := strings.Split(rest, "/")
	if len(levels) < 3 {
		return Topic{}, false
	}
	t = Topic{Group: levels[0], Kind: levels[1], Node: levels[2]}
	ofDevice := false
	switch t.Kind {
	case NodeBirth, NodeDeath, NodeData, NodeCommand:
	case Birth, Death, Data, Command:
		ofDevice = true
	default:
		return Topic{}, false
	}
	if ofDevice {
		if len(levels) != 4 {
			return Topic{}, false
		}
		t.Device = levels[3]
	} else if len(levels) != 3 {
		return Topic{}, false
	}
	return t, true
}

// CommandTopic is where a command to the node goes.
func (t Topic) CommandTopic() string {
	return strings.Join([]string{Namespace, t.Group, NodeCommand, t.Node}, "/")
}

// edge names the edge node: its messages share one sequence (3.0.0 §6.4.5).
func (t Topic) edge() string { return t.Group + "/" + t.Node }
