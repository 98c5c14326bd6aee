// Package past is what the detail pane shows of a topic's earlier messages: [History], the list
// of them, and [Diff], what changed between two.
//
// Both read the topic's index when the tick asks them to, and hold copies of what they show: a
// message that is on the screen stays readable after it gave way in the index. Searching,
// ordering, comparing and exporting run off the UI goroutine.
//
// Everything here is for the UI goroutine but what the comments say. Start reading at [History].
package past
