package topics

import (
	"encoding/binary"
	"math/bits"
)

// bitset is a set of places.
type bitset []uint64

func newBitset(n int) bitset       { return make(bitset, (n+63)/64) }
func (b bitset) has(i uint32) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bitset) set(i uint32)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) unset(i uint32)    { b[i/64] &^= 1 << (i % 64) }

func (b bitset) count() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// each yields the places in ascending order.
func (b bitset) each(yield func(uint32) bool) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			if !yield(uint32(i*64 + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// down yields the places in descending order. Places below the one at hand may be set meanwhile.
func (b bitset) down(yield func(uint32)) {
	for i := len(b) - 1; i >= 0; i-- {
		for w := b[i]; w != 0; {
			k := 63 - bits.LeadingZeros64(w)
			yield(uint32(i*64 + k))
			w = b[i] & (1<<k - 1)
		}
	}
}

// collect sets the bits of the bytes that have a bit at shift, eight bytes at a time: the product
// moves the lowest bits of eight bytes side by side.
func (b bitset) collect(bytes []byte, shift int) {
	const lowest, gather = 0x0101010101010101, 0x0102040810204080
	i := 0
	for ; i+8 <= len(bytes); i += 8 {
		v := binary.LittleEndian.Uint64(bytes[i:]) >> shift & lowest
		b[i/64] |= v * gather >> 56 << (i % 64)
	}
	for ; i < len(bytes); i++ {
		b[i/64] |= uint64(bytes[i]>>shift&1) << (i % 64)
	}
}
