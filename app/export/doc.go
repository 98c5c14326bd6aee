// Package export writes tables and streams of records into files that other programs read: CSV
// for spreadsheets, JSON Lines for scripts.
//
// What devices say is foreign: a text that a spreadsheet would run as a formula is made harmless,
// and what is no UTF-8 is written as hexadecimal digits. Nothing is rounded and no time loses its
// zone. It knows nothing of topics, connections or windows.
//
// Start reading at [CSV] and [Lines].
package export
