package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"streamscope/app/command"
	"streamscope/app/command/audit"
	"streamscope/app/command/saved"
	"streamscope/app/demo"
	"streamscope/app/series"
	"streamscope/app/session"
	"streamscope/app/topics"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// CommandsFile is the document of saved commands in the configuration folder.
const CommandsFile = "commands.json"

// DefaultHistoryBytes is the byte budget for the history of all connections together.
const DefaultHistoryBytes = 256 << 20

// Params is what the program is made of that the outside decides.
type Params struct {
	// Folder is the configuration folder; all documents live in it.
	Folder string
	// AuditFolder holds the record of what is sent; empty means "audit" in Folder.
	AuditFolder string
	// HistoryBytes is the program's one byte budget; 0 means [DefaultHistoryBytes].
	HistoryBytes int64
	// Secrets says where passwords may be kept.
	Secrets secret.Options
	Logger  *slog.Logger
}

// App holds the services of the program. Its methods may be called from any goroutine.
type App struct {
	Folder   string
	Profiles *profile.Store
	// Secrets keeps passwords in the keyring, or in a file under a passphrase.
	Secrets *secret.Store
	// Sent is the history of what the composer sent.
	Sent *command.History
	// Commands are the saved commands.
	Commands *saved.Library
	// Sender sends drafts and keeps them in Sent.
	Sender *command.Sender
	Budget *topics.Budget
	// pool shares what charts may have of it.
	pool *series.Pool
	// Audit is the record of everything that is sent.
	Audit *audit.Log

	log      *slog.Logger
	versions *versions

	demoing sync.Mutex // lets one start of the demo through at a time; taken before mu

	// readOnly is for all connections.
	readOnly atomic.Bool

	// updating lets one change of a saved profile at a time through, from reading to writing.
	updating sync.Mutex

	mu sync.Mutex // guards what follows
	// open is in the order in which the connections were opened.
	open    []*Connection
	ordinal uint32
	plant   *demo.Plant
	// confirmer is nil where nobody can be asked.
	confirmer session.Confirmer
	// ended says that Shutdown has begun.
	ended bool
	// gone sums up the connections that were closed: counts are since the start.
	gone session.Counts
}

// New opens the documents of a configuration folder, making it if needed. Problems with single
// documents are in Profiles.Problems; an error means that the folder cannot be used at all.
func New(p Params) (*App, error) {
	if p.HistoryBytes == 0 {
		p.HistoryBytes = DefaultHistoryBytes
	}
	if err := os.MkdirAll(p.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the configuration folder: %w", err)
	}
	if p.AuditFolder == "" {
		p.AuditFolder = filepath.Join(p.Folder, "audit")
	}
	sent, err := command.OpenHistory(filepath.Join(p.Folder, "sent.json"))
	if err != nil {
		p.Logger.Error("the history of sent messages starts empty", "err", err)
	}
	commands, err := saved.Open(filepath.Join(p.Folder, CommandsFile))
	if err != nil {
		p.Logger.Error("the saved commands cannot be read, or not written", "err", err)
	}
	budget := topics.NewBudget(p.HistoryBytes)
	return &App{
		Folder: p.Folder, Profiles: profile.Open(filepath.Join(p.Folder, "profiles")),
		Secrets: secret.Open(filepath.Join(p.Folder, "secrets"), p.Secrets), Sent: sent,
		Budget: budget, pool: series.NewPool(budget), log: p.Logger, Audit: audit.Open(p.AuditFolder), Sender: command.NewSender(sent), Commands: commands,
		versions: openVersions(filepath.Join(p.Folder, "versions.json"), p.Logger),
	}, nil
}

// Connections returns the open connections, oldest first.
func (a *App) Connections() []*Connection {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.open)
}

// Connection returns the open connection of a profile, or nil.
func (a *App) Connection(profileID string) *Connection {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.open {
		if c.Profile().ID == profileID {
			return c
		}
	}
	return nil
}

// Open makes a connection of a profile and starts to connect. Of the secrets nothing is kept
// but in memory. A profile that is open already is returned as it is.
func (a *App) Open(p profile.Valid, secrets Secrets) *Connection {
	c, fresh := a.prepare(p, secrets, nil)
	if fresh {
		c.Connect()
	}
	return c
}

// Prepare is Open without connecting, for who needs a tap before the first message comes; the
// connection's Connect does that. Messages that match one of exclude are counted and not kept.
func (a *App) Prepare(p profile.Valid, secrets Secrets, exclude []string) *Connection {
	c, _ := a.prepare(p, secrets, exclude)
	return c
}

