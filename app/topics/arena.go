package topics

import (
	"math/bits"
	"slices"
	"sync"
)

const (
	// slabBytes is what the arena asks of the system at a time.
	slabBytes = 2 << 20 // a huge page of most machines
	unitBits  = 7
	// sizes is the number of block sizes: 128 bytes, twice as much, and so on to 64 KiB.
	sizes     = 10
	slabUnits = slabBytes >> unitBits
	// trimFrom is how many slabs must be empty for it to be worth giving them back.
	trimFrom = 8
)

// arena is where histories lie: memory beside the Go heap, in blocks that are used again. With
// it there is nothing to collect, nothing to clear before use, and the collector does not take
// a full budget for a reason to let as much garbage stand beside it.
//
// A block may be given back only when nobody reads it any more; see [Index.pin].
type arena struct {
	mu    sync.Mutex
	slabs []slabMemory
	// free holds the places of blocks by size. A place is a slab and a unit in it, plus one.
	free [sizes][]uint32
	// mapped is the number of bytes that the system gave.
	mapped int64
}

type slabMemory struct {
	bytes []byte // nil when it was given back
	used  int
}

// sizeOf returns which of the sizes holds n bytes.
func sizeOf(n int) int { return max(0, bits.Len(uint(n-1))-unitBits) }

// take returns a block of about want bytes, at least of least, or nothing when what is mapped
// would exceed the limit.
func (a *arena) take(least, want int, limit int64) (data []byte, place uint32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	size := min(sizeOf(want), sizes-1)
	if data, place = a.split(size); place != 0 {
		return data, place
	}
	if a.mapped+slabBytes <= limit && a.grow() {
		return a.split(size)
	}
	for size--; size >= sizeOf(least); size-- {
		if data, place = a.split(size); place != 0 {
			return data, place
		}
	}
	return nil, 0
}

// split takes a free block of a size, or cuts one out of a larger.
func (a *arena) split(size int) ([]byte, uint32) {
	for from := size; from < sizes; from++ {
		list := a.free[from]
		if len(list) == 0 {
			continue
		}
		place := list[len(list)-1]
		a.free[from] = list[:len(list)-1]
		for ; from > size; from-- {
			a.free[from-1] = append(a.free[from-1], place+1<<(from-1))
		}
		slab, unit := (place-1)/slabUnits, int((place-1)%slabUnits)
		s := &a.slabs[slab]
		n := 1 << (size + unitBits)
		s.used += n
		at := unit << unitBits
		return s.bytes[at : at : at+n], place
	}
	return nil, 0
}

func (a *arena) grow() bool {
	memory := mapMemory(slabBytes)
	if memory == nil {
		return false
	}
	slab := slices.IndexFunc(a.slabs, func(s slabMemory) bool { return s.bytes == nil })
	if slab < 0 {
		slab = len(a.slabs)
		a.slabs = append(a.slabs, slabMemory{})
	}
	a.slabs[slab] = slabMemory{bytes: memory}
	a.mapped += slabBytes
	const step = 1 << (sizes - 1)
	for unit := slabUnits - step; unit >= 0; unit -= step {
		a.free[sizes-1] = append(a.free[sizes-1], uint32(slab*slabUnits+unit+1))
	}
	return true
}

// give takes a block back.
func (a *arena) give(place uint32, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.slabs[(place-1)/slabUnits].used -= n
	a.free[sizeOf(n)] = append(a.free[sizeOf(n)], place)
}

// trim gives slabs back that nothing lies in, if there are many.
func (a *arena) trim() {
	a.mu.Lock()
	defer a.mu.Unlock()
	empty, all := 0, 0
	for _, s := range a.slabs {
		if s.bytes != nil {
			all++
			if s.used == 0 {
				empty++
			}
		}
	}
	if empty < trimFrom || empty < all/8 {
		return
	}
	for size := range a.free {
		a.free[size] = slices.DeleteFunc(a.free[size], func(place uint32) bool { return a.slabs[(place-1)/slabUnits].used == 0 })
	}
	for i := range a.slabs {
		if s := &a.slabs[i]; s.bytes != nil && s.used == 0 {
			unmapMemory(s.bytes)
			s.bytes = nil
			a.mapped -= slabBytes
		}
	}
}

// unmap gives everything back.
func (a *arena) unmap() {
	for _, s := range a.slabs {
		if s.bytes != nil {
			unmapMemory(s.bytes)
		}
	}
	a.slabs = nil
}
