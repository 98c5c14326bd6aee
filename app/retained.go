package app

import (
	"cmp"
	"path/filepath"
	"strings"
	"time"

	"streamscope/app/command/retained"
	"streamscope/connections"
	"streamscope/connections/mqtt"
	"streamscope/connections/profile"
)

// Retained is how to ask the connection's broker what it retains: on a connection of its own,
// under the client ID that is returned, without last will and with nothing kept by the broker.
func (c *Connection) Retained() (s retained.Source, clientID string) {
	clientID = profile.NewClientID()
	s.Client = func(receive func(*connections.Message)) connections.Client {
		c.mu.Lock()
		defer c.mu.Unlock()
		cfg := mqttConfig(c.profile, c.secrets)
		cfg.ClientID, cfg.CleanSession, cfg.SessionExpiry, cfg.Will = clientID, true, 0, nil
		cfg.Known = cmp.Or(cfg.Known, c.app.versions.Of(c.profile.ID))
		return mqtt.NewFactory(cfg, receive).New()
	}
	return s, clientID
}

// RetainedFolder is where what was cleared is kept.
func (a *App) RetainedFolder() string { return filepath.Join(a.Folder, "retained") }

// RetainedBackup is a new name, within the configuration folder, for what is cleared at an
// instant.
func (a *App) RetainedBackup(c *Connection, at time.Time) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, c.Name())
	return filepath.Join(a.RetainedFolder(), at.Format("2006-01-02 15-04-05.000 ")+name+".jsonl")
}
