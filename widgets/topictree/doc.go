// Package topictree shows a tree of topics with live values, and, as [NewFlat], a watch list
// of pinned ones.
//
// It is presentation only: it knows no broker and no index. It asks a [Source] for the rows
// in view, all in one call, whenever the owner says that data moved ([Tree.Refresh], on a
// tick of a few times a second) or that the structure changed ([Tree.Reset]), and tells by
// callbacks what the user means to do. It neither opens branches nor sorts: the owner does,
// and resets.
//
// A row is one widget of a few texts that are touched only when they change, and all trends
// in view are one raster: Fyne draws every visible object again on any change, so there are
// few. Start reading at [Tree]; rowview.go is what a row looks like.
//
// The other way is a strip: one raster that shows all rows, painted with a glyph cache of our own.
// Both were measured in a window with OpenGL in software, 30 rows of three texts, in milliseconds
// of processor time a tick (an empty window that is drawn again takes 2 to 4.7):
//
//	                                        widgets  strip
//	two of three texts new, 4 a second         16.4    9.8
//	the same while scrolling, 20 a second      14.4    7.6
//	scrolling over texts that stay              6.8    8.6
//	nothing new                                 2.2    9.3, or nothing if it is not drawn
//	allocations a tick of new texts           5,271    101
//	resident memory, MB                         188    129
//
// The strip is cheaper by a half where values change, for each new text costs a texture. Rows
// remain widgets because topics come in every script: they are shaped, and fonts stand in for
// those that lack a letter, which a strip has not. A strip of the live columns alone, for texts
// of plain letters, would have both. BenchmarkDraw has the experiment.
//
// Everything runs on Fyne's goroutine. The widget has neither goroutine nor timer of its own.
package topictree
