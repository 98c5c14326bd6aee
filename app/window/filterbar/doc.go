// Package filterbar is the bar above the tree: what is looked for, what else the topics must be
// (switches, each a chip while it is on), how many fit, and what cannot be read.
//
// It searches nothing: it makes a [topics.Query] of what the user asks for, and its owner tells
// it what was found. All of it belongs to the UI goroutine. Start reading at [Bar].
package filterbar
