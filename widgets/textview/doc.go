// Package textview is the one widget for received text: payloads, JSON, hex dumps, diffs.
//
// It shows a [Document], asks it only for the lines in view, and draws those with plain
// canvas texts in a monospaced font, so 50 MB cost no more than a screenful. What it shows is
// made safe to look at: control and direction characters, and bytes that are no UTF-8, stand
// as escapes such as \x07. What it copies is the true text.
//
// The view is presentation only. It knows nothing of payloads or brokers, holds no goroutine,
// and all of it is for Fyne's goroutine; a document may be made on any. Start reading at
// [View].
package textview
