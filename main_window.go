//go:build !headless

package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"

	"streamscope/app"
	"streamscope/app/cli"
	"streamscope/app/logfile"
	"streamscope/app/single"
	_ "streamscope/app/tune" // bounds Fyne's text cache before Fyne reads the setting
	"streamscope/app/vitals"
	"streamscope/app/window"
	"streamscope/assets"
	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// appID names the program to the desktop; FyneApp.toml says the same.
const appID = "app.streamscope"

// openWindow runs the program with its window, until the user quits.
func openWindow(f face) int {
	instance, err := single.Acquire(f.folder)
	switch {
	case errors.Is(err, single.ErrRunning):
		if err := single.Raise(f.folder); err != nil {
			fmt.Fprintf(f.stderr, "streamscope: another one uses %s and does not answer: %v\n", f.folder, err)
			return cli.ExitFailure
		}
		return cli.ExitOK
	case err != nil:
		fmt.Fprintln(f.stderr, "streamscope:", err)
		return cli.ExitFailure
	}
	code := f.run(instance)
	instance.Close()
	if f.DebugAddr != "" {
		left := vitals.Leftovers(leftoverPatience)
		fmt.Fprintf(f.stderr, "debug: goroutines left: %d\n", len(left))
		for _, stack := range left {
			fmt.Fprintln(f.stderr, stack)
		}
	}
	return code
}

// leftoverPatience is how long goroutines may take to end after everything was closed.
const leftoverPatience = time.Second

// run makes the services and shows the window.
func (f face) run(instance *single.Instance) int {
	toolkit := f.toolkit()
	fonts := window.ReadFonts()
	services, err := app.New(app.Params{Folder: f.folder, Logger: f.log})
	if err != nil {
		fmt.Fprintln(f.stderr, "streamscope:", err)
		return cli.ExitFailure
	}
	options := window.Options{
		Logger: f.log, Version: version, LogFolder: f.logs, Fonts: fonts, Demo: f.Demo, Connect: f.Profile,
		CommandLine: logfile.Masked(os.Args),
	}
	if f.URL != "" {
		unsaved, err := f.unsaved()
		if err != nil {
			fmt.Fprintln(f.stderr, "streamscope:", err)
			return cli.ExitUsage
		}
		options.Unsaved = &unsaved
	}
	w := window.New(toolkit, services, options)
	code := cli.ExitOK
	w.ShowAndRun(func() {
		instance.OnRaise(w.Raise)
		if err := f.serve(w); err != nil {
			fmt.Fprintln(f.stderr, "streamscope:", err)
			code = cli.ExitUsage
			w.Quit()
		}
	})
	return code
}

// serve opens the debug address, if one is wanted.
func (f face) serve(w *window.Window) error {
	if f.DebugAddr == "" {
		return nil
	}
	url, err := w.Listen(f.DebugAddr)
	if err != nil {
		return err
	}
	fmt.Fprintln(f.stderr, "debug:", url)
	return nil
}

// toolkit starts Fyne, with the program's icon and words.
func (f face) toolkit() fyne.App {
	if dir, err := os.UserCacheDir(); err == nil {
		// Fyne makes its own folder in there, but not the one above it.
		if err := os.MkdirAll(dir, 0o700); err != nil {
			f.log.Warn("there is no folder for caches", "err", err)
		}
	}
	fa := fyneapp.NewWithID(appID)
	fa.SetIcon(fyne.NewStaticResource("logo.png", assets.Logo))
	if err := lang.AddTranslationsFS(assets.Translations, "translations"); err != nil {
		f.log.Error("the translations cannot be read", "err", err)
	}
	return fa
}

// unsaved makes a connection of the URL on the command line.
func (f face) unsaved() (window.Unsaved, error) {
	target, err := profile.ParseTarget(f.URL)
	if err != nil {
		return window.Unsaved{}, err
	}
	p, password := target.Profile()
	if password != "" {
		fmt.Fprintln(f.stderr, "streamscope: a password on the command line can be read by other users of this computer")
	}
	if p.Protocol == profile.MQTT && target.Filter == "" {
		p.Subscriptions = []connections.Subscription{{Filter: "#"}}
	}
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		return window.Unsaved{}, wrong[0]
	}
	return window.Unsaved{Profile: valid, Secrets: app.Secrets{profile.SecretPassword: secret.New(password)}}, nil
}
