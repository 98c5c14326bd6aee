package cli

import (
	"context"
	"fmt"
	"io"

	"streamscope/connections/diagnose"
)

// Diagnose examines the way to a target and prints each step as soon as it is done. It returns
// ExitOK if the connection works, also with a warning, ExitFailure if a step failed or ctx was
// cancelled.
func Diagnose(ctx context.Context, t Target, stdout, stderr io.Writer) int {
	r, err := t.find(ctx, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: diagnose:", err)
		return ExitUsage
	}
	defer r.close()
	fmt.Fprintln(stdout, "Diagnosis of "+diagnose.Target{Profile: r.profile}.URL())
	report := r.Diagnose(ctx, r.profile, r.secrets, nil, func(s diagnose.Step) { fmt.Fprintln(stdout, s.Text()) })
	fmt.Fprintln(stdout, report.Summary())
	if report.Cancelled || report.Worst() == diagnose.Failed {
		return ExitFailure
	}
	return ExitOK
}
