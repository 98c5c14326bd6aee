package importing

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"streamscope/connections"
	"streamscope/connections/profile"
)

// maxLine is what mosquitto's clients read of a line, in bytes.
const maxLine = 1024

// readOptions reads an option file of mosquitto's clients: an option a line, the rest of the
// line is its value, # in the first column is a comment.
func (r *Result) readOptions(name, text string) error {
	var words []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if len(line) > maxLine {
			return fmt.Errorf("a line is longer than the %d characters that mosquitto reads", maxLine)
		}
		option, value, found := strings.Cut(line, " ")
		if option == "" {
			continue
		}
		words = append(words, option)
		switch value = strings.TrimLeft(value, " "); {
		case !found || value == "":
		case option == "-D" || option == "--property":
			words = append(words, strings.Fields(value)...)
		default:
			words = append(words, value)
		}
	}
	called := program(strings.TrimSuffix(strings.ToLower(filepath.Base(name)), ".conf"))
	return r.add(fromOptions(called, words, true))
}

// options says how a command line is read.
type options struct {
	long  map[string]string // by the short name
	arity map[string]int    // how many values it takes, by the long name
}

// mosquittoOptions lists the options of mosquitto_sub, mosquitto_pub and mosquitto_rr.
func mosquittoOptions() options {
	o := options{
		long: map[string]string{
			"-A": "-A", "-c": "--disable-clean-session", "-C": "-C", "-d": "--debug", "-D": "--property", "-e": "-e", "-E": "-E",
			"-f": "--file", "-F": "-F", "-h": "--host", "-i": "--id", "-I": "--id-prefix", "-k": "--keepalive", "-l": "--stdin-line",
			"-L": "--url", "-m": "--message", "-M": "-M", "-n": "--null-message", "-N": "-N", "-o": "-o", "-p": "--port", "-P": "--pw",
			"-q": "--qos", "-r": "--retain", "-R": "-R", "-s": "--stdin-file", "-S": "-S", "-t": "--topic", "-T": "--filter-out",
			"-u": "--username", "-U": "--unsubscribe", "-v": "--verbose", "-V": "--protocol-version", "-W": "-W", "-w": "-w",
			"-x": "--session-expiry-interval",
		},
		arity: map[string]int{},
	}
	for _, flag := range strings.Fields(`--disable-clean-session --debug -E --stdin-line --null-message -N --retain -R --stdin-file -S --verbose
		--help --version --insecure --no-tls --nodelay --pretty --quiet --remove-retained --retain-as-published --retained-only
		--tls-use-os-certs --will-retain --ws --watch --latency -w`) {
		o.arity[flag] = 0
	}
	for _, option := range strings.Fields(`-A -C -e --file -F --host --id --id-prefix --keepalive --url --message -M -o --port --pw --qos --topic
		--filter-out --username --unsubscribe --protocol-version -W --session-expiry-interval --cafile --capath --cert --ciphers --key
		--keyform --message-rate --proxy --psk --psk-identity --random-filter --repeat --repeat-delay --retain-handling --socks-proxy
		--tls-alpn --tls-engine --tls-engine-kpass-sha1 --tls-keylog --tls-version --unix --will-topic --will-payload --will-qos`) {
		o.arity[option] = 1
	}
	o.arity["--property"] = 3
	return o
}

// mosquitto gathers what the options of one call say.
type mosquitto struct {
	Candidate
	publishes bool // it is mosquitto_pub: topics are not subscribed to
	literal   bool // no shell reads the values

	topics              []string
	qos                 byte
	retainAsPublished   bool
	retainHandling      byte
	websocket, tls, not bool
	user, password      string
	portGiven           bool
	will                profile.Will
}

// fromOptions maps options and their values. called is the program's name, or ""; literal tells
// that no shell would have read them.
func fromOptions(called string, words []string, literal bool) Candidate {
	m := &mosquitto{Candidate: Candidate{Profile: profile.New()}, publishes: called == "mosquitto_pub", literal: literal}
	m.Profile.Host = "localhost"
	known := mosquittoOptions()
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		name, value, joined := strings.Cut(word, "=")
		if !joined || !strings.HasPrefix(word, "--") {
			name = word
		}
		if long := known.long[name]; long != "" {
			name = long
		}
		n, ok := known.arity[name]
		switch {
		case !ok && strings.HasPrefix(word, "-"):
			m.unmapped(presentable(optionName(word)), "Streamscope does not know this option")
			continue
		case !ok:
			m.unmapped("a word without an option", "it was passed over")
			continue
		}
		values := words
		if joined && name != word {
			values = append([]string{value}, words...)
		}
		if name == "--property" && len(values) > 1 && strings.EqualFold(values[1], "user-property") {
			n = 4
		}
		if len(values) < n {
			m.unmapped(name, "its value is missing (a # must stand in quotes)")
			break
		}
		m.take(name, values[:n])
		words = values[n:]
	}
	return m.candidate()
}

// optionName cuts what may be a value, as in -Psecret.
func optionName(word string) string {
	if strings.HasPrefix(word, "--") {
		name, _, _ := strings.Cut(word, "=")
		return name
	}
	return word[:min(len(word), 2)]
}

