// Package series keeps one number over time for charts: what a topic's temperature was, from
// the first sample that memory still holds to the one that just came.
//
// Samples lie in chunks of two columns (times, values). Over them stands a pyramid: every 32
// samples, every chunk, every 32 chunks and so on have a summary with the smallest, largest,
// first and last value. A question about a stretch of time folds a few summaries instead of
// the samples beneath, so a picture costs its width and not its data, and a spike of one
// sample among ten million stays in the picture.
//
// Memory comes out of a [Budget]. When that is full, the oldest chunks give back their samples
// and live on as summaries; the answer says that detail is missing. Nothing vanishes while it
// can still be summed up.
//
// The package knows no topic, payload or screen. Start at [Series], then [Series.Columns];
// chunk.go has the pyramid, cursor.go the walk over it, budget.go what gives way.
package series
