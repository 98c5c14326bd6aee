// Package connections is the vocabulary that every kind of connection shares (message,
// subscription, publication, state, failure) and the one [Supervisor] that keeps a
// connection alive, whatever protocol it speaks.
//
// It knows no protocol, no file and no screen. The rooms below it do the work: dial opens a
// guarded byte stream, mqtt speaks MQTT over it, profile keeps what is needed to open it
// again tomorrow. Start reading at [Client], the contract of one attempt, and go on with
// [Supervisor], which makes one Client after another.
package connections
