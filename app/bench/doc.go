// Command bench measures the program beside the least that could do the same work: its own
// headless build beside bare client libraries, fed by the same generator, and the benchmarks of
// the packages beside the baselines that stand in them. It prints a table of ratios.
//
// Only ratios are worth comparing, and only those of one run: each measurement and its baseline
// run in turn, several times, and the medians are divided. What is measured is processor time,
// which other programs on the same machine disturb less than the clock.
//
// The window is measured on a screen in memory, beside a bare window of the same toolkit; where
// there is no Xvfb those rows say so.
//
// Nothing but this repository and the Go tool is needed; mosquitto only to count what a real broker
// delivers. It talks to loopback addresses only.
//
// Start reading at main.go; streams.go lists what is run from end to end, packages.go what of
// the packages, windows.go what with the window.
package main