const (
	noSetting    = "Streamscope has no such setting"
	aboutOutput  = "it is about what that program prints"
	aboutMessage = "it is about a message to send, not about the connection"
)

// take maps one option.
func (m *mosquitto) take(name string, values []string) {
	value := ""
	if len(values) > 0 {
		value = values[0]
	}
	if !m.literal && isVariable(value) && name != "--topic" && name != "--message" {
		m.unmapped(name, "its value is a variable of the shell, which is not known here")
		return
	}
	if !m.takeConnection(name, value) && !m.takeSession(name, value) && !m.takeTLS(name, value) && !m.takeWill(name, value) {
		m.takeRest(name, values)
	}
}

func (m *mosquitto) takeConnection(name, value string) bool {
	p := &m.Profile
	switch name {
	case "--host":
		p.Host = value
	case "--port":
		m.portGiven = true
		p.Port, _ = profile.ParsePort(value)
	case "--url":
		m.url(value)
	case "--ws":
		m.websocket = true
	case "--unix":
		p.Transport.Kind, p.Transport.Path = profile.Unix, value
	case "--username":
		m.user = value
	case "--pw":
		m.password = value
	case "--proxy", "--socks-proxy":
		m.proxy(value)
	default:
		return false
	}
	return true
}

// url reads -L, which carries a topic too.
func (m *mosquitto) url(text string) {
	t, err := profile.ParseTarget(text)
	if err != nil {
		m.unmapped("--url", err.Error())
		return
	}
	p, password := t.Profile()
	m.Profile.Host, m.Profile.Port, m.portGiven = p.Host, p.Port, true
	m.tls = p.Transport.Encrypted()
	m.websocket = p.Transport.Kind == profile.WS || p.Transport.Kind == profile.WSS
	if p.User != "" {
		m.user, m.password = p.User, password
	}
	if t.Filter != "" {
		m.topics = append(m.topics, t.Filter)
	}
}

// proxy reads socks5h://user:password@host:port.
func (m *mosquitto) proxy(text string) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found || !strings.HasPrefix(scheme, "socks5") {
		m.unmapped("--proxy", "it is no socks5h:// address")
		return
	}
	// The address is written as in any URL of ours.
	t, err := profile.ParseTarget("mqtt://" + strings.TrimSuffix(rest, "/"))
	if err != nil || t.Filter != "" {
		m.unmapped("--proxy", "it is not written as socks5h://user:password@host:port")
		return
	}
	port := t.Port
	if !strings.HasSuffix(strings.TrimSuffix(rest, "/"), ":"+strconv.Itoa(port)) {
		port = 1080
	}
	host := t.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	m.Profile.Transport.Proxy = profile.Proxy{Kind: profile.ProxySOCKS5, Address: host + ":" + strconv.Itoa(port), User: t.User}
	m.secret(profile.SecretProxy, t.Password)
}

func (m *mosquitto) takeSession(name, value string) bool {
	p := &m.Profile
	switch name {
	case "--id":
		m.clientID(value)
	case "--id-prefix":
		p.ClientID = value + strings.TrimPrefix(profile.NewClientID(), "streamscope-")
	case "--keepalive":
		m.keepAlive(newFields("", map[string]any{name: value}), name)
	case "--disable-clean-session":
		p.CleanSession = false
	case "--session-expiry-interval":
		m.sessionExpiry(name, value)
	case "--protocol-version":
		p.Version = m.versionOf(name, value)
	case "--qos":
		m.qos = m.qosOf(name, value)
	case "--topic":
		m.topics = append(m.topics, value)
	case "--retain-as-published":
		m.retainAsPublished = true
	case "--retain-handling":
		switch value {
		case "new":
			m.retainHandling = 1
		case "never":
			m.retainHandling = 2
		}
	default:
		return false
	}
	return true
}

func (m *mosquitto) sessionExpiry(name, value string) {
	if value == "∞" || value == "-1" {
		value = strconv.FormatUint(math.MaxUint32, 10)
	}
	m.Profile.MQTT5.SessionExpiry = m.seconds(newFields("", map[string]any{name: value}), name)
}

func (m *mosquitto) qosOf(name, value string) byte {
	return m.Candidate.qos(newFields("", map[string]any{name: value}), name)
}

func (m *mosquitto) takeTLS(name, value string) bool {
	o := &m.Profile.Transport.TLS
	switch name {
	case "--cafile":
		o.CAFile, m.tls = value, true
	case "--capath":
		m.tls = true
		m.unmapped(name, "a folder of authorities is not read here; choose a file of them")
	case "--tls-use-os-certs":
		m.tls = true
	case "--no-tls":
		m.not = true
	case "--cert":
		o.CertFile = value
	case "--key":
		o.KeyFile = value
	case "--tls-alpn":
		o.ALPN = []string{value}
	case "--tls-version":
		m.tlsVersion(name, value)
	case "--insecure":
		m.unmapped(name, "there it only leaves the host name unverified; enter the name that the certificate is for as the expected host name")
	case "--psk", "--psk-identity":
		m.unmapped(name, "keys that are agreed on beforehand are not spoken here")
	case "--ciphers", "--keyform", "--tls-engine", "--tls-engine-kpass-sha1", "--tls-keylog":
		m.unmapped(name, noSetting)
	default:
		return false
	}
	return true
}

