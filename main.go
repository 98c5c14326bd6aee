// Command streamscope is a dashboard for live IoT streams. Without a verb it opens the
// window; the verbs work without a screen.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"streamscope/app/cli"
	"streamscope/app/collector"
	"streamscope/app/command"
	"streamscope/app/logfile"
)

// version is that of the release being made; FyneApp.toml says the same.
const version = "0.1.0"

// commandLine is everything that can be asked for on it.
type commandLine struct {
	Config  string           `help:"Keep all files in this folder (a USB stick, say) instead of the user's own." type:"path" placeholder:"DIR"`
	Version kong.VersionFlag `help:"Print the version."`

	Open     openCommand     `cmd:"" default:"withargs" help:"Open the window (the default)."`
	Watch    watchCommand    `cmd:"" help:"Print what arrives, without a window."`
	Send     sendCommand     `cmd:"" help:"Send a message, without a window."`
	Diagnose diagnoseCommand `cmd:"" help:"Find out, step by step, why a connection fails."`
	Import   importCommand   `cmd:"" help:"Save the connections that another program knows."`
}

// openCommand opens the window.
type openCommand struct {
	URL       string   `arg:"" optional:"" help:"Connect without saving: mqtt://host:1883/plant/# (the path is the filter), mqtts, mqtt+ws, mqtt+wss, unix, and raw ws and wss."`
	Profile   []string `help:"Connect this saved profile; may be repeated." placeholder:"NAME"`
	Demo      bool     `help:"Connect to a simulated plant. Its files are kept in a temporary folder, unless --config names one."`
	DebugAddr string   `help:"Serve figures and profiles on this loopback address." placeholder:"127.0.0.1:PORT"`
}

// watchCommand prints messages.
type watchCommand struct {
	URL     string   `arg:"" optional:"" help:"mqtt://[user[:password]@]host[:port]/filter, also mqtts, mqtt+ws, mqtt+wss, unix, and raw ws and wss."`
	Profile []string `help:"A saved profile instead of a URL; may be repeated." placeholder:"NAME" sep:"none"`
	wayFlags
	Topic   []string `help:"Subscribe to this filter; may be repeated. Of a raw WebSocket only what matches is printed." placeholder:"FILTER" sep:"none"`
	QoS     int      `name:"qos" help:"Subscribe with this QoS: 0, 1 or 2. The filters of a profile have their own." placeholder:"N"`
	Exclude []string `help:"Leave out what matches this filter; may be repeated." placeholder:"FILTER" sep:"none"`
	Count   uint64   `help:"End after so many messages." placeholder:"N"`
	Seconds float64  `help:"End after so many seconds." placeholder:"N"`
	Format  string   `help:"line: time, topic, payload. json: one object a line. csv: a table, with times in UTC. none: only the counts, at the end." enum:"line,json,csv,none" default:"line"`
}

// importCommand brings connections in.
type importCommand struct {
	Files  []string `arg:"" name:"file" help:"MQTT Explorer's settings.json, MQTTX's export (JSON, YAML), option files or command lines of mosquitto_sub, URLs, Streamscope's own export; - for stdin."`
	DryRun bool     `help:"Only tell what would be saved."`
}

// targetFlags say what a verb connects to.
type targetFlags struct {
	URL     string `arg:"" optional:"" help:"mqtt://[user[:password]@]host[:port], also mqtts, mqtt+ws, mqtt+wss, unix, ws and wss"`
	Profile string `help:"A saved profile instead of a URL." placeholder:"NAME"`
	wayFlags
}

// wayFlags say how to get there.
type wayFlags struct {
	PasswordFile string   `help:"Take the password from the first line of this file. Else it comes from $STREAMSCOPE_PASSWORD, from where it was saved, or is asked for." type:"path" placeholder:"FILE"`
	MQTTVersion  string   `name:"mqtt-version" help:"auto tries 5, then 3.1.1. A profile has its own; with a URL it is auto." enum:",auto,3.1.1,5" default:"" placeholder:"auto|3.1.1|5"`
	CA           string   `name:"ca" help:"Trust the roots in this PEM file, too." type:"path" placeholder:"FILE"`
	Cert         string   `help:"Show the certificate in this file (PEM or PKCS#12)." type:"path" placeholder:"FILE"`
	Key          string   `help:"The key of the certificate, where another file holds it. If it is encrypted, its passphrase comes from $STREAMSCOPE_KEY_PASSPHRASE, or is asked for." type:"path" placeholder:"FILE"`
	Insecure     bool     `help:"Do not verify the server's certificate: whoever stands between can read and change everything."`
	Header       []string `help:"Send this header with the handshake of a WebSocket; may be repeated." placeholder:"NAME: VALUE" sep:"none"`
}

func (w wayFlags) changes() cli.Changes {
	return cli.Changes{
		Version: w.MQTTVersion, CAFile: w.CA, CertFile: w.Cert, KeyFile: w.Key, Insecure: w.Insecure, Headers: w.Header,
	}
}

