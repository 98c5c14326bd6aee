// Package repeating is the window in which a message is sent again and again: how often, how many
// times, with which values, and what has become of it. Several can run at once; each stands in the
// window's list with a button that stops it, and all of them in the status bar of the main window.
//
// Nothing goes on after the window is closed. What is sent passes the door as one run, which asks
// once before the first message: see [streamscope/app/command/repeat].
//
// Start reading at [Window].
package repeating
