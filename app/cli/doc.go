// Package cli is the face of the program without a screen. Each verb prints data on stdout and
// everything else on stderr, and ends with an exit code that means something.
//
// It shows no more than a window would: what a verb prints went through session, index, history
// and a tap like everything else.
package cli

// Exit codes.
const (
	// ExitOK: all that was asked for was done.
	ExitOK = 0
	// ExitFailure: no connection came about, or it ended for good; stderr tells why.
	ExitFailure = 1
	// ExitUsage: the command line makes no sense.
	ExitUsage = 2
	// ExitRefused: the broker refused some of the subscriptions, or the message.
	ExitRefused = 3
	// ExitLost: messages came faster than they could be written, and some were left out.
	ExitLost = 4
	// ExitFewer: the time was over before as many messages came as --count asks for.
	ExitFewer = 5
	// ExitUnknown: a message was sent, and the connection ended before the broker answered.
	ExitUnknown = 6
	// ExitNoAnswer: a message was sent, and no answer came in time.
	ExitNoAnswer = 7
)
