package topics

import "syscall"

// mapMemory returns n bytes of zeros beside the Go heap, nil if there are none. It asks for huge
// pages: a history is written once, from one end to the other, and with small ones the system is
// called for every 4 KiB of it.
func mapMemory(n int) []byte {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	_ = syscall.Madvise(b, syscall.MADV_HUGEPAGE) // a kernel without them keeps to small ones
	return b
}

func unmapMemory(b []byte) { _ = syscall.Munmap(b) }
