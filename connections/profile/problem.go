package profile

import "fmt"

// Field names the part of a profile that a problem is about.
type Field string

// The fields that can be wrong.
const (
	FieldID            Field = "id"
	FieldName          Field = "name"
	FieldColour        Field = "colour"
	FieldProtocol      Field = "protocol"
	FieldHost          Field = "host"
	FieldPort          Field = "port"
	FieldClientID      Field = "clientId"
	FieldUser          Field = "user"
	FieldPassword      Field = "password"
	FieldKeepAlive     Field = "keepAlive"
	FieldSubscriptions Field = "subscriptions"
	FieldPins          Field = "pins"
	FieldGroup         Field = "group"

	FieldTransport Field = "transport"
	FieldPath      Field = "path"
	FieldHeaders   Field = "headers"

	FieldProxy     Field = "proxy" // its kind and address
	FieldProxyUser Field = "proxyUser"

	FieldCAFile     Field = "caFile"
	FieldCertFile   Field = "certFile"
	FieldKeyFile    Field = "keyFile"
	FieldServerName Field = "serverName"
	FieldALPN       Field = "alpn"
	FieldMinVersion Field = "minVersion"
	FieldTrusted    Field = "trusted" // TLSOptions.Pins
	FieldInsecure   Field = "insecure"

	FieldVersion         Field = "mqttVersion"
	FieldUserProperties  Field = "userProperties"
	FieldWillTopic       Field = "willTopic"
	FieldWillPayload     Field = "willPayload"
	FieldWillQoS         Field = "willQos"
	FieldWillContentType Field = "willContentType"
	FieldWillResponse    Field = "willResponseTopic"
	FieldWillCorrelation Field = "willCorrelationData"
	FieldWillProperties  Field = "willUserProperties"

	FieldDecoders Field = "decoders"

	FieldStream       Field = "stream"
	FieldSubprotocols Field = "subprotocols"
	FieldOrigin       Field = "origin"
	FieldPingInterval Field = "pingInterval"
	FieldMessageLimit Field = "messageLimit"
	FieldOpening      Field = "opening"
	FieldMapping      Field = "mapping" // its kind, Each and Value
	FieldMappingTopic Field = "mappingTopic"
	FieldMappingTime  Field = "mappingTime"
)

// Problem is one thing about a profile that its user should know. It is the error that the
// Check functions return.
type Problem struct {
	Field Field
	// Row is which of a list is meant (a subscription, a pin, a header, …), from 0; -1 where
	// the field is one.
	Row int
	// Key is the dotted tail of the translation key, Args what fills its places.
	Key  string
	Args []any
	// Sentence says it in English.
	Sentence string
	// Warning marks what may be meant so: it does not keep a profile from being valid.
	Warning bool
}

func (p Problem) Error() string { return p.Sentence }

// Blocking returns those of problems that are no mere warnings.
func Blocking(problems []Problem) []Problem {
	var blocking []Problem
	for _, p := range problems {
		if !p.Warning {
			blocking = append(blocking, p)
		}
	}
	return blocking
}

func problem(field Field, key, format string, args []any) Problem {
	return Problem{Field: field, Row: -1, Key: string(field) + "." + key, Args: args, Sentence: fmt.Sprintf(format, args...)}
}

func wrong(field Field, key, format string, args ...any) error {
	return problem(field, key, format, args)
}

func doubtful(field Field, key, format string, args ...any) error {
	p := problem(field, key, format, args)
	p.Warning = true
	return p
}
