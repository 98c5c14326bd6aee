package profile

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"streamscope/connections"
)

// FromURL makes a profile, and the password for it, of a URL such as
//
//	mqtt://user:password@host:1883/plant/#
//
// in which the path is the topic filter; without one everything is subscribed to. A filter
// keeps its wildcards as they are: what follows "#" or "?" belongs to it. Errors never hold
// the password.
func FromURL(raw string) (Profile, string, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return Profile{}, "", errors.New("that is no URL: write mqtt://host:1883/filter")
	}
	switch strings.ToLower(scheme) {
	case "mqtt", "tcp":
	case "mqtts", "mqtt+ws", "mqtt+wss", "ws", "wss":
		return Profile{}, "", fmt.Errorf("%s:// is not built yet: this version connects by mqtt:// only", strings.ToLower(scheme))
	default:
		return Profile{}, "", fmt.Errorf("%q is no kind of connection: write mqtt://host:1883/filter", scheme)
	}
	authority, filter, _ := strings.Cut(rest, "/")
	u, err := url.Parse("mqtt://" + authority)
	if err != nil || u.Hostname() == "" {
		return Profile{}, "", errors.New("the URL names no host, or its host, port, user or password is not written as URLs are: mqtt://user:password@host:1883/filter")
	}
	p := New()
	p.Name, p.Host, p.Colour = u.Host, u.Hostname(), Palette()[0]
	if port := u.Port(); port != "" {
		// A port that is only unusual is what the user typed.
		var doubt Problem
		if p.Port, err = ParsePort(port); err != nil && !(errors.As(err, &doubt) && doubt.Warning) {
			return Profile{}, "", err
		}
	}
	p.User = u.User.Username()
	password, _ := u.User.Password()
	if filter, err = url.PathUnescape(filter); err != nil {
		return Profile{}, "", fmt.Errorf("the filter after the host is not written as URLs are: %w", err)
	}
	if filter == "" {
		filter = "#"
	}
	p.Subscriptions = []connections.Subscription{{Filter: filter}}
	return p, password, nil
}
