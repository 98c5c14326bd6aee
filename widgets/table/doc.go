// Package table shows rows of cells, any number of them, with a header, a selection of one
// range of rows and copying as tab-separated text. It does not sort: [Table.OnSort] asks the owner
// to, and [Table.Interacting] says when rows had better stay where they are.
//
// It is presentation only. It asks a [Source] for a row when the row comes into view or the
// owner calls [Table.Refresh], and tells by callbacks what the user means to do. Start
// reading at [Table]. Everything runs on Fyne's goroutine.
package table
