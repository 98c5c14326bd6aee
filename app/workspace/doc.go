// Package workspace is the document of where the user left off: window, panes, what was open in
// the tree, charts. It is plain data; the window fills it in and reads it out.
//
// Received values are not in it, nor passwords, nor what is typed in the composer. [Load] never
// keeps the program from starting: with a missing or broken file it gives [Default].
package workspace
