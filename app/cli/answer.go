package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamscope/app"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// answerTopics is where answers are asked to, with something after it that nobody else has.
const answerTopics = "streamscope/answers/"

// expectAnswer says where the answer will come. With MQTT 5 whoever answers is told where to, and
// what to send along; else the topic has to be known.
func (s *send) expectAnswer(p profile.Profile) error {
	o := &s.o
	switch {
	case o.Wait == 0:
		return nil
	case o.AnswerTopic != "":
		if err := connections.ValidFilter(o.AnswerTopic); err != nil {
			return fmt.Errorf("answers on %q: %w", o.AnswerTopic, err)
		}
		s.answerTo = o.AnswerTopic
		return nil
	case p.Version == profile.Version311:
		return errors.New("MQTT 3.1.1 knows no response topic: say where the answer comes, with --answer-topic FILTER")
	}
	if o.Properties.ResponseTopic == "" {
		o.Properties.ResponseTopic = answerTopics + strings.ToLower(rand.Text()[:16])
	}
	if len(o.Properties.CorrelationData) == 0 {
		o.Properties.CorrelationData = []byte(strings.ToLower(rand.Text()[:16]))
	}
	s.answerTo = o.Properties.ResponseTopic
	return connections.ValidTopic(s.answerTo)
}

// ask sends the message and waits for its answer.
func (s *send) ask(ctx context.Context, c *app.Connection) int {
	for _, f := range c.Status().Filters {
		if f.Refused {
			fmt.Fprintf(s.stderr, "streamscope: not sent: the broker refused to deliver answers on %q: %s\n", f.Filter, f.Reason)
			return ExitRefused
		}
	}
	key, err := s.key()
	if err != nil {
		fmt.Fprintln(s.stderr, "streamscope: send:", err)
		return ExitUsage
	}
	tap, err := c.Tap(session.TapOptions{Name: "answer", Filter: s.answerTo, All: s.answerTo == ""})
	if err != nil {
		fmt.Fprintln(s.stderr, "streamscope: send:", err)
		return ExitFailure
	}
	defer tap.Close()
	sent := time.Now()
	result := s.publish(ctx, c)
	fmt.Fprintln(s.stderr, "streamscope:", s.tell(c, result))
	switch {
	case connections.KindOf(result.Err) == connections.FailureNeedsMQTT5 && s.o.AnswerTopic == "":
		fmt.Fprintln(s.stderr, "streamscope: MQTT 3.1.1 knows no response topic: say where the answer comes, with --answer-topic FILTER")
		return ExitRefused
	case exitCode(result) != ExitOK:
		return exitCode(result)
	case result.Code == noSubscriber:
		fmt.Fprintln(s.stderr, "streamscope: no answer will come: nobody has subscribed to the topic")
		return ExitNoAnswer
	}
	answer, err := s.await(ctx, tap, key)
	if err != nil {
		fmt.Fprintf(s.stderr, "streamscope: no answer came within %v\n", s.o.Wait)
		return ExitNoAnswer
	}
	where := ""
	if s.answerTo != "" {
		where = " on " + string(appendSafe(nil, answer.Topic))
	}
	fmt.Fprintf(s.stderr, "streamscope: answered in %.1f ms%s\n", time.Since(sent).Seconds()*1e3, where)
	text := answer.Payload
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(slices.Clip(text), '\n')
	}
	if _, err := s.stdout.Write(text); err != nil {
		fmt.Fprintln(s.stderr, "streamscope: send:", err)
		return ExitFailure
	}
	return ExitOK
}

// noSubscriber is the reason code of a broker that had nobody to pass a message on to (MQTT 5
// §3.4.2.1).
const noSubscriber = 0x10

// key is the value that an answer has in common with the message; empty for none.
func (s *send) key() (string, error) {
	if len(s.o.AnswerKey) == 0 {
		return "", nil
	}
	if value, ok := valueAt(s.body, s.o.AnswerKey); ok {
		return value, nil
	}
	return "", fmt.Errorf("the message is no JSON with a value at %s", strings.Join(s.o.AnswerKey, ", "))
}

// await takes the first message that is an answer.
func (s *send) await(ctx context.Context, tap *session.Tap, key string) (session.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Wait)
	defer cancel()
	for {
		batch, err := tap.Next(ctx)
		if err != nil {
			return session.Record{}, err
		}
		for _, r := range batch {
			if s.answers(&r, key) {
				return r, nil
			}
		}
	}
}

// answers reports whether a message answers ours. Some devices leave the correlation data out;
// nobody else writes to a response topic that we made up.
func (s *send) answers(r *session.Record, key string) bool {
	if r.Retained {
		return false // it was there before
	}
	if ours := s.o.Properties.CorrelationData; s.o.AnswerTopic == "" && len(ours) > 0 && r.Props != nil {
		if theirs := r.Props.CorrelationData; len(theirs) > 0 && !bytes.Equal(ours, theirs) {
			return false
		}
	}
	if key == "" {
		return true
	}
	value, ok := valueAt(r.Payload, s.o.AnswerKey)
	return ok && value == key
}

// valueAt returns the value at a key path of a JSON document, as JSON.
func valueAt(document []byte, path []string) (string, bool) {
	at := json.RawMessage(document)
	for _, key := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(at, &object) != nil {
			return "", false
		}
		var ok bool
		if at, ok = object[key]; !ok {
			return "", false
		}
	}
	var compact bytes.Buffer
	if json.Compact(&compact, at) != nil {
		return "", false
	}
	return compact.String(), true
}
