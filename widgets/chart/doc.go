// Package chart is a widget that draws numbers over time, live: several series, one time axis, a value
// axis on each side, pan, zoom, pause, a reading under the pointer, two cursors that measure, and
// statistics of what is in view. Charts that share a [View] move together. [Chart.Export] paints a
// picture for a report.
//
// It knows no broker and no topic. A series comes with a [Source], which tells the columns
// between two instants; what the user wants done (remove, menu) goes out through callbacks.
//
// The plot is one raster over a picture of our own. Each frame is painted off the UI goroutine
// into the picture that isn't shown, and the two are swapped. Axis labels, cursor and legend
// are canvas objects around and above it, so moving the mouse paints nothing anew. The owner's
// clock calls [Chart.Tick]; it draws only when a pixel column could have changed, and less often where
// drawing is dear.
//
// Start at [Chart]; view.go, style.go and axis.go hold the arithmetic, frame.go the painting of a frame,
// widgets/internal/paint the pixels, input.go mouse and keys.
package chart
