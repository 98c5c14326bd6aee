package connections

import "time"

// State is where a connection stands.
type State int

const (
	// StateIdle: never asked to connect.
	StateIdle State = iota
	// StateDialling: resolving the name and opening the byte stream.
	StateDialling
	// StateHandshake: the byte stream stands; waiting for the peer to accept.
	StateHandshake
	// StateSubscribing: accepted; restoring the subscriptions.
	StateSubscribing
	// StateOpen: everything that was asked for is being received.
	StateOpen
	// StateWaiting: an attempt failed; the next comes at Status.RetryAt.
	StateWaiting
	// StateClosed: ended by the user, or by a failure that no retry can mend.
	StateClosed
)

func (s State) String() string {
	return [...]string{"idle", "dialling", "handshake", "subscribing", "open", "waiting", "closed"}[s]
}

// Status is a snapshot of a connection's life. It is a value: keep it as long as you like.
type Status struct {
	State State
	// Since is when State was entered.
	Since time.Time
	// Err is why the last attempt failed or the last connection fell; nil while all is well.
	Err error
	// RetryAt is when the next attempt starts; zero unless State is StateWaiting.
	RetryAt time.Time
	// Attempt counts attempts since the last time the connection was open, from 1.
	Attempt int
	// Filters holds the broker's answer to each subscription of the open connection.
	Filters []SubscribeResult
}
