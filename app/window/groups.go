package window

import (
	"slices"

	"streamscope/connections/profile"
)

// profileGroup is a heading with the profiles beneath it.
type profileGroup struct {
	name     string
	profiles []profile.Profile
}

// underHeadings puts profiles under their headings: those without first, then the groups in the order
// of their first profile. Within a group the order stays.
func underHeadings(list []profile.Profile) []profileGroup {
	var groups []profileGroup
	for _, p := range list {
		i := slices.IndexFunc(groups, func(g profileGroup) bool { return g.name == p.Group })
		if i < 0 {
			i = len(groups)
			groups = append(groups, profileGroup{name: p.Group})
		}
		groups[i].profiles = append(groups[i].profiles, p)
	}
	slices.SortStableFunc(groups, func(a, b profileGroup) int {
		switch {
		case a.name == "" && b.name != "":
			return -1
		case a.name != "" && b.name == "":
			return 1
		}
		return 0
	})
	return groups
}