// sendCommand sends messages.
type sendCommand struct {
	targetFlags
	Topic      string   `help:"Where to; a raw WebSocket has no topics." placeholder:"TOPIC"`
	Message    *string  `help:"What; may be empty." placeholder:"TEXT"`
	File       string   `help:"Send what is in this file: as it is, or as --format says." type:"path" placeholder:"FILE"`
	Command    string   `help:"Send this saved command instead of a message: its name, or its ID. It goes to the connection that it is for, or to the one that is given." placeholder:"NAME"`
	Yes        bool     `help:"Agree to what a saved command asks before it is sent. Without it the question is put at the terminal." short:"y"`
	Template   bool     `help:"Fill placeholders in topic and message, such as {{unixms}} or {{ask \"Set point\" 20}}."`
	Set        []string `help:"Answer what a placeholder {{ask \"KEY\"}} asks for; may be repeated. The value of a saved toggle, slider, number, text, choice or colour is KEY value." placeholder:"KEY=VALUE" sep:"none"`
	Lines      string   `help:"Send each line of standard input. payload: it is the payload. topic: the topic, a tab, the payload. json: an object with topic and payload, as watch prints it." enum:",payload,topic,json" default:"" placeholder:"payload|topic|json"`
	StdinLines bool     `help:"The same as --lines payload."`
	Format     string   `help:"How messages are written: text, json (is checked), hex or base64 (of bytes), cbor, messagepack or protobuf (written as JSON)." enum:"text,json,hex,base64,cbor,messagepack,protobuf" default:"text"`
	Schema     []string `help:"With --format protobuf: the .proto file, or compiled descriptor set, of the message; may be repeated." type:"path" placeholder:"FILE" sep:"none"`
	Type       string   `help:"With --schema: which of its messages, such as plant.Setpoint." placeholder:"MESSAGE"`
	QoS        int      `name:"qos" help:"0, 1 or 2." placeholder:"N"`
	Retain     bool     `help:"Have the broker keep it for those who subscribe later."`
	Timeout    float64  `help:"Wait at most so many seconds for the connection, and for each answer of the broker." default:"30" placeholder:"N"`
	Wait       float64  `help:"Wait so many seconds for the answer of whom it is for, and print that. MQTT 5 says where to answer; else name it with --answer-topic." placeholder:"N"`
	Answer     string   `name:"answer-topic" help:"The answer comes on a topic that matches this filter." placeholder:"FILTER"`
	AnswerKey  []string `help:"The answer has the same value at this key of its JSON as the message; repeat it for keys within keys." placeholder:"KEY" sep:"none"`

	ContentType   string   `help:"MQTT 5: what the payload is, such as application/json." placeholder:"TYPE"`
	UTF8          bool     `name:"utf8" help:"MQTT 5: say that the payload is text."`
	Expiry        uint32   `help:"MQTT 5: the broker forgets it after so many seconds." placeholder:"N"`
	ResponseTopic string   `help:"MQTT 5: where to answer." placeholder:"TOPIC"`
	Correlation   string   `help:"MQTT 5: what goes with the answer." placeholder:"TEXT"`
	Property      []string `help:"MQTT 5: a user property; may be repeated." placeholder:"NAME=VALUE" sep:"none"`
}

// Help is printed beneath the verb's flags' summary.
func (s *sendCommand) Help() string {
	return `What became of the message stands on stderr, the payload of an answer on stdout.

Exit codes: 0 sent, and confirmed as far as the QoS goes; 1 no connection; 2 the command line makes no sense, and nothing was tried; 3 refused, by the broker, by read-only, or because it was not agreed to; 6 not known, for the connection ended before the broker answered; 7 sent, but no answer came in time.`
}

