package controls

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// icons are what a command can be marked with, in the order in which they are offered.
func icons() []string {
	return []string{"", "start", "stop", "pause", "up", "down", "left", "right", "refresh", "warning", "light", "sound", "home", "settings"}
}

// iconOf returns an icon by its name; nil for none, and for one that this version does not know.
func iconOf(name string) fyne.Resource {
	switch name {
	case "start":
		return theme.MediaPlayIcon()
	case "stop":
		return theme.MediaStopIcon()
	case "pause":
		return theme.MediaPauseIcon()
	case "up":
		return theme.MoveUpIcon()
	case "down":
		return theme.MoveDownIcon()
	case "left":
		return theme.NavigateBackIcon()
	case "right":
		return theme.NavigateNextIcon()
	case "refresh":
		return theme.ViewRefreshIcon()
	case "warning":
		return theme.WarningIcon()
	case "light":
		return theme.VisibilityIcon()
	case "sound":
		return theme.VolumeUpIcon()
	case "home":
		return theme.HomeIcon()
	case "settings":
		return theme.SettingsIcon()
	}
	return nil
}
