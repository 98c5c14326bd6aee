// Package window is the face of Streamscope that has a screen: the main window with its
// connections, tree, detail, charts and composer, and the dialogs around it.
//
// The window pulls. One [ticker] asks the sessions for the rows in view a few times a second,
// and for the charts up to 30 times; nothing that arrives from a network ever calls the
// window. What takes long (flattening the tree, publishing, reading files) runs off the UI
// goroutine and comes back in one step: clone, work, swap.
//
// Start reading at [New] in window.go, which lays the panes out; each pane has a file of its
// own, and what a row of the tree says is decided by pure functions in rows.go.
package window