// tlsVersion: what mosquitto takes as the one version is taken as the lowest.
func (m *mosquitto) tlsVersion(name, value string) {
	switch strings.TrimPrefix(strings.ToLower(value), "tlsv") {
	case "1.2":
		m.Profile.Transport.TLS.MinVersion = "1.2"
	case "1.3":
		m.Profile.Transport.TLS.MinVersion = "1.3"
	default:
		m.unmapped(name, "versions of TLS below 1.2 are broken and not spoken here")
	}
}

func (m *mosquitto) takeWill(name, value string) bool {
	switch name {
	case "--will-topic":
		m.will.Topic = value
	case "--will-payload":
		m.will.Payload = value
	case "--will-qos":
		m.will.QoS = m.qosOf(name, value)
	case "--will-retain":
		m.will.Retain = true
	default:
		return false
	}
	return true
}

// reason is why an option is not mapped.
type reason string

func (r reason) Error() string { return string(r) }

func (m *mosquitto) takeRest(name string, values []string) {
	switch name {
	case "--property":
		if err := m.property(values); err != nil {
			m.unmapped("--property "+presentable(strings.Join(values[:2], " ")), err.Error())
		}
	case "--filter-out", "--unsubscribe":
		m.unmapped(name, "a profile only says what to subscribe to")
	case "-A", "-S", "--nodelay", "-M":
		m.unmapped(name, noSetting)
	case "--file", "--message", "--null-message", "--retain", "--stdin-file", "--stdin-line", "--repeat", "--repeat-delay", "-e":
		m.unmapped(name, aboutMessage)
	case "-o":
		m.unmapped(name, "the options in that file are not read; import it too")
	default:
		m.unmapped(name, aboutOutput)
	}
}

// property maps -D COMMAND NAME VALUE [VALUE].
func (m *mosquitto) property(values []string) error {
	command, name, value := strings.ToLower(values[0]), strings.ToLower(values[1]), values[2]
	number := func(bits int) (uint64, error) {
		n, err := strconv.ParseUint(value, 10, bits)
		if err != nil {
			return 0, reason("it is no number that MQTT 5 can carry")
		}
		return n, nil
	}
	var n uint64
	var err error
	five, will := &m.Profile.MQTT5, &m.will
	switch command + " " + name {
	case "connect session-expiry-interval":
		n, err = number(32)
		five.SessionExpiry = uint32(n)
	case "connect receive-maximum":
		n, err = number(16)
		five.ReceiveMaximum = uint16(n)
	case "connect user-property":
		five.UserProperties = append(five.UserProperties, profile.UserProperty{Name: value, Value: values[3]})
	case "will will-delay-interval", "will delay-interval":
		n, err = number(32)
		will.Delay = uint32(n)
	case "will message-expiry-interval":
		n, err = number(32)
		will.Expiry = uint32(n)
	case "will content-type":
		will.ContentType = value
	case "will response-topic":
		will.ResponseTopic = value
	case "will correlation-data":
		will.CorrelationData = value
	case "will user-property":
		will.UserProperties = append(will.UserProperties, profile.UserProperty{Name: value, Value: values[3]})
	default:
		err = reason(noSetting)
	}
	return err
}

// candidate puts together what depends on several options.
func (m *mosquitto) candidate() Candidate {
	p := &m.Profile
	m.credentials(m.user, m.password)
	if p.Transport.Kind != profile.Unix {
		encrypted := (m.tls || p.Port == 8883) && !m.not
		p.Transport.Kind = transportOf(m.websocket, encrypted)
		if !m.portGiven {
			p.Port = profile.UsualPort(profile.MQTT, p.Transport.Kind)
		}
		if m.websocket {
			p.Transport.Path = profile.DefaultPath
		}
	}
	if m.will.Topic != "" {
		p.Will = &m.will
	} else if m.will.Payload != "" {
		m.unmapped("--will-payload", "a will without a topic is none")
	}
	if m.publishes {
		if len(m.topics) > 0 {
			m.unmapped("--topic", "it is published to; nothing is subscribed to")
		}
		m.topics = nil
	}
	for _, topic := range m.topics {
		s := connections.Subscription{Filter: topic, QoS: m.qos, RetainAsPublished: m.retainAsPublished, RetainHandling: m.retainHandling}
		m.subscribe(s)
	}
	return m.Candidate
}

// isVariable recognises $NAME, ${NAME}, $(command), %NAME% and `command`.
func isVariable(value string) bool {
	if len(value) < 2 {
		return false
	}
	switch value[0] {
	case '$':
		return !strings.HasPrefix(value, "$SYS") && !strings.HasPrefix(value, "$share/")
	case '`':
		return true
	case '%':
		return value[len(value)-1] == '%' && len(value) > 2
	}
	return false
}
