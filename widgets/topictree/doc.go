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
// Everything runs on Fyne's goroutine. The widget has neither goroutine nor timer of its own.
package topictree
