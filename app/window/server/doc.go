// Package server is the sheet on one connection: what the broker said when it accepted, what it
// allows, and what has gone over the wire. It is shown from the menu of the connection's chip.
//
// Start reading at [New].
package server