// options are the flags as the verb takes them.
func (s *sendCommand) options(t cli.Target) (cli.SendOptions, error) {
	o := cli.SendOptions{
		Target: t, Topic: s.Topic, Message: s.Message, File: s.File, Lines: cli.LineForm(s.Lines), Format: command.Format(s.Format),
		QoS: s.QoS, Retain: s.Retain, Timeout: seconds(s.Timeout), Wait: seconds(s.Wait), AnswerTopic: s.Answer, AnswerKey: s.AnswerKey,
		Template: s.Template, Set: map[string]string{}, Command: s.Command, Yes: s.Yes,
		Schema: command.Schema{Files: s.Schema, Message: s.Type},
		Properties: command.Properties{
			ContentType: s.ContentType, Text: s.UTF8, Expiry: s.Expiry, ResponseTopic: s.ResponseTopic, CorrelationData: s.Correlation,
		},
	}
	for _, set := range s.Set {
		label, value, found := strings.Cut(set, "=")
		if !found {
			return o, fmt.Errorf("--set %q has no =", set)
		}
		o.Set[label] = value
	}
	if s.StdinLines {
		o.Lines = cli.LinesPayload
	}
	for _, property := range s.Property {
		name, value, found := strings.Cut(property, "=")
		if !found {
			return o, fmt.Errorf("the property %q has no =", property)
		}
		o.Properties.User = append(o.Properties.User, command.UserProperty{Name: name, Value: value})
	}
	if o.Lines != "" {
		o.Ask = nil // standard input holds the messages
	}
	return o, nil
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// diagnoseCommand examines the way to a server.
type diagnoseCommand struct {
	targetFlags
}

func main() {
	collector.Tune()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its surroundings handed in. Its answer is the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var line commandLine
	exit := -1
	parser, err := kong.New(&line,
		kong.Name("streamscope"), kong.Description("See what your devices say now."),
		kong.Vars{"version": "streamscope " + version}, kong.UsageOnError(),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(stderr, "streamscope: %v (see streamscope --help)\n", err)
		return cli.ExitUsage
	}
	verb, _, _ := strings.Cut(parsed.Command(), " ")
	switch verb {
	case "watch":
		return line.watch(ctx, stdout, stderr)
	case "import":
		return line.imports(ctx, stdout, stderr)
	case "send":
		return line.send(ctx, stdout, stderr)
	case "diagnose":
		return line.diagnose(ctx, stdout, stderr)
	}
	return line.open(ctx, stderr)
}

// open picks the folder, and hands over to the face with a screen.
func (l *commandLine) open(_ context.Context, stderr io.Writer) int {
	folder, cleanUp, err := l.folder()
	if err != nil {
		fmt.Fprintln(stderr, "streamscope:", err)
		return cli.ExitFailure
	}
	defer cleanUp()
	logs := filepath.Join(folder, "logs")
	log, closer, err := logfile.Open(logs)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: the log cannot be written:", err)
		return cli.ExitFailure
	}
	defer closer.Close()
	log.Info("started", "version", version)
	return openWindow(face{openCommand: l.Open, folder: folder, logs: logs, log: log, stderr: stderr})
}

// folder is where the documents live. The demo's goes with it, unless the user named one.
func (l *commandLine) folder() (path string, cleanUp func(), err error) {
	if l.Config == "" && l.Open.Demo {
		dir, err := os.MkdirTemp("", "streamscope-demo-")
		return dir, func() { os.RemoveAll(dir) }, err
	}
	dir, err := l.configFolder()
	return dir, func() {}, err
}

func (l *commandLine) configFolder() (string, error) {
	if l.Config != "" {
		return l.Config, nil
	}
	base, err := os.UserConfigDir()
	if err != nil {
		return "", errors.Join(errors.New("there is no place for the configuration; name one with --config DIR"), err)
	}
	return filepath.Join(base, "streamscope"), nil
}

func (l *commandLine) watch(ctx context.Context, stdout, stderr io.Writer) int {
	w := l.Watch
	name, others := "", []string(nil)
	if len(w.Profile) > 0 {
		name, others = w.Profile[0], w.Profile[1:]
	}
	t, err := l.target(ctx, targetFlags{URL: w.URL, Profile: name, wayFlags: w.wayFlags}, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope:", err)
		return cli.ExitFailure
	}
	return cli.Watch(ctx, cli.WatchOptions{
		Target: t, Others: others, Topics: w.Topic, QoS: w.QoS, Exclude: w.Exclude,
		Count: w.Count, Seconds: w.Seconds, Format: cli.Format(w.Format),
	}, stdout, stderr)
}

func (l *commandLine) imports(ctx context.Context, stdout, stderr io.Writer) int {
	folder, err := l.configFolder()
	if err != nil {
		fmt.Fprintln(stderr, "streamscope:", err)
		return cli.ExitFailure
	}
	return cli.Import(ctx, cli.ImportOptions{
		Folder: folder, Files: l.Import.Files, Stdin: os.Stdin, DryRun: l.Import.DryRun, Ask: cli.AskTerminal(ctx, os.Stdin, stderr),
	}, stdout, stderr)
}

// target adds what the flags do not say. By a URL it works without a folder, too; then what is
// sent is recorded nowhere.
func (l *commandLine) target(ctx context.Context, f targetFlags, stderr io.Writer) (cli.Target, error) {
	t := cli.Target{URL: f.URL, Profile: f.Profile, PasswordFile: f.PasswordFile, Changes: f.changes(), Ask: cli.AskTerminal(ctx, os.Stdin, stderr)}
	folder, err := l.configFolder()
	if err != nil && f.Profile != "" {
		return t, err
	}
	t.Folder = folder
	return t, nil
}

func (l *commandLine) send(ctx context.Context, stdout, stderr io.Writer) int {
	t, err := l.target(ctx, l.Send.targetFlags, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope:", err)
		return cli.ExitFailure
	}
	o, err := l.Send.options(t)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: send:", err)
		return cli.ExitUsage
	}
	o.Confirm = cli.ConfirmTerminal(os.Stdin, stderr)
	return cli.Send(ctx, o, os.Stdin, stdout, stderr)
}

func (l *commandLine) diagnose(ctx context.Context, stdout, stderr io.Writer) int {
	t, err := l.target(ctx, l.Diagnose.targetFlags, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "streamscope:", err)
		return cli.ExitFailure
	}
	return cli.Diagnose(ctx, t, stdout, stderr)
}
