// Package simulation is the plant of the demo without its wires: lines, utilities, a cold store,
// a barn and a boat whose values drift, jump and follow commands.
//
// A [World] is stepped by hand and answers with messages. It opens no connection, starts no
// goroutine and asks no clock, and the same seed and the same steps give the same messages.
// Start reading at [World.Step]; what there is to see is built in the files named after the
// areas.
package simulation
