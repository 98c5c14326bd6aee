// Package virtual scrolls through any number of rows of one height while only the rows in
// view exist.
//
// The scroll position is a row and a fraction of a row, never a pixel over the whole list:
// float32 can't tell neighbouring pixels apart beyond some 400,000 rows. Rows are pooled,
// and a row keeps its object for as long as it stays in view, so that scrolling by one row
// fills one object.
//
// [List] is the scroller; [Position] holds its arithmetic. [Cell] is one line of text in a
// row, cut to its column by a [Fitter] and cleaned by [OneLine]: it touches its canvas only
// when what it shows changes. [Style] and [Colours] are the theme as such a widget reads it.
//
// The package knows neither selection nor data. The widgets around it (tree, table) take
// mouse and keys and ask [List.RowAt] and [List.Step] what they mean. Everything runs on
// Fyne's goroutine.
package virtual
