// Package charts is the board of the window's charts: stacked in a dock across the foot of the
// window or each in a window of its own, over one time axis unless a chart is unlinked.
//
// A chart is a [profile.Chart] that came to life: its lines are the series of open connections,
// filled from the history that is held. The line of a connection that is closed stays, greyed,
// and comes back with it. Values come by [Board.Add], by menu and by dragging; what the user
// made of them is told by [Board.Kept] and brought back by [Board.Load] and [Board.Opened].
// Charts of one saved profile live in its document, all others in the workspace.
//
// Start at [Board]; panel.go is one chart, line.go one value on it. The drawing is in
// widgets/chart, the samples in app/series. All of it belongs to the UI goroutine.
package charts