func (a *App) prepare(p profile.Valid, secrets Secrets, exclude []string) (c *Connection, fresh bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.open {
		if c.ID() == p.ID() {
			return c, false
		}
	}
	a.ordinal++
	c = newConnection(a, p, secrets, a.ordinal, exclude)
	a.open = append(a.open, c)
	return c, true
}

// Close ends a connection and frees what it received. What the broker has not confirmed goes to
// the sender's list of what waits. It waits for the connection's
// goroutines, so it is not for the UI goroutine.
func (a *App) Close(c *Connection) { c.closing.Do(func() { a.end(c) }) }

func (a *App) end(c *Connection) {
	a.Forget(c)
	c.Session.Close()
	c.keepUnconfirmed()
	c.births.done.Wait()
	n := c.Counts()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.gone.Received += n.Received
	a.gone.Evicted += n.Evicted
	// What a closed connection held is gone by the user's own hand.
	a.gone.Cleared += n.Cleared + n.Kept
	a.gone.Excluded += n.Excluded
	a.gone.Cut += n.Cut
}

// Forget takes a connection off the list, so that no face shows it any more; Close is still
// owed.
func (a *App) Forget(c *Connection) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open = slices.DeleteFunc(a.open, func(o *Connection) bool { return o == c })
}

// StartDemo starts the simulated plant, once, and opens a connection to its broker and one to
// the boat's stream. Nothing is written to the user's profiles unless save is set, as it is
// when the folder is the demo's own.
func (a *App) StartDemo(ctx context.Context, save bool) ([]*Connection, error) {
	a.demoing.Lock()
	defer a.demoing.Unlock()
	plant, err := a.startPlant(ctx)
	if err != nil {
		return nil, fmt.Errorf("start the demo plant: %w", err)
	}
	var open []*Connection
	for _, p := range []profile.Profile{plant.Profile(), plant.StreamProfile()} {
		c, err := a.openDemo(p, save)
		if err != nil {
			return open, err
		}
		open = append(open, c)
	}
	return open, nil
}

func (a *App) openDemo(p profile.Profile, save bool) (*Connection, error) {
	if old, err := a.Profiles.Get(p.ID); err == nil {
		p.Pins, p.Charts = old.Pins, old.Charts
		for _, b := range old.Decoders {
			if !slices.ContainsFunc(p.Decoders, func(o profile.Binding) bool { return o.Filter == b.Filter }) {
				p.Decoders = append(p.Decoders, b)
			}
		}
	}
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		return nil, fmt.Errorf("the demo's profile: %w", wrong[0])
	}
	if save {
		if err := a.Profiles.Save(valid); err != nil {
			return nil, err
		}
	}
	return a.Open(valid, nil), nil
}

// startPlant returns the plant, starting it if it is not running. Only StartDemo calls it.
func (a *App) startPlant(ctx context.Context) (*demo.Plant, error) {
	a.mu.Lock()
	plant, ended := a.plant, a.ended
	a.mu.Unlock()
	if plant != nil {
		return plant, nil
	}
	if ended {
		return nil, errors.New("the program is ending")
	}
	plant, err := demo.Start(ctx, demo.Options{Logger: a.log})
	if err == nil {
		a.mu.Lock()
		a.plant = plant
		a.mu.Unlock()
	}
	return plant, err
}

// update changes a saved profile; one that is not saved, or cannot be read, stays as it is.
func (a *App) update(id string, change func(*profile.Profile)) error {
	a.updating.Lock()
	defer a.updating.Unlock()
	p, err := a.Profiles.Get(id)
	if err != nil {
		return nil //nolint:nilerr // there is nothing to save it to
	}
	change(&p)
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		return wrong[0]
	}
	return a.Profiles.Save(valid)
}

// Shutdown ends all connections and the demo, and waits for them, also for a demo that is just
// starting. Nothing may be opened afterwards.
func (a *App) Shutdown() {
	a.mu.Lock()
	a.ended = true
	a.mu.Unlock()
	a.demoing.Lock()
	defer a.demoing.Unlock()
	var all sync.WaitGroup
	for _, c := range a.Connections() {
		all.Go(func() { a.Close(c) })
	}
	all.Wait()
	a.versions.Close()
	if err := a.Audit.Close(); err != nil {
		a.log.Error("the record of what was sent", "err", err)
	}
	a.mu.Lock()
	plant := a.plant
	a.plant = nil
	a.mu.Unlock()
	if plant != nil {
		plant.Close()
	}
}
