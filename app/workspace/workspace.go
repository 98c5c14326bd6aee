package workspace

import (
	"time"

	"streamscope/connections/profile"
)

// Workspace is where the user left off. Sizes are in Fyne's device-independent units.
type Workspace struct {
	Window Window `json:"window"`
	// Theme is the user's choice.
	Theme Theme `json:"theme"`
	// TextScale multiplies the sizes of text; 0 means 1.
	TextScale float32 `json:"textScale,omitempty"`
	// Splits are the places of the panes' dividers by the divider's name, each a share of the
	// whole from 0 to 1.
	Splits map[string]float64 `json:"splits,omitempty"`
	// Open are the profiles that were connected, by ID, in the order of the tree.
	Open []string `json:"open,omitempty"`
	// Views are what the tree showed of each connection, by profile ID.
	Views map[string]View `json:"views,omitempty"`
	// Selection is the row that was selected in the tree; nil if none.
	Selection *Value `json:"selection,omitempty"`
	// Filter is what stood in the filter above the tree.
	Filter string `json:"filter,omitempty"`
	// Filtering is what the topics had to be beside it.
	Filtering Filtering `json:"filtering,omitzero"`
	// Order is that of the tree's siblings, Figure what stands beside its branches; empty for
	// names and topics.
	Order  string `json:"order,omitempty"`
	Figure string `json:"figure,omitempty"`
	// Charts are the charts that no profile keeps: those that bring values of several profiles
	// together, by their IDs, and those of connections that are not saved.
	Charts []profile.Chart `json:"charts,omitempty"`
	// ChartsOpen and PublishOpen tell whether the dock and the drawer were open.
	ChartsOpen  bool `json:"chartsOpen,omitempty"`
	PublishOpen bool `json:"publishOpen,omitempty"`
	// ControlsOpen tells whether the saved commands were in sight.
	ControlsOpen bool `json:"controlsOpen,omitempty"`
	// ReadOnly tells whether nothing was to be sent over any connection.
	ReadOnly bool `json:"readOnly,omitempty"`
}

// Window is the main window's size and state.
type Window struct {
	Width      float32 `json:"width"`
	Height     float32 `json:"height"`
	FullScreen bool    `json:"fullScreen,omitempty"`
}

// Filtering is what topics must be to be shown. Spans of time are in nanoseconds; 0 asks nothing.
type Filtering struct {
	Payloads      bool          `json:"payloads,omitempty"`
	Numbers       bool          `json:"numbers,omitempty"`
	Retained      bool          `json:"retained,omitempty"`
	ChangedWithin time.Duration `json:"changedWithin,omitempty"`
	SilentFor     time.Duration `json:"silentFor,omitempty"`
}

// Theme is light, dark, or what the system says.
type Theme string

// The themes to choose from.
const (
	ThemeSystem Theme = "system"
	ThemeLight  Theme = "light"
	ThemeDark   Theme = "dark"
)

// View is what the tree showed of one connection.
type View struct {
	// Open tells whether the connection's own row was expanded.
	Open bool `json:"open"`
	// Expanded are the full topics of the expanded branches.
	Expanded []string `json:"expanded,omitempty"`
	// Beneath are the branches beneath which everything is expanded but what is Collapsed. The
	// whole connection is "\x00", which no topic can be.
	Beneath   []string `json:"beneath,omitempty"`
	Collapsed []string `json:"collapsed,omitempty"`
	// Chosen are the keys that the rows of JSON topics show.
	Chosen []Choice `json:"chosen,omitempty"`
}

// Choice is the key of a JSON topic that its row shows.
type Choice struct {
	Topic string   `json:"topic"`
	Path  []string `json:"path"`
}

// Value names one thing that can be looked at: a topic of a connection, or one value in its
// JSON.
type Value struct {
	// Profile is the profile's ID.
	Profile string `json:"profile"`
	Topic   string `json:"topic"`
	// Path is the list of keys that leads to the value; empty for the topic as a whole.
	Path []string `json:"path,omitempty"`
}

// Default is what a first start shows.
func Default() Workspace {
	return Workspace{
		Window: Window{Width: 1280, Height: 760},
		Theme:  ThemeSystem,
		Splits: map[string]float64{},
		Views:  map[string]View{},
	}
}

// Limits of what is kept. They are far above use and keep the file small.
const (
	maxExpanded = 5000 // branches of one connection
	maxOpen     = 100
	maxText     = 64 << 10
)

// sane returns w with everything in bounds, whoever wrote it: an edited file must not open a
// window of no size, and a figure that JSON has not must not keep the rest from being saved.
func (w Workspace) sane() Workspace {
	d := Default()
	if !(w.Window.Width >= 320 && w.Window.Width <= 20000 && w.Window.Height >= 240 && w.Window.Height <= 20000) {
		w.Window.Width, w.Window.Height = d.Window.Width, d.Window.Height
	}
	if w.Theme != ThemeLight && w.Theme != ThemeDark {
		w.Theme = ThemeSystem
	}
	if !(w.TextScale >= 0.5 && w.TextScale <= 3) {
		w.TextScale = 0
	}
	splits := map[string]float64{}
	for name, at := range w.Splits {
		if at >= 0 && at <= 1 {
			splits[name] = at
		}
	}
	views := map[string]View{}
	for id, v := range w.Views {
		v.Expanded = v.Expanded[:min(len(v.Expanded), maxExpanded)]
		v.Collapsed = v.Collapsed[:min(len(v.Collapsed), maxExpanded)]
		v.Beneath = v.Beneath[:min(len(v.Beneath), maxExpanded)]
		v.Chosen = v.Chosen[:min(len(v.Chosen), maxExpanded)]
		views[id] = v
	}
	w.Open = w.Open[:min(len(w.Open), maxOpen)]
	if len(w.Filter) > maxText {
		w.Filter = ""
	}
	w.Filtering.ChangedWithin = max(0, w.Filtering.ChangedWithin)
	w.Filtering.SilentFor = max(0, w.Filtering.SilentFor)
	w.Splits, w.Views = splits, views
	w.Charts = profile.SaneCharts(w.Charts)
	return w
}
