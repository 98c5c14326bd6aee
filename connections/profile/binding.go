package profile

import "streamscope/connections"

// Binding says how the payloads of some topics are read.
type Binding struct {
	// Filter is a topic filter; of several that match a topic the narrowest counts.
	Filter string `json:"filter"`
	// Format names the decoder, as package app/payload/decode has it. One that this version
	// does not know is kept: a newer version may have written it.
	Format string `json:"format"`
	// Options is what that decoder has to be told, in its own words.
	Options string `json:"options,omitempty"`
	// Files and Message name a schema and what in it is meant, where a format needs that.
	Files   []string `json:"files,omitempty"`
	Message string   `json:"message,omitempty"`
	// Numbers is the rule by which text is read as a number; empty for the usual one.
	Numbers string `json:"numbers,omitempty"`
}

// CheckBinding judges a binding as far as a profile can: not what its decoder is told.
func CheckBinding(b Binding) error {
	switch err := connections.ValidFilter(b.Filter); {
	case b.Filter == "":
		return wrong(FieldDecoders, "empty", "Enter the topics whose payloads are to be read this way.")
	case err != nil:
		return wrong(FieldDecoders, "filter", "“%s” is no topic filter: %s.", b.Filter, err)
	case b.Format == "":
		return wrong(FieldDecoders, "format", "Choose how the payloads of “%s” are to be read.", b.Filter)
	}
	return nil
}
