package single

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockName    = "streamscope.lock"
	addressName = "streamscope.address"
)

// ErrRunning tells that another program works on the folder; [Raise] brings it to the front.
var ErrRunning = errors.New("streamscope is already running on this configuration folder")

// Instance is the right to work on a folder. Its methods may be called from any goroutine.
type Instance struct {
	lock     *flock.Flock
	listener net.Listener // nil where the system offers no socket
	address  string       // path of the file with the socket's path
	served   sync.WaitGroup

	mu      sync.Mutex // guards what follows
	onRaise func()
	raised  bool // asked for while onRaise was nil
}

// Acquire takes the folder, making it if need be, until Close or the end of the process. It
// returns [ErrRunning] when another program has it, and never waits.
//
// Where no socket can be made the folder is taken all the same; Raise fails then.
func Acquire(folder string) (*Instance, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("configuration folder: %w", err)
	}
	lock := flock.New(filepath.Join(folder, lockName))
	taken, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", folder, err)
	}
	if !taken {
		return nil, ErrRunning
	}
	i := &Instance{lock: lock, address: filepath.Join(folder, addressName)}
	if listener, err := listen(folder); err == nil {
		if err := os.WriteFile(i.address, []byte(listener.Addr().String()), 0o600); err != nil {
			listener.Close()
		} else {
			i.listener = listener
			i.served.Go(i.serve)
		}
	}
	return i, nil
}

// OnRaise sets what happens when somebody starts the program again. It is called on a
// goroutine of the Instance, once for each start; a start that came before is told at once.
func (i *Instance) OnRaise(raise func()) {
	i.mu.Lock()
	i.onRaise = raise
	waiting := i.raised && raise != nil
	if waiting {
		i.raised = false
	}
	i.mu.Unlock()
	if waiting {
		raise()
	}
}

// Close gives the folder back. It waits for a running OnRaise function, so that one may not
// call it.
func (i *Instance) Close() error {
	if i.listener != nil {
		i.listener.Close()
		i.served.Wait()
		os.Remove(i.address)
	}
	// The lock's file stays: removing it would let two programs lock two files of one name.
	return i.lock.Unlock()
}

func (i *Instance) serve() {
	for {
		conn, err := i.listener.Accept()
		if err != nil {
			return // closed, or out of file descriptors: the window works on without this
		}
		i.answer(conn)
	}
}

// answer takes one request; it is short, so that one peer after the other is enough.
func (i *Instance) answer(conn net.Conn) {
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(time.Second)) != nil || !hears(conn, request) {
		return
	}
	i.mu.Lock()
	raise := i.onRaise
	i.raised = i.raised || raise == nil
	i.mu.Unlock()
	if raise != nil {
		raise()
	}
	_, _ = conn.Write([]byte(reply)) // the peer only waits out of courtesy
}
