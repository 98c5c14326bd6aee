// Package controls is the panel of saved commands beside the tree: buttons, toggles, sliders,
// fields and choices that send, and what the devices report.
//
// A control shows the state that its device reports, never the one that was asked for; where
// the two differ it says so, and where the device is silent it says that too. Everything is sent
// by the command's Sender, and so through the session's one door.
//
// [Panel] is the list, card.go one command in it, editor.go the form of one.
package controls
