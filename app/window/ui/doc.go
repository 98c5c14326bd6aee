// Package ui is what the window's panes and dialogs have in common: the way of every word onto
// the screen ([Tr]), how figures, ages and sizes are written, text that is cheap to change
// ([QuietText]), work off the UI goroutine ([Background]), parts that are made when they are wanted
// ([Lazy]), dividers ([Split], [NewTabs]), and what the user points at ([Selection]).
//
// It decides nothing. What only one pane needs stays with that pane.
package ui
