package connections

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestExplainHasWordsForEveryKind(t *testing.T) {
	kinds := []FailureKind{
		FailureRefused, FailureNoSuchHost, FailureUnreachable, FailureTimeout, FailureCredentials,
		FailureNotAuthorised, FailureClientID, FailureVersion, FailureUnavailable, FailureFilter,
		FailureTakenOver, FailureSilent, FailureClosed, FailureReset, FailureProtocol,
		FailurePacketTooLarge, FailureWriteStalled, FailureNotConnected, FailureInvalid,
		FailureCredentialsLost, FailureOther,
		FailureCertUntrusted, FailureCertExpired, FailureCertNotYet, FailureCertName, FailureHandshake,
		FailureClientCert, FailureNotTLS, FailureSpeaksTLS, FailureCertFile, FailurePassphrase,
		FailureProxy, FailureProxyRefused, FailureProxyAuth, FailureUpgrade, FailureSubprotocol,
		FailureNeedsMQTT5, FailureRejected, FailureMoved,
	}
	said := make(map[string]FailureKind)
	for _, kind := range kinds {
		e := Explain(fmt.Errorf("open: %w", &Failure{Kind: kind, Addr: "plant:1883", Err: io.EOF}))
		if e.Kind != kind || e.What == "" || !strings.HasSuffix(e.What, ".") {
			t.Errorf("%s: %+v", kind, e)
		}
		if e.Try == "" && kind != FailureInvalid {
			t.Errorf("%s: nothing to try", kind)
		}
		if other, twice := said[e.What]; twice {
			t.Errorf("%s and %s are explained in the same words", kind, other)
		}
		said[e.What] = kind
	}
}

func TestExplain(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{nil, ""},
		{&Failure{Kind: FailureRefused, Addr: "127.0.0.1:9001"}, "127.0.0.1:9001 refused the connection: nothing listens on that port."},
		{&Failure{Kind: FailureNoSuchHost, Addr: "plnat:1883", Detail: "plnat"}, "There is no host named plnat."},
		{&Failure{Kind: FailureFilter, Detail: "#"}, "The broker refused the subscription to #."},
		{&Failure{Kind: FailureClosed, Addr: "plant:1883", Err: io.EOF}, "plant:1883 closed the connection."},
		{&Failure{Kind: FailureInvalid, Detail: "a/#", Err: errors.New("no wildcards")}, "This cannot be sent as it is (a/#): no wildcards."},
		{&Failure{Kind: FailureReset, Addr: "plant:8883", Detail: Unanswered}, "plant:8883 hung up before it answered."},
		{context.DeadlineExceeded, "The broker did not answer in time."},
		{context.Canceled, "It was cancelled."},
		{io.EOF, "Something unexpected went wrong: the other side ended without a word."},
	}
	for _, tt := range tests {
		if got := Explain(tt.err).What; got != tt.want {
			t.Errorf("Explain(%v) = %q, want %q", tt.err, got, tt.want)
		}
	}
}
