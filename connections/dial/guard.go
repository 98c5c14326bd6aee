package dial

// DefaultPacketLimit is the largest packet that goes on whole unless Options say otherwise.
const DefaultPacketLimit = 16 << 20
