package app

import (
	"encoding/json"
	"fmt"

	"streamscope/connections/profile"
)

// KeepCharts keeps charts with a saved profile, whether it is open or not, in place of those
// that it has. It writes only what is new. kept is false, and nothing written, when the profile
// is not saved or may not be changed: then the charts want to be kept elsewhere. It waits for
// the disk.
func (a *App) KeepCharts(profileID string, charts []profile.Chart) (kept bool, err error) {
	old, err := a.Profiles.Get(profileID)
	if err != nil {
		return false, nil //nolint:nilerr // there is nothing to keep them in
	}
	was, _ := json.Marshal(old.Charts)
	is, err := json.Marshal(profile.SaneCharts(charts))
	if err != nil || string(was) == string(is) {
		return err == nil, err
	}
	if err := a.update(profileID, func(p *profile.Profile) { p.Charts = charts }); err != nil {
		return false, fmt.Errorf("keep the charts of %q: %w", old.Name, err)
	}
	return true, nil
}
