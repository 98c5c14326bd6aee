package topics

import (
	"time"
)

// prefixLimit is how much of a payload a [Row] carries, in bytes.
const prefixLimit = 4096

// Row is what the screen shows of one node. It is a copy: the index never touches it again.
type Row struct {
	Node NodeID
	// Name is the last level of Path.
	Name, Path string
	// Topics is the number of topics beneath, the node itself not counted.
	Topics int
	// HasValue reports that a message came on this very topic; what follows is zero if not.
	HasValue bool
	// Payload holds the first 4 KiB. Rows reuses its array for the next call.
	Payload []byte
	// Size is the number of payload bytes on the wire.
	Size int64
	// Whole reports that Payload is all that was sent.
	Whole bool
	// Time and First are when the latest and the first message came, in nanoseconds since 1970.
	Time, First int64
	// Seq is the number of the latest message in its session, Count that of all on this topic.
	Seq, Count uint64
	QoS        byte
	Retained   bool
	// Cut reports that the guard shortened the payload on its way in.
	Cut bool
	// Interval is the usual time between two messages; 0 while it is not known.
	Interval time.Duration
}

// Rate is the number of messages a second that the topic makes at the instant now. Retained
// messages, whose age nobody knows, do not count. It sinks while the topic is silent.
func (r *Row) Rate(now int64) float64 {
	if r.Interval <= 0 {
		return 0
	}
	return float64(time.Second) / float64(max(r.Interval, time.Duration(now-r.Time)))
}

// Silent reports that nothing came for more than three times the usual interval.
func (r *Row) Silent(now int64) bool {
	return r.Interval > 0 && now-r.Time > 3*int64(r.Interval)
}

// Entry is one message of a topic.
type Entry struct {
	Seq     uint64
	Time    int64
	Payload []byte
	// Size is the number of payload bytes on the wire, more than len(Payload) if Cut.
	Size     int64
	QoS      byte
	Retained bool
	Dup      bool
	Cut      bool
}
