// Package house holds no code of the program: its tests check that the house stands as
// ARCHITECTURE.md draws it. Arrows point down only, Fyne stays in the rooms with a window,
// and a headless build needs no screen.
//
// A new room is given its floor in floors_test.go; a test fails until it has one.
package house
